/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* JWS: what is written can be read, and every edit, trick and malformation is refused. */
#include "openssl_raw.h"
#include "vectors.h"

#include "base64url.h"
#include "digest.h"
#include "jws.h"

static struct key *make(struct arena *a, enum alg alg)
{
        struct key *k = NULL;
        assert_ok(key_generate(a, alg, &k));
        return k;
}

/* A compact JWS with this header, correctly signed by `k` whatever the header says. */
static struct str forge(struct arena *a, struct key *k, const char *header, struct str payload)
{
        struct str signature = { 0 };
        struct str input = ARENA_JOIN(a, base64url_encode(a, str_from(header)), STR("."), base64url_encode(a, payload));
        assert_ok(signature_make(a, k, 0, input, &signature));
        return ARENA_JOIN(a, input, STR("."), base64url_encode(a, signature));
}

static void test_sign_parse_verify(void **state)
{
        (void)state;
        for (enum alg alg = ALG_NONE + 1; alg < ALG_COUNT_; alg++) {
                auto_arena a = arena_new(1 << 20);
                struct key *k = make(a, alg);
                struct str compact = { 0 };
                struct jws jws;
                assert_ok(jws_sign(a, &(struct signer){ k, 3 }, "at+jwt", STR("{}"), &compact));
                assert_ok(jws_parse(a, compact, &jws));
                assert_int_equal(jws.alg, alg);
                assert_str_eq(jws.type, "at+jwt");
                assert_str_eq(jws.payload, "{}");
                assert_same_str(jws.kid, key_kid(k));
                assert_ok(jws_verify(a, &jws, k));
                struct jwks jwks = { .keys = &k, .count = 1 };
                assert_ok(jws_verify_with(a, &jws, &jwks));
                jws.kid = STR("foreign");
                assert_error(jws_verify_with(a, &jws, &jwks), ERR_VERIFY);
                for (enum alg other = ALG_NONE + 1; other < ALG_COUNT_; other++) {
                        jws.alg = other;
                        if (other != alg)
                                assert_error(jws_verify(a, &jws, k), ERR_VERIFY);
                }
        }
}

static void test_every_byte_counts(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 22);
        struct key *k = make(a, ALG_ES256);
        struct str compact = { 0 };
        assert_ok(jws_sign(a, &(struct signer){ k, 0 }, "JWT", STR("{\"sub\":\"a\"}"), &compact));
        for (size_t i = 0; i < compact.len; i++) {
                static const char replacements[] = "A9-.=+/ ";
                for (size_t r = 0; r < sizeof replacements; r++) {
                        char *edited = arena_cstr(a, compact);
                        if (edited[i] == replacements[r])
                                continue;
                        edited[i] = replacements[r];
                        struct jws jws;
                        if (is_ok(jws_parse(a, str_slice(edited, compact.len), &jws)))
                                assert_error(jws_verify(a, &jws, k), ERR_VERIFY);
                }
        }
}

static void test_header_attacks(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 22);
        struct key *k = make(a, ALG_ES256);
        static const struct {
                const char *header;
                const struct error *want; /* of parsing; NULL: parses, but must not verify */
        } cases[] = {
                { "{\"alg\":\"none\"}", &ERR_VERIFY },
                { "{\"alg\":\"None\"}", &ERR_VERIFY },
                { "{\"alg\":\"nOnE\"}", &ERR_VERIFY },
                { "{\"alg\":\"\"}", &ERR_VERIFY },
                { "{\"alg\":\"HS256\"}", &ERR_VERIFY },
                { "{\"alg\":\"es256\"}", &ERR_VERIFY },
                { "{\"alg\":\"ES256\\u0000\"}", &ERR_MALFORMED },
                { "{\"alg\":\"RS256\"}", NULL },
                { "{\"alg\":\"EdDSA\"}", NULL },
                { "{\"alg\":[\"ES256\"]}", &ERR_MALFORMED },
                { "{\"alg\":null}", &ERR_MALFORMED },
                { "{\"typ\":\"JWT\"}", &ERR_VERIFY },
                { "{}", &ERR_VERIFY },
                { "{\"alg\":\"ES256\",\"alg\":\"ES256\"}", &ERR_MALFORMED },
                { "{\"alg\":\"none\",\"alg\":\"ES256\"}", &ERR_MALFORMED },
                { "{\"alg\":\"ES256\",\"crit\":[\"exp\"],\"exp\":1}", &ERR_MALFORMED },
                { "{\"alg\":\"ES256\",\"crit\":[]}", &ERR_MALFORMED },
                { "{\"alg\":\"ES256\",\"b64\":false}", &ERR_MALFORMED },
                { "{\"alg\":\"ES256\",\"b64\":false,\"crit\":[\"b64\"]}", &ERR_MALFORMED },
                { "{\"alg\":\"ES256\",\"b64\":true}", &ERR_MALFORMED },
                { "{\"alg\":\"ES256\",\"kid\":1}", &ERR_MALFORMED },
                { "{\"alg\":\"ES256\",\"kid\":\"a\\u0001\"}", &ERR_MALFORMED },
                { "{\"alg\":\"ES256\",\"typ\":{}}", &ERR_MALFORMED },
                { "{\"alg\":\"ES256\",\"typ\":\"JWT\\n\"}", &ERR_MALFORMED },
                { "[\"ES256\"]", &ERR_MALFORMED },
                { "\"ES256\"", &ERR_MALFORMED },
                { "{\"alg\":\"ES256\"} ", NULL }, /* white space is JSON; verified below */
                { "{\"alg\":\"ES256\"}x", &ERR_MALFORMED },
                { "", &ERR_MALFORMED },
        };
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                struct jws jws = { 0 };
                result r = jws_parse(a, forge(a, k, cases[i].header, STR("x")), &jws);
                if (r.error != cases[i].want)
                        fail_msg("%s gives %s", cases[i].header, r.error ? r.error->symbol : "OK");
                if (is_ok(r) && jws.alg != ALG_ES256)
                        assert_error(jws_verify(a, &jws, k), ERR_VERIFY);
                else if (is_ok(r))
                        assert_ok(jws_verify(a, &jws, k));
        }
}

