/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See access_token.h. */
#include "access_token.h"

#include "clock.h"
#include "identity.h"
#include "jwt.h"
#include "token_handle.h"
#include "verified_token.h"

#define CLOCK_SKEW 5 /* seconds between two nodes */
#define GRANT_ID_LEN 43

/* Whose token it claims to be and whom it may be for: the client's own service or an item that the client may ask for.
 * Proven by the signature afterwards. */
static bool read_claim_of_origin(struct task *t, struct str text, struct access_token *token)
{
        const struct config *config = gateway_of(t)->config;
        struct arena *a = task_arena(t);
        struct jws jws;
        json_t *claims;

        if (!is_ok(jws_parse(a, text, &jws)) || !is_ok(json_read_object(a, jws.payload, JWS_MAX, &claims)))
                return false;
        token->client = config_client(config, json_str(claims, "client_id"));
        if (!token->client)
                return false;
        token->item = catalogue_find(&config->catalogue, json_str(claims, "aud"), token->client->client_id);
        token->audience = token->item ? token->item->resource : token->client->audience;
        return true;
}

static result verify(struct task *t, struct str text, const struct access_token *token, json_t **ret_claims)
{
        struct arena *a = task_arena(t);
        const struct gateway *g = gateway_of(t);
        const struct keyring *ring = gateway_keyring(t);
        const struct jwt_expect expect = {
                .type = "at+jwt",
                .issuer = g->config->issuer,
                .audience = token->audience,
                .subject_unchecked = true, /* it is what we are asked for */
                .now = clock_now(),
                .leeway = CLOCK_SKEW, /* the grant ends when it ends: it is looked up by its own time */
                .max_age = g->config->lifetimes.access_token,
                .max_life = g->config->lifetimes.access_token + CLOCK_SKEW,
                .exp_required = true,
        };

        if (verified_token_known(a, ring, text, clock_now()))
                return jwt_read(a, text, &expect, ret_claims);
        TRY(jwt_verify(a, text, keyring_jwks(ring), &expect, ret_claims));
        verified_token_remember(a, ring, text, json_int(*ret_claims, "exp", 0));
        return OK;
}

static result read_jwt(struct task *t, struct str text, struct access_token *token)
{
        struct arena *a = task_arena(t);
        json_t *claims;

        if (!read_claim_of_origin(t, text, token))
                return fail(a, ERR_INVALID_TOKEN, "not a token of a client of ours");
        if (!is_ok(verify(t, text, token, &claims)))
                return fail(a, ERR_INVALID_TOKEN, "access token not accepted");
        token->id = json_str(claims, "jti");
        token->scope = json_str(claims, "scope");
        token->issued_at = json_int(claims, "iat", 0);
        token->expires_at = json_int(claims, "exp", 0);
        if (token->expires_at <= clock_now())
                return fail(a, ERR_INVALID_TOKEN, "access token expired");
        return access_grant_get(t, str_head(token->id, GRANT_ID_LEN), &token->grant);
}

static result read_opaque(struct task *t, const struct token_handle *handle, struct access_token *token)
{
        struct arena *a = task_arena(t);
        const struct config *config = gateway_of(t)->config;

        if (handle->time <= clock_now())
                return fail(a, ERR_INVALID_TOKEN, "access token expired");
        TRY(access_grant_get(t, handle->grant, &token->grant));
        token->client = config_client(config, token->grant.client_id);
        if (!token->client)
                return fail(a, ERR_INVALID_TOKEN, "its client is gone");
        token->item = catalogue_find(&config->catalogue, token->grant.resource, token->grant.client_id);
        if (token->grant.resource.len > 0 && !token->item)
                return fail(a, ERR_INVALID_TOKEN, "its item is gone");
        token->audience = token->item ? token->item->resource : token->client->audience;
        token->id = arena_printf(a, "%.*s.%lld", STR_FMT(handle->grant), (long long)handle->serial);
        token->scope = token->grant.scope;
        token->expires_at = handle->time;
        return OK;
}

result access_token_read(struct task *t, struct str text, struct access_token *ret_token)
{
        struct arena *a = task_arena(t);
        const struct gateway *g = gateway_of(t);
        struct access_token token = { 0 };
        struct token_handle handle;
        struct identity identity;
        struct assurance level;

        if (token_handle_read(a, g->state, TOKEN_HANDLE_ACCESS, text, &handle))
                TRY(read_opaque(t, &handle, &token));
        else
                TRY(read_jwt(t, text, &token));
        identity = identity_parse(token.grant.identity);
        level = identity_assurance(g, &identity, clock_now());
        token.acr = assurance_acr(g->assurance, &level);
        *ret_token = token;
        return OK;
}
