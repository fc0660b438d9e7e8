/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* /userinfo (OpenID Connect Core 1.0, section 5.3; bearer tokens by RFC 6750). */
#include "access_grant.h"
#include "clock.h"
#include "handlers.h"
#include "jwt.h"

#define CLOCK_SKEW 5 /* seconds between two nodes */

/* RFC 6750, section 2: header or form, not both. */
static result read_token(struct task *t, const struct call *call, struct str *ret_token)
{
        struct arena *a = task_arena(t);
        struct str header = request_header(t, "Authorization"), form = { 0 };
        bool bearer = str_eq_nocase(str_head(header, 7), STR("Bearer "));

        if (call->method == METHOD_POST)
                form = params_get(&call->params, "access_token");
        if (request_header_is_repeated(t, "Authorization") || params_is_repeated(&call->params, "access_token") ||
            (bearer && form.len > 0))
                return fail(a, ERR_INVALID_REQUEST, "access token sent in several ways");
        *ret_token = bearer ? str_trim(str_from_index(header, 7)) : form;
        return OK;
}

/* Whose token it claims to be and whom it may be for: the client's own service or an item that the client may ask for.
 * Proven by the signature afterwards. */
static const struct client *claimed_client(struct task *t, struct str token, struct str *ret_audience)
{
        const struct config *config = gateway_of(t)->config;
        const struct catalogue_item *item;
        const struct client *client;
        struct arena *a = task_arena(t);
        struct jws jws;
        json_t *claims;

        if (!is_ok(jws_parse(a, token, &jws)) || !is_ok(json_read_object(a, jws.payload, JWS_MAX, &claims)))
                return NULL;
        client = config_client(config, json_str(claims, "client_id"));
        if (!client)
                return NULL;
        item = catalogue_find(&config->catalogue, json_str(claims, "aud"), client->client_id);
        *ret_audience = item ? item->resource : client->audience;
        return client;
}

static result verify(struct task *t, struct str token, json_t **ret_claims)
{
        struct arena *a = task_arena(t);
        const struct gateway *g = gateway_of(t);
        struct str audience = { 0 };
        const struct client *client = claimed_client(t, token, &audience);
        struct jwt_expect expect = {
                .type = "at+jwt",
                .issuer = g->config->issuer,
                .subject_unchecked = true, /* it is what we are asked for */
                .now = clock_now(),
                .leeway = CLOCK_SKEW, /* the grant ends when it ends: it is looked up by its own time */
                .max_age = g->config->lifetimes.access_token,
                .max_life = g->config->lifetimes.access_token + CLOCK_SKEW,
                .exp_required = true,
        };

        if (!client)
                return fail(a, ERR_INVALID_TOKEN, "not a token of a client of ours");
        expect.audience = audience;
        if (!is_ok(jwt_verify(a, token, keyring_jwks(g->keyring), &expect, ret_claims)))
                return fail(a, ERR_INVALID_TOKEN, "access token not accepted");
        return OK;
}

/* RFC 6750, section 3.1: without a token the challenge has no error code. */
static result ask_for_token(struct task *t)
{
        reply_header(t, "WWW-Authenticate", STR("Bearer realm=\"baygate\""));
        reply_body(t, 401, NULL, (struct str){ 0 });
        return OK;
}

result userinfo_endpoint(struct task *t, const struct call *call)
{
        struct access_grant grant;
        json_t *claims, *info = json_new_object(task_arena(t));
        struct str token;

        TRY(read_token(t, call, &token));
        if (str_is_empty(token))
                return ask_for_token(t);
        TRY(verify(t, token, &claims));
        TRY(access_grant_get(t, json_str(claims, "jti"), &grant));
        if (!str_has_word(grant.scope, STR("openid")))
                return fail(task_arena(t), ERR_INSUFFICIENT_SCOPE, "scope openid was not granted");
        json_put_str(info, "sub", grant.subject);
        if (grant.userinfo)
                json_object_update_missing(info, (json_t *)grant.userinfo);
        reply_json(t, 200, info);
        return OK;
}
