/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Sessions: found by the cookie alone, which is not kept. */
#include "store_fixture.h"

#include "session.h"

static struct session some_session(struct task *t)
{
        json_t *identity = json_new_object(task_arena(t));
        json_put_str(identity, "subject", STR("hk-openid-7"));
        return (struct session){ .id = STR("sid-1"), .identity = identity, .expires_at = clock_now() + 3600 };
}

IN_TASK(test_found_by_cookie)
{
        struct session s = some_session(t), got;
        struct str cookie, second;
        bool found = false;
        cookie = session_cookie_new(task_arena(t), &s.key);
        task_ok(session_put(t, &s));
        task_expect(cookie.len == 43);
        task_ok(session_get(t, cookie, &got, &found));
        task_expect(found && str_is(got.id, "sid-1") && json_equal(got.identity, s.identity));
        task_expect(got.expires_at == s.expires_at);
        task_expect_sealed(t, arena_cstr(task_arena(t), cookie), "sid-1", "hk-openid-7");
        task_expect(str_eq(got.key, s.key) && !str_eq(s.key, cookie));
        task_ok(session_find(t, s.key, &got, &found));
        task_expect(found && str_is(got.id, "sid-1"));
        task_ok(session_find(t, cookie, &got, &found)); /* the cookie's value is not the key */
        task_expect(!found);
        second = session_cookie_new(task_arena(t), &s.key);
        task_expect(!str_eq(cookie, second));
}

IN_TASK(test_not_found)
{
        struct session s = some_session(t), got = { .id = STR("untouched") };
        struct str cookie;
        bool found = true;
        cookie = session_cookie_new(task_arena(t), &s.key);
        task_ok(session_put(t, &s));
        const struct str wrong[] = { STR(""), STR("sid-1"), str_head(cookie, 42), (struct str){ 0 },
                                     STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA") };
        for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
                task_ok(session_get(t, wrong[i], &got, &found));
                task_expect(!found && str_is(got.id, "untouched"));
                task_ok(session_drop(t, wrong[i]));
        }
        task_ok(session_get(t, cookie, &got, &found));
        task_expect(found);
}

IN_TASK(test_ends)
{
        struct session s = some_session(t), got;
        struct str cookie, key;
        int64_t ttl;
        bool found = true;
        cookie = session_cookie_new(task_arena(t), &s.key);
        task_ok(session_put(t, &s));
        task_ok(store_only_key(t, "bg:session:", &key));
        task_ok(store_ttl(t, key, &ttl));
        task_expect(ttl > 3500 && ttl <= 3600);
        store_fixture_shift(f, 3601);
        task_ok(session_get(t, cookie, &got, &found));
        task_expect(!found);
        store_fixture_shift(f, 0);
        task_ok(session_drop(t, s.key));
        task_ok(session_get(t, cookie, &got, &found));
        task_expect(!found);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_found_by_cookie),
                cmocka_unit_test(test_not_found),
                cmocka_unit_test(test_ends),
        };
        return cmocka_run_group_tests(tests, store_group_setup, store_group_teardown);
}
