/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Tests of form.c: parsing and encoding of application/x-www-form-urlencoded (RFC 6749, appendix B). */
#include "unit.h"

#include "form.h"

static void parses_in_order(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct params p;
        char text[] = "b=2&a=1+1%2B%3d%26&%E6%99%BA=%e6%96%B9&c=x=y";
        assert_ok(params_parse(a, str_from(text), &p));
        assert_ptr_equal(p.text.data, text);
        assert_int_equal(p.text.len, sizeof(text) - 1);
        memset(text, 'X', sizeof(text) - 1);
        assert_int_equal(p.count, 4);
        assert_str_eq(p.items[0].name, "b");
        assert_str_eq(p.items[0].value, "2");
        assert_str_eq(p.items[1].value, "1 1+=&");
        assert_str_eq(p.items[2].name, "智");
        assert_str_eq(p.items[2].value, "方");
        assert_str_eq(p.items[3].value, "x=y");
}

static void nothing_gives_none(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct params p = { .count = 7 };
        assert_ok(params_parse(a, STR(""), &p));
        assert_int_equal(p.count, 0);
        assert_ok(params_parse(a, (struct str){ NULL, 0 }, &p));
        assert_int_equal(p.count, 0);
        assert_ok(params_parse(a, STR("&&&"), &p));
        assert_int_equal(p.count, 0);
        assert_false(params_has(&p, "a"));
        assert_str_empty(params_get(&p, "a"));
        assert_str_empty(params_first_repeated(&p));
}

static void absent_and_empty_values(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct params p;
        assert_ok(params_parse(a, STR("a=&b&=c&&d=1"), &p));
        assert_int_equal(p.count, 4);
        assert_true(params_has(&p, "a"));
        assert_str_empty(params_get(&p, "a"));
        assert_true(params_has(&p, "b"));
        assert_str_empty(params_get(&p, "b"));
        assert_str_eq(params_get(&p, ""), "c");
        assert_str_eq(params_get(&p, "d"), "1");
        assert_false(params_has(&p, "D"));
        assert_false(params_has(&p, "dd"));
}

static void finds_repeated_names(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct params p;
        assert_ok(params_parse(a, STR("state=1&nonce=2&scope=&st%61te=3&scope=x"), &p));
        assert_true(params_is_repeated(&p, "state"));
        assert_true(params_is_repeated(&p, "scope"));
        assert_false(params_is_repeated(&p, "nonce"));
        assert_false(params_is_repeated(&p, "missing"));
        assert_str_eq(params_get(&p, "state"), "1");
        assert_str_eq(params_first_repeated(&p), "state");
        assert_ok(params_parse(a, STR("a=1&b=1&ab=1"), &p));
        assert_str_empty(params_first_repeated(&p));
}

static void refuses_broken_encoding(void **state)
{
        (void)state;
        static const char *const bad[] = { "a=%",          "a=%4",        "a=%zz", "a=%4z",    "%=a",
                                           "a=%00",        "%00=a",       "a=%ff", "a=%c0%80", "a=\xff",
                                           "a=1&b=%E6%99", "a=%ed%a0%80", "a=%%41",
                                           "a=\xc3%a9" /* good once it is decoded, but not as it stands */ };
        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
                auto_arena a = arena_new(1 << 20);
                struct params p = { .count = 77 };
                assert_error(params_parse(a, str_from(bad[i]), &p), ERR_MALFORMED);
                assert_int_equal(p.count, 77);
                assert_reason_has(a, "form: broken encoding");
        }
        auto_arena a = arena_new(1 << 20);
        struct params p;
        assert_error(params_parse(a, STR("a=\0"), &p), ERR_MALFORMED);
}

static struct str pairs(struct arena *a, size_t count)
{
        struct buf b = buf_in(a, SIZE_MAX);
        for (size_t i = 0; i < count; i++)
                form_add(&b, arena_cstr(a, arena_printf(a, "p%zu", i)), STR("v"));
        return buf_str(&b);
}

static void limits_the_count(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct params p = { .count = 77 };
        assert_error(params_parse(a, pairs(a, PARAMS_MAX + 1), &p), ERR_TOO_LARGE);
        assert_int_equal(p.count, 77);
        assert_ok(params_parse(a, pairs(a, PARAMS_MAX), &p));
        assert_int_equal(p.count, PARAMS_MAX);
        assert_true(params_has(&p, "p63"));
}

static void adds_encoded_pairs(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct buf b = buf_in(a, 1000);
        form_add(&b, "a b", STR("c d+e/智"));
        form_add(&b, "x", STR(""));
        assert_str_eq(buf_str(&b), "a%20b=c%20d%2Be%2F%E6%99%BA&x=");

        b = buf_in(a, 1000);
        buf_add_text(&b, "https://h/p?");
        form_add(&b, "a", STR("1"));
        buf_add_text(&b, "&");
        form_add(&b, "b", STR("2"));
        assert_str_eq(buf_str(&b), "https://h/p?a=1&b=2");

        b = buf_in(a, 1000);
        buf_add_text(&b, "https://h/p?a=b?");
        form_add(&b, "c", STR("1"));
        assert_str_eq(buf_str(&b), "https://h/p?a=b?&c=1");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(parses_in_order),         cmocka_unit_test(nothing_gives_none),
                cmocka_unit_test(absent_and_empty_values), cmocka_unit_test(finds_repeated_names),
                cmocka_unit_test(refuses_broken_encoding), cmocka_unit_test(limits_the_count),
                cmocka_unit_test(adds_encoded_pairs),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
