/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Identifiers seen once. RFC 7523 (3, item 7). */
#include "store_fixture.h"

#include <stdatomic.h>

#include "replay.h"

IN_TASK(test_once)
{
        bool first = false;
        task_ok(replay_check_new(t, STR("portal"), STR("j-1"), 300, &first));
        task_expect(first);
        task_ok(replay_check_new(t, STR("portal"), STR("j-1"), 300, &first));
        task_expect(!first);
        task_ok(replay_check_new(t, STR("portal"), STR("j-2"), 300, &first));
        task_expect(first);
        task_ok(replay_check_new(t, STR("plain"), STR("j-1"), 300, &first)); /* each issuer has its own */
        task_expect(first);
        task_ok(replay_check_new(t, STR("portal"), STR("J-1"), 300, &first));
        task_expect(first);
        task_expect_sealed(t, "j-1", "portal");
}

IN_TASK(test_life)
{
        struct str key;
        int64_t ttl;
        bool first;
        task_ok(replay_check_new(t, STR("portal"), STR("j-1"), 300, &first));
        task_ok(store_only_key(t, "bg:replay:", &key));
        task_ok(store_ttl(t, key, &ttl));
        task_expect(ttl > 290 && ttl <= 300);
}

static atomic_uint firsts;
static atomic_uint number;

static void check(struct task *t, void *argument)
{
        bool first;
        (void)argument;
        struct str jti = arena_printf(task_arena(t), "raced-%u", atomic_load(&number));
        task_ok(replay_check_new(t, STR("portal"), jti, 300, &first));
        if (first)
                atomic_fetch_add(&firsts, 1);
}

static void test_race(void **state)
{
        for (unsigned round = 0; round < 10; round++) {
                atomic_store(&firsts, 0);
                atomic_store(&number, round);
                store_fixture_race(*state, check, 8);
                assert_int_equal(atomic_load(&firsts), 1);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_once),
                cmocka_unit_test(test_life),
                cmocka_unit_test(test_race),
        };
        return cmocka_run_group_tests(tests, store_group_setup, store_group_teardown);
}
