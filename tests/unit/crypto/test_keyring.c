/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The key ring: states, rendering and reading back, and what a ring may not hold. */
#include "vectors.h"

#include <pthread.h>

#include "keyring.h"

static void unref(void *ring)
{
        keyring_unref(ring);
}

/* Lets go of the ring when the arena ends. */
static struct keyring *keep(struct arena *a, struct keyring *ring)
{
        arena_own(a, ring, unref);
        return ring;
}

static struct keyring *make(struct arena *a)
{
        static const enum alg algs[] = { ALG_ES256, ALG_RS256, ALG_PS256, ALG_EDDSA, ALG_SM2 };
        struct keyring *ring = NULL;
        assert_ok(keyring_make(a, algs, 5, 1000, &ring));
        return keep(a, ring);
}

static void test_new_ring(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct keyring *ring = make(a);
        assert_int_equal(keyring_count(ring), 5);
        for (enum alg alg = ALG_NONE + 1; alg < ALG_COUNT_; alg++)
                assert_int_equal(key_alg(keyring_active(ring, alg)), alg);
        assert_null(keyring_active(ring, ALG_NONE));
        assert_int_equal(keyring_at(ring, 0)->state, KEY_ACTIVE);
        assert_int_equal(keyring_at(ring, 4)->created_at, 1000);
        assert_int_equal(keyring_jwks(ring)->count, 5);
        struct keyring *empty = NULL;
        assert_ok(keyring_make(a, NULL, 0, 1000, &empty));
        (void)keep(a, empty);
        assert_int_equal(keyring_count(empty), 0);
        const enum alg twice[] = { ALG_EDDSA, ALG_EDDSA }, none[] = { ALG_NONE };
        assert_error(keyring_make(a, twice, 2, 1000, &empty), ERR_MALFORMED);
        assert_error(keyring_make(a, none, 1, 1000, &empty), ERR_UNSUPPORTED);
}

static void test_out_and_in(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct keyring *ring = make(a), *again = NULL;
        struct str text = json_write(a, keyring_render(a, ring));
        json_t *json = NULL;
        assert_ok(json_read(a, text, 1 << 20, &json));
        assert_ok(keyring_parse(a, json, &again));
        (void)keep(a, again);
        assert_same_str(json_write(a, keyring_render(a, again)), text);
        struct str token = { 0 };
        struct jws jws;
        assert_ok(jws_sign(a, &(struct signer){ keyring_active(again, ALG_SM2), 0 }, "JWT", STR("{}"), &token));
        assert_ok(jws_parse(a, token, &jws));
        assert_ok(jws_verify_with(a, &jws, keyring_jwks(ring)));
}

static void test_public_half(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct keyring *ring = make(a);
        json_t *public = keyring_public(a, ring);
        struct jwks jwks;
        assert_ok(jwks_from_json(a, public, &jwks));
        assert_int_equal(jwks.count, 5);
        for (size_t i = 0; i < jwks.count; i++) {
                assert_false(key_is_private(jwks.keys[i]));
                assert_same_str(key_kid(jwks.keys[i]), key_thumbprint(a, jwks.keys[i]));
        }
        struct str text = json_write(a, public);
        assert_same_str(keyring_public_text(ring), text);
        assert_null(memmem(text.data, text.len, "\"d\":", 4));
        assert_null(memmem(text.data, text.len, "\"p\":", 4));
}

static json_t *entry(json_t *ring, size_t i)
{
        return json_array_get(json_object_get(ring, "keys"), i);
}

static void test_states(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        static const enum alg algs[] = { ALG_ES256 };
        struct keyring *one = NULL, *two = NULL, *three = NULL, *ring = NULL;
        assert_ok(keyring_make(a, algs, 1, 1000, &one));
        (void)keep(a, one);
        assert_ok(keyring_make(a, algs, 1, 2000, &two));
        (void)keep(a, two);
        assert_ok(keyring_make(a, algs, 1, 3000, &three));
        (void)keep(a, three);
        json_t *json = keyring_render(a, one);
        json_t *keys = json_object_get(json, "keys");
        (void)json_array_append(keys, entry(keyring_render(a, two), 0));
        (void)json_array_append(keys, entry(keyring_render(a, three), 0));
        assert_error(keyring_parse(a, json, &ring), ERR_MALFORMED); /* three active ones */
        json_put_str(entry(json, 0), "state", STR("retired"));
        json_put_str(entry(json, 2), "state", STR("next"));
        assert_ok(keyring_parse(a, json, &ring));
        (void)keep(a, ring);
        assert_same_str(key_kid(keyring_active(ring, ALG_ES256)), key_kid(keyring_active(two, ALG_ES256)));
        assert_int_equal(json_array_size(json_object_get(keyring_public(a, ring), "keys")), 3);
        /* A token of the retired key still verifies. */
        struct str token = { 0 };
        struct jws jws;
        assert_ok(jws_sign(a, &(struct signer){ keyring_active(one, ALG_ES256), 0 }, "JWT", STR("{}"), &token));
        assert_ok(jws_parse(a, token, &jws));
        assert_ok(jws_verify_with(a, &jws, keyring_jwks(ring)));
        /* Without an active key nothing signs. */
        json_put_str(entry(json, 1), "state", STR("retired"));
        assert_ok(keyring_parse(a, json, &ring));
        (void)keep(a, ring);
        assert_null(keyring_active(ring, ALG_ES256));
}

