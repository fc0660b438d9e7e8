/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Routes of the portal, its sessions, calling the service, signing out. */
#include "portal.h"

#include "digest.h"
#include "secret.h"
#include "uri.h"

#define COOKIE "portal_session"
#define SESSION_BYTES ((size_t)256 * 1024)

static void call_answer(struct task *t);
static void sign_out_answer(struct task *t);

const struct site_route portal_routes[] = {
        { METHOD_GET, "/", portal_front },
        { METHOD_POST, "/sign-in", portal_sign_in },
        { METHOD_GET, "/callback", portal_callback },
        { METHOD_POST, "/call", call_answer },
        { METHOD_POST, "/sign-out", sign_out_answer },
        { 0 },
};

struct portal *portal_new(void)
{
        struct portal *p = calloc(1, sizeof *p);
        struct portal_session *sessions = calloc(SESSION_SLOTS, sizeof *sessions);
        if (!p || !sessions)
                abort();
        p->sessions = sessions;
        return p;
}

void portal_free(struct portal *p)
{
        if (!p)
                return;
        for (size_t i = 0; i < SESSION_SLOTS; i++)
                portal_session_clear(&p->sessions[i]);
        provider_done(&p->provider);
        peer_free(p->service);
        free(p->sessions);
        free(p);
}

void portal_session_clear(struct portal_session *s)
{
        arena_free(s->arena);
        arena_free(s->answer_arena);
        *s = (struct portal_session){ 0 };
}

struct portal_session *portal_session_find(struct task *t)
{
        struct portal *p = site_state(t);
        struct str id = request_cookie(t, STR(COOKIE));
        size_t slot = slot_id_index(id);
        return slot < SESSION_SLOTS && slot_id_eq(&p->sessions[slot].id, id) ? &p->sessions[slot] : NULL;
}

static void cookie_set(struct task *t, const struct portal_session *s)
{
        reply_header(t, "Set-Cookie",
                     ARENA_JOIN(task_arena(t), STR(COOKIE "="), slot_id_str(&s->id),
                                STR("; Path=/; HttpOnly; SameSite=Lax")));
}

void portal_session_rename(struct task *t, struct portal_session *s)
{
        s->id = slot_id_make(task_arena(t), slot_id_index(slot_id_str(&s->id)));
        cookie_set(t, s);
}

struct portal_session *portal_session_need(struct task *t)
{
        struct portal *p = site_state(t);
        struct portal_session *s = portal_session_find(t);
        if (s)
                return s;
        size_t slot = p->session_next++ % SESSION_SLOTS;
        s = &p->sessions[slot];
        portal_session_clear(s);
        s->id = slot_id_make(task_arena(t), slot);
        field_set(s->csrf, sizeof s->csrf, random_token(task_arena(t), 32));
        cookie_set(t, s);
        return s;
}

/* The session when the form is our own page's; else answers and returns NULL. */
static struct portal_session *form_session(struct task *t)
{
        struct params params;
        struct portal_session *s = portal_session_find(t);
        if (s && is_ok(site_params(t, &params)) && str_eq_secret(str_from(s->csrf), params_get(&params, "csrf")))
                return s;
        portal_problem(t, 403, "This form is too old. 表格已失效。", STR("Go back to the front page and try again."));
        return NULL;
}

static void call_answer(struct task *t)
{
        const struct portal *p = site_state(t);
        struct portal_session *s = form_session(t);
        if (!s)
                return;
        if (!s->arena) {
                site_redirect(t, STR("/"));
                return;
        }
        struct fetch_header bearer = { STR("Authorization"),
                                       ARENA_JOIN(task_arena(t), STR("Bearer "), s->access_token) };
        struct fetch_request request = {
                .peer = p->service, .method = "GET", .url = p->service_url, .headers = &bearer, .header_count = 1
        };
        struct fetch_reply reply;
        bool answered = is_ok(fetch(t, &request, &reply));
        s = portal_session_find(t);
        if (s) {
                arena_free(s->answer_arena);
                s->answer_arena = arena_new(SESSION_BYTES);
                s->answer_status = answered ? reply.status : -1;
                s->answer = answered ? arena_copy(s->answer_arena, str_head(reply.body, SESSION_BYTES / 2))
                                     : STR("no answer");
        }
        site_redirect(t, STR("/"));
}

/* Local sign-out; then the provider's own, when discovery has it (OpenID Connect RP-Initiated Logout 1.0). */
static void sign_out_answer(struct task *t)
{
        struct portal *p = site_state(t);
        struct portal_session *s = form_session(t);
        if (!s)
                return;
        struct str id_token = arena_copy(task_arena(t), s->id_token);
        portal_session_clear(s);
        struct str end_session;
        if (str_is_empty(id_token) ||
            !is_ok(provider_endpoint(t, &p->provider, "end_session_endpoint", &end_session)) ||
            str_is_empty(end_session)) {
                site_redirect(t, STR("/"));
                return;
        }
        const struct param params[] = { { STR("id_token_hint"), id_token },
                                        { STR("client_id"), p->client_id },
                                        { STR("post_logout_redirect_uri"),
                                          ARENA_JOIN(task_arena(t), p->public_url, STR("/")) } };
        site_redirect(t, uri_with_params(task_arena(t), end_session, params, sizeof params / sizeof params[0]));
}