/* The key that a token brings along is never the key that it is verified with. */
static void test_keys_in_the_header_are_ignored(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct key *ours = make(a, ALG_ES256), *attacker = make(a, ALG_ES256);
        struct jwks jwks = { .keys = &ours, .count = 1 };
        struct str jwk = json_write(a, key_public_jwk(a, attacker));
        static const char *const forms[] = {
                "{\"alg\":\"ES256\",\"jwk\":%.*s}",
                "{\"alg\":\"ES256\",\"jku\":\"https://attacker.example/jwks\",\"jwk\":%.*s}",
                "{\"alg\":\"ES256\",\"x5c\":[\"MIIB\"],\"x5u\":\"https://attacker.example/c\",\"jwk\":%.*s}",
        };
        for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
                struct buf header = buf_in(a, 4096);
                struct jws jws;
                size_t hole = str_find(str_from(forms[i]), '%');
                buf_add(&header, str_slice(forms[i], hole));
                buf_add(&header, jwk);
                buf_add_text(&header, forms[i] + hole + 4);
                assert_ok(jws_parse(a, forge(a, attacker, buf_str(&header).data, STR("x")), &jws));
                assert_error(jws_verify_with(a, &jws, &jwks), ERR_VERIFY);
                assert_ok(jws_parse(a, forge(a, ours, buf_str(&header).data, STR("x")), &jws));
                assert_ok(jws_verify_with(a, &jws, &jwks));
        }
}

/* RS256 public key used as an HMAC secret. */
static void test_algorithm_confusion(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct key *k = make(a, ALG_RS256);
        struct jws jws;
        struct str secret = json_write(a, key_public_jwk(a, k));
        struct str input =
                ARENA_JOIN(a, base64url_encode(a, STR("{\"alg\":\"HS256\"}")), STR("."), base64url_encode(a, STR("x")));
        struct str tag = base64url_encode(a, hmac_of(a, DIGEST_SHA256, secret, input));
        assert_error(jws_parse(a, ARENA_JOIN(a, input, STR("."), tag), &jws), ERR_VERIFY);
}

static void test_kid_of_any_shape_only_selects(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct key *k = make(a, ALG_EDDSA);
        struct jwks jwks = { .keys = &k, .count = 1 };
        static const char *const kids[] = { "../../etc/passwd", "' OR 1=1 --", "*", "%s%n", "|id" };
        for (size_t i = 0; i < sizeof kids / sizeof kids[0]; i++) {
                struct jws jws;
                struct str header = arena_printf(a, "{\"alg\":\"EdDSA\",\"kid\":\"%s\"}", kids[i]);
                assert_ok(jws_parse(a, forge(a, k, header.data, STR("x")), &jws));
                assert_str_eq(jws.kid, kids[i]);
                assert_error(jws_verify_with(a, &jws, &jwks), ERR_VERIFY);
                assert_ok(jws_verify(a, &jws, k));
        }
        for (size_t len = 256; len <= 257; len++) {
                struct jws jws;
                char *kid = arena_alloc(a, len + 1);
                memset(kid, 'k', len);
                struct str header = arena_printf(a, "{\"alg\":\"EdDSA\",\"kid\":\"%s\"}", kid);
                assert_int_equal(is_ok(jws_parse(a, forge(a, k, header.data, STR("x")), &jws)), len == 256);
        }
}

