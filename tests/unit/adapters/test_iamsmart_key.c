/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Unwrapping of content keys: both encodings, three paddings, two KEKs, and everything wrong, which gives a key that
 * opens nothing. How keys are fetched, kept and renewed is in test_iamsmart.c. */
#include "openssl_raw.h"

#include "base64url.h"
#include "iamsmart.h"
#include "iamsmart_vectors.h"

static struct arena *keys;
static struct rsa_key *kek, *kek_next, *foreign;
static char content_key[32];

static struct str key(void)
{
        return str_slice(content_key, sizeof(content_key));
}

static struct iamsmart settings_of(enum rsa_padding padding)
{
        return (struct iamsmart){ .keks = { kek, kek_next }, .kek_count = 2, .padding = padding };
}

static struct str public_key(struct arena *a, const struct rsa_key *k)
{
        return base64_encode(a, rsa_key_public_der(a, k));
}

static struct str wrap(struct arena *a, const struct rsa_key *k, enum rsa_padding padding, struct str bytes)
{
        struct str wrapped = { 0 };

        assert_ok(rsa_wrap(a, rsa_key_public_der(a, k), padding, bytes, &wrapped));
        return base64_encode(a, wrapped);
}

static void check_opens(const struct iamsmart *s, struct str wrapped, struct str named)
{
        auto_arena a = arena_new(1 << 16);
        bool genuine = false;

        assert_same_str(iamsmart_unwrap(a, s, wrapped, named, &genuine), key());
        assert_true(genuine);
}

/* Another key each time, of the right length, so that the sender sees what he would see with a key of his own. */
static void check_random(const struct iamsmart *s, struct str wrapped, struct str named)
{
        auto_arena a = arena_new(1 << 20);
        bool genuine = true;
        struct str first = iamsmart_unwrap(a, s, wrapped, named, &genuine), second;

        assert_false(genuine);
        second = iamsmart_unwrap(a, s, wrapped, named, &genuine);
        assert_int_equal(first.len, IAMSMART_KEY_SIZE);
        assert_int_equal(second.len, IAMSMART_KEY_SIZE);
        assert_false(str_eq(first, second));
        assert_false(str_eq(first, key()));
        assert_str_empty(arena_reason(a));
}

static void test_paddings_and_encodings(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);

        for (enum rsa_padding p = RSA_PADDING_PKCS1; p <= RSA_PADDING_OAEP_SHA256; p++) {
                struct iamsmart s = settings_of(p);

                check_opens(&s, wrap(a, kek, p, key()), public_key(a, kek));
                check_opens(&s, wrap(a, kek, p, base64_encode(a, key())), public_key(a, kek));
        }
}

/* A callback opens with the key under which the vector was wrapped. */
static void test_callback_vector(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct iamsmart s = settings_of(RSA_PADDING_PKCS1);
        struct str wrapped = wrap(a, kek, RSA_PADDING_PKCS1, key()), plain = { 0 };
        bool genuine = false;

        assert_ok(iamsmart_frame_open(a, iamsmart_unwrap(a, &s, wrapped, STR(""), &genuine),
                                      STR(VECTOR_CALLBACK_CONTENT), &plain));
        assert_str_eq(plain, VECTOR_CALLBACK_CLEAR);
}

static void test_change_of_kek(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct iamsmart s = settings_of(RSA_PADDING_PKCS1);
        struct str old = wrap(a, kek, s.padding, key()), new = wrap(a, kek_next, s.padding, key());

        check_opens(&s, old, public_key(a, kek));
        check_opens(&s, new, public_key(a, kek_next));
        check_opens(&s, old, STR("")); /* callbacks name none */
        check_opens(&s, new, STR(""));
        check_opens(&s, new, public_key(a, foreign));
        check_random(&s, new, public_key(a, kek)); /* named, but it is another */
}

static void test_what_does_not_open(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct iamsmart s = settings_of(RSA_PADDING_PKCS1);
        struct str good = wrap(a, kek, RSA_PADDING_PKCS1, key());
        struct str text = base64_encode(a, key());

        check_random(&s, STR(""), STR(""));
        check_random(&s, STR("no base64!"), STR(""));
        check_random(&s, STR("AAAA"), STR(""));
        check_random(&s, wrap(a, foreign, RSA_PADDING_PKCS1, key()), STR(""));
        check_random(&s, wrap(a, kek, RSA_PADDING_OAEP_SHA1, key()), STR(""));
        check_random(&s, wrap(a, kek, RSA_PADDING_PKCS1, str_head(key(), 31)), STR(""));
        check_random(&s, wrap(a, kek, RSA_PADDING_PKCS1, ARENA_JOIN(a, key(), STR("x"))), STR(""));
        check_random(&s, wrap(a, kek, RSA_PADDING_PKCS1, STR("")), STR(""));
        /* 44 bytes, but no base64 of 32 */
        check_random(&s, wrap(a, kek, RSA_PADDING_PKCS1, ARENA_JOIN(a, STR("!"), str_from_index(text, 1))), STR(""));
        check_random(&s, wrap(a, kek, RSA_PADDING_PKCS1, ARENA_JOIN(a, str_head(text, 43), STR("A"))), STR(""));
        check_random(&s, str_head(good, good.len - 4), STR(""));
        check_random(&s, ARENA_JOIN(a, good, STR("AAAA")), STR(""));
}

static struct rsa_key *new_key(void)
{
        struct rsa_key *k = NULL;

        assert_ok(rsa_key_load(keys, raw_rsa_pem(keys, 2048), &k));
        return k;
}

static int setup(void **state)
{
        (void)state;
        keys = arena_new(1 << 20);
        kek = new_key();
        kek_next = new_key();
        foreign = new_key();
        vector_key(0x40, content_key);
        return 0;
}

static int teardown(void **state)
{
        (void)state;
        rsa_key_free(kek);
        rsa_key_free(kek_next);
        rsa_key_free(foreign);
        arena_free(keys);
        return 0;
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_paddings_and_encodings),
                cmocka_unit_test(test_callback_vector),
                cmocka_unit_test(test_change_of_kek),
                cmocka_unit_test(test_what_does_not_open),
        };
        return cmocka_run_group_tests(tests, setup, teardown);
}
