/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The end of a login, on a real store: which session it leads to and what becomes of the one that the browser had, that
 * the ledger has it all, and that nothing is issued on what was ended meanwhile. */
#include "fixed_gateway.h"

#include "authorization_code.h"
#include "login.h"
#include "session.h"

static const struct params no_params;
static const struct person hk = { { "hk", 2 }, { "hk-1", 4 } }, cn = { { "cn", 2 }, { "cn-1", 4 } };

/* The public client, as far as consent, which is given. */
static result reach_consent(struct task *t, const char *source, struct interaction *ret_interaction)
{
        struct authorization_request request;
        struct str cookie, url;
        TRY(fixed_request(t, FIXED_APP_REQUEST, &request));
        *ret_interaction = login_new(t, &request, STR("en"), &cookie);
        TRY(login_leave(t, ret_interaction, str_from(source), &url));
        TRY(login_return(t, ret_interaction, &no_params));
        return login_allow(t, ret_interaction, &no_params);
}

/* In a browser that has this cookie. */
static result log_in(struct task *t, const char *source, struct str cookie, struct login_done *ret_done)
{
        struct interaction i;
        TRY(reach_consent(t, source, &i));
        return login_finish(t, &i, cookie, ret_done);
}

static struct str code_in(struct str url)
{
        struct str rest = str_from_index(url, str_find(url, '=') + 1);

        return str_head(rest, str_find(rest, '&'));
}

static size_t count_of(struct task *t, const struct person *person, enum ledger_kind kind)
{
        struct ledger_entry *entries;
        size_t count = 99;
        ignore_failure(ledger_list(t, person, kind, &entries, &count), "the count is wrong then");
        return count;
}

IN_TASK(test_entered)
{
        struct authorization_code code;
        struct ledger_entry *entries;
        struct session session;
        struct login_done done;
        size_t count;
        bool found;
        task_ok(log_in(t, "hk", (struct str){ 0 }, &done));
        task_ok(session_get(t, done.session_cookie, &session, &found));
        task_expect(found && session.expires_at == done.session_expires_at);
        task_ok(ledger_list(t, &hk, LEDGER_SESSION, &entries, &count));
        task_expect(count == 1 && str_eq(entries[0].id, session.id) && str_eq(entries[0].key, session.key));
        task_expect(entries[0].until == session.expires_at && entries[0].binding.len == 0);
        task_ok(ledger_list(t, &hk, LEDGER_GRANT, &entries, &count));
        task_expect(count == 1 && str_is(entries[0].client_id, "app") && str_eq(entries[0].session, session.id));
        task_expect(entries[0].direction.len == 0); /* nothing has crossed yet */
        task_expect(str_eq(entries[0].id, authorization_code_grant_id(task_arena(t), code_in(done.url))));
        task_ok(authorization_code_take(t, code_in(done.url), &code));
        task_expect(str_eq(code.session, session.id) && entries[0].until > code.expires_at);
}

/* The same person's session goes on under a new cookie, which is all that changes for whoever holds its id. */
IN_TASK(test_session_goes_on)
{
        struct login_done first, second;
        struct session before, after;
        bool found;
        task_ok(log_in(t, "hk", (struct str){ 0 }, &first));
        task_ok(session_get(t, first.session_cookie, &before, &found));
        task_expect(found);
        task_ok(log_in(t, "hk", first.session_cookie, &second));
        task_expect(!str_eq(first.session_cookie, second.session_cookie));
        task_ok(session_get(t, second.session_cookie, &after, &found));
        task_expect(found && str_eq(after.id, before.id) && !str_eq(after.key, before.key));
        task_ok(session_get(t, first.session_cookie, &before, &found));
        task_expect(!found); /* the old cookie is worth nothing */
        task_expect(count_of(t, &hk, LEDGER_SESSION) == 1 && count_of(t, &hk, LEDGER_GRANT) == 2);
        task_expect(str_holds(second.url, "code="));
}

