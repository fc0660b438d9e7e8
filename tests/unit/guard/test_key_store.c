/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Key sets as they come: what is kept, and what is no set. Fetching is shown by tests/guard. */
#include "unit.h"

#include "key_store.h"

static struct str jwks_with(struct arena *a, const char *more)
{
        struct key *es = NULL, *ed = NULL;
        assert_ok(key_generate(a, ALG_ES256, &es));
        assert_ok(key_generate(a, ALG_EDDSA, &ed));
        return arena_printf(a, "{\"keys\":[%s,%.*s,%.*s]}", more, STR_FMT(json_write(a, key_public_jwk(a, es))),
                            STR_FMT(json_write(a, key_public_jwk(a, ed))));
}

static void test_a_set(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        auto_key_set set = NULL;
        assert_ok(key_set_parse(a, jwks_with(a, "{\"kty\":\"oct\",\"k\":\"AA\",\"kid\":\"x\"}"), 5, &set));
        assert_int_equal(set->jwks.count, 2);
        assert_int_equal(set->raw_count, 3);
        assert_str_eq(set->raw[0].kid, "x");
        assert_int_equal(set->generation, 5);
}

static void test_what_is_no_set(void **state)
{
        (void)state;
        static const char *const bad[] = { "",   "{}",           "[]",           "{\"keys\":[]}", "{\"keys\":{}}",
                                           "{",  "{\"keys\":1}", "{\"keys\":[1,null,\"x\",[]]}",
                                           "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}" };
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
                auto_arena a = arena_new(1 << 20);
                struct key_set *set = NULL;
                assert_error(key_set_parse(a, str_from(bad[i]), 1, &set), ERR_MALFORMED);
                assert_null(set);
        }
}

static void test_an_empty_store(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        const struct key_store_options options = { .refresh = 60, .min_refresh = 10, .max_stale = 100 };
        struct key_store *s = key_store_new(&options);
        struct key_set *set = NULL;
        assert_true(key_store_is_due(s));
        assert_error(key_store_get(a, s, &set), ERR_TEMPORARILY_UNAVAILABLE);
        assert_null(set);
        assert_int_equal(key_store_figures(s).age, -1);
        assert_false(key_store_figures(s).usable);
        key_store_free(s);
        key_store_free(NULL);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_a_set),
                cmocka_unit_test(test_what_is_no_set),
                cmocka_unit_test(test_an_empty_store),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
