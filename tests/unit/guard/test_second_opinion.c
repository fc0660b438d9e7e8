/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* liboauth2 as the guard asks it: its verdict agrees with ours on good tokens, and is its own on others. */
#include "unit.h"

#include "jwt.h"
#include "second_opinion.h"

static struct str jwks_of(struct arena *a, struct key *const *keys, size_t count)
{
        struct buf b = buf_in(a, 65536);
        buf_add_text(&b, "{\"keys\":[");
        for (size_t i = 0; i < count; i++) {
                buf_add_text(&b, i > 0 ? "," : "");
                buf_add(&b, json_write(a, key_public_jwk(a, keys[i])));
        }
        buf_add_text(&b, "]}");
        return buf_str(&b);
}

static struct str token_of(struct arena *a, struct key *k)
{
        struct str token;
        json_t *claims = json_new_object(a);
        json_put_int(claims, "exp", 1); /* claims are not its business */
        assert_ok(jwt_sign(a, &(struct signer){ k, 0 }, "at+jwt", claims, &token));
        return token;
}

static void test_agreement(void **state)
{
        (void)state;
        static const enum alg algs[] = { ALG_ES256, ALG_RS256, ALG_PS256 };
        auto_arena a = arena_new(1 << 20);
        struct key *keys[3] = { NULL };
        auto_key_set set = NULL;
        for (size_t i = 0; i < 3; i++)
                assert_ok(key_generate(a, algs[i], &keys[i]));
        assert_ok(key_set_parse(a, jwks_of(a, keys, 3), 1, &set));
        for (size_t i = 0; i < 3; i++) {
                struct str token = token_of(a, keys[i]);
                assert_true(second_opinion_knows(algs[i]));
                assert_true(second_opinion_verifies(a, set, key_kid(keys[i]), token));
                assert_true(second_opinion_verifies(a, set, STR(""), token));
                assert_false(second_opinion_verifies(a, set, key_kid(keys[(i + 1) % 3]), token));
                assert_false(second_opinion_verifies(a, set, STR("unknown"), token));
        }
        assert_false(second_opinion_knows(ALG_EDDSA));
        assert_false(second_opinion_knows(ALG_SM2));
}

static void test_it_judges_by_itself(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct key *k = NULL, *other = NULL;
        auto_key_set set = NULL;
        assert_ok(key_generate(a, ALG_ES256, &k));
        assert_ok(key_generate(a, ALG_ES256, &other));
        assert_ok(key_set_parse(a, jwks_of(a, &other, 1), 1, &set));
        struct str token = token_of(a, k);
        assert_false(second_opinion_verifies(a, set, STR(""), token));
        char *changed = arena_cstr(a, token_of(a, other));
        assert_true(second_opinion_verifies(a, set, STR(""), str_from(changed)));
        changed[strlen(changed) - 10] ^= 1;
        assert_false(second_opinion_verifies(a, set, STR(""), str_from(changed)));
        assert_false(second_opinion_verifies(a, set, STR(""), STR("")));
        assert_false(second_opinion_verifies(a, set, STR(""), STR("a.b.c")));
}

/* A verdict is not kept: the same token under other keys is another question. */
static void test_nothing_is_cached(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct key *k = NULL, *other = NULL;
        auto_key_set with = NULL;
        auto_key_set without = NULL;
        assert_ok(key_generate(a, ALG_RS256, &k));
        assert_ok(key_generate(a, ALG_RS256, &other));
        assert_ok(key_set_parse(a, jwks_of(a, &k, 1), 1, &with));
        assert_ok(key_set_parse(a, jwks_of(a, &other, 1), 2, &without));
        struct str token = token_of(a, k);
        for (int i = 0; i < 3; i++) {
                assert_true(second_opinion_verifies(a, with, STR(""), token));
                assert_false(second_opinion_verifies(a, without, STR(""), token));
        }
}

static int start(void **state)
{
        (void)state;
        second_opinion_start();
        return 0;
}

static int stop(void **state)
{
        (void)state;
        second_opinion_stop();
        return 0;
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_agreement),
                cmocka_unit_test(test_it_judges_by_itself),
                cmocka_unit_test(test_nothing_is_cached),
        };
        return cmocka_run_group_tests(tests, start, stop);
}
