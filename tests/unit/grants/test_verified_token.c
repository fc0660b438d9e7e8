/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Remembered signatures: only of that very token, for that very ring, never past the token's end, and not without bounds. */
#include "unit.h"

#include <pthread.h>

#include "verified_token.h"

#define NOW 1700000000

static struct keyring *ring_new(struct arena *a)
{
        static const enum alg algs[] = { ALG_ES256 };
        struct keyring *ring;

        assert_ok(keyring_make(a, algs, 1, NOW, &ring));
        return ring;
}

static void test_known(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct keyring *ring = ring_new(a);
        (void)state;
        assert_false(verified_token_known(a, ring, STR("a.b.c"), NOW));
        verified_token_remember(a, ring, STR("a.b.c"), NOW + 10);
        assert_true(verified_token_known(a, ring, STR("a.b.c"), NOW));
        assert_false(verified_token_known(a, ring, STR("a.b.d"), NOW));
        assert_false(verified_token_known(a, ring, STR("a.b.c "), NOW));
        assert_false(verified_token_known(a, ring, STR(""), NOW));
        keyring_unref(ring);
}

static void test_never_past_its_end(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct keyring *ring = ring_new(a);
        (void)state;
        verified_token_remember(a, ring, STR("ends"), NOW + 10);
        assert_true(verified_token_known(a, ring, STR("ends"), NOW + 9));
        assert_false(verified_token_known(a, ring, STR("ends"), NOW + 10));
        assert_false(verified_token_known(a, ring, STR("ends"), NOW + 11));
        verified_token_remember(a, ring, STR("no end"), 0);
        assert_false(verified_token_known(a, ring, STR("no end"), NOW));
        keyring_unref(ring);
}

/* Another ring, also one that lies where the old one lay, has verified nothing yet. */
static void test_another_ring(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct keyring *ring = ring_new(a);
        (void)state;
        verified_token_remember(a, ring, STR("token"), NOW + 10);
        for (int i = 0; i < 50; i++) {
                struct keyring *other;
                keyring_unref(ring);
                other = ring_new(a);
                assert_false(verified_token_known(a, other, STR("token"), NOW));
                ring = other;
        }
        keyring_unref(ring);
}

/* Many tokens push older ones out; the last is always there. */
static void test_bounded(void **state)
{
        struct keyring *ring;
        unsigned kept = 0;
        auto_arena one = arena_new(1 << 20);
        (void)state;
        ring = ring_new(one);
        for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 10000; i++) {
                        auto_arena a = arena_new(4096);
                        struct str token = arena_printf(a, "token-%d", i);
                        if (round == 0) {
                                verified_token_remember(a, ring, token, NOW + 10);
                                assert_true(verified_token_known(a, ring, token, NOW));
                        } else {
                                kept += verified_token_known(a, ring, token, NOW);
                        }
                }
        }
        assert_in_range(kept, 2000, 4096);
        keyring_unref(ring);
}

static void *ask(void *argument)
{
        auto_arena a = arena_new(1 << 20);
        return verified_token_known(a, argument, STR("mine"), NOW) ? argument : NULL;
}

/* Each worker has its own. */
static void test_another_worker(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct keyring *ring = ring_new(a);
        pthread_t thread;
        void *known;
        (void)state;
        verified_token_remember(a, ring, STR("mine"), NOW + 10);
        assert_int_equal(pthread_create(&thread, NULL, ask, ring), 0);
        pthread_join(thread, &known);
        assert_null(known);
        keyring_unref(ring);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_known),   cmocka_unit_test(test_never_past_its_end), cmocka_unit_test(test_another_ring),
                cmocka_unit_test(test_bounded), cmocka_unit_test(test_another_worker),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
