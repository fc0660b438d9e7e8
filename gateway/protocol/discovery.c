/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See discovery.h. */
#include "discovery.h"

#include "scope.h"
#include "verified_claims.h"

/* Appends the words of a space-separated list. */
static void put_words(json_t *object, const char *name, struct str words)
{
        json_t *list = json_array();
        struct str word;

        while (str_split(&words, ' ', &word))
                json_array_append_new(list, json_from_str(word));
        json_object_set_new(object, name, list);
}

static void put_claims(json_t *o)
{
        json_t *claims = json_pack("[s,s,s,s,s,s,s,s,s,s]", "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr",
                                   "amr", "sid");

        for (const char *const *claim = scope_claims; *claim; claim++)
                json_array_append_new(claims, json_string(*claim));
        json_object_set_new(o, "claims_supported", claims);
}

static void put_algorithms(json_t *o, const struct config *config)
{
        json_t *algs = json_array();

        for (size_t i = 0; i < config->signing_alg_count; i++)
                json_array_append_new(algs, json_string(alg_name(config->signing_algs[i])));
        json_object_set(o, "introspection_signing_alg_values_supported", algs); /* RFC 9701, section 7 */
        json_object_set_new(o, "id_token_signing_alg_values_supported", algs);
}

/* The trust frameworks of the sources, each once. */
static void put_verified_claims(struct arena *a, json_t *o, const struct config *config)
{
        struct str *frameworks = arena_new_array(a, struct str, config->source_count + 1);
        size_t count = 0;

        for (size_t i = 0; i < config->source_count; i++) {
                struct str framework = config->sources[i].trust_framework;
                bool known = str_is_empty(framework);

                for (size_t n = 0; n < count; n++)
                        known = known || str_eq(frameworks[n], framework);
                if (!known)
                        frameworks[count++] = framework;
        }
        verified_claims_discovery(o, frameworks, count);
}

/* For each endpoint that clients call themselves; only one with a secret may ask about tokens. */
static void put_client_authentication(struct arena *a, json_t *o)
{
        static const char *const endpoints[] = { "token", "revocation", "introspection" };
        struct str proven = STR("client_secret_basic client_secret_post private_key_jwt");

        for (size_t i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++) {
                bool asks = strcmp(endpoints[i], "introspection") == 0;
                char *methods = arena_cstr(a, ARENA_JOIN(a, str_from(endpoints[i]), STR("_endpoint_auth_methods_supported")));
                char *algs = arena_cstr(a, ARENA_JOIN(a, str_from(endpoints[i]),
                                                      STR("_endpoint_auth_signing_alg_values_supported")));

                put_words(o, methods, asks ? proven : ARENA_JOIN(a, STR("none "), proven));
                json_object_set(o, algs, alg_names(a));
        }
}

json_t *discovery_render(struct arena *a, const struct config *config, const struct discovery_endpoint *endpoints,
                         const json_t *acr_values)
{
        json_t *o = json_new_object(a);

        json_put_str(o, "issuer", config->issuer);
        for (const struct discovery_endpoint *e = endpoints; e->member; e++)
                json_put_str(o, e->member, ARENA_JOIN(a, config->issuer, str_from(e->path)));
        put_words(o, "response_types_supported", STR("code"));
        put_words(o, "response_modes_supported", STR("query"));
        put_words(o, "grant_types_supported", STR("authorization_code refresh_token"));
        put_words(o, "subject_types_supported", STR("pairwise"));
        put_algorithms(o, config);
        put_client_authentication(a, o);
        put_words(o, "code_challenge_methods_supported", STR("S256"));
        put_words(o, "scopes_supported", scope_all());
        put_words(o, "prompt_values_supported", STR("none login consent select_account"));
        put_words(o, "ui_locales_supported", STR("zh-Hant zh-Hans en"));
        json_object_set(o, "acr_values_supported", (json_t *)acr_values);
        put_claims(o);
        put_verified_claims(a, o, config);
        json_put_bool(o, "claims_parameter_supported", true);
        json_put_bool(o, "request_parameter_supported", false);
        json_put_bool(o, "request_uri_parameter_supported", false);
        json_put_bool(o, "authorization_response_iss_parameter_supported", true);
        return o;
}