static void test_refused_rings(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        static const enum alg algs[] = { ALG_EDDSA };
        struct keyring *ring = NULL, *untouched = NULL;
        assert_ok(keyring_make(a, algs, 1, 1000, &ring));
        (void)keep(a, ring);
        static const char *const bad[] = { "{}",
                                           "[]",
                                           "{\"version\":1}",
                                           "{\"version\":2,\"keys\":[]}",
                                           "{\"version\":1,\"keys\":{}}",
                                           "{\"version\":1,\"keys\":[1]}",
                                           "{\"version\":1,\"keys\":[{}]}" };
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
                assert_error(keyring_parse(a, json_literal(a, bad[i]), &untouched), ERR_MALFORMED);
        static const char *const members[] = { "state", "created_at", "state_since", "jwk" };
        for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
                json_t *json = keyring_render(a, ring);
                (void)json_object_del(entry(json, 0), members[i]);
                assert_error(keyring_parse(a, json, &untouched), ERR_MALFORMED);
        }
        json_t *json = keyring_render(a, ring);
        json_put_str(entry(json, 0), "state", STR("current"));
        assert_error(keyring_parse(a, json, &untouched), ERR_MALFORMED);
        json = keyring_render(a, ring); /* a public key cannot sign */
        (void)json_object_set(entry(json, 0), "jwk", key_public_jwk(a, keyring_active(ring, ALG_EDDSA)));
        assert_error(keyring_parse(a, json, &untouched), ERR_MALFORMED);
        json = keyring_render(a, ring); /* the same key twice */
        (void)json_array_append_new(json_object_get(json, "keys"), json_deep_copy(entry(json, 0)));
        json_put_str(entry(json, 1), "state", STR("retired"));
        assert_error(keyring_parse(a, json, &untouched), ERR_MALFORMED);
        assert_null(untouched);
}

struct worker {
        pthread_t thread;
        struct keyring *ring;
        unsigned slot;
};

static void *sign_and_verify(void *argument)
{
        struct worker *w = argument;
        auto_arena a = arena_new(1 << 22);
        for (int i = 0; i < 100; i++) {
                enum alg alg = (enum alg)(ALG_NONE + 1 + i % (ALG_COUNT_ - 1));
                struct str token = { 0 };
                struct jws jws;
                if (!is_ok(jws_sign(a, &(struct signer){ keyring_active(w->ring, alg), w->slot }, "JWT", STR("{}"), &token)) ||
                    !is_ok(jws_parse(a, token, &jws)) || !is_ok(jws_verify_with(a, &jws, keyring_jwks(w->ring))))
                        return w;
        }
        keyring_unref(w->ring);
        return NULL;
}

/* Workers share a ring, each with its slot; the last one to let go frees it. */
static void test_threads(void **state)
{
        (void)state;
        struct arena *a = arena_new(1 << 20);
        struct worker workers[4];
        struct keyring *ring = make(a);
        for (unsigned i = 0; i < 4; i++) {
                workers[i] = (struct worker){ .ring = keyring_ref(ring), .slot = i };
                assert_int_equal(pthread_create(&workers[i].thread, NULL, sign_and_verify, &workers[i]), 0);
        }
        arena_free(a);
        for (unsigned i = 0; i < 4; i++) {
                void *failed = NULL;
                assert_int_equal(pthread_join(workers[i].thread, &failed), 0);
                assert_null(failed);
        }
}

/* Another for each, also when a ring lies where one lay before. */
static void test_numbers(void **state)
{
        uint64_t last = 0;
        (void)state;
        for (int i = 0; i < 3; i++) {
                struct arena *a = arena_new(1 << 20);
                struct keyring *ring = make(a), *same = keyring_ref(ring);
                assert_true(keyring_number(ring) > last);
                last = keyring_number(ring);
                assert_int_equal(keyring_number(same), last);
                keyring_unref(same);
                arena_free(a);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_new_ring),      cmocka_unit_test(test_out_and_in),
                cmocka_unit_test(test_public_half),   cmocka_unit_test(test_states),
                cmocka_unit_test(test_refused_rings), cmocka_unit_test(test_threads),
                cmocka_unit_test(test_numbers),
        };
        return cmocka_run_group_tests_name("keyring", tests, NULL, NULL);
}
