/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See tokens.h. */
#include "tokens.h"

#include "base64url.h"
#include "digest.h"

static enum digest at_hash_digest(enum alg alg)
{
        switch (alg) {
        case ALG_EDDSA: /* Ed25519 signs with SHA-512 inside */
                return DIGEST_SHA512;
        case ALG_SM2:
                return DIGEST_SM3;
        default:
                return DIGEST_SHA256;
        }
}

static struct str at_hash(struct arena *a, enum alg alg, struct str access_token)
{
        struct str digest = digest_of(a, at_hash_digest(alg), access_token);

        return base64url_encode(a, str_head(digest, digest.len / 2));
}

static json_t *words_array(struct str words)
{
        json_t *list = json_array();
        struct str word;

        while (str_split(&words, ' ', &word))
                if (word.len > 0)
                        json_array_append_new(list, json_from_str(word));
        return list;
}

/* What both kinds say. */
static json_t *claims_begin(struct arena *a, const struct token_facts *f, struct str audience, int64_t life)
{
        json_t *claims = json_new_object(a);

        json_put_str(claims, "iss", f->issuer);
        json_put_str(claims, "sub", f->subject);
        json_put_str(claims, "aud", audience);
        json_put_int(claims, "exp", f->now + life);
        json_put_int(claims, "iat", f->now);
        json_put_int(claims, "auth_time", f->auth_time);
        json_put_str(claims, "acr", f->acr);
        if (f->release_policy)
                json_object_set(claims, "release_policy", (json_t *)f->release_policy);
        return claims;
}

json_t *access_token_claims(struct arena *a, const struct token_facts *f)
{
        struct str audience = f->audience.len > 0 ? f->audience : f->client->audience;
        json_t *claims = claims_begin(a, f, audience, f->access_token_life);

        json_put_str(claims, "jti", f->token_id);
        json_put_str(claims, "client_id", f->client->client_id);
        json_put_str(claims, "scope", f->scope);
        if (f->status)
                json_object_set(claims, "status", (json_t *)f->status);
        return claims;
}

json_t *id_token_claims(struct arena *a, const struct token_facts *f)
{
        json_t *claims = claims_begin(a, f, f->client->client_id, f->id_token_life);

        json_object_set_new(claims, "amr", words_array(f->amr));
        json_put_str(claims, "nonce", f->nonce);
        json_put_str(claims, "sid", f->session);
        json_put_str(claims, "at_hash", at_hash(a, f->client->id_token_alg, f->access_token));
        if (f->released)
                json_object_update_missing(claims, (json_t *)f->released);
        return claims;
}
