/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* /account: the person sees what stands in their name and ends what they want to end.
 *
 * Signing in is a login like any other (the client is ACCOUNT_CLIENT_ID), which leads back here. Each act has a page of
 * its own that says what will happen; the act itself is its form: a POST with a token that belongs to the session, after
 * a fresh login. */
#include "account_page.h"
#include "answer.h"
#include "clock.h"
#include "consent.h"
#include "flow.h"
#include "handlers.h"
#include "login.h"
#include "uri.h"
#include "withdrawal.h"

/* ---- who is there ---- */

static result find_account(struct task *t, const struct call *call, struct account *ret_account, bool *ret_found)
{
        struct account account = {
                .language = language_tag(
                        answer_language(t, params_get(&call->query, "lang"), params_get(&call->query, "ui_locales"))),
        };
        bool found;

        TRY(login_session(t, answer_cookie_read(t, FLOW_SESSION_COOKIE), &account.session, &found));
        if (found)
                account.identity = identity_parse(account.session.identity);
        *ret_account = account;
        *ret_found = found && gateway_source(gateway_of(t), account.identity.assertion.source);
        return OK;
}

static bool is_fresh(struct task *t, const struct account *account)
{
        return clock_now() - account->identity.assertion.auth_time <= gateway_of(t)->config->lifetimes.fresh_login;
}

/* Known to this browser only, and bound to the session. */
static struct str form_token(struct task *t, const struct account *account)
{
        return seal_pseudonym(gateway_of(t)->state, task_arena(t), STR("csrf"), account->session.key);
}

/* Proves that the gateway itself sends the browser to the message that something was done. */
static struct str done_proof(struct task *t, const struct account *account)
{
        return str_head(form_token(t, account), 16);
}

/* `state` brings the person back to the language and the page where they were: "{language}" or
 * "{language}/{act}/{id}". `again_at`: the source at which a session is to be renewed; empty: any login will do. */
static result sign_in(struct task *t, struct str language, struct str state, struct str again_at)
{
        struct arena *a = task_arena(t);
        const struct client *client = gateway_of(t)->config->account;
        const struct param params[] = {
                { STR("client_id"), client->client_id },
                { STR("redirect_uri"), client->redirect_uris[0] },
                { STR("response_type"), STR("code") },
                { STR("scope"), STR("openid") },
                { STR("state"), state },
                { STR("ui_locales"), language },
                { STR("max_age"), STR("0") },
                { STR("login_hint"), again_at },
        };

        reply_redirect(t, uri_with_params(a, STR("/authorize"), params, again_at.len > 0 ? 8 : 6));
        return OK;
}

/* ---- the page ---- */

static bool is_word(struct str s)
{
        for (size_t i = 0; i < s.len; i++)
                if (!(s.data[i] == '-' || s.data[i] == '_' || (s.data[i] >= '0' && s.data[i] <= '9') ||
                      (s.data[i] >= 'A' && s.data[i] <= 'Z') || (s.data[i] >= 'a' && s.data[i] <= 'z')))
                        return false;
        return s.len > 0;
}

/* Back from signing in. */
static result come_back(struct task *t, struct str state)
{
        struct arena *a = task_arena(t);
        struct str rest = state, language = { 0 }, act = { 0 }, id = { 0 };

        str_split(&rest, '/', &language);
        str_split(&rest, '/', &act);
        str_split(&rest, '/', &id);
        if (!is_word(language))
                reply_redirect(t, STR("/account"));
        else if (!is_word(act) || !is_word(id))
                reply_redirect(t, ARENA_JOIN(a, STR("/account?lang="), language));
        else
                reply_redirect(t, ARENA_JOIN(a, STR("/account/"), act, STR("/"), id, STR("?again=1&lang="), language));
        return OK;
}

static void show_refused(struct task *t, struct str language)
{
        const struct answer_failure failure = {
                .error = &ERR_ACCESS_DENIED,
                .language = language,
                .retry_url = STR("/account"),
        };

        answer_error_page(t, &failure);
}

result account_endpoint(struct task *t, const struct call *call)
{
        struct str state = params_get(&call->query, "state");
        struct answer_page page = { .name = "account" };
        struct account account;
        bool found;

        TRY(find_account(t, call, &account, &found));
        if (!found && params_has(&call->query, "error")) {
                show_refused(t, account.language);
                return OK;
        }
        if (!found)
                return sign_in(t, account.language, account.language, (struct str){ 0 });
        if (state.len > 0) /* who cancelled is led to the overview, not to what was asked for */
                return come_back(t, params_has(&call->query, "error") ? account.language : state);
        TRY(account_overview(t, &account, &page.context));
        json_put_str(page.context, "lang_url", STR("/account?lang="));
        if (str_eq_secret(params_get(&call->query, "proof"), done_proof(t, &account)))
                json_put_str(page.context, "done", params_get(&call->query, "done"));
        page.language = account.language;
        return answer_page(t, &page);
}

/* ---- receipts ---- */

static result send_receipt(struct task *t, const struct account *account, struct str id)
{
        static const enum ledger_kind kinds[] = { LEDGER_CONSENT, LEDGER_BINDING };
        const struct person person = identity_person(&account->identity);
        struct ledger_entry entry;
        bool found = false;

        for (size_t i = 0; i < 2 && !found; i++) {
                entry = (struct ledger_entry){ .kind = kinds[i], .id = id };
                TRY(ledger_get(t, &person, &entry, &found));
        }
        if (!found)
                return fail(task_arena(t), ERR_NOT_FOUND, "no such receipt");
        reply_header(t, "Content-Disposition",
                     ARENA_JOIN(task_arena(t), STR("attachment; filename=\"baygate-receipt-"), str_head(id, 8),
                                STR(".jwt\"")));
        reply_body(t, 200, "application/jwt", entry.receipt);
        return OK;
}

