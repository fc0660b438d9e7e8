/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Tests of secret.c: copying, comparing, wiping. */
#include "unit.h"

#include "secret.h"

static void copies_and_reveals(void **state)
{
        (void)state;
        char source[] = "s\0cret";
        struct secret *s = secret_new(str_slice(source, 6));
        source[0] = 'x';
        assert_same_str(secret_reveal(s), str_slice("s\0cret", 6));
        assert_int_equal(secret_reveal(s).data[6], '\0');
        secret_free(s);
        secret_free(NULL);
        assert_str_empty(secret_reveal(NULL));
}

static void lives_in_an_arena(void **state)
{
        (void)state;
        auto_arena a = arena_new(1000);
        const struct secret *s = secret_in(a, STR("secret"));
        assert_str_eq(secret_reveal(s), "secret");
        assert_true(secret_eq(s, STR("secret")));
        assert_true(secret_eq(secret_in(a, STR("")), STR("")));
}

static void compares_every_byte(void **state)
{
        (void)state;
        char text[65];
        memset(text, 'a', sizeof(text));
        struct secret *s = secret_new(str_slice(text, 64));
        assert_true(secret_eq(s, str_slice(text, 64)));
        assert_false(secret_eq(s, str_slice(text, 63)));
        assert_false(secret_eq(s, str_slice(text, 65)));
        assert_false(secret_eq(s, STR("")));
        for (size_t i = 0; i < 64; i++) {
                text[i] = (char)(text[i] ^ (1 << i % 8));
                assert_false(secret_eq(s, str_slice(text, 64)));
                text[i] = 'a';
        }
        secret_free(s);
        assert_false(secret_eq(NULL, STR("")));
        assert_false(secret_eq(NULL, STR("a")));
}

static void compares_views(void **state)
{
        (void)state;
        assert_true(str_eq_secret(STR("abc"), STR("abc")));
        assert_true(str_eq_secret((struct str){ NULL, 0 }, STR("")));
        assert_false(str_eq_secret(STR("abc"), STR("abd")));
        assert_false(str_eq_secret(STR("abc"), STR("ab")));
        /* Differences that a sum would cancel */
        assert_false(str_eq_secret(STR("ab"), STR("ba")));
}

static void wipes(void **state)
{
        (void)state;
        char text[] = "secret";
        wipe(text, 3);
        assert_memory_equal(text, "\0\0\0ret", 6);
        wipe(NULL, 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(copies_and_reveals),
                cmocka_unit_test(lives_in_an_arena),
                cmocka_unit_test(compares_every_byte),
                cmocka_unit_test(compares_views),
                cmocka_unit_test(wipes),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
