/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The public collections: Wycheproof's signature files and the JOSE cookbook (RFC 7520, RFC 8037). Our verdict on each
 * case must be the collection's; where it is not, the table of exceptions says why. */
#include "vectors.h"

#include "jws.h"

/* Marked valid, refused here. */
static const struct {
        int id;
        const char *why;
} exceptions[] = {
        { 346, "the key says PS256, the token PS384: a key has exactly one algorithm" },
        { 350, "the same, with key_ops in place of use" },
};

static bool is_exception(int id)
{
        for (size_t i = 0; i < sizeof exceptions / sizeof exceptions[0]; i++)
                if (exceptions[i].id == id)
                        return true;
        return false;
}

static bool accepts_with_set(struct arena *a, const json_t *keys, struct str compact)
{
        struct jwks jwks;
        struct jws jws;
        return is_ok(jwks_from_json(a, keys, &jwks)) && is_ok(jws_parse(a, compact, &jws)) &&
               is_ok(jws_verify_with(a, &jws, &jwks));
}

static bool accepts_with_key(struct arena *a, const json_t *jwk, struct str compact)
{
        struct key *key = NULL;
        struct jws jws;
        return is_ok(key_from_jwk(a, jwk, ALG_NONE, &key)) && is_ok(jws_parse(a, compact, &jws)) &&
               is_ok(jws_verify(a, &jws, key));
}

/* Is a key of the set (or the key itself) for an algorithm that we have? */
static bool is_ours(const json_t *key)
{
        size_t i;
        const json_t *one;
        json_array_foreach(json_object_get(key, "keys"), i,
                           one) if (alg_find(json_str(one, "alg")) != ALG_NONE) return true;
        return alg_find(json_str(key, "alg")) != ALG_NONE;
}

/* Returns how many valid ones were accepted. */
static size_t run_jws_file(struct arena *a, const json_t *file)
{
        size_t i, j, accepted = 0;
        const json_t *group, *test;
        json_array_foreach(json_object_get(file, "testGroups"), i, group)
        {
                const json_t *key = json_object_get(group, "public");
                if (!key)
                        key = json_object_get(group, "private");
                json_array_foreach(json_object_get(group, "tests"), j, test)
                {
                        int id = (int)json_int(test, "tcId", 0);
                        struct str compact = json_str(test, json_object_get(test, "jws") ? "jws" : "jwe");
                        bool want = str_is(json_str(test, "result"), "valid") && is_ours(key) && !is_exception(id);
                        bool got = json_object_get(key, "keys") ? accepts_with_set(a, key, compact)
                                                                : accepts_with_key(a, key, compact);
                        if (got != want)
                                fail_msg("case %d: %s", id, got ? "accepted" : "refused");
                        accepted += got;
                }
        }
        return accepted;
}

static void test_json_web_signature(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 24);
        const json_t *file = vectors_open(&a, "wycheproof/json_web_signature_test.json");
        /* ES256: 18, 378. RS256: 33, 259-263, 345, 349. PS256: 272-275, 287, 288. */
        assert_int_equal(run_jws_file(a, file), 16);
}

static void test_json_web_key(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 22);
        const json_t *file = vectors_open(&a, "wycheproof/json_web_key_test.json");
        assert_int_equal(run_jws_file(a, file), 1);
}

static void test_json_web_crypto(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 22);
        const json_t *file = vectors_open(&a, "wycheproof/json_web_crypto_test.json");
        assert_int_equal(run_jws_file(a, file), 2);
}

/* Files of raw signatures. `key_member`: where a group keeps its JWK. "acceptable" ones (BER, missing NULL) are to be
 * refused. */
static void run_raw_file(const char *name, const char *key_member, enum alg alg, size_t want_valid)
{
        auto_arena a = arena_new(1 << 24);
        const json_t *file = vectors_open(&a, name);
        size_t i, j, valid = 0;
        const json_t *group, *test;
        json_array_foreach(json_object_get(file, "testGroups"), i, group)
        {
                struct key *key = NULL;
                const json_t *jwk = json_object_get(group, key_member);
                if (!jwk)
                        continue;
                assert_ok(key_from_jwk(a, jwk, alg, &key));
                json_array_foreach(json_object_get(group, "tests"), j, test)
                {
                        bool want = str_is(json_str(test, "result"), "valid");
                        bool got =
                                is_ok(signature_check(a, key, member_hex(a, test, "msg"), member_hex(a, test, "sig")));
                        if (got != want)
                                fail_msg("%s: case %d: %s", name, (int)json_int(test, "tcId", 0),
                                         got ? "accepted" : "refused");
                        valid += got;
                }
        }
        assert_int_equal(valid, want_valid);
}

static void test_ecdsa(void **state)
{
        (void)state;
        run_raw_file("wycheproof/ecdsa_secp256r1_sha256_p1363_test.json", "publicKeyJwk", ALG_ES256, 169);
}

static void test_ed25519(void **state)
{
        (void)state;
        run_raw_file("wycheproof/ed25519_test.json", "publicKeyJwk", ALG_EDDSA, 88);
}

static void test_rsa_pss(void **state)
{
        (void)state;
        run_raw_file("wycheproof/rsa_pss_2048_sha256_mgf1_32_test.json", "publicKeyJwk", ALG_PS256, 63);
}

static void test_rsa_pkcs1(void **state)
{
        (void)state;
        run_raw_file("wycheproof/rsa_signature_2048_sha256_test.json", "keyJwk", ALG_RS256, 9);
}

static json_t *at(json_t *json, const char *first, const char *second)
{
        return json_object_get(json_object_get(json, first), second);
}

/* `alg` ALG_NONE: one that we do not have, so it must be refused. */
static void run_cookbook(const char *name, enum alg alg)
{
        auto_arena a = arena_new(1 << 20);
        json_t *file = vectors_open(&a, name);
        struct str compact = json_text(at(file, "output", "compact"));
        struct key *key = NULL;
        struct jws jws;
        if (alg == ALG_NONE) {
                assert_error(jws_parse(a, compact, &jws), ERR_VERIFY);
                return;
        }
        assert_ok(key_from_jwk(a, at(file, "input", "key"), alg, &key));
        assert_ok(jws_parse(a, compact, &jws));
        assert_ok(jws_verify(a, &jws, key));
        assert_same_str(jws.payload, json_text(at(file, "input", "payload")));
        /* RS256 and EdDSA are deterministic: the very bytes of the book. */
        struct str signature = { 0 };
        assert_ok(signature_make(a, key, 0, jws.signing_input, &signature));
        assert_same_str(signature, jws.signature);
}

static void test_cookbook(void **state)
{
        (void)state;
        run_cookbook("jose-cookbook/jws/4_1.rsa_v15_signature.json", ALG_RS256);
        run_cookbook("jose-cookbook/curve25519/jws.json", ALG_EDDSA);
        run_cookbook("jose-cookbook/jws/4_2.rsa-pss_signature.json", ALG_NONE);
        run_cookbook("jose-cookbook/jws/4_3.ecdsa_signature.json", ALG_NONE);
        run_cookbook("jose-cookbook/jws/4_4.hmac-sha2_integrity_protection.json", ALG_NONE);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_json_web_signature),
                cmocka_unit_test(test_json_web_key),
                cmocka_unit_test(test_json_web_crypto),
                cmocka_unit_test(test_ecdsa),
                cmocka_unit_test(test_ed25519),
                cmocka_unit_test(test_rsa_pss),
                cmocka_unit_test(test_rsa_pkcs1),
                cmocka_unit_test(test_cookbook),
        };
        return cmocka_run_group_tests_name("jws_vectors", tests, NULL, NULL);
}
