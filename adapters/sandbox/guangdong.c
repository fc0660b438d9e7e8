/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Routes of the Guangdong stand-in: authorize with its login page, access_token, tokeninfo, logout. */
#include "guangdong.h"

#include "clock.h"
#include "secret.h"
#include "uri.h"

static void front_answer(struct task *t);
static void authorize_answer(struct task *t);
static void login_answer(struct task *t);
static void access_token_answer(struct task *t);
static void tokeninfo_answer(struct task *t);
static void logout_answer(struct task *t);

const struct site_route guangdong_routes[] = {
        { METHOD_GET, "/pscp/sso/connect/page/oauth2/authorize", authorize_answer },
        { METHOD_GET, "/pscp/sso/connect/page/oauth2/access_token", access_token_answer },
        { METHOD_GET, "/pscp/sso/connect/page/oauth2/tokeninfo", tokeninfo_answer },
        { METHOD_GET, "/tif/sso/connect/page/oauth2/authorize", authorize_answer },
        { METHOD_GET, "/tif/sso/connect/page/oauth2/access_token", access_token_answer },
        { METHOD_GET, "/tif/sso/connect/page/oauth2/tokeninfo", tokeninfo_answer },
        { METHOD_GET, "/_tif_sso_logout_/", logout_answer },
        { METHOD_GET, "/", front_answer },
        { METHOD_POST, "/sandbox/login", login_answer },
        { METHOD_POST, "/sandbox/behave", guangdong_behave_set },
        { 0 },
};

static void front_answer(struct task *t)
{
        site_message(t, 200, "广东省统一身份认证平台 · Guangdong stand-in",
                     STR("A login starts at /pscp/sso/connect/page/oauth2/authorize. 登录从该地址开始。"));
}

struct guangdong *guangdong_new(void)
{
        struct guangdong *g = calloc(1, sizeof *g);
        struct visit *visits = calloc(VISIT_SLOTS, sizeof *visits);
        if (!g || !visits)
                abort();
        g->visits = visits;
        return g;
}

void guangdong_free(struct guangdong *g)
{
        if (!g)
                return;
        free(g->visits);
        free(g->clients);
        free(g);
}

static const struct guangdong_client *client_find(const struct guangdong *g, struct str client_id)
{
        for (size_t i = 0; i < g->client_count; i++)
                if (str_eq(g->clients[i].client_id, client_id))
                        return &g->clients[i];
        return NULL;
}

/* Registered addresses are exact; one that ends in '/' admits one more path segment, for callers that carry their
 * own state there. */
static bool redirect_uri_is_registered(const struct guangdong_client *c, struct str uri)
{
        for (size_t i = 0; i < c->redirect_uri_count; i++) {
                struct str known = c->redirect_uris[i];
                if (str_eq(known, uri))
                        return true;
                struct str rest = str_from_index(uri, known.len);
                if (str_ends(known, STR("/")) && str_starts(uri, known) && str_find(rest, '/') == rest.len &&
                    str_find(rest, '#') == rest.len)
                        return true;
        }
        return false;
}

/* NULL when the request may be shown to a person; else what is wrong with it. */
static const char *authorize_check(const struct params *p, const struct guangdong_client *c)
{
        struct str redirect_uri = params_get(p, "redirect_uri");
        if (!c)
                return "client_id";
        if (redirect_uri.len >= RETURN_URI_MAX || !redirect_uri_is_registered(c, redirect_uri))
                return "redirect_uri";
        if (!str_is(params_get(p, "response_type"), "code"))
                return "response_type";
        if (!str_is(params_get(p, "service"), "initService"))
                return "service";
        return str_is(params_get(p, "scope"), "all") ? NULL : "scope";
}

static void person_button(struct html *h, const struct person *p)
{
        if (!p->gd.uid)
                return;
        HTML(h, "<p><button name=\"person\" value=\"{}\" id=\"person-{}\">{} · {} <small>L{} · {}</small></button></p>",
             str_from(p->id), str_from(p->id), str_from(p->gd.name), str_from(p->gd.document_number),
             arena_printf(h->arena, "%d", p->gd.level), str_from(p->purpose));
}

