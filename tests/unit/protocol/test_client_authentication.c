/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Client authentication: which method a request uses, and whether it proves the client. RFC 6749 (2.3), RFC 7523 (3),
 * OpenID Connect Core 1.0 (9). The keys are made here. */
#include "unit.h"

#include "base64url.h"
#include "client_authentication.h"
#include "digest.h"
#include "jwt.h"

#define NOW 1795320000
#define TYPE "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
#define SECRET STR("p@ss:word+ü")

static const struct client_authentication_context context = {
        .issuer = { "https://id.example", 18 },
        .token_endpoint = { "https://id.example/token", 24 },
        .now = NOW,
};

static result parse(struct arena *a, const char *authorization, const char *body, struct client_credentials *ret)
{
        struct params params;
        assert_ok(params_parse(a, str_from(body), &params));
        return client_credentials_parse(a, str_from(authorization), &params, ret);
}

static const char *basic(struct arena *a, const char *pair)
{
        return arena_cstr(a, ARENA_JOIN(a, STR("Basic "), base64_encode(a, str_from(pair))));
}

static void test_basic(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct client_credentials c;
        (void)state;
        assert_ok(parse(a, basic(a, "portal:p%40ss%3Aword%2B%C3%BC"), "grant_type=x", &c));
        assert_int_equal(c.method, CLIENT_AUTH_SECRET_BASIC);
        assert_str_eq(c.client_id, "portal");
        assert_same_str(c.secret, SECRET);
        /* "+" is a space (RFC 6749, appendix B); the scheme has no case; client_id may be repeated in the body. */
        assert_ok(parse(a, basic(a, "a+b:c+d:e"), "client_id=a%20b", &c));
        assert_str_eq(c.client_id, "a b");
        assert_str_eq(c.secret, "c d:e");
        assert_ok(parse(a, "bAsIc YTpi", "", &c));
        assert_str_eq(c.client_id, "a");
}

static void test_post_and_none(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct client_credentials c;
        (void)state;
        assert_ok(parse(a, "", "client_id=plain&client_secret=s%20s", &c));
        assert_int_equal(c.method, CLIENT_AUTH_SECRET_POST);
        assert_str_eq(c.secret, "s s");
        assert_ok(parse(a, "", "client_id=app&client_secret=", &c));
        assert_int_equal(c.method, CLIENT_AUTH_NONE);
        assert_str_eq(c.client_id, "app");
}

static void test_parse_refuses(void **state)
{
        static const struct {
                const char *authorization, *body;
                const struct error *error;
        } cases[] = {
                { "", "", &ERR_INVALID_CLIENT },
                { "", "client_id=", &ERR_INVALID_CLIENT },
                { "", "client_secret=x", &ERR_INVALID_CLIENT },
                { "Bearer abc", "", &ERR_INVALID_CLIENT },
                { "Basic", "", &ERR_INVALID_CLIENT },
                { "Basic ", "", &ERR_INVALID_CLIENT },
                { "Basic !!!!", "", &ERR_INVALID_CLIENT },
                { "Basic YWI=", "", &ERR_INVALID_CLIENT },     /* no colon */
                { "Basic YSV4eDpi", "", &ERR_INVALID_CLIENT }, /* a%xx:b */
                { "Basic YTpi", "client_id=b", &ERR_INVALID_CLIENT },
                { "Basic YTpi", "client_secret=b", &ERR_INVALID_REQUEST },
                { "Basic YTpi", "client_secret=", &ERR_INVALID_REQUEST },
                { "Basic YTpi", TYPE "&client_assertion=x", &ERR_INVALID_REQUEST },
                { "", "client_id=a&client_secret=b&client_assertion=x", &ERR_INVALID_REQUEST },
                { "", "client_assertion=x", &ERR_INVALID_CLIENT },
                { "", TYPE, &ERR_INVALID_CLIENT },
                { "", TYPE "&client_assertion=", &ERR_INVALID_CLIENT },
                { "", TYPE "&client_assertion=a.b.c", &ERR_INVALID_CLIENT },
                { "", "client_assertion_type=jwt&client_assertion=a.b.c", &ERR_INVALID_CLIENT },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                auto_arena a = arena_new(1 << 20);
                struct client_credentials c = { .method = CLIENT_AUTH_SECRET_POST, .secret = STR("kept") };
                result r = parse(a, cases[i].authorization, cases[i].body, &c);
                if (r.error != cases[i].error)
                        fail_msg("case %zu: %s", i, r.error ? r.error->symbol : "OK");
                assert_str_eq(c.secret, "kept");
        }
}

