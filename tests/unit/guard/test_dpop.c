/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* DPoP proofs: one that is right, and every check of RFC 9449, section 4.3, failed once. */
#include "unit.h"

#include "base64url.h"
#include "digest.h"
#include "dpop.h"
#include "jws.h"

#define NOW 1800000000
#define TOKEN "the-access-token"

/* What a proof is made of; empty text leaves a member out, NULL in `jwk` means the signer's own key. */
struct parts {
        const char *typ, *htm, *htu, *jti, *extra;
        struct str ath;
        int64_t iat;
        struct key *jwk;
};

static struct key *new_key(struct arena *a)
{
        struct key *k = NULL;
        assert_ok(key_generate(a, ALG_ES256, &k));
        return k;
}

static struct parts good_parts(struct arena *a)
{
        return (struct parts){ "dpop+jwt", "GET", "https://a.example/x", "id-1", "", sha256_base64url(a, STR(TOKEN)), NOW, NULL };
}

static struct str make(struct arena *a, struct key *k, const struct parts *p)
{
        struct str jwk = json_write(a, key_public_jwk(a, p->jwk ? p->jwk : k));
        struct str head = arena_printf(a, "{\"typ\":\"%s\",\"alg\":\"ES256\",\"jwk\":%.*s}", p->typ, STR_FMT(jwk));
        struct str body = arena_printf(a, "{\"htm\":\"%s\",\"htu\":\"%s\",\"jti\":\"%s\",\"ath\":\"%.*s\",\"iat\":%lld%s}",
                                       p->htm, p->htu, p->jti, STR_FMT(p->ath), (long long)p->iat, p->extra);
        struct str input = ARENA_JOIN(a, base64url_encode(a, head), STR("."), base64url_encode(a, body)), signature;
        assert_ok(signature_make(a, k, 0, input, &signature));
        return ARENA_JOIN(a, input, STR("."), base64url_encode(a, signature));
}

static result check(struct arena *a, struct key *k, struct str proof, struct str *ret_id)
{
        static const struct str origins[] = { STR("https://other.example"), STR("https://a.example") };
        const struct dpop_expect expect = {
                .method = STR("GET"),
                .origins = origins,
                .origin_count = 2,
                .path = STR("/x"),
                .access_token = STR(TOKEN),
                .jkt = key_thumbprint(a, k),
                .now = NOW,
                .window = 60,
        };
        return dpop_check(a, proof, &expect, ret_id);
}

static void test_a_good_proof(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct key *k = new_key(a);
        struct parts p = good_parts(a);
        struct str id, second;
        assert_ok(check(a, k, make(a, k, &p), &id));
        p.jti = "id-2";
        assert_ok(check(a, k, make(a, k, &p), &second));
        assert_false(str_eq(id, second));
        static const char *const same[] = { "https://a.example:443/x", "HTTPS://A.Example/x?y", "https://a.example/%78#z" };
        for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
                p.htu = same[i];
                assert_ok(check(a, k, make(a, k, &p), &id));
        }
        for (p.iat = NOW - 60; p.iat <= NOW + 60; p.iat += 60)
                assert_ok(check(a, k, make(a, k, &p), &id));
}

static void expect_refused(const struct parts *p, const char *reason)
{
        auto_arena a = arena_new(1 << 20);
        struct key *k = new_key(a);
        struct str id = STR("untouched");
        assert_error(check(a, k, make(a, k, p), &id), ERR_VERIFY);
        assert_reason_has(a, reason);
        assert_str_eq(id, "untouched");
}

static void test_each_check(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct parts p;
#define REFUSED(member, value, reason) (p = good_parts(a), p.member = (value), expect_refused(&p, reason))
        REFUSED(typ, "jwt", "typ is not dpop+jwt");
        REFUSED(htm, "POST", "htm is not the method");
        REFUSED(htm, "get", "htm is not the method");
        REFUSED(htu, "https://a.example/y", "htu is not this address");
        REFUSED(htu, "http://a.example/x", "htu is not this address");
        REFUSED(htu, "https://a.example:444/x", "htu is not this address");
        REFUSED(htu, "https://a.example.evil/x", "htu is not this address");
        REFUSED(htu, "https://a@a.example/x", "htu is not this address");
        REFUSED(htu, "https://a.example/y/../x", "dot segment");
        REFUSED(htu, "/x", "not an absolute URI");
        REFUSED(jti, "", "jti");
        REFUSED(ath, STR(""), "ath is not the hash");
        REFUSED(ath, STR(TOKEN), "ath is not the hash");
        REFUSED(iat, NOW - 61, "too old");
        REFUSED(iat, NOW + 61, "from the future");
        REFUSED(iat, -1, "no iat");
        REFUSED(extra, ",\"exp\":1800000000", "expired");
        REFUSED(extra, ",\"nbf\":1800000061", "nbf");
        REFUSED(extra, ",\"htm\":\"GET\"", "JSON");
        REFUSED(jwk, new_key(a), "signature");
#undef REFUSED
}

static void test_keys(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct key *k = new_key(a), *thief = new_key(a);
        struct parts p = good_parts(a);
        struct str id, proof = make(a, thief, &p);
        assert_error(check(a, k, proof, &id), ERR_VERIFY);
        assert_reason_has(a, "not the one that the token is bound to");
        static const char *const heads[] = {
                "{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\"}",
                "{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":\"x\"}",
                "{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":{\"kty\":\"EC\"}}",
                "{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"AA\"}}",
                "{\"typ\":\"dpop+jwt\",\"alg\":\"none\",\"jwk\":{}}",
        };
        for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
                struct str rest = str_from_index(proof, str_find(proof, '.'));
                struct str bad = ARENA_JOIN(a, base64url_encode(a, str_from(heads[i])), rest);
                assert_error(check(a, k, bad, &id), ERR_VERIFY);
        }
        assert_error(check(a, k, STR(""), &id), ERR_VERIFY);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_a_good_proof),
                cmocka_unit_test(test_each_check),
                cmocka_unit_test(test_keys),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