IN_TASK(test_another_persons_session_ends)
{
        struct login_done first, second;
        struct ledger_entry *entries;
        struct session session;
        size_t count;
        bool found;
        task_ok(log_in(t, "hk", (struct str){ 0 }, &first));
        task_ok(log_in(t, "cn", first.session_cookie, &second));
        task_ok(session_get(t, first.session_cookie, &session, &found));
        task_expect(!found && count_of(t, &hk, LEDGER_SESSION) == 0);
        task_ok(ledger_list(t, &hk, LEDGER_GRANT, &entries, &count));
        task_expect(count == 1 && entries[0].until <= clock_now()); /* and what was given in it is revoked */
        task_ok(session_get(t, second.session_cookie, &session, &found));
        task_expect(found && count_of(t, &cn, LEDGER_SESSION) == 1);
}

/* A cookie that leads to no session is a stranger's. */
IN_TASK(test_unknown_cookie)
{
        const struct str unknown = STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        struct session session;
        struct login_done done;
        bool found;
        task_ok(log_in(t, "hk", unknown, &done));
        task_expect(!str_eq(done.session_cookie, unknown));
        task_ok(session_get(t, unknown, &session, &found));
        task_expect(!found); /* nobody chooses another's cookie for them */
        task_ok(log_in(t, "hk", STR("short"), &done));
        task_expect(done.session_cookie.len == 43);
}

/* A request that a session answers, after that session has ended: by its record, or by its entry. */
IN_TASK(test_ended_meanwhile)
{
        for (int by_entry = 0; by_entry < 2; by_entry++) {
                struct interaction i;
                struct login_done done, answer;
                struct session session;
                bool found;
                task_ok(log_in(t, "hk", (struct str){ 0 }, &done));
                task_ok(session_get(t, done.session_cookie, &session, &found));
                task_expect(found);
                task_ok(reach_consent(t, "hk", &i));
                i.session = session.id;
                task_ok(interaction_put(t, &i));
                task_ok(login_session(t, done.session_cookie, &session, &found));
                task_expect(found);
                if (by_entry)
                        task_ok(ledger_drop(t, &hk, &(struct ledger_entry){ .kind = LEDGER_SESSION, .id = session.id }));
                else
                        task_ok(session_drop(t, session.key));
                session.id = STR("untouched");
                task_ok(login_session(t, done.session_cookie, &session, &found));
                task_expect(!found && str_is(session.id, "untouched"));
                task_ok(login_finish(t, &i, done.session_cookie, &answer));
                task_expect(str_holds(answer.url, "error=login_required") && !str_holds(answer.url, "code="));
                task_expect(answer.session_cookie.len == 0);
                task_error(login_finish(t, &i, done.session_cookie, &answer), ERR_FLOW_UNKNOWN);
        }
}

/* While it stands, the session answers as often as it is asked. */
IN_TASK(test_answered_by_the_session)
{
        struct interaction i;
        struct login_done done, answer;
        struct session session;
        bool found;
        task_ok(log_in(t, "hk", (struct str){ 0 }, &done));
        task_ok(session_get(t, done.session_cookie, &session, &found));
        task_expect(found);
        task_ok(reach_consent(t, "hk", &i));
        i.session = session.id;
        task_ok(interaction_put(t, &i));
        task_ok(login_finish(t, &i, done.session_cookie, &answer));
        task_expect(str_holds(answer.url, "code=") && answer.session_cookie.len == 0);
        task_ok(session_get(t, done.session_cookie, &session, &found));
        task_expect(found && count_of(t, &hk, LEDGER_SESSION) == 1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_entered),
                cmocka_unit_test(test_session_goes_on),
                cmocka_unit_test(test_another_persons_session_ends),
                cmocka_unit_test(test_unknown_cookie),
                cmocka_unit_test(test_ended_meanwhile),
                cmocka_unit_test(test_answered_by_the_session),
        };
        return cmocka_run_group_tests(tests, fixed_group_setup, fixed_group_teardown);
}
