/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Keys and key sets: what is refused, and that nothing is lost on the way out and in. */
#include "openssl_raw.h"
#include "vectors.h"

#include "base64url.h"
#include "jws.h"

/* RFC 7517, A.1 and RFC 7515, A.3 */
#define EC_X "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
#define EC_Y "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
#define EC_D "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"
#define EC(extra) "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" EC_X "\",\"y\":\"" EC_Y "\"" extra "}"
/* RFC 8037, A.1 */
#define ED_X "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
#define ED_D "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
#define ED(extra) "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" ED_X "\"" extra "}"
/* RFC 7638, section 3.1 */
#define RSA_N                                                                                                          \
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_"                      \
        "BJECPebWKRXjBZCiFV4n3oknjhMst"                                                                                \
        "n64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_"                                                  \
        "FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajr"                                                    \
        "n1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-"                 \
        "kEgU8awapJzKnqDKgw"
#define RSA(n, e, extra) "{\"kty\":\"RSA\",\"n\":\"" n "\",\"e\":\"" e "\"" extra "}"

static void test_thumbprint_of_the_rfc(void **state)
{
        (void)state;
        auto_arena a = arena_new(65536);
        struct key *k = NULL;
        const json_t *jwk = json_literal(a, RSA(RSA_N, "AQAB", ",\"alg\":\"RS256\",\"kid\":\"2011-04-29\""));
        assert_ok(key_from_jwk(a, jwk, ALG_NONE, &k));
        assert_str_eq(key_thumbprint(a, k), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
        assert_str_eq(key_kid(k), "2011-04-29");
        assert_int_equal(key_alg(k), ALG_RS256);
        assert_false(key_is_private(k));
        /* RFC 8037, A.3 */
        assert_ok(key_from_jwk(a, json_literal(a, ED("")), ALG_NONE, &k));
        assert_str_eq(key_thumbprint(a, k), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        assert_int_equal(key_kid(k).len, 0);
}

static void test_good_keys(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        static const struct {
                const char *jwk;
                enum alg given, want;
        } cases[] = {
                { EC(""), ALG_NONE, ALG_ES256 },
                { EC(",\"use\":\"sig\",\"key_ops\":[\"verify\"]"), ALG_ES256, ALG_ES256 },
                { EC(",\"d\":\"" EC_D "\",\"key_ops\":[\"sign\"]"), ALG_NONE, ALG_ES256 },
                { EC(",\"alg\":\"ES256\",\"x5c\":[],\"unknown\":{}"), ALG_NONE, ALG_ES256 },
                { ED(""), ALG_NONE, ALG_EDDSA },
                { ED(",\"alg\":\"Ed25519\""), ALG_NONE, ALG_EDDSA },
                { ED(",\"alg\":\"EdDSA\",\"d\":\"" ED_D "\""), ALG_EDDSA, ALG_EDDSA },
                { RSA(RSA_N, "AQAB", ""), ALG_PS256, ALG_PS256 },
                { RSA(RSA_N, "Aw", ",\"alg\":\"RS256\""), ALG_NONE, ALG_RS256 },
        };
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                struct key *k = NULL;
                assert_ok(key_from_jwk(a, json_literal(a, cases[i].jwk), cases[i].given, &k));
                assert_int_equal(key_alg(k), cases[i].want);
        }
}

static void test_refused_keys(void **state)
{
        (void)state;
        static const struct {
                const char *jwk;
                enum alg alg;
        } cases[] = {
                { "{}", ALG_NONE },
                { "[]", ALG_NONE },
                { "{}", ALG_ES256 },
                { "{\"kty\":\"oct\",\"k\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\",\"alg\":\"HS256\"}",
                  ALG_NONE },
                { EC(",\"alg\":\"ES512\""), ALG_NONE },
                { EC(",\"alg\":\"none\""), ALG_NONE },
                { EC(",\"alg\":\"ES512\""), ALG_ES256 },
                { EC(",\"alg\":\"RS256\""), ALG_ES256 },
                { EC(",\"alg\":1"), ALG_ES256 },
                { EC(""), ALG_RS256 },
                { EC(""), ALG_SM2 },
                { EC(",\"use\":\"enc\""), ALG_ES256 },
                { EC(",\"use\":1"), ALG_ES256 },
                { EC(",\"key_ops\":[\"encrypt\"]"), ALG_ES256 },
                { EC(",\"key_ops\":[\"sign\"]"), ALG_ES256 },
                { EC(",\"key_ops\":[]"), ALG_ES256 },
                { EC(",\"key_ops\":\"verify\""), ALG_ES256 },
                { EC(",\"kid\":1"), ALG_ES256 },
                { EC(",\"kid\":\"a\\nb\""), ALG_ES256 },
                { EC(",\"d\":\"" ED_D "\""), ALG_ES256 }, /* another key's */
                { EC(",\"d\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\""), ALG_ES256 },
                { EC(",\"d\":\"AQAB\""), ALG_ES256 },
                { EC(",\"d\":1"), ALG_ES256 },
                { "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" EC_X "\",\"y\":\"" EC_X "\"}", ALG_ES256 },
                { "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" EC_X "\"}", ALG_ES256 },
                { "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" EC_X "\",\"y\":\"AQ\"}", ALG_ES256 },
                { "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" EC_X "=\",\"y\":\"" EC_Y "\"}", ALG_ES256 },
                { "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\","
                  "\"y\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
                  ALG_ES256 },
                { "{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"" EC_X "\",\"y\":\"" EC_Y "\"}", ALG_ES256 },
                { "{\"kty\":\"EC\",\"crv\":\"sm2p256v1\",\"x\":\"" EC_X "\",\"y\":\"" EC_Y "\"}", ALG_SM2 },
                { "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" ED_X "\"}", ALG_EDDSA },
                { "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AQ\"}", ALG_EDDSA },
                { ED(",\"d\":\"" EC_D "\""), ALG_EDDSA },
                { ED(",\"alg\":\"ES256\""), ALG_NONE },
                { RSA(RSA_N, "AQAB", ""), ALG_NONE },
                { RSA(RSA_N, "AQAB", ",\"alg\":\"PS256\""), ALG_RS256 },
                { RSA(RSA_N, "AQAB", ",\"alg\":\"HS256\""), ALG_NONE },
                { RSA(RSA_N, "AQ", ""), ALG_RS256 },
                { RSA(RSA_N, "Ag", ""), ALG_RS256 },
                { RSA(RSA_N, "AA", ""), ALG_RS256 },
                { RSA(RSA_N, "", ""), ALG_RS256 },
                { RSA(RSA_N, "AQAAAAAAAAAB", ""), ALG_RS256 },
                { RSA("AQAB", "AQAB", ""), ALG_RS256 },
                { RSA("AA", "AQAB", ""), ALG_RS256 },
                { RSA(RSA_N, "AQAB", ",\"d\":\"AQAB\""), ALG_RS256 },
                { RSA(RSA_N, "AQAB",
                      ",\"d\":\"AQAB\",\"p\":\"Aw\",\"q\":\"BQ\",\"dp\":\"AQ\",\"dq\":\"AQ\",\"qi\":\"AQ\""),
                  ALG_RS256 },
                { RSA(RSA_N, "AQAB", ",\"oth\":[]"), ALG_RS256 },
        };
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                auto_arena a = arena_new(1 << 20);
                struct key *k = NULL;
                result r = key_from_jwk(a, json_literal(a, cases[i].jwk), cases[i].alg, &k);
                if (!is_error(r, &ERR_MALFORMED))
                        fail_msg("accepted: %s", cases[i].jwk);
                assert_null(k);
                assert_true(raw_error_queue_is_empty());
        }
        auto_arena a = arena_new(65536);
        struct key *k = NULL;
        assert_error(key_from_jwk(a, NULL, ALG_NONE, &k), ERR_MALFORMED);
        assert_error(key_generate(a, ALG_NONE, &k), ERR_UNSUPPORTED);
}

