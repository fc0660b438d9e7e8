/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Key sets (RFC 7517, section 5). */
#include "key.h"

#define JWKS_TEXT_MAX 262144
#define JWKS_MAX 32
#define ARCHIVE_TEXT_MAX (4 * 1024 * 1024)
#define ARCHIVE_MAX 4096

result jwks_parse(struct arena *a, struct str text, struct jwks *ret_jwks)
{
        json_t *json = NULL;
        TRY(json_read_object(a, text, JWKS_TEXT_MAX, &json));
        return jwks_from_json(a, json, ret_jwks);
}

/* An RSA key without "alg" is taken for RS256, OpenID Connect's default. */
static enum alg default_alg(const json_t *jwk)
{
        return str_is(json_str(jwk, "kty"), "RSA") && !json_object_get(jwk, "alg") ? ALG_RS256 : ALG_NONE;
}

static result read_keys(struct arena *a, const json_t *json, size_t max, struct jwks *ret_jwks)
{
        const json_t *keys = json_object_get(json, "keys");
        if (!json_is_array(keys) || json_array_size(keys) > max)
                return fail(a, ERR_MALFORMED, "JWKS: \"keys\" is not a list of at most %zu", max);
        struct jwks found = { .keys = arena_new_array(a, struct key *, json_array_size(keys) + 1) };
        auto_arena reasons = arena_new(1 << 16); /* why a key is left out is of no interest to the caller's log */
        for (size_t i = 0; i < json_array_size(keys); i++) {
                const json_t *jwk = json_array_get(keys, i);
                struct key *k = NULL;
                if (is_ok(key_from_jwk(reasons, jwk, default_alg(jwk), &k)))
                        found.keys[found.count++] = key_owned(a, key_ref(k));
        }
        *ret_jwks = found;
        return OK;
}

result jwks_from_json(struct arena *a, const json_t *json, struct jwks *ret_jwks)
{
        return read_keys(a, json, JWKS_MAX, ret_jwks);
}

result jwks_parse_archive(struct arena *a, struct str text, struct jwks *ret_jwks)
{
        json_t *json = NULL;
        TRY(json_read_object(a, text, ARCHIVE_TEXT_MAX, &json));
        return read_keys(a, json, ARCHIVE_MAX, ret_jwks);
}

struct key *jwks_find(const struct jwks *jwks, struct str kid, enum alg alg)
{
        struct key *found = NULL;
        for (size_t i = 0; i < jwks->count; i++) {
                struct key *k = jwks->keys[i];
                if (key_alg(k) != alg || (kid.len && !str_eq(key_kid(k), kid)))
                        continue;
                if (found)
                        return NULL;
                found = k;
        }
        return found;
}
