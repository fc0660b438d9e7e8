/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The refresh token grant on a real store: who gets refresh tokens, what they give, and what ends them. RFC 6749 (6),
 * RFC 9700 (4.14.2), OpenID Connect Core 1.0 (11, 12). */
#include "granted.h"

#include "token_handle.h"

#define SCOPE STR("openid profile")
#define AWAY STR("openid offline_access")
#define AGREED STR("name:value offline_access:value")

/* As the settings would say. */
static void let_refresh(struct task *t, enum refresh_rule rule)
{
        granted_client(t, "portal")->refresh = rule;
        granted_client(t, "portal")->access_token_format = TOKEN_FORMAT_JWT;
        granted_client(t, "portal")->acr_minimum = (struct str){ 0 };
}

static result refresh_as(struct task *t, const char *client_id, struct str token, const char *rest, json_t **ret_response)
{
        struct arena *a = task_arena(t);
        struct params params;
        TRY(params_parse(a, ARENA_JOIN(a, STR("refresh_token="), token, str_from(rest)), &params));
        return refresh_token_grant(t, granted_client(t, client_id), &params, ret_response);
}

static result refresh(struct task *t, const json_t *tokens, json_t **ret_response)
{
        return refresh_as(t, "portal", json_str(tokens, "refresh_token"), "", ret_response);
}

IN_TASK(test_who_gets_refresh_tokens)
{
        static const struct {
                enum refresh_rule rule;
                const char *scope, *fields, *given;
                bool refreshable;
        } cases[] = {
                { REFRESH_NONE, "openid profile", "offline_access:value", "openid profile", false },
                { REFRESH_SESSION, "openid profile", "", "openid profile", true },
                { REFRESH_SESSION, "openid offline_access", "offline_access:value", "openid", true },
                { REFRESH_OFFLINE, "openid offline_access", "offline_access:value", "openid offline_access", true },
                { REFRESH_OFFLINE, "openid offline_access", "name:value", "openid", false },
                { REFRESH_OFFLINE, "openid profile", "offline_access:value", "openid profile", false },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                json_t *tokens;
                let_refresh(t, cases[i].rule);
                task_ok(granted_tokens(t, str_from(cases[i].scope), str_from(cases[i].fields), &tokens));
                task_expect((json_str(tokens, "refresh_token").len > 0) == cases[i].refreshable);
                task_expect(str_is(json_str(tokens, "scope"), cases[i].given));
        }
}

IN_TASK(test_rotation)
{
        json_t *first, *second, *third, *retry;
        let_refresh(t, REFRESH_SESSION);
        task_ok(granted_tokens(t, SCOPE, STR(""), &first));
        task_ok(refresh(t, first, &second));
        task_expect(!str_eq(json_str(first, "refresh_token"), json_str(second, "refresh_token")));
        task_expect(!str_eq(json_str(first, "access_token"), json_str(second, "access_token")));
        task_expect(json_str(second, "id_token").len > 0 && json_int(second, "expires_in", 0) == 600);
        store_fixture_shift(f, 9);
        task_ok(refresh(t, first, &retry));
        task_expect(str_eq(json_str(retry, "refresh_token"), json_str(second, "refresh_token")));
        task_ok(refresh(t, second, &third));
        task_expect_sealed(t, arena_cstr(task_arena(t), json_str(third, "refresh_token")), "portal");
}

static result grant_of(struct task *t, const json_t *tokens, struct access_grant *ret_grant)
{
        struct token_handle handle;
        if (!token_handle_read(task_arena(t), gateway_of(t)->state, TOKEN_HANDLE_REFRESH, json_str(tokens, "refresh_token"),
                               &handle))
                return fail(task_arena(t), ERR_MALFORMED, "no refresh token");
        return access_grant_get(t, handle.grant, ret_grant);
}

IN_TASK(test_reuse_after_the_grace)
{
        struct access_grant grant;
        json_t *first, *second, *none = NULL;
        let_refresh(t, REFRESH_SESSION);
        task_ok(granted_tokens(t, SCOPE, STR(""), &first));
        task_ok(refresh(t, first, &second));
        task_ok(grant_of(t, second, &grant));
        store_fixture_shift(f, 12);
        task_error(refresh(t, first, &none), ERR_INVALID_GRANT);
        task_error(grant_of(t, second, &grant), ERR_INVALID_TOKEN);
        task_error(refresh(t, second, &none), ERR_INVALID_GRANT);
        task_expect(!none);
}

IN_TASK(test_reuse_after_the_successor_was_used)
{
        struct access_grant grant;
        json_t *first, *second, *third, *none = NULL;
        let_refresh(t, REFRESH_SESSION);
        task_ok(granted_tokens(t, SCOPE, STR(""), &first));
        task_ok(refresh(t, first, &second));
        task_ok(refresh(t, second, &third));
        task_error(refresh(t, first, &none), ERR_INVALID_GRANT);
        task_error(grant_of(t, third, &grant), ERR_INVALID_TOKEN);
        task_expect(!none);
}

