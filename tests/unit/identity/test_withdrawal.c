/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Ending what stands in a person's name, on a real store: what goes with it and what stays, of both sides of a binding;
 * that codes on their way give nothing; and that what failed half-way can be repeated until it is whole. */
#include "fixed_gateway.h"

#include "access_grant.h"
#include "authorization_code.h"
#include "binding.h"
#include "consent.h"
#include "login.h"
#include "withdrawal.h"

static const struct params no_params;
static const struct person hk = { { "hk", 2 }, { "hk-1", 4 } }, cn = { { "cn", 2 }, { "cn-1", 4 } };

#define PORTAL FIXED_REQUEST
#define APP FIXED_APP_REQUEST

/* What a login has given. */
struct login_given {
        struct identity identity;
        struct session session;
        struct str cookie, code;
        struct str grant; /* id */
};

static struct str code_in(struct str url)
{
        struct str rest = str_from_index(url, str_find(url, '=') + 1);

        return str_head(rest, str_find(rest, '&'));
}

/* To a source and back. */
static result visit(struct task *t, struct interaction *i, const char *source)
{
        struct str url;
        TRY(login_leave(t, i, str_from(source), &url));
        return login_return(t, i, &no_params);
}

/* From the client's request as far as consent, which is given; with the ceremony where it is needed. */
static result reach_consent(struct task *t, const char *query, const char *source, struct interaction *ret_interaction)
{
        struct authorization_request request;
        struct str cookie;
        TRY(fixed_request(t, query, &request));
        *ret_interaction = login_new(t, &request, STR("en"), &cookie);
        TRY(visit(t, ret_interaction, source));
        if (ret_interaction->step == STEP_EXPLAIN) {
                TRY(visit(t, ret_interaction, str_is(str_from(source), "hk") ? "cn" : "hk"));
                TRY(login_bind(t, ret_interaction));
        }
        return login_allow(t, ret_interaction, &no_params);
}

static result finish(struct task *t, const struct interaction *i, struct login_given *ret_given)
{
        struct login_done done;
        bool found;
        TRY(login_finish(t, i, (struct str){ 0 }, &done));
        ret_given->identity = identity_parse(i->identity);
        ret_given->cookie = done.session_cookie;
        ret_given->code = code_in(done.url);
        ret_given->grant = authorization_code_grant_id(task_arena(t), ret_given->code);
        TRY(session_get(t, done.session_cookie, &ret_given->session, &found));
        return found ? OK : fail(task_arena(t), ERR_SERVER_ERROR, "no session");
}

static result log_in(struct task *t, const char *query, const char *source, struct login_given *ret_given)
{
        struct interaction i;
        TRY(reach_consent(t, query, source, &i));
        return finish(t, &i, ret_given);
}

/* Whether the code's tokens would be given, as the token endpoint does it, and be good. */
static bool gives_tokens(struct task *t, const struct login_given *given)
{
        struct access_grant grant = {
                .id = given->grant, .client_id = STR("any"), .subject = STR("s"), .expires_at = clock_now() + 60,
        };
        return is_ok(access_grant_put_new(t, &grant)) && is_ok(access_grant_get(t, given->grant, &grant));
}

static bool has_session(struct task *t, const struct login_given *given)
{
        struct session session;
        bool found = false;
        return is_ok(session_get(t, given->cookie, &session, &found)) && found;
}

static bool has_binding(struct task *t)
{
        struct binding binding;
        bool found = false;
        const struct binding_side side = { hk.source, hk.subject };
        return is_ok(binding_get(t, &side, cn.source, &binding, &found)) && found;
}

/* The only entry of this kind, or the one of this client. */
static result entry_of(struct task *t, const struct person *person, enum ledger_kind kind, const char *client_id,
                       struct ledger_entry *ret_entry)
{
        struct ledger_entry *entries;
        size_t count;
        TRY(ledger_list(t, person, kind, &entries, &count));
        for (size_t i = 0; i < count; i++)
                if (!client_id || str_is(entries[i].client_id, client_id)) {
                        *ret_entry = entries[i];
                        return OK;
                }
        return fail(task_arena(t), ERR_NOT_FOUND, "no entry");
}

static size_t count_of(struct task *t, const struct person *person, enum ledger_kind kind)
{
        struct ledger_entry *entries;
        size_t count = 99;
        ignore_failure(ledger_list(t, person, kind, &entries, &count), "the count is wrong then");
        return count;
}

static result needs_consent(struct task *t, const char *query, const char *source, bool *ret_needed)
{
        struct authorization_request request;
        struct interaction i;
        struct str cookie;
        TRY(fixed_request(t, query, &request));
        i = login_new(t, &request, STR("en"), &cookie);
        TRY(visit(t, &i, source));
        return login_needs_consent(t, &i, ret_needed);
}

