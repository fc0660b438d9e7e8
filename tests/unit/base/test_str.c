/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Tests of str.c: views, UTF-8 (RFC 3629), builders and their caps. */
#include "unit.h"

static void compares(void **state)
{
        (void)state;
        assert_true(str_eq(STR("abc"), STR("abc")));
        assert_false(str_eq(STR("abc"), STR("abd")));
        assert_false(str_eq(STR("abc"), STR("ab")));
        assert_true(str_eq((struct str){ NULL, 0 }, STR("")));
        assert_false(str_eq(str_slice("a\0b", 3), str_slice("a\0c", 3)));
        assert_true(str_is(STR("abc"), "abc"));
        assert_true(str_is(STR(""), NULL));
        assert_true(str_eq_nocase(STR("Bearer"), STR("bEARER")));
        assert_false(str_eq_nocase(STR("a"), STR("ab")));
        /* Bytes that differ from a letter only in the bit of the case */
        assert_false(str_eq_nocase(STR("[{@"), STR("{[`")));
}

static void starts_and_ends(void **state)
{
        (void)state;
        assert_true(str_starts(STR("https://x"), STR("https")));
        assert_true(str_starts(STR("x"), STR("")));
        assert_false(str_starts(STR("http"), STR("https")));
        assert_true(str_ends(STR("a.b"), STR(".b")));
        assert_true(str_ends(STR(""), STR("")));
        assert_false(str_ends(STR("b"), STR(".b")));
}

static void finds_and_cuts(void **state)
{
        (void)state;
        assert_int_equal(str_find(STR("a=b=c"), '='), 1);
        assert_int_equal(str_find(STR("abc"), '='), 3);
        assert_int_equal(str_find((struct str){ NULL, 0 }, '='), 0);
        assert_str_eq(str_from_index(STR("abc"), 1), "bc");
        assert_str_empty(str_from_index(STR("abc"), 3));
        assert_str_empty(str_from_index(STR("abc"), 99));
        assert_str_eq(str_head(STR("abc"), 2), "ab");
        assert_str_eq(str_head(STR("abc"), 99), "abc");
}

static void trims(void **state)
{
        (void)state;
        assert_str_eq(str_trim(STR(" \t\r\na b\n ")), "a b");
        assert_str_eq(str_trim(STR("a")), "a");
        assert_str_empty(str_trim(STR(" \n ")));
        assert_str_empty(str_trim((struct str){ NULL, 0 }));
        assert_str_eq(str_trim(STR("\va")), "\va");
}

static void splits_with_empty_pieces(void **state)
{
        (void)state;
        static const char *const want[] = { "a", "", "b", "" };
        struct str rest = STR("a..b.");
        struct str piece;
        for (size_t i = 0; i < 4; i++) {
                assert_true(str_split(&rest, '.', &piece));
                assert_str_eq(piece, want[i]);
        }
        assert_false(str_split(&rest, '.', &piece));
        assert_false(str_split(&rest, '.', &piece));
}

static void splits_nothing(void **state)
{
        (void)state;
        struct str piece = STR("untouched");
        struct str none = { NULL, 0 };
        assert_false(str_split(&none, '.', &piece));
        assert_str_eq(piece, "untouched");
        struct str empty = STR("");
        assert_true(str_split(&empty, '.', &piece));
        assert_str_empty(piece);
        assert_false(str_split(&empty, '.', &piece));
}

static void finds_words(void **state)
{
        (void)state;
        assert_true(str_has_word(STR("openid profile email"), STR("openid")));
        assert_true(str_has_word(STR("openid profile email"), STR("email")));
        assert_true(str_has_word(STR(" openid  email "), STR("email")));
        assert_false(str_has_word(STR("openid profile"), STR("open")));
        assert_false(str_has_word(STR("openid profile"), STR("openid profile")));
        assert_false(str_has_word(STR("openid  profile"), STR("")));
        assert_false(str_has_word((struct str){ NULL, 0 }, STR("openid")));
}

static void reads_integers(void **state)
{
        (void)state;
        int64_t value = -1;
        assert_true(str_to_int(STR("0"), &value));
        assert_int_equal(value, 0);
        assert_true(str_to_int(STR("9223372036854775807"), &value));
        assert_true(value == INT64_MAX);

        static const char *const bad[] = {
                "",    "-1", "+1", " 1", "1 ", "01", "00", "1a", "9223372036854775808", "99999999999999999999",
                "0x1", "1.0"
        };
        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
                assert_false(str_to_int(str_from(bad[i]), &value));
        assert_false(str_to_int(str_slice("1\0", 2), &value));
        assert_true(value == INT64_MAX);
}