static void test_out_and_in(void **state)
{
        (void)state;
        for (enum alg alg = ALG_NONE + 1; alg < ALG_COUNT_; alg++) {
                auto_arena a = arena_new(1 << 20);
                struct key *k = NULL, *private = NULL, *public = NULL;
                struct str signature = { 0 };
                assert_ok(key_generate(a, alg, &k));
                assert_same_str(key_kid(k), key_thumbprint(a, k));
                assert_ok(key_from_jwk(a, key_private_jwk(a, k), ALG_NONE, &private));
                assert_ok(key_from_jwk(a, key_public_jwk(a, k), ALG_NONE, &public));
                assert_true(key_is_private(k) && key_is_private(private) && !key_is_private(public));
                assert_same_str(key_kid(private), key_kid(k));
                assert_same_str(key_thumbprint(a, public), key_thumbprint(a, k));
                assert_ok(signature_make(a, private, 5, STR("x"), &signature));
                assert_ok(signature_check(a, public, STR("x"), signature));
                assert_error(signature_make(a, public, 5, STR("x"), &signature), ERR_SERVER_ERROR);
                json_t *shown = key_public_jwk(a, k);
                assert_str_eq(json_str(shown, "use"), "sig");
                assert_str_eq(json_str(shown, "alg"), alg_name(alg));
                static const char *const secrets[] = { "d", "p", "q", "dp", "dq", "qi", "k" };
                for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
                        assert_null(json_object_get(shown, secrets[i]));
        }
}

