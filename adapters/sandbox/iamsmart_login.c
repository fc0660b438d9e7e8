/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The browser's half: getQR with its checks, the page that waits for the phone, and the phone's answer to a login. */
#include "iamsmart.h"

#include "clock.h"
#include "iamsmart_pages.h"
#include "uri.h"

struct qr_request {
        struct eservice *service;
        struct str redirect_uri;
        struct str state, scope, source;
        bool broker_page;
};

static bool state_is_allowed(struct str state)
{
        if (state.len > STATE_MAX)
                return false;
        for (size_t i = 0; i < state.len; i++) {
                char c = state.data[i];
                bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
                if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '-')
                        return false;
        }
        return true;
}

/* What may not be told to a redirect URI, because it is not proven: NULL, or the code for the page. */
static const char *qr_request_prove(struct task *t, const struct params *p, struct qr_request *q, const char **ret_name)
{
        *ret_name = "clientID";
        if (str_is_empty(params_get(p, "clientID")))
                return "D20001";
        q->service = eservice_find(site_state(t), params_get(p, "clientID"));
        if (!q->service)
                return "D20003";
        *ret_name = "redirectURI";
        if (str_is_empty(params_get(p, "redirectURI")))
                return "D20001";
        q->redirect_uri = eservice_redirect_uri(task_arena(t), q->service, params_get(p, "redirectURI"));
        if (str_is_empty(q->redirect_uri))
                return "D20008";
        *ret_name = "state";
        return state_is_allowed(params_get(p, "state")) ? NULL : "D20003";
}

static bool language_is_known(struct str lang)
{
        return str_is_empty(lang) || str_has_word(STR("en-US zh-HK zh-CN"), lang);
}

/* The rest: NULL, or the code for the redirect URI. */
static const char *qr_request_check(const struct params *p, struct qr_request *q)
{
        q->state = params_get(p, "state");
        q->scope = params_get(p, "scope");
        q->source = params_get(p, "source");
        q->broker_page = str_eq_nocase(params_get(p, "brokerPage"), STR("true"));
        if (!params_has(p, "responseType") || str_is_empty(q->scope) || str_is_empty(q->source))
                return "D20001";
        if (!str_is(params_get(p, "responseType"), "code") || !language_is_known(params_get(p, "lang")))
                return "D20003";
        if (!source_is_known(q->source) || str_starts(q->source, STR("App_")))
                return "D20007";
        if (q->scope.len > 255 || !scope_is_within(q->scope, q->service->scopes) ||
            !str_has_word(q->scope, STR("eidapi_auth")))
                return "D20012";
        return NULL;
}

static struct login_slot *login_new(struct task *t, const struct qr_request *q)
{
        struct arena *a = task_arena(t);
        struct iamsmart *s = site_state(t);
        size_t slot = s->login_next++ % LOGIN_SLOTS;
        struct login_slot *l = &s->logins[slot];
        *l = (struct login_slot){ .browser = slot_id_make(a, slot),
                                  .ticket = slot_id_make(a, slot),
                                  .service = q->service,
                                  .redirect_uri = q->redirect_uri,
                                  .created_ms = clock_now_ms(),
                                  .bare_denial = s->behaviour.deny_bare,
                                  .broker_page = q->broker_page };
        field_set(l->state, sizeof l->state, q->state);
        field_set(l->scope, sizeof l->scope, q->scope);
        return l;
}

/* Parameters are wrong, but the redirect URI is proven: the browser goes back with the code. */
static void getqr_refuse(struct task *t, const struct qr_request *q, const char *code)
{
        struct param params[2] = { { STR("error_code"), str_from(code) }, { STR("state"), q->state } };
        size_t count = str_is_empty(q->state) ? 1 : 2;
        site_redirect(t, uri_with_params(task_arena(t), q->redirect_uri, params, count));
}

static void login_answer(struct task *t, const struct login_slot *l)
{
        if (l->decision != DECISION_PENDING)
                site_redirect(t, login_return_url(task_arena(t), l));
        else
                page_login_wait(t, l);
}

void getqr_answer(struct task *t)
{
        struct iamsmart *s = site_state(t);
        struct params params;
        struct qr_request q = { 0 };
        const char *name = "request", *code = "D20003";
        if (is_ok(site_params(t, &params)))
                code = qr_request_prove(t, &params, &q, &name);
        if (code) {
                page_refusal(t, code, name);
                return;
        }
        code = qr_request_check(&params, &q);
        if (code) {
                getqr_refuse(t, &q, code);
                return;
        }
        struct login_slot *l = login_new(t, &q);
        if (s->behaviour.auto_person)
                login_decide(task_arena(t), l, DECISION_APPROVED, s->behaviour.auto_person);
        login_answer(t, l);
}

/* The page's refresh. */
void qr_answer(struct task *t)
{
        struct params params;
        struct login_slot *l = NULL;
        if (is_ok(site_params(t, &params)))
                l = login_by_browser(site_state(t), params_get(&params, "id"));
        if (!l)
                site_message(t, 404, "Unknown login · 登入不存在", STR("This QR code is unknown or too old."));
        else
                login_answer(t, l);
}

void phone_login_show(struct task *t)
{
        struct params params;
        struct login_slot *l = NULL;
        if (is_ok(site_params(t, &params)))
                l = login_by_ticket(site_state(t), params_get(&params, "ticket"));
        if (!l || l->decision != DECISION_PENDING)
                page_phone_message(t, 404,
                                   STR("This QR code is unknown, too old or already used. 二維碼無效或已使用。"));
        else
                page_phone_login(t, l);
}

void phone_login_decide(struct task *t)
{
        struct params params;
        struct login_slot *l = NULL;
        if (is_ok(site_params(t, &params)))
                l = login_by_ticket(site_state(t), params_get(&params, "ticket"));
        if (!l || l->decision != DECISION_PENDING) {
                page_phone_message(t, 404,
                                   STR("This QR code is unknown, too old or already used. 二維碼無效或已使用。"));
                return;
        }
        enum decision decision = decision_parse(params_get(&params, "decision"));
        const struct person *person = person_find(params_get(&params, "person"));
        if (decision == DECISION_PENDING || (decision == DECISION_APPROVED && !person)) {
                page_phone_message(t, 400, STR("Choose a person and a decision. 請選擇人物及決定。"));
                return;
        }
        if (params_has(&params, "deny_form"))
                l->bare_denial = str_is(params_get(&params, "deny_form"), "bare");
        login_decide(task_arena(t), l, decision, person);
        if (l->broker_page)
                site_redirect(t, login_return_url(task_arena(t), l));
        else
                page_phone_message(t, 200, STR("Done. Go back to the other screen. 完成，請返回原來的畫面。"));
}
