/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* AES-256-GCM and RSA unwrapping: good, edited, foreign, and every kind of bad padding alike. */
#include "openssl_raw.h"
#include "vectors.h"

#include "base64url.h"
#include "cipher.h"
#include "digest.h"

static void test_aes_gcm_vectors(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 22);
        const json_t *file = vectors_open(&a, "wycheproof/aes_gcm_test.json");
        size_t i, j, checked = 0;
        const json_t *group, *test;
        json_array_foreach(json_object_get(file, "testGroups"), i, group)
        {
                if (json_int(group, "keySize", 0) != 256 || json_int(group, "ivSize", 0) != 96 ||
                    json_int(group, "tagSize", 0) != 128)
                        continue;
                json_array_foreach(json_object_get(group, "tests"), j, test)
                {
                        struct str key = member_hex(a, test, "key"), iv = member_hex(a, test, "iv");
                        struct str aad = member_hex(a, test, "aad"), message = member_hex(a, test, "msg");
                        struct str sealed = ARENA_JOIN(a, member_hex(a, test, "ct"), member_hex(a, test, "tag"));
                        struct str plain = STR("untouched");
                        result r = aes_gcm_decrypt(a, &(struct aes_gcm){ key, iv, aad }, sealed, &plain);
                        checked++;
                        if (!str_is(json_str(test, "result"), "valid")) {
                                assert_error(r, ERR_VERIFY);
                                assert_str_eq(plain, "untouched");
                                continue;
                        }
                        assert_ok(r);
                        assert_same_str(plain, message);
                        assert_same_str(aes_gcm_encrypt(a, &(struct aes_gcm){ key, iv, aad }, message), sealed);
                }
        }
        assert_true(checked > 50);
}

static void test_aes_gcm_refuses(void **state)
{
        (void)state;
        auto_arena a = arena_new(65536);
        struct str key = random_bytes(a, 32), iv = random_bytes(a, 12), plain = STR("untouched");
        struct str sealed = aes_gcm_encrypt(a, &(struct aes_gcm){ key, iv, STR("aad") }, STR("text"));
        assert_ok(aes_gcm_decrypt(a, &(struct aes_gcm){ key, iv, STR("aad") }, sealed, &plain));
        assert_str_eq(plain, "text");
        plain = STR("untouched");
        assert_error(aes_gcm_decrypt(a, &(struct aes_gcm){ key, iv, STR("aae") }, sealed, &plain), ERR_VERIFY);
        assert_error(aes_gcm_decrypt(a, &(struct aes_gcm){ random_bytes(a, 32), iv, STR("aad") }, sealed, &plain), ERR_VERIFY);
        assert_error(aes_gcm_decrypt(a, &(struct aes_gcm){ key, random_bytes(a, 12), STR("aad") }, sealed, &plain), ERR_VERIFY);
        assert_error(aes_gcm_decrypt(a, &(struct aes_gcm){ str_head(key, 16), iv, STR("aad") }, sealed, &plain), ERR_VERIFY);
        assert_error(aes_gcm_decrypt(a, &(struct aes_gcm){ key, str_head(iv, 8), STR("aad") }, sealed, &plain), ERR_VERIFY);
        for (size_t len = 0; len < sealed.len; len++)
                assert_error(aes_gcm_decrypt(a, &(struct aes_gcm){ key, iv, STR("aad") }, str_head(sealed, len), &plain), ERR_VERIFY);
        for (size_t i = 0; i < sealed.len; i++) {
                char *edited = arena_cstr(a, sealed);
                edited[i] = (char)(edited[i] ^ 1);
                assert_error(aes_gcm_decrypt(a, &(struct aes_gcm){ key, iv, STR("aad") }, str_slice(edited, sealed.len), &plain),
                             ERR_VERIFY);
        }
        assert_str_eq(plain, "untouched");
        assert_ok(aes_gcm_decrypt(a, &(struct aes_gcm){ key, iv, STR("") }, aes_gcm_encrypt(a, &(struct aes_gcm){ key, iv, STR("") }, STR("")), &plain));
        assert_int_equal(plain.len, 0);
}

struct rsa_fixture {
        struct arena *arena;
        struct rsa_key *key;
        struct str public_der;
};

static int make_rsa(void **state)
{
        struct rsa_fixture *f = calloc(1, sizeof *f);
        assert_non_null(f);
        f->arena = arena_new(1 << 20);
        assert_ok(rsa_key_load(f->arena, raw_rsa_pem(f->arena, 2048), &f->key));
        f->public_der = rsa_key_public_der(f->arena, f->key);
        *state = f;
        return 0;
}

static int drop_rsa(void **state)
{
        struct rsa_fixture *f = *state;
        rsa_key_free(f->key);
        arena_free(f->arena);
        free(f);
        return 0;
}

static void test_wrap_and_unwrap(void **state)
{
        struct rsa_fixture *f = *state;
        static const enum rsa_padding paddings[] = { RSA_PADDING_PKCS1, RSA_PADDING_OAEP_SHA1,
                                                     RSA_PADDING_OAEP_SHA256 };
        for (size_t p = 0; p < 3; p++) {
                for (size_t len = 32; len <= 44; len += 12) {
                        struct str key = random_bytes(f->arena, len), wrapped = { 0 }, got = { 0 };
                        assert_ok(rsa_wrap(f->arena, f->public_der, paddings[p], key, &wrapped));
                        assert_int_equal(wrapped.len, 256);
                        assert_ok(rsa_unwrap(f->arena, f->key, &(struct rsa_wrapped){ wrapped, paddings[p], 32, 44 }, &got));
                        assert_same_str(got, key);
                        assert_error(rsa_unwrap(f->arena, f->key, &(struct rsa_wrapped){ wrapped, paddings[(p + 1) % 3], 32, 44 }, &got),
                                     ERR_VERIFY);
                        assert_error(rsa_unwrap(f->arena, f->key, &(struct rsa_wrapped){ wrapped, paddings[p], 16, 24 }, &got), ERR_VERIFY);
                        assert_error(rsa_unwrap(f->arena, f->key, &(struct rsa_wrapped){ str_head(wrapped, 255), paddings[p], 32, 44 }, &got),
                                     ERR_VERIFY);
                        assert_same_str(got, key);
                }
        }
}