/* ---- a session ---- */

IN_TASK(test_session)
{
        struct login_given one, other;
        task_ok(log_in(t, APP, "hk", &one));
        task_ok(log_in(t, APP, "hk", &other));
        task_expect(count_of(t, &hk, LEDGER_SESSION) == 2);
        task_expect(gives_tokens(t, &one) && gives_tokens(t, &other));
        task_ok(withdrawal_of_session(t, &one.session, STR("app")));
        task_expect(!has_session(t, &one) && has_session(t, &other));
        struct access_grant grant;
        task_error(access_grant_get(t, one.grant, &grant), ERR_INVALID_TOKEN);
        task_ok(access_grant_get(t, other.grant, &grant));
        task_expect(count_of(t, &hk, LEDGER_SESSION) == 1);
        task_expect(count_of(t, &hk, LEDGER_CONSENT) == 1); /* the consent stays */
        task_expect(count_of(t, &hk, LEDGER_GRANT) == 2);   /* the list of what was given too */
        task_ok(withdrawal_of_session(t, &one.session, STR("app"))); /* twice is as once */
        task_expect(has_session(t, &other));
}

IN_TASK(test_listed_session)
{
        struct ledger_entry entry;
        struct login_given given;
        task_ok(log_in(t, APP, "hk", &given));
        task_ok(entry_of(t, &hk, LEDGER_SESSION, NULL, &entry));
        task_expect(str_eq(entry.id, given.session.id) && str_eq(entry.key, given.session.key));
        task_ok(session_drop(t, entry.key)); /* as after a failure half-way: the entry is there, the session is not */
        task_ok(withdrawal_of_listed_session(t, &given.identity, &entry));
        task_expect(!gives_tokens(t, &given) && count_of(t, &hk, LEDGER_SESSION) == 0);
}

/* A code that was issued before gives nothing after, and no new one is issued while a page stood open. */
IN_TASK(test_codes_of_a_session)
{
        struct interaction waiting;
        struct login_given given;
        struct login_done done;
        task_ok(log_in(t, APP, "hk", &given));
        task_ok(reach_consent(t, APP, "hk", &waiting));
        waiting.session = given.session.id; /* the request is answered by the session that there is */
        task_ok(interaction_put(t, &waiting));
        task_ok(withdrawal_of_session(t, &given.session, STR("app")));
        task_expect(!gives_tokens(t, &given));
        task_ok(login_finish(t, &waiting, given.cookie, &done));
        task_expect(str_holds(done.url, "error=login_required") && !str_holds(done.url, "code="));
        task_expect(done.session_cookie.len == 0);
}

/* ---- a consent ---- */

IN_TASK(test_consent)
{
        struct login_given app, portal;
        struct ledger_entry entry;
        bool needed = false;
        task_ok(log_in(t, APP, "hk", &app));
        task_ok(log_in(t, PORTAL, "hk", &portal));
        task_expect(gives_tokens(t, &portal));
        task_ok(entry_of(t, &hk, LEDGER_CONSENT, "portal", &entry));
        task_ok(withdrawal_of_consent(t, &portal.identity, &entry));
        struct access_grant grant;
        task_error(access_grant_get(t, portal.grant, &grant), ERR_INVALID_TOKEN);
        task_expect(gives_tokens(t, &app)); /* another service keeps what it has */
        task_expect(count_of(t, &hk, LEDGER_CONSENT) == 1);
        task_expect(has_session(t, &app) && has_session(t, &portal) && has_binding(t));
        task_ok(needs_consent(t, PORTAL, "hk", &needed));
        task_expect(needed);
        task_ok(needs_consent(t, APP, "hk", &needed));
        task_expect(!needed);
}

/* A login from the other account of a binding is the same person to the service: the consent is one. */
IN_TASK(test_consent_of_both_accounts)
{
        struct login_given here, there;
        struct ledger_entry entry;
        bool needed = false;
        task_ok(log_in(t, PORTAL, "hk", &here));
        task_ok(log_in(t, PORTAL, "cn", &there));
        task_expect(gives_tokens(t, &here) && gives_tokens(t, &there));
        task_ok(entry_of(t, &hk, LEDGER_CONSENT, "portal", &entry));
        task_ok(withdrawal_of_consent(t, &here.identity, &entry));
        struct access_grant grant;
        task_error(access_grant_get(t, here.grant, &grant), ERR_INVALID_TOKEN);
        task_error(access_grant_get(t, there.grant, &grant), ERR_INVALID_TOKEN);
        task_ok(needs_consent(t, PORTAL, "cn", &needed));
        task_expect(needed);
}