static void login_page(struct task *t, const struct visit *v)
{
        struct html h = html_in(task_arena(t));
        html_begin(&h, STR("广东省统一身份认证平台 · 登录"), STR("guangdong"), STR(""));
        HTML(&h,
             "<p>选择一个测试账号登录。Choose a test account to log in.</p>"
             "<form class=\"wide\" method=\"post\" action=\"/sandbox/login\">"
             "<input type=\"hidden\" name=\"ticket\" value=\"{}\">",
             slot_id_str(&v->ticket));
        for (size_t i = 0; i < person_count; i++)
                person_button(&h, &persons[i]);
        html_markup(&h,
                    "<p><button class=\"plain\" id=\"refuse\" name=\"refuse\" value=\"1\">取消 · Cancel</button></p>"
                    "</form>");
        site_page(t, 200, &h);
}

static void authorize_answer(struct task *t)
{
        struct guangdong *g = site_state(t);
        struct params params;
        const char *wrong = "request";
        const struct guangdong_client *client = NULL;
        if (is_ok(site_params(t, &params))) {
                client = client_find(g, params_get(&params, "client_id"));
                wrong = authorize_check(&params, client);
        }
        if (wrong) {
                site_message(t, 400, "参数错误 · Wrong parameter", str_from(wrong));
                return;
        }
        size_t slot = g->visit_next++ % VISIT_SLOTS;
        struct visit *v = &g->visits[slot];
        *v = (struct visit){ .ticket = slot_id_make(task_arena(t), slot),
                             .client = client,
                             .created_ms = clock_now_ms() };
        field_set(v->redirect_uri, sizeof v->redirect_uri, params_get(&params, "redirect_uri"));
        login_page(t, v);
}

static struct visit *visit_find(struct guangdong *g, struct str ticket)
{
        size_t slot = slot_id_index(ticket);
        if (slot >= VISIT_SLOTS || !slot_id_eq(&g->visits[slot].ticket, ticket))
                return NULL;
        return clock_now_ms() <= g->visits[slot].created_ms + VISIT_LIFE_MS ? &g->visits[slot] : NULL;
}

static void visit_refuse(struct task *t, const struct visit *v)
{
        const struct guangdong *g = site_state(t);
        struct param denial = { STR("error"), STR("access_denied") };
        site_redirect(t, uri_with_params(task_arena(t), str_from(v->redirect_uri), &denial,
                                         g->behaviour.bare_denial ? 0 : 1));
}

static void login_answer(struct task *t)
{
        struct params params;
        struct visit *v = NULL;
        if (is_ok(site_params(t, &params)))
                v = visit_find(site_state(t), params_get(&params, "ticket"));
        if (!v || v->code_issued_ms) {
                site_message(t, 400, "登录已失效 · Login expired", STR("请重新开始。 Please start again."));
                return;
        }
        if (params_has(&params, "refuse")) {
                visit_refuse(t, v);
                return;
        }
        const struct person *person = person_find(params_get(&params, "person"));
        if (!person || !person->gd.uid) {
                login_page(t, v);
                return;
        }
        v->person = person;
        v->code = slot_id_make(task_arena(t), slot_id_index(slot_id_str(&v->ticket)));
        v->code_issued_ms = clock_now_ms();
        struct param code = { STR("code"), slot_id_str(&v->code) };
        site_redirect(t, uri_with_params(task_arena(t), str_from(v->redirect_uri), &code, 1));
}

static void error_answer(struct task *t, const char *errcode, const char *errmsg)
{
        json_t *json = json_new_object(task_arena(t));
        json_put_str(json, "errcode", str_from(errcode));
        json_put_str(json, "errmsg", str_from(errmsg));
        reply_json(t, 200, json);
}

static bool count_down(int64_t *count)
{
        if (*count == 0)
                return false;
        if (*count > 0)
                (*count)--;
        return true;
}