/* Every wrong block gives the same verdict and the same reason. */
static void test_bad_padding_is_one_error(void **state)
{
        struct rsa_fixture *f = *state;
        enum { SIZE = 256, KEY = 32, ZERO = SIZE - KEY - 1 };
        static const struct {
                size_t at;
                unsigned char value;
                bool good;
        } cases[] = {
                { 2, 0xaa, true },     { ZERO - 1, 1, true }, { 0, 0, true },         { 0, 1, false },
                { 1, 1, false },       { 1, 0, false },       { 1, 3, false },        { 2, 0, false },
                { 9, 0, false },       { 10, 0, false },      { ZERO - 1, 0, false }, { ZERO, 7, false },
                { SIZE - 1, 0, true }, { ZERO + 1, 0, true },
        };
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                unsigned char block[SIZE];
                memset(block, 0x5a, sizeof block);
                block[0] = 0, block[1] = 2, block[ZERO] = 0;
                block[cases[i].at] = cases[i].value;
                struct str wrapped = raw_rsa_encrypt(f->arena, f->public_der, str_slice(block, SIZE)),
                           got = STR("untouched");
                arena_clear_reason(f->arena);
                result r = rsa_unwrap(f->arena, f->key, &(struct rsa_wrapped){ wrapped, RSA_PADDING_PKCS1, KEY, 44 }, &got);
                if (cases[i].good) {
                        assert_ok(r);
                        assert_same_str(got, str_slice(block + ZERO + 1, KEY));
                        continue;
                }
                assert_error(r, ERR_VERIFY);
                assert_str_eq(got, "untouched");
                assert_str_eq(arena_reason(f->arena), "RSA: the wrapped key does not open");
        }
}

static void test_foreign_key_does_not_open(void **state)
{
        struct rsa_fixture *f = *state;
        struct rsa_key *other = NULL;
        struct str wrapped = { 0 }, got = STR("untouched");
        assert_ok(rsa_key_load(f->arena, raw_rsa_pem(f->arena, 2048), &other));
        assert_ok(rsa_wrap(f->arena, rsa_key_public_der(f->arena, other), RSA_PADDING_PKCS1, STR("0123456789abcdef"),
                           &wrapped));
        arena_clear_reason(f->arena);
        assert_error(rsa_unwrap(f->arena, f->key, &(struct rsa_wrapped){ wrapped, RSA_PADDING_PKCS1, 16, 32 }, &got), ERR_VERIFY);
        assert_str_eq(arena_reason(f->arena), "RSA: the wrapped key does not open");
        char *large = arena_alloc(f->arena, 256);
        memset(large, 0xff, 256); /* not less than the modulus */
        assert_error(rsa_unwrap(f->arena, f->key, &(struct rsa_wrapped){ str_slice(large, 256), RSA_PADDING_PKCS1, 16, 32 }, &got), ERR_VERIFY);
        assert_error(rsa_unwrap(f->arena, f->key, &(struct rsa_wrapped){ str_slice(large, 256), RSA_PADDING_OAEP_SHA256, 16, 32 }, &got),
                     ERR_VERIFY);
        assert_error(rsa_unwrap(f->arena, f->key, &(struct rsa_wrapped){ STR(""), RSA_PADDING_PKCS1, 16, 32 }, &got), ERR_VERIFY);
        assert_str_eq(got, "untouched");
        assert_true(raw_error_queue_is_empty());
        rsa_key_free(other);
}

static void test_unfit_rsa_keys(void **state)
{
        struct rsa_fixture *f = *state;
        struct rsa_key *key = NULL;
        struct str wrapped = { 0 };
        assert_error(rsa_key_load(f->arena, raw_rsa_pem(f->arena, 1024), &key), ERR_CONFIG);
        assert_error(rsa_key_load(f->arena, raw_ec_pem(f->arena), &key), ERR_CONFIG);
        assert_error(rsa_key_load(f->arena, STR(""), &key), ERR_CONFIG);
        assert_error(
                rsa_key_load(f->arena, STR("-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n"), &key),
                ERR_CONFIG);
        assert_error(rsa_key_load(f->arena, raw_encrypted_pem(f->arena), &key), ERR_CONFIG);
        assert_null(key);
        assert_error(rsa_wrap(f->arena, STR("not DER"), RSA_PADDING_PKCS1, STR("k"), &wrapped), ERR_MALFORMED);
        assert_error(rsa_wrap(f->arena, f->public_der, RSA_PADDING_PKCS1, random_bytes(f->arena, 250), &wrapped),
                     ERR_MALFORMED);
        assert_true(raw_error_queue_is_empty());
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_aes_gcm_vectors),
                cmocka_unit_test(test_aes_gcm_refuses),
                cmocka_unit_test_setup_teardown(test_wrap_and_unwrap, make_rsa, drop_rsa),
                cmocka_unit_test_setup_teardown(test_bad_padding_is_one_error, make_rsa, drop_rsa),
                cmocka_unit_test_setup_teardown(test_foreign_key_does_not_open, make_rsa, drop_rsa),
                cmocka_unit_test_setup_teardown(test_unfit_rsa_keys, make_rsa, drop_rsa),
        };
        return cmocka_run_group_tests_name("cipher", tests, NULL, NULL);
}
