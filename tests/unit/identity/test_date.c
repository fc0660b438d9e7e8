/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Calendar dates: real days, leap years, partial dates, malformed text. */
#include "unit.h"

#include "date.h"

static void real_days(void **state)
{
        (void)state;
        assert_true(date_is_real(STR("1996-01-28")));
        assert_true(date_is_real(STR("2000-02-29")));
        assert_true(date_is_real(STR("1956-02-29")));
        assert_true(date_is_real(STR("1800-01-01")));
        assert_true(date_is_real(STR("2199-12-31")));
}

static void days_that_do_not_exist(void **state)
{
        static const char *const dates[] = {
                "",           "1996-02-30", "1900-02-29", "2001-02-29", "1996-04-31", "1996-13-01", "1996-00-01",
                "1996-01-00", "1996-1-1",   "19960128",   "1996/01/28", "1799-12-31", "2200-01-01", "1996-01-28 ",
                "+996-01-28", "1996-01-2x", "1996-01-32", "1950-00-00", "1950",       "1950-07",
        };
        (void)state;
        for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++)
                assert_false(date_is_real(str_from(dates[i])));
}

static void years(void **state)
{
        int year = 7;
        (void)state;
        assert_false(date_year(STR("1950-00-05"), &year));
        assert_false(date_year(STR("1950-02-30"), &year));
        assert_false(date_year(STR("19500101"), &year));
        assert_int_equal(year, 7);
        assert_true(date_year(STR("1950-00-00"), &year) && year == 1950);
        assert_true(date_year(STR("1951"), &year) && year == 1951);
        assert_true(date_year(STR("1952-07"), &year) && year == 1952);
        assert_true(date_year(STR("1953-07-31"), &year) && year == 1953);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(real_days),
                cmocka_unit_test(days_that_do_not_exist),
                cmocka_unit_test(years),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
