/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Tests of percent.c (RFC 3986, sections 2.1 and 2.3). */
#include "unit.h"

#include "percent.h"

static void decodes(void **state)
{
        (void)state;
        char text[32];
        size_t len = 0;
        assert_true(percent_decode(STR("a%20b%7e+%7E"), PERCENT_PLUS_STAYS, text, &len));
        assert_same_str(str_slice(text, len), STR("a b~+~"));
        assert_true(percent_decode(STR("a+b%2B"), PERCENT_PLUS_IS_SPACE, text, &len));
        assert_same_str(str_slice(text, len), STR("a b+"));
        assert_true(percent_decode(STR("%2525"), PERCENT_PLUS_STAYS, text, &len));
        assert_same_str(str_slice(text, len), STR("%25"));
}

static void decodes_in_place(void **state)
{
        (void)state;
        char text[] = "%41%42c";
        size_t len = 0;
        assert_true(percent_decode(str_from(text), PERCENT_PLUS_STAYS, text, &len));
        assert_same_str(str_slice(text, len), STR("ABc"));
}

static void refuses(void **state)
{
        (void)state;
        char text[32];
        size_t len = 77;
        static const char *const bad[] = { "%", "a%", "%4", "a%4", "%g0", "%0g", "%00", "%%20", "% 1", "%-1" };
        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
                assert_false(percent_decode(str_from(bad[i]), PERCENT_PLUS_STAYS, text, &len));
        assert_false(percent_decode(STR("a\0"), PERCENT_PLUS_STAYS, text, &len));
        assert_int_equal(len, 77);
        assert_true(percent_decode(STR(""), PERCENT_PLUS_STAYS, text, &len));
        assert_int_equal(len, 0);
}

static void knows_characters(void **state)
{
        (void)state;
        size_t unreserved = 0;
        for (int c = -128; c < 128; c++)
                unreserved += percent_is_unreserved((char)c);
        assert_int_equal(unreserved, 26 + 26 + 10 + 4);
        assert_true(percent_is_unreserved('~'));
        assert_int_equal(percent_hex_value('f'), 15);
        assert_int_equal(percent_hex_value('A'), 10);
        assert_int_equal(percent_hex_value('9'), 9);
        assert_int_equal(percent_hex_value('g'), -1);
        assert_int_equal(percent_hex_value('/'), -1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(decodes),
                cmocka_unit_test(decodes_in_place),
                cmocka_unit_test(refuses),
                cmocka_unit_test(knows_characters),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