/* ---- ending something ---- */

static result withdraw_consent(struct task *t, const struct account *account, const struct ledger_entry *entry)
{
        return withdrawal_of_consent(t, &account->identity, entry);
}

static result undo_binding(struct task *t, const struct account *account, const struct ledger_entry *entry)
{
        return withdrawal_of_binding(t, &account->identity, entry);
}

static result end_session(struct task *t, const struct account *account, const struct ledger_entry *entry)
{
        return withdrawal_of_listed_session(t, &account->identity, entry);
}

static result end_all_sessions(struct task *t, const struct account *account, const struct ledger_entry *entry)
{
        (void)entry;
        return withdrawal_of_all_sessions(t, &account->identity);
}

static const struct act {
        const char *name;
        enum ledger_kind kind; /* 0: no entry in particular */
        result (*carry_out)(struct task *t, const struct account *account, const struct ledger_entry *entry);
} acts[] = {
        { "withdraw", LEDGER_CONSENT, withdraw_consent },
        { "unbind", LEDGER_BINDING, undo_binding },
        { "end", LEDGER_SESSION, end_session },
        { "end-all", 0, end_all_sessions },
        { NULL },
};

static const struct act *find_act(struct str name)
{
        const struct act *act = acts;

        while (act->name && !str_is(name, act->name))
                act++;
        return act->name ? act : NULL;
}

static result ask(struct task *t, const struct call *call, const struct account *account,
                  const struct ledger_entry *entry)
{
        struct arena *a = task_arena(t);
        json_t *c = json_new_object(a);
        struct str path = ARENA_JOIN(a, STR("/account/"), call->values[0], STR("/"), call->values[1]);

        json_put_str(c, "act", call->values[0]);
        json_put_str(c, "csrf", form_token(t, account));
        json_put_str(c, "action", ARENA_JOIN(a, path, STR("?lang="), account->language));
        json_put_str(c, "lang_url", ARENA_JOIN(a, path, STR("?lang=")));
        json_put_str(c, "back_url", ARENA_JOIN(a, STR("/account?lang="), account->language));
        if (entry->kind)
                json_put_str(c, "title", account_entry_title(t, account, entry));
        return answer_page(t, &(struct answer_page){ .name = "account-act", .language = account->language, .context = c });
}

static result show_overview(struct task *t, const struct account *account)
{
        reply_redirect(t, ARENA_JOIN(task_arena(t), STR("/account?lang="), account->language));
        return OK;
}

/* Back to the overview, unless the act has ended the session that this browser had. */
static result show_done(struct task *t, const struct call *call, const struct account *account)
{
        struct session session;
        bool found;

        TRY(session_find(t, account->session.key, &session, &found));
        if (found) {
                reply_redirect(t, ARENA_JOIN(task_arena(t), STR("/account?done="), call->values[0], STR("&proof="),
                                             done_proof(t, account), STR("&lang="), account->language));
                return OK;
        }
        answer_cookie(t, &(struct answer_cookie){ .name = FLOW_SESSION_COOKIE });
        return answer_page(t, &(struct answer_page){ .name = "signed-out", .language = account->language });
}

/* The way back to this page. */
static struct str own_state(struct task *t, const struct call *call, const struct account *account)
{
        return ARENA_JOIN(task_arena(t), account->language, STR("/"), call->values[0], STR("/"), call->values[1]);
}

/* A login that is too old is repeated, once: a source that keeps its own session may hand out the old one again. */
static result freshen(struct task *t, const struct call *call, const struct account *account)
{
        if (params_has(&call->query, "again"))
                return fail(task_arena(t), ERR_LOGIN_REQUIRED, "the source does not sign in afresh");
        return sign_in(t, account->language, own_state(t, call, account), account->identity.assertion.source);
}

result account_act_endpoint(struct task *t, const struct call *call)
{
        const struct act *act = find_act(call->values[0]);
        struct ledger_entry entry;
        struct account account;
        struct person person;
        bool found;

        if (!is_word(call->values[0]) || !is_word(call->values[1]))
                return fail(task_arena(t), ERR_NOT_FOUND, "no such page");
        TRY(find_account(t, call, &account, &found));
        if (!found)
                return sign_in(t, account.language, own_state(t, call, &account), (struct str){ 0 });
        if (str_is(call->values[0], "receipt") && call->method != METHOD_POST)
                return send_receipt(t, &account, call->values[1]);
        if (!act)
                return fail(task_arena(t), ERR_NOT_FOUND, "no such act");
        if (call->method == METHOD_POST && !str_eq_secret(params_get(&call->params, "csrf"), form_token(t, &account)))
                return fail(task_arena(t), ERR_FLOW_FOREIGN, "csrf token wrong or missing");
        if (!is_fresh(t, &account))
                return freshen(t, call, &account);
        person = identity_person(&account.identity);
        entry = (struct ledger_entry){ .kind = act->kind, .id = call->values[1] };
        if (act->kind)
                TRY(ledger_get(t, &person, &entry, &found));
        if (!found) /* ended already, perhaps in another tab; or it is somebody else's */
                return show_overview(t, &account);
        if (call->method != METHOD_POST)
                return ask(t, call, &account, &entry);
        TRY(act->carry_out(t, &account, &entry));
        return show_done(t, call, &account);
}
