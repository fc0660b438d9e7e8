/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Keys (RFC 7517, 7518, 8037) and key sets. A key has exactly one algorithm: the token never chooses it.
 *
 * A key that a function returns through `ret_key` lives as long as the arena; who wants it longer takes a key_ref. */
#pragma once

#include "alg.h"
#include "json.h"

struct key;

/* Reads a public or private JWK. `alg` fixes the algorithm; a JWK whose own "alg", "use" or "key_ops" contradicts it
 * is refused, as are RSA below 2,048 bits or with exponent 1 or even, points off the curve, and unknown curves.
 * ALG_NONE takes the JWK's own "alg", which must then be there, except that EC P-256 and OKP Ed25519 imply theirs.
 * SM2 keys: kty "EC", crv "sm2p256v1" (GM/T 0125.4; the curve name is a setting at the partner). Errors: ERR_MALFORMED. */
result key_from_jwk(struct arena *a, const json_t *jwk, enum alg alg, struct key **ret_key);
/* Makes a private key; `kid` becomes its thumbprint (RFC 7638). */
result key_generate(struct arena *a, enum alg alg, struct key **ret_key);
struct key *key_ref(struct key *k);
void key_unref(struct key *k);
enum alg key_alg(const struct key *k);
struct str key_kid(const struct key *k); /* empty when the JWK had none */
bool key_is_private(const struct key *k);
/* Public JWK with kid, alg, use. */
json_t *key_public_jwk(struct arena *a, const struct key *k);
/* Private JWK; only to be sealed at once. */
json_t *key_private_jwk(struct arena *a, const struct key *k);
/* RFC 7638, SHA-256, base64url. */
struct str key_thumbprint(struct arena *a, const struct key *k);

/* A parsed JWKS: keys that we can't use are left out (RFC 7517, section 5); at most 32. An RSA key
 * without "alg" is taken for RS256, the default of OpenID Connect. Owned by the arena. */
struct jwks {
        struct key **keys;
        size_t count;
};
result jwks_parse(struct arena *a, struct str text, struct jwks *ret_jwks);
result jwks_from_json(struct arena *a, const json_t *json, struct jwks *ret_jwks);
/* A file of our own with the keys of years: up to 4,096. */
result jwks_parse_archive(struct arena *a, struct str text, struct jwks *ret_jwks);
/* The one key with this kid (or the only key when kid is empty) and this algorithm; NULL when none or ambiguous. */
struct key *jwks_find(const struct jwks *jwks, struct str kid, enum alg alg);
