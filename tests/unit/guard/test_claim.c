/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What is a time and what is none. */
#include "unit.h"

#include "claim.h"

static bool read_time(const char *value, int64_t *ret_time)
{
        auto_arena a = arena_new(4096);
        json_t *json = NULL;
        if (!is_ok(json_read_object(a, arena_printf(a, "{\"t\":%s}", value), 4096, &json)))
                return false;
        return claim_time(json, "t", ret_time);
}

static void test_times(void **state)
{
        (void)state;
        int64_t time = -1;
        assert_true(read_time("0", &time) && time == 0);
        assert_true(read_time("1800000000", &time) && time == 1800000000);
        assert_true(read_time("1.8e9", &time) && time == 1800000000);
        assert_true(read_time("253402300799", &time) && time == INT64_C(253402300799));
}

static void test_no_times(void **state)
{
        (void)state;
        static const char *const bad[] = { "253402300800", "-1",    "-0.5", "0.5",  "1e300", "9223372036854775807",
                                           "\"1\"",        "true",  "null", "[1]",  "{}",    "1e400",
                                           "-1e300",       "1e18",  "\"\"", "false" };
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
                int64_t time = 77;
                if (read_time(bad[i], &time) || time != 77)
                        fail_msg("%s was taken for a time", bad[i]);
        }
        auto_arena a = arena_new(4096);
        int64_t time = 77;
        assert_false(claim_time(json_new_object(a), "t", &time));
}

int main(void)
{
        const struct CMUnitTest tests[] = { cmocka_unit_test(test_times), cmocka_unit_test(test_no_times) };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
