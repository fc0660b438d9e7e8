/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Authorization codes: redeemed once, by whoever holds them, for a minute. RFC 6749 (4.1.2). */
#include "store_fixture.h"

#include <stdatomic.h>

#include "authorization_code.h"

static struct authorization_code some_code(struct task *t)
{
        json_t *identity = json_new_object(task_arena(t)), *claims = json_new_object(task_arena(t));
        json_put_str(identity, "subject", STR("hk-openid-7"));
        json_object_set_new(claims, "userinfo", json_pack("{s:n}", "name"));
        return (struct authorization_code){
                .client_id = STR("portal"),
                .redirect_uri = STR("https://portal.example/callback"),
                .code_challenge = STR("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
                .nonce = STR("n-0S6"),
                .scope = STR("openid profile"),
                .session = STR("s-1"),
                .identity = identity,
                .claims = claims,
                .auth_time = 1795320000,
                .expires_at = clock_now() + 60,
        };
}

IN_TASK(test_redeemed_once)
{
        struct authorization_code c = some_code(t), got = { 0 };
        struct str code = authorization_code_new(task_arena(t));
        task_ok(authorization_code_put(t, &c, code));
        task_expect(code.len == 43);
        task_ok(authorization_code_take(t, code, &got));
        task_expect(str_eq(got.client_id, c.client_id) && str_eq(got.redirect_uri, c.redirect_uri));
        task_expect(str_eq(got.code_challenge, c.code_challenge) && str_eq(got.nonce, c.nonce));
        task_expect(str_eq(got.scope, c.scope) && str_eq(got.session, c.session));
        task_expect(json_equal(got.identity, c.identity) && json_equal(got.claims, c.claims));
        task_expect(got.auth_time == c.auth_time && got.expires_at == c.expires_at);
        got.client_id = STR("untouched");
        task_error(authorization_code_take(t, code, &got), ERR_INVALID_GRANT);
        task_expect(str_is(got.client_id, "untouched"));
}

IN_TASK(test_nothing_to_be_read)
{
        struct authorization_code c = some_code(t);
        struct str code = authorization_code_new(task_arena(t)), key;
        int64_t ttl;
        task_ok(authorization_code_put(t, &c, code));
        task_expect_sealed(t, arena_cstr(task_arena(t), code), "hk-openid-7", "portal", "n-0S6", "E9Melhoa");
        task_ok(store_only_key(t, "bg:code:", &key));
        task_ok(store_ttl(t, key, &ttl));
        task_expect(ttl > 50 && ttl <= 60);
}

IN_TASK(test_refused)
{
        static const char *const wrong[] = { "", "x", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
                                             "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cMM" };
        struct authorization_code c = some_code(t), got;
        struct str code = authorization_code_new(task_arena(t));
        task_ok(authorization_code_put(t, &c, code));
        for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
                task_error(authorization_code_take(t, str_from(wrong[i]), &got), ERR_INVALID_GRANT);
        task_error(authorization_code_take(t, str_head(code, 42), &got), ERR_INVALID_GRANT);
        task_ok(authorization_code_take(t, code, &got));
}

IN_TASK(test_expired)
{
        struct authorization_code c = some_code(t), got;
        struct str code = authorization_code_new(task_arena(t));
        task_ok(authorization_code_put(t, &c, code));
        store_fixture_shift(f, 61);
        task_error(authorization_code_take(t, code, &got), ERR_INVALID_GRANT);
        store_fixture_shift(f, 0);
        task_error(authorization_code_take(t, code, &got), ERR_INVALID_GRANT); /* and gone */
        task_ok(authorization_code_put(t, &c, code));
        store_fixture_shift(f, 58);
        task_ok(authorization_code_take(t, code, &got));
}

static char raced_code[44];
static atomic_uint redeemed, refused;

static void put_code(struct task *t, void *argument)
{
        struct authorization_code c = some_code(t);
        struct str code = authorization_code_new(task_arena(t));
        (void)argument;
        task_ok(authorization_code_put(t, &c, code));
        memcpy(raced_code, code.data, code.len);
}

static void redeem(struct task *t, void *argument)
{
        struct authorization_code got;
        (void)argument;
        result r = authorization_code_take(t, str_from(raced_code), &got);
        task_expect(is_ok(r) || is_error(r, &ERR_INVALID_GRANT));
        atomic_fetch_add(is_ok(r) ? &redeemed : &refused, 1);
}

static void test_two_at_once(void **state)
{
        for (int round = 0; round < 10; round++) {
                atomic_store(&redeemed, 0);
                atomic_store(&refused, 0);
                store_fixture_run(*state, put_code);
                store_fixture_race(*state, redeem, 4);
                assert_int_equal(atomic_load(&redeemed), 1);
                assert_int_equal(atomic_load(&refused), 3);
        }
}

/* Codes differ, and the id of what one gives is known from the code alone, but not the other way round. */
IN_TASK(test_ids)
{
        struct arena *a = task_arena(t);
        struct authorization_code c = some_code(t);
        struct str one = authorization_code_new(task_arena(t)), two = authorization_code_new(task_arena(t));
        task_ok(authorization_code_put(t, &c, one));
        task_ok(authorization_code_put(t, &c, two));
        task_expect(!str_eq(one, two));
        task_expect(str_eq(authorization_code_grant_id(a, one), authorization_code_grant_id(a, one)));
        task_expect(!str_eq(authorization_code_grant_id(a, one), authorization_code_grant_id(a, two)));
        task_expect(!str_eq(authorization_code_grant_id(a, one), record_secret_id(a, one)));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_redeemed_once), cmocka_unit_test(test_nothing_to_be_read),
                cmocka_unit_test(test_refused),       cmocka_unit_test(test_expired),
                cmocka_unit_test(test_two_at_once),   cmocka_unit_test(test_ids),
        };
        return cmocka_run_group_tests(tests, store_group_setup, store_group_teardown);
}
