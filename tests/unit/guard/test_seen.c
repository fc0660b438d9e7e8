/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The table of hashes: until its time and not longer, bounded, and under its tag only. */
#include "unit.h"

#include "digest.h"
#include "seen.h"

#define NOW 1000

static struct seen_key key_of(struct arena *a, int number, uint64_t tag)
{
        return (struct seen_key){ digest_of(a, DIGEST_SHA256, arena_printf(a, "%d", number)), tag };
}

static void seen_done(struct seen **s)
{
        seen_free(*s);
}
#define AUTO_SEEN __attribute__((cleanup(seen_done))) struct seen *

static void test_until_its_time(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        AUTO_SEEN s = seen_new(16);
        assert_false(seen_has(s, key_of(a, 1, 7), NOW));
        seen_put(s, key_of(a, 1, 7), NOW + 10, NOW);
        assert_true(seen_has(s, key_of(a, 1, 7), NOW));
        assert_true(seen_has(s, key_of(a, 1, 7), NOW + 9));
        assert_false(seen_has(s, key_of(a, 1, 7), NOW + 10));
        assert_false(seen_has(s, key_of(a, 1, 8), NOW));
        assert_false(seen_has(s, key_of(a, 2, 7), NOW));
        seen_put(s, key_of(a, 1, 7), NOW - 1, NOW);
        assert_false(seen_has(s, key_of(a, 1, 7), NOW));
}

static void test_bounded(void **state)
{
        (void)state;
        auto_arena a = arena_new((size_t)16 << 20);
        AUTO_SEEN s = seen_new(256);
        int kept = 0;
        for (int i = 0; i < 10000; i++)
                seen_put(s, key_of(a, i, 0), NOW + 100 + i, NOW);
        for (int i = 0; i < 10000; i++)
                kept += seen_has(s, key_of(a, i, 0), NOW);
        assert_in_range(kept, 200, 256);
        assert_true(seen_has(s, key_of(a, 9999, 0), NOW)); /* what ends soonest went first */
        assert_false(seen_has(s, key_of(a, 0, 0), NOW));
}

static void test_once(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        AUTO_SEEN s = seen_new(16);
        assert_int_equal(seen_put_new(s, key_of(a, 1, 0), NOW + 10, NOW), SEEN_NEW);
        assert_int_equal(seen_put_new(s, key_of(a, 1, 0), NOW + 10, NOW), SEEN_BEFORE);
        assert_int_equal(seen_put_new(s, key_of(a, 1, 0), NOW + 20, NOW + 10), SEEN_NEW);
        for (int i = 2; i <= 16; i++)
                assert_int_equal(seen_put_new(s, key_of(a, i, 0), NOW + 30, NOW + 10), SEEN_NEW);
        assert_int_equal(seen_put_new(s, key_of(a, 17, 0), NOW + 30, NOW + 10), SEEN_FULL);
        assert_int_equal(seen_put_new(s, key_of(a, 16, 0), NOW + 30, NOW + 10), SEEN_BEFORE);
        assert_int_equal(seen_put_new(s, key_of(a, 17, 0), NOW + 60, NOW + 30), SEEN_NEW);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_until_its_time),
                cmocka_unit_test(test_bounded),
                cmocka_unit_test(test_once),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
