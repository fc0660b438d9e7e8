/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Provider metadata: what must be there, and that it promises only what the settings hold. OpenID Connect Discovery 1.0
 * (3), RFC 8414 (2), RFC 9207 (3). */
#include "unit.h"

#include "discovery.h"
#include "scope.h"

static const struct discovery_endpoint endpoints[] = {
        { "authorization_endpoint", "/authorize" },
        { "token_endpoint", "/token" },
        { "jwks_uri", "/jwks" },
        { NULL, NULL },
};

static json_t *render(struct arena *a, const enum alg *algs, size_t count)
{
        const struct config config = {
                .issuer = STR("https://id.example/tenant"),
                .signing_algs = algs,
                .signing_alg_count = count,
        };
        json_t *acr = arena_own_json(a, json_pack("[s,s]", "0", "urn:example:2"));
        json_t *document = NULL;
        /* As it is sent: through text. */
        assert_ok(json_read_object(a, json_write(a, discovery_render(a, &config, endpoints, acr)), 65536, &document));
        return document;
}

static bool lists(const json_t *document, const char *member, const char *word)
{
        const json_t *list = json_object_get(document, member);
        for (size_t i = 0; i < json_array_size(list); i++)
                if (str_is(json_text(json_array_get(list, i)), word))
                        return true;
        return false;
}

static void test_required(void **state)
{
        static const char *const members[] = { "response_types_supported",
                                               "subject_types_supported",
                                               "id_token_signing_alg_values_supported",
                                               "scopes_supported",
                                               "claims_supported",
                                               "acr_values_supported",
                                               "token_endpoint_auth_methods_supported" };
        static const enum alg algs[] = { ALG_ES256, ALG_RS256 };
        auto_arena a = arena_new(1 << 20);
        json_t *d = render(a, algs, 2);
        (void)state;
        assert_str_eq(json_str(d, "issuer"), "https://id.example/tenant");
        assert_str_eq(json_str(d, "authorization_endpoint"), "https://id.example/tenant/authorize");
        assert_str_eq(json_str(d, "token_endpoint"), "https://id.example/tenant/token");
        assert_str_eq(json_str(d, "jwks_uri"), "https://id.example/tenant/jwks");
        assert_null(json_object_get(d, "userinfo_endpoint"));
        for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
                assert_true(json_array_size(json_object_get(d, members[i])) > 0);
        assert_true(json_bool(d, "authorization_response_iss_parameter_supported", false));
        assert_true(lists(d, "acr_values_supported", "urn:example:2"));
        for (const char *const *claim = scope_claims; *claim; claim++)
                assert_true(lists(d, "claims_supported", *claim));
}

static void test_promises(void **state)
{
        static const enum alg one[] = { ALG_SM2 };
        auto_arena a = arena_new(1 << 20);
        json_t *d = render(a, one, 1);
        (void)state;
        assert_int_equal(json_array_size(json_object_get(d, "id_token_signing_alg_values_supported")), 1);
        assert_true(lists(d, "id_token_signing_alg_values_supported", alg_name(ALG_SM2)));
        assert_int_equal(json_array_size(json_object_get(d, "response_types_supported")), 1);
        assert_true(lists(d, "response_types_supported", "code"));
        assert_int_equal(json_array_size(json_object_get(d, "code_challenge_methods_supported")), 1);
        assert_true(lists(d, "code_challenge_methods_supported", "S256"));
        /* Discovery's defaults are true for these two or say more than we do: they must be written out. */
        assert_true(json_is_false(json_object_get(d, "request_uri_parameter_supported")));
        assert_int_equal(json_array_size(json_object_get(d, "grant_types_supported")), 2);
        assert_true(lists(d, "revocation_endpoint_auth_methods_supported", "none"));
        assert_false(lists(d, "introspection_endpoint_auth_methods_supported", "none"));
        assert_true(lists(d, "introspection_signing_alg_values_supported", alg_name(ALG_SM2)));
        assert_false(lists(d, "token_endpoint_auth_signing_alg_values_supported", "none"));
}

int main(void)
{
        const struct CMUnitTest tests[] = { cmocka_unit_test(test_required), cmocka_unit_test(test_promises) };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