/* What is wrong with a request neither uses the token nor ends the grant. */
IN_TASK(test_refused)
{
        static const struct {
                const char *client_id, *rest;
                const struct error *error;
        } cases[] = {
                { "plain", "", &ERR_INVALID_GRANT },
                { "app", "", &ERR_INVALID_GRANT },
                { "portal", "x", &ERR_INVALID_GRANT },
                { "portal", "&scope=openid+email", &ERR_INVALID_SCOPE },
                { "portal", "&scope=openid++profile", &ERR_INVALID_SCOPE },
                { "portal", "&scope=+", &ERR_INVALID_SCOPE },
                { "portal", "&resource=https%3A%2F%2Fapi.example%2Fitem", &ERR_INVALID_TARGET },
        };
        json_t *tokens, *none = NULL;
        let_refresh(t, REFRESH_SESSION);
        granted_client(t, "plain")->refresh = granted_client(t, "app")->refresh = REFRESH_SESSION;
        task_ok(granted_tokens(t, SCOPE, STR(""), &tokens));
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
                task_expect_result(refresh_as(t, cases[i].client_id, json_str(tokens, "refresh_token"), cases[i].rest, &none),
                                   cases[i].error);
        task_error(refresh_as(t, "portal", STR(""), "", &none), ERR_INVALID_REQUEST);
        task_error(refresh_as(t, "portal", STR("bgr.x.0.0.x"), "", &none), ERR_INVALID_GRANT);
        task_error(refresh_as(t, "portal", json_str(tokens, "access_token"), "", &none), ERR_INVALID_GRANT);
        task_expect(!none);
        store_fixture_shift(f, 60); /* past the grace, had one of these used it */
        task_ok(refresh(t, tokens, &none));
}

IN_TASK(test_other_settings)
{
        json_t *session, *offline, *none = NULL;
        let_refresh(t, REFRESH_SESSION);
        task_ok(granted_tokens(t, SCOPE, STR(""), &session));
        let_refresh(t, REFRESH_OFFLINE);
        task_ok(granted_tokens(t, AWAY, AGREED, &offline));
        task_error(refresh(t, session, &none), ERR_INVALID_GRANT);
        let_refresh(t, REFRESH_SESSION);
        task_error(refresh(t, offline, &none), ERR_INVALID_GRANT);
        let_refresh(t, REFRESH_NONE);
        task_error(refresh(t, session, &none), ERR_UNAUTHORIZED_CLIENT);
        let_refresh(t, REFRESH_SESSION);
        granted_client(t, "portal")->acr_minimum = STR("nothing reaches this");
        task_error(refresh(t, session, &none), ERR_INVALID_GRANT);
        granted_client(t, "portal")->acr_minimum = STR("high");
        task_ok(refresh(t, session, &none));
        let_refresh(t, REFRESH_SESSION);
}

IN_TASK(test_ends)
{
        json_t *session, *offline, *none = NULL;
        let_refresh(t, REFRESH_SESSION);
        task_ok(granted_tokens(t, SCOPE, STR(""), &session));
        store_fixture_shift(f, 3590);
        task_ok(refresh(t, session, &session));
        task_expect(json_int(session, "expires_in", 0) <= 10);
        store_fixture_shift(f, 3601);
        task_error(refresh(t, session, &none), ERR_INVALID_GRANT);
        let_refresh(t, REFRESH_OFFLINE);
        task_ok(granted_tokens(t, AWAY, AGREED, &offline));
        store_fixture_shift(f, 3600 + 86400);
        task_ok(refresh(t, offline, &offline));
        store_fixture_shift(f, 3600 + 2 * 86400 + 2);
        task_error(refresh(t, offline, &none), ERR_INVALID_GRANT);
        task_expect(!none);
}

/* A code whose session has just ended gives nothing. */
IN_TASK(test_a_code_of_a_session_that_ended)
{
        struct params params;
        json_t *none = NULL;
        struct str code;
        let_refresh(t, REFRESH_SESSION);
        task_ok(granted_code(t, SCOPE, STR(""), &code));
        store_fixture_shift(f, 3600);
        task_ok(params_parse(task_arena(t), ARENA_JOIN(task_arena(t), STR("code="), code), &params));
        task_error(authorization_code_grant(t, granted_client(t, "portal"), &params, &none), ERR_INVALID_GRANT);
        task_expect(!none);
}

static char raced[TOKEN_HANDLE_MAX + 1], successor[TOKEN_HANDLE_MAX + 1];
static unsigned others;

static void copy(char *to, struct str from)
{
        memcpy(to, from.data, from.len);
        to[from.len] = '\0';
}

static void begin_race(struct task *t, void *argument)
{
        json_t *tokens;
        (void)argument;
        let_refresh(t, REFRESH_SESSION);
        task_ok(granted_tokens(t, SCOPE, STR(""), &tokens));
        copy(raced, json_str(tokens, "refresh_token"));
        successor[0] = '\0';
        others = 0;
}

/* All on one worker, so nothing needs a lock. */
static void refresh_raced(struct task *t, void *argument)
{
        json_t *tokens;
        (void)argument;
        task_ok(refresh_as(t, "portal", str_from(raced), "", &tokens));
        if (successor[0] == '\0')
                copy(successor, json_str(tokens, "refresh_token"));
        others += !str_is(json_str(tokens, "refresh_token"), successor);
}

static void test_several_at_once(void **state)
{
        store_fixture_shift(*state, 0);
        for (int round = 0; round < 10; round++) {
                store_fixture_run(*state, begin_race);
                store_fixture_race(*state, refresh_raced, 6);
                assert_int_equal(others, 0);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_who_gets_refresh_tokens),
                cmocka_unit_test(test_rotation),
                cmocka_unit_test(test_reuse_after_the_grace),
                cmocka_unit_test(test_reuse_after_the_successor_was_used),
                cmocka_unit_test(test_refused),
                cmocka_unit_test(test_other_settings),
                cmocka_unit_test(test_ends),
                cmocka_unit_test(test_a_code_of_a_session_that_ended),
                cmocka_unit_test(test_several_at_once),
        };
        return cmocka_run_group_tests(tests, fixed_group_setup, fixed_group_teardown);
}