static void test_secret(void **state)
{
        auto_arena a = arena_new(1 << 20);
        const struct client client = {
                .client_id = STR("portal"),
                .auth = CLIENT_AUTH_SECRET_BASIC,
                .secret_sha256 = sha256_base64url(a, SECRET),
        };
        const struct client without = { .client_id = STR("portal"), .auth = CLIENT_AUTH_SECRET_BASIC };
        struct client_credentials c = { .method = CLIENT_AUTH_SECRET_BASIC,
                                        .client_id = STR("portal"),
                                        .secret = SECRET };
        struct client_assertion assertion = { .jti = STR("old") };
        (void)state;
        assert_ok(client_credentials_check(a, &context, &client, &c, &assertion));
        assert_str_empty(assertion.jti);
        assert_error(client_credentials_check(a, &context, &without, &c, &assertion), ERR_INVALID_CLIENT);
        c.method = CLIENT_AUTH_SECRET_POST;
        assert_error(client_credentials_check(a, &context, &client, &c, &assertion), ERR_INVALID_CLIENT);
        c.method = CLIENT_AUTH_NONE;
        assert_error(client_credentials_check(a, &context, &client, &c, &assertion), ERR_INVALID_CLIENT);
        c.method = CLIENT_AUTH_SECRET_BASIC;
        c.secret = STR("p@ss:word+");
        assert_error(client_credentials_check(a, &context, &client, &c, &assertion), ERR_INVALID_CLIENT);
        c.secret = client.secret_sha256; /* knowing the settings is not knowing the secret */
        assert_error(client_credentials_check(a, &context, &client, &c, &assertion), ERR_INVALID_CLIENT);
        c.secret = (struct str){ 0 };
        assert_error(client_credentials_check(a, &context, &client, &c, &assertion), ERR_INVALID_CLIENT);
        assert_null(memmem(arena_reason(a).data, arena_reason(a).len, "p@ss", 4));
}

struct party {
        struct arena *arena;
        struct signer signer;
        struct client client;
        struct key *keys[1];
};

static void party_init(struct party *s, enum alg alg)
{
        *s = (struct party){ .arena = arena_new(1 << 20) };
        assert_ok(key_generate(s->arena, alg, &s->signer.key));
        s->client = (struct client){ .client_id = STR("portal"), .auth = CLIENT_AUTH_PRIVATE_KEY_JWT };
        assert_ok(key_from_jwk(s->arena, key_public_jwk(s->arena, s->signer.key), alg, &s->keys[0]));
        s->client.jwks = (struct jwks){ s->keys, 1 };
}

/* Good claims, with `change` (JSON) over them; a member that is null is taken out. */
static json_t *claims_with(struct party *s, const char *change)
{
        json_t *claims = arena_own_json(s->arena, json_pack("{s:s,s:s,s:s,s:s,s:I,s:I}", "iss", "portal", "sub",
                                                            "portal", "aud", "https://id.example", "jti", "j-1", "iat",
                                                            (json_int_t)NOW, "exp", (json_int_t)NOW + 300));
        json_t *changes, *value;
        const char *name;
        assert_ok(json_read_object(s->arena, str_from(change), 4096, &changes));
        json_object_foreach(changes, name, value)
        {
                if (json_is_null(value))
                        json_object_del(claims, name);
                else
                        json_object_set(claims, name, value);
        }
        return claims;
}

static result authenticate(struct party *s, struct str jwt, const char *more, struct client_assertion *ret_assertion)
{
        struct client_credentials c;
        struct str body = ARENA_JOIN(s->arena, STR(TYPE "&client_assertion="), jwt, str_from(more));
        TRY(parse(s->arena, "", arena_cstr(s->arena, body), &c));
        return client_credentials_check(s->arena, &context, &s->client, &c, ret_assertion);
}

static result try_claims(struct party *s, const char *change, struct client_assertion *ret_assertion)
{
        struct str jwt;
        assert_ok(jwt_sign(s->arena, &s->signer, "JWT", claims_with(s, change), &jwt));
        return authenticate(s, jwt, "", ret_assertion);
}

static void test_private_key_jwt(void **state)
{
        static const enum alg algs[] = { ALG_RS256, ALG_PS256, ALG_ES256, ALG_EDDSA, ALG_SM2 };
        (void)state;
        for (size_t i = 0; i < sizeof(algs) / sizeof(algs[0]); i++) {
                struct client_assertion assertion = { 0 };
                struct party s;
                party_init(&s, algs[i]);
                assert_ok(try_claims(&s, "{}", &assertion));
                assert_str_eq(assertion.jti, "j-1");
                assert_in_range(assertion.expires_at, NOW + 300, NOW + 360);
                assert_ok(try_claims(&s, "{\"aud\":\"https://id.example/token\"}", &assertion));
                assert_ok(try_claims(&s, "{\"aud\":[\"https://id.example\"],\"iat\":null}", &assertion));
                arena_free(s.arena);
        }
}