static void accepts_utf8(void **state)
{
        (void)state;
        static const char *const good[] = { "",
                                            "a",
                                            "plain text, longer than eight bytes",
                                            "\xc2\x80",
                                            "\xdf\xbf",
                                            "\xe0\xa0\x80",
                                            "\xed\x9f\xbf",
                                            "\xee\x80\x80",
                                            "\xef\xbf\xbf",
                                            "\xf0\x90\x80\x80",
                                            "\xf4\x8f\xbf\xbf",
                                            "1234567智方便12345678" };
        for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
                assert_true(str_is_utf8(str_from(good[i])));
        assert_true(str_is_utf8((struct str){ NULL, 0 }));
}

static void refuses_what_is_not_utf8(void **state)
{
        (void)state;
        static const char *const bad[] = { "\x80",
                                           "\xbf",
                                           "\xc0\x80",
                                           "\xc1\xbf",
                                           "\xc2",
                                           "\xc2\x41",
                                           "\xe0\x80\x80",
                                           "\xe0\x9f\xbf",
                                           "\xe1\x80",
                                           "\xed\xa0\x80",
                                           "\xed\xbf\xbf",
                                           "\xf0\x80\x80\x80",
                                           "\xf0\x8f\xbf\xbf",
                                           "\xf4\x90\x80\x80",
                                           "\xf5\x80\x80\x80",
                                           "\xff",
                                           "12345678\xff",
                                           "1234567\xe6\x99",
                                           "\xf0\x90\x80" };
        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
                assert_false(str_is_utf8(str_from(bad[i])));
        /* NUL at each place of a group of eight */
        for (size_t i = 0; i < 17; i++) {
                char text[17] = "aaaaaaaaaaaaaaaa";
                text[16] = 'a';
                text[i] = '\0';
                assert_false(str_is_utf8(str_slice(text, sizeof(text))));
        }
}

static void knows_printable_ascii(void **state)
{
        (void)state;
        assert_true(str_is_printable_ascii(STR(" az~")));
        assert_false(str_is_printable_ascii(STR("\x1f")));
        assert_false(str_is_printable_ascii(STR("\x7f")));
        assert_false(str_is_printable_ascii(STR("é")));
        assert_false(str_is_printable_ascii(str_slice("\0", 1)));
}

static void builds_in_an_arena(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct buf b = buf_in(a, 100000);
        assert_str_empty(buf_str(&b));
        assert_string_equal(buf_str(&b).data, "");
        for (int i = 0; i < 1000; i++) {
                buf_add_text(&b, "ab");
                buf_add_char(&b, 'c');
                buf_printf(&b, "%03d", i);
        }
        struct str built = buf_str(&b);
        assert_false(b.over);
        assert_int_equal(built.len, 6000);
        assert_int_equal(built.data[built.len], '\0');
        assert_same_str(str_head(built, 12), STR("abc000abc001"));
        assert_str_eq(str_from_index(built, 5994), "abc999");
}

static void keeps_a_prefix_past_the_cap(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct buf b = buf_in(a, 5);
        buf_add_text(&b, "abcde");
        assert_false(b.over);
        buf_add_text(&b, "");
        assert_false(b.over);
        buf_add_char(&b, 'f');
        assert_true(b.over);
        assert_str_eq(buf_str(&b), "abcde");

        struct buf c = buf_in(a, 5);
        buf_add_text(&c, "abc");
        buf_printf(&c, "%s", "def");
        assert_true(c.over);
        buf_add_char(&c, 'x');
        buf_printf(&c, "x");
        assert_str_eq(buf_str(&c), "abc");
        assert_int_equal(buf_str(&c).data[3], '\0');
}

static void builds_over_storage(void **state)
{
        (void)state;
        char storage[8];
        struct buf b = buf_over(storage, sizeof(storage));
        assert_string_equal(storage, "");
        buf_add_text(&b, "abc");
        buf_printf(&b, "%d", 12345);
        assert_true(b.over);
        assert_string_equal(storage, "abc");

        b = buf_over(storage, sizeof(storage));
        buf_printf(&b, "%d", 1234567);
        assert_false(b.over);
        assert_string_equal(storage, "1234567");

        b = buf_over(storage, 0);
        buf_add_char(&b, 'x');
        assert_true(b.over);
        assert_str_empty(buf_str(&b));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(compares),
                cmocka_unit_test(starts_and_ends),
                cmocka_unit_test(finds_and_cuts),
                cmocka_unit_test(trims),
                cmocka_unit_test(splits_with_empty_pieces),
                cmocka_unit_test(splits_nothing),
                cmocka_unit_test(finds_words),
                cmocka_unit_test(reads_integers),
                cmocka_unit_test(accepts_utf8),
                cmocka_unit_test(refuses_what_is_not_utf8),
                cmocka_unit_test(knows_printable_ascii),
                cmocka_unit_test(builds_in_an_arena),
                cmocka_unit_test(keeps_a_prefix_past_the_cap),
                cmocka_unit_test(builds_over_storage),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
