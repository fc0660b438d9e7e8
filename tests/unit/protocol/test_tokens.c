/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Claims of ID tokens and access tokens; at_hash by algorithm. OpenID Connect Core 1.0 (2, 3.1.3.6), RFC 9068 (2.2). */
#include "unit.h"

#include "base64url.h"
#include "digest.h"
#include "tokens.h"

#define NOW 1795320000

static const struct client portal = {
        .client_id = { "portal", 6 },
        .audience = { "https://api.example", 19 },
        .id_token_alg = ALG_ES256,
};

static struct token_facts facts(void)
{
        return (struct token_facts){
                .issuer = STR("https://id.example"),
                .client = &portal,
                .subject = STR("pairwise-1"),
                .scope = STR("openid profile"),
                .nonce = STR("n-1"),
                .acr = STR("urn:example:2"),
                .amr = STR("face  pin"),
                .session = STR("s-1"),
                .access_token = STR("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
                .token_id = STR("g-1"),
                .auth_time = NOW - 100,
                .now = NOW,
                .access_token_life = 600,
                .id_token_life = 300,
        };
}

static void test_access_token(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct token_facts f = facts();
        (void)state;
        assert_str_eq(json_write(a, access_token_claims(a, &f)),
                      "{\"iss\":\"https://id.example\",\"sub\":\"pairwise-1\",\"aud\":\"https://api.example\","
                      "\"exp\":1795320600,\"iat\":1795320000,\"auth_time\":1795319900,\"acr\":\"urn:example:2\","
                      "\"jti\":\"g-1\",\"client_id\":\"portal\",\"scope\":\"openid profile\"}");
}

/* A token for an item is for its resource; the ID token is for the client in any case. */
static void test_audience_of_an_item(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct token_facts f = facts();
        (void)state;
        f.audience = STR("https://api.example/tax");
        assert_str_eq(json_str(access_token_claims(a, &f), "aud"), "https://api.example/tax");
        assert_str_eq(json_str(id_token_claims(a, &f), "aud"), "portal");
}

static void test_id_token(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct token_facts f = facts();
        (void)state;
        /* The at_hash is the one that Core's example in section A.3 has for this access token. */
        assert_str_eq(
                json_write(a, id_token_claims(a, &f)),
                "{\"iss\":\"https://id.example\",\"sub\":\"pairwise-1\",\"aud\":\"portal\",\"exp\":1795320300,"
                "\"iat\":1795320000,\"auth_time\":1795319900,\"acr\":\"urn:example:2\",\"amr\":[\"face\",\"pin\"],"
                "\"nonce\":\"n-1\",\"sid\":\"s-1\",\"at_hash\":\"77QmUPtjPfzWtF2AnpK9RQ\"}");
        f.nonce = (struct str){ 0 };
        assert_null(json_object_get(id_token_claims(a, &f), "nonce"));
}

/* Left half of the digest that the algorithm signs with; Ed25519: SHA-512; SM2: SM3. */
static void test_at_hash(void **state)
{
        static const struct {
                enum alg alg;
                enum digest digest;
                size_t half;
        } rows[] = {
                { ALG_RS256, DIGEST_SHA256, 16 }, { ALG_PS256, DIGEST_SHA256, 16 }, { ALG_ES256, DIGEST_SHA256, 16 },
                { ALG_EDDSA, DIGEST_SHA512, 32 }, { ALG_SM2, DIGEST_SM3, 16 },
        };
        auto_arena a = arena_new(1 << 20);
        struct client client = portal;
        struct token_facts f = facts();
        (void)state;
        f.client = &client;
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                client.id_token_alg = rows[i].alg;
                struct str left = str_head(digest_of(a, rows[i].digest, f.access_token), rows[i].half);
                assert_same_str(json_str(id_token_claims(a, &f), "at_hash"), base64url_encode(a, left));
        }
}

/* What is released about a person never replaces what the token says about itself. */
static void test_released(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct token_facts f = facts();
        json_t *released;
        (void)state;
        assert_ok(json_read_object(a, STR("{\"name\":\"陳大文\",\"sub\":\"evil\",\"aud\":\"evil\",\"at_hash\":\"x\"}"),
                                   999, &released));
        f.released = released;
        json_t *claims = id_token_claims(a, &f);
        assert_str_eq(json_str(claims, "name"), "陳大文");
        assert_str_eq(json_str(claims, "sub"), "pairwise-1");
        assert_str_eq(json_str(claims, "aud"), "portal");
        assert_str_eq(json_str(claims, "at_hash"), "77QmUPtjPfzWtF2AnpK9RQ");
        assert_null(json_object_get(access_token_claims(a, &f), "name"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_access_token),
                cmocka_unit_test(test_audience_of_an_item),
                cmocka_unit_test(test_id_token),
                cmocka_unit_test(test_at_hash),
                cmocka_unit_test(test_released),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