static void test_claims_refused(void **state)
{
        static const char *const changes[] = {
                "{\"iss\":null}",
                "{\"iss\":\"other\"}",
                "{\"sub\":null}",
                "{\"aud\":null}",
                "{\"aud\":\"https://evil.example\"}",
                "{\"aud\":\"https://id.example/\"}",
                "{\"aud\":\"https://id.example/authorize\"}",
                "{\"aud\":[\"https://evil.example\"]}",
                "{\"jti\":null}",
                "{\"jti\":\"\"}",
                "{\"jti\":7}",
                "{\"exp\":null}",
                "{\"exp\":1795319900}", /* expired */
                "{\"exp\":1795330000}", /* lives too long */
                "{\"exp\":\"1795320300\"}",
                "{\"iat\":1795320100}", /* from the future */
                "{\"iat\":1795310000}", /* too old */
                "{\"nbf\":1795320100}",
        };
        struct client_assertion assertion = { .jti = STR("old") };
        struct party s;
        char long_jti[400];
        (void)state;
        party_init(&s, ALG_ES256);
        for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
                if (!is_error(try_claims(&s, changes[i], &assertion), &ERR_INVALID_CLIENT))
                        fail_msg("accepted: %s", changes[i]);
        snprintf(long_jti, sizeof(long_jti), "{\"jti\":\"%0257d\"}", 1);
        assert_error(try_claims(&s, long_jti, &assertion), ERR_INVALID_CLIENT);
        snprintf(long_jti, sizeof(long_jti), "{\"jti\":\"%0256d\"}", 1);
        assert_ok(try_claims(&s, long_jti, &assertion));
        arena_free(s.arena);
}

/* However "exp" is written, the jti is remembered at least as long as the assertion is accepted. */
static void test_remembered_long_enough(void **state)
{
        static const char *const changes[] = { "{\"exp\":1795320500}", "{\"exp\":1795320500.0}",
                                               "{\"exp\":1.7953205e9}" };
        struct party s;
        (void)state;
        party_init(&s, ALG_ES256);
        for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
                struct client_assertion assertion = { 0 };
                assert_ok(try_claims(&s, changes[i], &assertion));
                struct client_authentication_context later = context;
                struct client_credentials c = { .method = CLIENT_AUTH_PRIVATE_KEY_JWT, .client_id = STR("portal") };
                assert_ok(jwt_sign(s.arena, &s.signer, "JWT", claims_with(&s, changes[i]), &c.assertion));
                later.now = assertion.expires_at;
                assert_error(client_credentials_check(s.arena, &later, &s.client, &c, &assertion), ERR_INVALID_CLIENT);
        }
        arena_free(s.arena);
}

/* An assertion of another key, of another client, of another type, or none at all. */
static void test_foreign_assertions(void **state)
{
        struct client_assertion assertion;
        struct party us, them;
        struct str jwt, parts;
        (void)state;
        party_init(&us, ALG_ES256);
        party_init(&them, ALG_ES256);
        assert_ok(jwt_sign(us.arena, &them.signer, "JWT", claims_with(&us, "{}"), &jwt));
        assert_error(authenticate(&us, jwt, "", &assertion), ERR_INVALID_CLIENT);
        /* An access token or ID token of somebody's is no assertion. */
        assert_ok(jwt_sign(us.arena, &us.signer, "at+jwt", claims_with(&us, "{}"), &jwt));
        assert_error(authenticate(&us, jwt, "", &assertion), ERR_INVALID_CLIENT);
        assert_ok(jwt_sign(us.arena, &us.signer, "JWT", claims_with(&us, "{}"), &jwt));
        assert_ok(authenticate(&us, jwt, "&client_id=portal", &assertion));
        assert_error(authenticate(&us, jwt, "&client_id=plain", &assertion), ERR_INVALID_CLIENT);
        /* Who speaks for another client is looked up as that client; its keys do not fit. */
        assert_ok(
                jwt_sign(us.arena, &us.signer, "JWT", claims_with(&us, "{\"iss\":\"plain\",\"sub\":\"plain\"}"), &jwt));
        assert_error(authenticate(&us, jwt, "", &assertion), ERR_INVALID_CLIENT);
        /* The same claims without a signature, "alg" none. */
        parts = ARENA_JOIN(us.arena, STR("eyJhbGciOiJub25lIn0."),
                           base64url_encode(us.arena, json_write(us.arena, claims_with(&us, "{}"))), STR("."));
        assert_error(authenticate(&us, parts, "", &assertion), ERR_INVALID_CLIENT);
        us.client.jwks.count = 0;
        assert_error(try_claims(&us, "{}", &assertion), ERR_INVALID_CLIENT);
        arena_free(us.arena);
        arena_free(them.arena);
}

static void test_public_client(void **state)
{
        auto_arena a = arena_new(1 << 20);
        const struct client client = { .client_id = STR("app"), .auth = CLIENT_AUTH_NONE };
        struct client_credentials c = { .method = CLIENT_AUTH_NONE, .client_id = STR("app") };
        struct client_assertion assertion;
        (void)state;
        assert_ok(client_credentials_check(a, &context, &client, &c, &assertion));
        assert_str_empty(assertion.jti);
        c.method = CLIENT_AUTH_SECRET_POST;
        c.secret = STR("guess");
        assert_error(client_credentials_check(a, &context, &client, &c, &assertion), ERR_INVALID_CLIENT);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_basic),
                cmocka_unit_test(test_post_and_none),
                cmocka_unit_test(test_parse_refuses),
                cmocka_unit_test(test_secret),
                cmocka_unit_test(test_private_key_jwt),
                cmocka_unit_test(test_claims_refused),
                cmocka_unit_test(test_remembered_long_enough),
                cmocka_unit_test(test_foreign_assertions),
                cmocka_unit_test(test_public_client),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