static bool misbehave(struct task *t)
{
        struct guangdong_behaviour *b = &((struct guangdong *)site_state(t))->behaviour;
        if (b->slow_ms > 0)
                ignore_failure(task_sleep(t, b->slow_ms), "the deadline ends the nap, the answer comes anyway");
        if (count_down(&b->down)) {
                reply_body(t, 500, "text/plain", STR("the sandbox was told to be down\n"));
                return true;
        }
        if (count_down(&b->garbage)) {
                reply_body(t, 200, "application/json", STR("{\"userobj\":[{\"cn\":"));
                return true;
        }
        return false;
}

static struct visit *code_take(struct guangdong *g, const struct params *p, const struct guangdong_client *client)
{
        struct str code = params_get(p, "code");
        size_t slot = slot_id_index(code);
        if (slot >= VISIT_SLOTS || !slot_id_eq(&g->visits[slot].code, code))
                return NULL;
        struct visit *v = &g->visits[slot];
        if (v->client != client || v->code_used || clock_now_ms() > v->code_issued_ms + AUTH_CODE_LIFE_MS ||
            !str_is(params_get(p, "redirect_uri"), v->redirect_uri))
                return NULL;
        v->code_used = true;
        return v;
}

static void access_token_answer(struct task *t)
{
        struct guangdong *g = site_state(t);
        struct params params;
        if (misbehave(t))
                return;
        if (!is_ok(site_params(t, &params))) {
                error_answer(t, "invalid_request", "the request is malformed");
                return;
        }
        const struct guangdong_client *client = client_find(g, params_get(&params, "client_id"));
        if (!client || !str_eq_secret(client->client_secret, params_get(&params, "client_secret"))) {
                error_answer(t, "invalid_client", "unknown client or wrong secret");
                return;
        }
        if (!str_is(params_get(&params, "grant_type"), "authorization_code") ||
            !str_is(params_get(&params, "scope"), "all")) {
                error_answer(t, "invalid_request", "grant_type or scope");
                return;
        }
        struct visit *v = code_take(g, &params, client);
        if (!v) {
                error_answer(t, "invalid_grant", "the code is unknown, used, late or for another address");
                return;
        }
        v->access_token = slot_id_make(task_arena(t), slot_id_index(slot_id_str(&v->ticket)));
        v->token_issued_ms = clock_now_ms();
        json_t *json = json_new_object(task_arena(t));
        json_put_str(json, "access_token", slot_id_str(&v->access_token));
        json_put_int(json, "expires_in", ACCESS_TOKEN_LIFE_MS / 1000);
        json_put_str(json, "token_type", STR("Bearer"));
        json_put_str(json, "scope", STR("all"));
        reply_json(t, 200, json);
}

static void tokeninfo_answer(struct task *t)
{
        const struct guangdong *g = site_state(t);
        struct params params;
        if (misbehave(t))
                return;
        const struct visit *v = NULL;
        if (is_ok(site_params(t, &params))) {
                struct str token = params_get(&params, "access_token");
                size_t slot = slot_id_index(token);
                if (slot < VISIT_SLOTS && slot_id_eq(&g->visits[slot].access_token, token) &&
                    clock_now_ms() < g->visits[slot].token_issued_ms + ACCESS_TOKEN_LIFE_MS)
                        v = &g->visits[slot];
        }
        if (v)
                reply_json(t, 200, guangdong_tokeninfo(task_arena(t), v->person, &g->behaviour, clock_now()));
        else
                error_answer(t, "invalid_token", "the token is unknown or has expired");
}

/* Goes back to a registered address only: no open redirector. */
static void logout_answer(struct task *t)
{
        const struct guangdong *g = site_state(t);
        struct params params;
        if (is_ok(site_params(t, &params)))
                for (size_t i = 0; i < g->client_count; i++)
                        if (redirect_uri_is_registered(&g->clients[i], params_get(&params, "redirect_uri"))) {
                                site_redirect(t, params_get(&params, "redirect_uri"));
                                return;
                        }
        site_message(t, 200, "已退出 · Logged out", STR("已退出登录。 You are logged out."));
}
