/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Tests of clock.c, built here with the test clock whatever the build's setting. */
#include "unit.h"

#ifndef BAYGATE_TEST_CLOCK
#define BAYGATE_TEST_CLOCK
#endif
#include "../../../gateway/base/clock.c"

static char path[] = "/tmp/baygate-test-clock-XXXXXX";

static void write_offset(const char *offset)
{
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fputs(offset, file);
        fclose(file);
}

/* How far clock_now is from the real time, by clock_now_ms too. */
static int64_t offset_now(void)
{
        int64_t real = (int64_t)time(NULL);
        int64_t offset = clock_now() - real;
        assert_in_range(clock_now_ms() / 1000 - real - offset + 3, 0, 6);
        return offset;
}

#define assert_near(got, want) assert_in_range((got) - (want) + 3, 0, 6)

static int set_up(void **state)
{
        (void)state;
        int file = mkstemp(path);
        return file < 0 || close(file) != 0 || setenv("BAYGATE_TEST_CLOCK", path, 1) != 0;
}

static int tear_down(void **state)
{
        (void)state;
        return unlink(path);
}

static void follows_the_file(void **state)
{
        (void)state;
        assert_near(offset_now(), 0);
        write_offset("3600\n");
        assert_near(offset_now(), 3600);
        write_offset("-86400");
        assert_near(offset_now(), -86400);
        write_offset("7200");
        assert_near(offset_now(), 7200);
}

static void keeps_the_offset_over_nonsense(void **state)
{
        (void)state;
        write_offset("500");
        assert_near(offset_now(), 500);
        static const char *const nonsense[] = { "", "soon", "--1", "-", "1.5" };
        for (size_t i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++) {
                write_offset(nonsense[i]);
                assert_near(offset_now(), 500);
        }
}

static void follows_a_replaced_file(void **state)
{
        (void)state;
        write_offset("100");
        assert_near(offset_now(), 100);
        assert_int_equal(unlink(path), 0);
        assert_near(offset_now(), 100);
        write_offset("200");
        assert_near(offset_now(), 200);
}

static void leaves_durations_alone(void **state)
{
        (void)state;
        int64_t before_ms = clock_monotonic_ms();
        int64_t before_us = clock_monotonic_us();
        write_offset("1000000");
        assert_in_range(clock_monotonic_ms() - before_ms, 0, 60000);
        assert_in_range(clock_monotonic_us() - before_us, 0, 60000000);
        assert_in_range(clock_monotonic_us() / 1000 - clock_monotonic_ms() + 1000, 0, 2000);
}

static void needs_the_variable(void **state)
{
        (void)state;
        write_offset("1000");
        unsetenv("BAYGATE_TEST_CLOCK");
        assert_near(offset_now(), 0);
        setenv("BAYGATE_TEST_CLOCK", path, 1);
        assert_near(offset_now(), 1000);
}

static void writes_times(void **state)
{
        (void)state;
        static const struct {
                int64_t seconds;
                const char *text;
        } cases[] = {
                { 0, "1970-01-01T00:00:00Z" },
                { 951782399, "2000-02-28T23:59:59Z" },
                { 951782400, "2000-02-29T00:00:00Z" },
                { 4102444800, "2100-01-01T00:00:00Z" },
                { 253402300799, "9999-12-31T23:59:59Z" },
                { 253402300800, "" },
                { -1, "" },
                { INT64_MIN, "" },
                { INT64_MAX, "" },
        };
        auto_arena a = arena_new(4096);
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
                assert_str_eq(clock_text(a, cases[i].seconds), cases[i].text);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(follows_the_file),        cmocka_unit_test(keeps_the_offset_over_nonsense),
                cmocka_unit_test(follows_a_replaced_file), cmocka_unit_test(leaves_durations_alone),
                cmocka_unit_test(needs_the_variable),      cmocka_unit_test(writes_times),
        };
        return cmocka_run_group_tests(tests, set_up, tear_down);
}