IN_TASK(test_consent_while_a_page_is_open)
{
        struct interaction waiting;
        struct ledger_entry entry;
        struct login_done done;
        task_ok(reach_consent(t, APP, "hk", &waiting));
        struct identity identity = identity_parse(waiting.identity);
        task_ok(entry_of(t, &hk, LEDGER_CONSENT, "app", &entry));
        task_ok(withdrawal_of_consent(t, &identity, &entry));
        task_ok(login_finish(t, &waiting, (struct str){ 0 }, &done));
        task_expect(str_holds(done.url, "error=consent_required") && !str_holds(done.url, "code="));
}

/* Its client may have been taken out of the settings meanwhile. */
IN_TASK(test_consent_of_a_client_that_is_gone)
{
        struct identity identity = identity_of(t, &said.hk);
        const struct consent consent = { .subject = STR("p-1"), .client_id = STR("gone"), .given_at = clock_now() };
        const struct ledger_entry entry = {
                .kind = LEDGER_CONSENT, .id = consent_id(t, &consent), .client_id = STR("gone"), .key = STR("p-1"),
        };
        struct consent kept = consent;
        bool found = true;
        task_ok(consent_put(t, &consent));
        task_ok(ledger_put(t, &hk, &entry));
        task_ok(withdrawal_of_consent(t, &identity, &entry));
        task_ok(consent_get(t, INT64_MAX / 2, &kept, &found));
        task_expect(!found && count_of(t, &hk, LEDGER_CONSENT) == 0);
}

/* ---- a binding ---- */

IN_TASK(test_binding)
{
        struct login_given app, portal;
        struct ledger_entry entry, back;
        task_ok(log_in(t, APP, "hk", &app)); /* which rests on no binding */
        task_ok(log_in(t, PORTAL, "hk", &portal));
        task_expect(gives_tokens(t, &portal) && has_binding(t));
        task_ok(entry_of(t, &hk, LEDGER_BINDING, NULL, &entry));
        task_ok(entry_of(t, &cn, LEDGER_BINDING, NULL, &back));
        task_expect(str_eq(entry.id, back.id) && str_is(entry.key, "cn") && str_is(entry.subject, "cn-1"));
        task_expect(str_is(back.key, "hk") && str_is(back.subject, "hk-1") && str_eq(entry.receipt, back.receipt));
        task_ok(withdrawal_of_binding(t, &portal.identity, &entry));
        struct access_grant grant;
        task_error(access_grant_get(t, portal.grant, &grant), ERR_INVALID_TOKEN);
        task_expect(!has_binding(t) && !has_session(t, &portal));
        task_expect(gives_tokens(t, &app) && has_session(t, &app));
        task_expect(count_of(t, &hk, LEDGER_BINDING) == 0 && count_of(t, &cn, LEDGER_BINDING) == 0);
        task_expect(count_of(t, &hk, LEDGER_CONSENT) == 2);
}

/* Whoever has one of the two accounts ends what the other has given, too. */
IN_TASK(test_binding_from_the_other_side)
{
        const struct identity other = identity_of(t, &said.cn);
        struct ledger_entry entry;
        struct login_given given;
        task_ok(log_in(t, PORTAL, "hk", &given));
        task_ok(entry_of(t, &cn, LEDGER_BINDING, NULL, &entry));
        task_ok(withdrawal_of_binding(t, &other, &entry));
        task_expect(!has_binding(t) && !has_session(t, &given) && !gives_tokens(t, &given));
        task_expect(count_of(t, &hk, LEDGER_BINDING) == 0 && count_of(t, &cn, LEDGER_BINDING) == 0);
}

IN_TASK(test_binding_while_a_page_is_open)
{
        struct interaction waiting;
        struct ledger_entry entry;
        struct login_done done;
        task_ok(reach_consent(t, PORTAL, "hk", &waiting));
        struct identity identity = identity_parse(waiting.identity);
        task_ok(entry_of(t, &hk, LEDGER_BINDING, NULL, &entry));
        task_ok(withdrawal_of_binding(t, &identity, &entry));
        task_ok(login_finish(t, &waiting, (struct str){ 0 }, &done));
        task_expect(str_holds(done.url, "error=login_required") && !str_holds(done.url, "code="));
}

/* An entry that outlived its binding takes what rests on it along, but not the binding made since. */
IN_TASK(test_binding_that_was_made_anew)
{
        struct login_given given;
        struct ledger_entry entry, stale;
        task_ok(log_in(t, PORTAL, "hk", &given));
        task_ok(entry_of(t, &hk, LEDGER_BINDING, NULL, &entry));
        stale = entry;
        stale.id = STR("an-old-one");
        task_ok(ledger_put(t, &hk, &stale));
        task_ok(withdrawal_of_binding(t, &given.identity, &stale));
        task_expect(has_binding(t) && has_session(t, &given) && gives_tokens(t, &given));
        task_ok(entry_of(t, &hk, LEDGER_BINDING, NULL, &entry));
        task_expect(!str_eq(entry.id, stale.id));
}

