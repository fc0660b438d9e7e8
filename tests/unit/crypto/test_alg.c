/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The table of algorithms; each signs and verifies; the standard's example of SM2. */
#include "key.h"

#include "openssl_raw.h"
#include "vectors.h"

#include "jws.h"

static const enum alg all[] = { ALG_RS256, ALG_PS256, ALG_ES256, ALG_EDDSA, ALG_SM2 };
#define ALL (sizeof all / sizeof all[0])

static void test_names(void **state)
{
        (void)state;
        auto_arena a = arena_new(65536);
        for (size_t i = 0; i < ALL; i++)
                assert_int_equal(alg_find(str_from(alg_name(all[i]))), all[i]);
        assert_str_eq(json_write(a, alg_names(a)), "[\"RS256\",\"PS256\",\"ES256\",\"EdDSA\",\"SGD_SM3_SM2\"]");
        assert_null(alg_name(ALG_NONE));
        assert_null(alg_name(ALG_COUNT_));
        assert_int_equal(alg_find(STR("Ed25519")), ALG_EDDSA);
        static const char *const unknown[] = { "none",  "None",  "NONE",  "nOnE",   "",       "HS256",
                                               "HS512", "RS384", "ES512", "es256",  "ES256 ", " ES256",
                                               "ES25",  "RS1",   "SM2",   "A256KW", "dir" };
        for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
                assert_int_equal(alg_find(str_from(unknown[i])), ALG_NONE);
        assert_int_equal(alg_find(str_slice("ES256\0", 6)), ALG_NONE);
}

static void check_edits(struct arena *a, const struct key *k, struct str signature)
{
        for (size_t i = 0; i < signature.len; i += 7) {
                char *edited = arena_cstr(a, signature);
                edited[i] = (char)(edited[i] ^ 4);
                assert_error(signature_check(a, k, STR("input"), str_slice(edited, signature.len)), ERR_VERIFY);
        }
        assert_error(signature_check(a, k, STR("inpus"), signature), ERR_VERIFY);
        assert_error(signature_check(a, k, STR("input"), STR("")), ERR_VERIFY);
        assert_error(signature_check(a, k, STR("input"), str_head(signature, signature.len - 1)), ERR_VERIFY);
        assert_error(signature_check(a, k, STR("input"), ARENA_JOIN(a, signature, STR("\0"))), ERR_VERIFY);
        assert_error(signature_check(a, k, STR("input"), ARENA_JOIN(a, STR("\0"), signature)), ERR_VERIFY);
        char *zeros = arena_alloc(a, signature.len);
        assert_error(signature_check(a, k, STR("input"), str_slice(zeros, signature.len)), ERR_VERIFY);
}

static void test_sign_and_verify(void **state)
{
        (void)state;
        for (size_t i = 0; i < ALL; i++) {
                auto_arena a = arena_new(1 << 20);
                struct key *k = NULL, *other = NULL;
                struct str signature = { 0 };
                assert_ok(key_generate(a, all[i], &k));
                assert_ok(key_generate(a, all[i], &other));
                for (unsigned slot = 0; slot < 64; slot += 21) {
                        for (int again = 0; again < 3; again++) {
                                assert_ok(signature_make(a, k, slot, STR("input"), &signature));
                                assert_ok(signature_check(a, k, STR("input"), signature));
                        }
                }
                assert_error(signature_check(a, other, STR("input"), signature), ERR_VERIFY);
                check_edits(a, k, signature);
                assert_ok(signature_make(a, k, 0, STR(""), &signature));
                assert_ok(signature_check(a, k, STR(""), signature));
                assert_true(raw_error_queue_is_empty());
        }
}

/* One in 128 signatures has a number shorter than 32 bytes. */
static void test_short_numbers_are_padded(void **state)
{
        (void)state;
        static const enum alg curves[] = { ALG_ES256, ALG_SM2 };
        for (size_t c = 0; c < 2; c++) {
                auto_arena a = arena_new(1 << 22);
                struct key *k = NULL;
                struct str signature = { 0 };
                bool seen = false;
                assert_ok(key_generate(a, curves[c], &k));
                for (int i = 0; i < 20000 && !seen; i++) {
                        auto_arena one = arena_new(4096);
                        assert_ok(signature_make(one, k, 0, STR("input"), &signature));
                        assert_int_equal(signature.len, 64);
                        seen = signature.data[0] == 0 || signature.data[32] == 0;
                        if (seen)
                                assert_ok(signature_check(one, k, STR("input"), signature));
                }
                assert_true(seen);
        }
}

/* GB/T 32918.5, annex A: Z, e, and the signature of "message digest" under the default identity. */
static void test_sm2_standard_example(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        json_t *jwk = json_new_object(a);
        json_put_str(jwk, "kty", STR("EC"));
        json_put_str(jwk, "crv", STR("sm2p256v1"));
        jwk_put_bytes(a, jwk, "x", unhex(a, STR("09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020")));
        jwk_put_bytes(a, jwk, "y", unhex(a, STR("CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13")));
        jwk_put_bytes(a, jwk, "d", unhex(a, STR("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")));
        struct key *k = NULL;
        assert_ok(key_from_jwk(a, jwk, ALG_SM2, &k));
        assert_same_str(str_slice(k->sm2_za, SM2_ZA_SIZE),
                        unhex(a, STR("B2E14C5C79C6DF5B85F4FE7ED8DB7A262B9DA7E07CCB0EA9F4747B8CCDA8A4F3")));
        assert_same_str(sm2_digest(a, k, STR("message digest")),
                        unhex(a, STR("F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640")));
        struct str signature = unhex(a, STR("F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
                                            "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"));
        assert_ok(signature_check(a, k, STR("message digest"), signature));
        assert_error(signature_check(a, k, STR("message digesu"), signature), ERR_VERIFY);
        assert_ok(signature_make(a, k, 0, STR("message digest"), &signature));
        assert_ok(signature_check(a, k, STR("message digest"), signature));
}

/* What OpenSSL itself makes of our SM2 signature, with the identity set: an independent way through its code. */
static void test_sm2_agrees_with_openssl(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct key *k = NULL;
        struct str raw = { 0 };
        assert_ok(key_generate(a, ALG_SM2, &k));
        assert_true(EVP_PKEY_is_a(k->pkey, "SM2"));
        assert_ok(signature_make(a, k, 0, STR("hello"), &raw));
        AUTO(ECDSA_SIG) numbers = ECDSA_SIG_new();
        ECDSA_SIG_set0(numbers, BN_bin2bn(octets(raw), 32, NULL), BN_bin2bn(octets(raw) + 32, 32, NULL));
        unsigned char der[80], *end = der;
        size_t len = (size_t)i2d_ECDSA_SIG(numbers, &end);
        AUTO(EVP_MD_CTX) context = EVP_MD_CTX_new();
        char id[] = "1234567812345678";
        const OSSL_PARAM params[] = { OSSL_PARAM_construct_octet_string("distid", id, 16), OSSL_PARAM_construct_end() };
        assert_int_equal(EVP_DigestVerifyInit_ex(context, NULL, "SM3", NULL, NULL, k->pkey, params), 1);
        assert_int_equal(EVP_DigestVerify(context, der, len, (const unsigned char *)"hello", 5), 1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_names),
                cmocka_unit_test(test_sign_and_verify),
                cmocka_unit_test(test_short_numbers_are_padded),
                cmocka_unit_test(test_sm2_standard_example),
                cmocka_unit_test(test_sm2_agrees_with_openssl),
        };
        return cmocka_run_group_tests_name("alg", tests, NULL, NULL);
}