/* About half of all y belong to no point; y of p or more is not an encoding. The generated keys all do. */
static void test_ed25519_points(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        size_t refused = 0;
        struct key *k = NULL;
        for (int y = 2; y < 130; y++) {
                char bytes[32] = { (char)y };
                struct str x = base64url_encode(a, str_slice(bytes, sizeof bytes));
                struct str jwk = arena_printf(a, "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"%.*s\"}", STR_FMT(x));
                refused += !is_ok(key_from_jwk(a, json_literal(a, jwk.data), ALG_EDDSA, &k));
        }
        assert_in_range(refused, 32, 96);
        char p_plus_one[32];
        memset(p_plus_one, 0xff, sizeof p_plus_one);
        p_plus_one[0] = (char)0xee;
        p_plus_one[31] = 0x7f;
        struct str x = base64url_encode(a, str_slice(p_plus_one, sizeof p_plus_one));
        struct str jwk = arena_printf(a, "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"%.*s\"}", STR_FMT(x));
        assert_error(key_from_jwk(a, json_literal(a, jwk.data), ALG_EDDSA, &k), ERR_MALFORMED);
        for (int i = 0; i < 50; i++) {
                assert_ok(key_generate(a, ALG_EDDSA, &k));
                assert_ok(key_from_jwk(a, key_public_jwk(a, k), ALG_EDDSA, &k));
        }
}

static void test_reference_outlives_the_arena(void **state)
{
        (void)state;
        struct arena *a = arena_new(65536);
        struct key *k = NULL;
        assert_ok(key_generate(a, ALG_ES256, &k));
        key_ref(k);
        arena_free(a);
        auto_arena b = arena_new(65536);
        struct str signature = { 0 };
        assert_ok(signature_make(b, k, 0, STR("x"), &signature));
        key_unref(k);
        key_unref(NULL);
}

static void test_jwks(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct jwks jwks = { 0 };
        /* Usable: EC, RSA as RS256. Left out: encryption, symmetric, broken, not an object. */
        assert_ok(jwks_parse(
                a,
                STR("{\"keys\":[" EC(",\"kid\":\"a\"") "," RSA(RSA_N, "AQAB", ",\"kid\":\"r\"") "," EC(
                        ",\"use\":\"enc\",\"kid\":\"e\"") ",{\"kty\":\"oct\",\"k\":\"AA\"},{\"kty\":\"EC\"},1]}"),
                &jwks));
        assert_int_equal(jwks.count, 2);
        assert_str_eq(arena_reason(a), "");
        assert_ptr_equal(jwks_find(&jwks, STR("a"), ALG_ES256), jwks.keys[0]);
        assert_ptr_equal(jwks_find(&jwks, STR(""), ALG_ES256), jwks.keys[0]);
        assert_ptr_equal(jwks_find(&jwks, STR("r"), ALG_RS256), jwks.keys[1]);
        assert_null(jwks_find(&jwks, STR("a"), ALG_RS256));
        assert_null(jwks_find(&jwks, STR("r"), ALG_PS256));
        assert_null(jwks_find(&jwks, STR("A"), ALG_ES256));
        assert_null(jwks_find(&jwks, STR("*"), ALG_ES256));
        assert_null(jwks_find(&jwks, STR("../a"), ALG_ES256));
        assert_null(jwks_find(&jwks, STR("a"), ALG_NONE));
        /* Two keys with one kid: ambiguous. */
        assert_ok(jwks_parse(a, STR("{\"keys\":[" EC(",\"kid\":\"a\"") "," EC(",\"kid\":\"a\"") "]}"), &jwks));
        assert_null(jwks_find(&jwks, STR("a"), ALG_ES256));
        assert_null(jwks_find(&jwks, STR(""), ALG_ES256));
        assert_ok(jwks_parse(a, STR("{\"keys\":[]}"), &jwks));
        assert_int_equal(jwks.count, 0);
        assert_null(jwks_find(&jwks, STR(""), ALG_ES256));
}

static void test_refused_jwks(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct jwks jwks = { .count = 7 };
        static const char *const bad[] = {
                "",    "[]", "{}", "{\"keys\":{}}", "{\"keys\":null}", "{\"keys\":[],\"keys\":[]}", "{\"keys\":[]} x",
                EC("")
        };
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
                assert_error(jwks_parse(a, str_from(bad[i]), &jwks), ERR_MALFORMED);
        struct buf many = buf_in(a, 65536);
        buf_add_text(&many, "{\"keys\":[1");
        for (int i = 0; i < 32; i++)
                buf_add_text(&many, ",1");
        buf_add_text(&many, "]}");
        assert_error(jwks_parse(a, buf_str(&many), &jwks), ERR_MALFORMED);
        assert_int_equal(jwks.count, 7);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_thumbprint_of_the_rfc),
                cmocka_unit_test(test_good_keys),
                cmocka_unit_test(test_refused_keys),
                cmocka_unit_test(test_out_and_in),
                cmocka_unit_test(test_ed25519_points),
                cmocka_unit_test(test_reference_outlives_the_arena),
                cmocka_unit_test(test_jwks),
                cmocka_unit_test(test_refused_jwks),
        };
        return cmocka_run_group_tests_name("jwk", tests, NULL, NULL);
}