/* ---- what fails half-way ---- */

/* The person's entries can't be read: a key of another type stands where the ledger of what passes is. */
static result spoil_ledger(struct task *t, bool spoiled)
{
        static const struct store_script spoil = {
                "for _, k in ipairs(redis.call('KEYS', 'bg:person:*')) do redis.call('RENAME', k, 'x' .. k) "
                "redis.call('SET', k, 'spoiled', 'EX', 60) end return ''",
        };
        static const struct store_script mend = {
                "for _, k in ipairs(redis.call('KEYS', 'xbg:person:*')) do redis.call('RENAME', k, string.sub(k, 2)) end "
                "return ''",
        };
        struct str ignored;
        return store_eval(t, &(struct store_call){ .script = spoiled ? &spoil : &mend }, &ignored);
}

IN_TASK(test_consent_is_withdrawn_in_the_end)
{
        struct ledger_entry entry;
        struct login_given given;
        task_ok(log_in(t, PORTAL, "hk", &given));
        task_ok(entry_of(t, &hk, LEDGER_CONSENT, NULL, &entry));
        task_ok(spoil_ledger(t, true));
        task_error(withdrawal_of_consent(t, &given.identity, &entry), ERR_SERVER_ERROR);
        task_ok(spoil_ledger(t, false));
        task_ok(entry_of(t, &hk, LEDGER_CONSENT, NULL, &entry)); /* it is there to be tried again */
        task_ok(withdrawal_of_consent(t, &given.identity, &entry));
        task_expect(!gives_tokens(t, &given) && count_of(t, &hk, LEDGER_CONSENT) == 0);
}

IN_TASK(test_binding_is_undone_in_the_end)
{
        struct ledger_entry entry;
        struct login_given given;
        task_ok(log_in(t, PORTAL, "hk", &given));
        task_ok(entry_of(t, &hk, LEDGER_BINDING, NULL, &entry));
        task_ok(spoil_ledger(t, true));
        task_error(withdrawal_of_binding(t, &given.identity, &entry), ERR_SERVER_ERROR);
        task_expect(!has_binding(t)); /* the thing itself first */
        task_ok(spoil_ledger(t, false));
        task_ok(entry_of(t, &hk, LEDGER_BINDING, NULL, &entry));
        task_ok(withdrawal_of_binding(t, &given.identity, &entry));
        task_expect(!gives_tokens(t, &given) && !has_session(t, &given));
        task_expect(count_of(t, &hk, LEDGER_BINDING) == 0 && count_of(t, &cn, LEDGER_BINDING) == 0);
}

IN_TASK(test_session_is_ended_in_the_end)
{
        struct ledger_entry entry;
        struct login_given given;
        task_ok(log_in(t, APP, "hk", &given));
        task_ok(entry_of(t, &hk, LEDGER_SESSION, NULL, &entry));
        task_ok(spoil_ledger(t, true));
        task_error(withdrawal_of_listed_session(t, &given.identity, &entry), ERR_SERVER_ERROR);
        task_expect(!has_session(t, &given));
        task_ok(spoil_ledger(t, false));
        task_ok(entry_of(t, &hk, LEDGER_SESSION, NULL, &entry));
        task_ok(withdrawal_of_listed_session(t, &given.identity, &entry));
        task_expect(!gives_tokens(t, &given) && count_of(t, &hk, LEDGER_SESSION) == 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_session),
                cmocka_unit_test(test_listed_session),
                cmocka_unit_test(test_codes_of_a_session),
                cmocka_unit_test(test_consent),
                cmocka_unit_test(test_consent_of_both_accounts),
                cmocka_unit_test(test_consent_while_a_page_is_open),
                cmocka_unit_test(test_consent_of_a_client_that_is_gone),
                cmocka_unit_test(test_binding),
                cmocka_unit_test(test_binding_from_the_other_side),
                cmocka_unit_test(test_binding_while_a_page_is_open),
                cmocka_unit_test(test_binding_that_was_made_anew),
                cmocka_unit_test(test_consent_is_withdrawn_in_the_end),
                cmocka_unit_test(test_binding_is_undone_in_the_end),
                cmocka_unit_test(test_session_is_ended_in_the_end),
        };
        return cmocka_run_group_tests(tests, fixed_group_setup, fixed_group_teardown);
}