static void test_malformed_compact_forms(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct jws jws = { .alg = ALG_SM2 };
        /* {"alg":"ES256"} . "x" . two bytes, and variations */
        static const char *const bad[] = {
                "",
                ".",
                "..",
                "...",
                "eyJhbGciOiJFUzI1NiJ9",
                "eyJhbGciOiJFUzI1NiJ9.eA",
                "eyJhbGciOiJFUzI1NiJ9.eA.AAA.AAA",
                ".eA.AAA",
                " eyJhbGciOiJFUzI1NiJ9.eA.AAA",
                "eyJhbGciOiJFUzI1NiJ9.eA.AAA ",
                "eyJhbGciOiJFUzI1NiJ9.eA.AAA\n",
                "eyJhbGciOiJFUzI1NiJ9.eA==.AAA",
                "eyJhbGciOiJFUzI1NiJ9.eA.AAA=",
                "eyJhbGciOiJFUzI1NiJ9.eB.AAA",
                "eyJhbGciOiJFUzI1NiJ9.eA.AAB",
                "eyJhbGciOiJFUzI1NiJ9.e A.AAA",
                "eyJhbGciOiJFUzI1NiJ9.+A.AAA",
                "eyJhbGciOiJFUzI1NiJ9.eA./AA",
                "eyJhbGciOiJFUzI1NiJ9.e.AAA",
                "eyJhbGciOiJFUzI1NiJ9 .eA.AAA",
                "{\"alg\":\"ES256\"}.eA.AAA",
                /* a JWE */
                "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAAA.AAAA.AAAA",
        };
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
                if (!is_error(jws_parse(a, str_from(bad[i]), &jws), &ERR_MALFORMED))
                        fail_msg("accepted: %s", bad[i]);
        assert_int_equal(jws.alg, ALG_SM2);
        assert_ok(jws_parse(a, STR("eyJhbGciOiJFUzI1NiJ9.eA.AAA"), &jws));
        assert_ok(jws_parse(a, STR("eyJhbGciOiJFUzI1NiJ9.."), &jws));
        assert_error(jws_verify(a, &jws, make(a, ALG_ES256)), ERR_VERIFY);
}

static void test_deep_and_long(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct key *k = make(a, ALG_ES256);
        struct str compact = { 0 };
        struct jws jws;
        struct buf deep = buf_in(a, 4096);
        buf_add_text(&deep, "{\"alg\":\"ES256\",\"x\":");
        for (int i = 0; i < 100; i++)
                buf_add_char(&deep, '[');
        for (int i = 0; i < 100; i++)
                buf_add_char(&deep, ']');
        buf_add_char(&deep, '}');
        assert_error(jws_parse(a, forge(a, k, buf_str(&deep).data, STR("x")), &jws), ERR_MALFORMED);
        char *large = arena_alloc(a, JWS_MAX);
        assert_error(jws_sign(a, &(struct signer){ k, 0 }, "JWT", str_slice(large, JWS_MAX), &compact), ERR_TOO_LARGE);
        memset(large, 'A', JWS_MAX);
        assert_error(
                jws_parse(a, ARENA_JOIN(a, STR("eyJhbGciOiJFUzI1NiJ9."), str_slice(large, JWS_MAX), STR(".AAA")), &jws),
                ERR_MALFORMED);
}

/* r || s only: OpenSSL's own DER form, r or s of zero, n or above, and other lengths are refused. */
static void test_ecdsa_forms(void **state)
{
        (void)state;
        static const char n[] = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
        auto_arena a = arena_new(1 << 20);
        struct key *k = make(a, ALG_ES256);
        struct str good = { 0 }, zero = str_slice(arena_alloc(a, 32), 32), order = unhex(a, str_from(n));
        assert_ok(signature_make(a, k, 0, STR("x"), &good));
        struct str r = str_head(good, 32), s = str_from_index(good, 32);
        const struct str bad[] = {
                ARENA_JOIN(a, zero, zero),
                ARENA_JOIN(a, zero, s),
                ARENA_JOIN(a, r, zero),
                ARENA_JOIN(a, order, s),
                ARENA_JOIN(a, r, order),
                ARENA_JOIN(a, s, r),
                ARENA_JOIN(a, zero, good),
                ARENA_JOIN(a, good, zero),
                ARENA_JOIN(a, STR("0D\002 "), r, STR("\002 "), s),
                r,
        };
        assert_ok(signature_check(a, k, STR("x"), good));
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
                assert_error(signature_check(a, k, STR("x"), bad[i]), ERR_VERIFY);
        assert_true(raw_error_queue_is_empty());
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_sign_parse_verify),
                cmocka_unit_test(test_every_byte_counts),
                cmocka_unit_test(test_header_attacks),
                cmocka_unit_test(test_keys_in_the_header_are_ignored),
                cmocka_unit_test(test_algorithm_confusion),
                cmocka_unit_test(test_kid_of_any_shape_only_selects),
                cmocka_unit_test(test_malformed_compact_forms),
                cmocka_unit_test(test_deep_and_long),
                cmocka_unit_test(test_ecdsa_forms),
        };
        return cmocka_run_group_tests_name("jws", tests, NULL, NULL);
}
