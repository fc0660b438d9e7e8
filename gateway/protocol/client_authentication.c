/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See client_authentication.h. */
#include "client_authentication.h"

#include "base64url.h"
#include "digest.h"
#include "jwt.h"
#include "secret.h"
#include "uri.h"

#define ASSERTION_TYPE "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
#define ASSERTION_LIFE_MAX 600
#define LEEWAY 10

/* RFC 6749, section 2.3.1: both parts are form-encoded before they are joined. */
static result form_decode(struct arena *a, struct str text, struct str *ret_text)
{
        char *spaced = arena_cstr(a, text);

        for (size_t i = 0; i < text.len; i++)
                if (spaced[i] == '+')
                        spaced[i] = ' ';
        return uri_decode(a, str_slice(spaced, text.len), ret_text);
}

static result parse_basic(struct arena *a, struct str value, struct client_credentials *ret_credentials)
{
        struct client_credentials c = { .method = CLIENT_AUTH_SECRET_BASIC };
        struct str pair;
        size_t colon;

        if (!is_ok(base64_decode(a, str_trim(value), &pair)))
                return fail(a, ERR_INVALID_CLIENT, "Basic is not base64");
        colon = str_find(pair, ':');
        if (colon == pair.len)
                return fail(a, ERR_INVALID_CLIENT, "Basic without a colon");
        if (!is_ok(form_decode(a, str_head(pair, colon), &c.client_id)) ||
            !is_ok(form_decode(a, str_from_index(pair, colon + 1), &c.secret)))
                return fail(a, ERR_INVALID_CLIENT, "Basic is not form-encoded");
        *ret_credentials = c;
        return OK;
}

/* The client that an assertion speaks for, not proven yet: its "sub" (RFC 7523, section 3, item 2). */
static result parse_assertion(struct arena *a, const struct params *params, struct client_credentials *ret_credentials)
{
        struct client_credentials c = {
                .method = CLIENT_AUTH_PRIVATE_KEY_JWT,
                .assertion = params_get(params, "client_assertion"),
        };
        struct str named = params_get(params, "client_id");
        struct jws jws;
        json_t *claims;

        if (!str_is(params_get(params, "client_assertion_type"), ASSERTION_TYPE))
                return fail(a, ERR_INVALID_CLIENT, "unknown client_assertion_type");
        if (!is_ok(jws_parse(a, c.assertion, &jws)) || !is_ok(json_read_object(a, jws.payload, JWS_MAX, &claims)))
                return fail(a, ERR_INVALID_CLIENT, "client_assertion is not a JWT");
        c.client_id = json_str(claims, "sub");
        if (!str_is_empty(named) && !str_eq(named, c.client_id))
                return fail(a, ERR_INVALID_CLIENT, "client_id is not the assertion's subject");
        *ret_credentials = c;
        return OK;
}

static result parse_body(struct arena *a, const struct params *params, struct client_credentials *ret_credentials)
{
        struct client_credentials c = {
                .method = CLIENT_AUTH_NONE,
                .client_id = params_get(params, "client_id"),
                .secret = params_get(params, "client_secret"),
        };

        if (str_is_empty(c.client_id))
                return fail(a, ERR_INVALID_CLIENT, "no client authentication");
        if (!str_is_empty(c.secret))
                c.method = CLIENT_AUTH_SECRET_POST;
        *ret_credentials = c;
        return OK;
}

result client_credentials_parse(struct arena *a, struct str authorization, const struct params *params,
                                struct client_credentials *ret_credentials)
{
        bool in_header = !str_is_empty(authorization);
        bool assertion = params_has(params, "client_assertion") || params_has(params, "client_assertion_type");
        bool secret = params_has(params, "client_secret");
        struct client_credentials c;

        if (in_header + assertion + secret > 1)
                return fail(a, ERR_INVALID_REQUEST, "several client authentication methods at once");
        if (assertion)
                return parse_assertion(a, params, ret_credentials);
        if (!in_header)
                return parse_body(a, params, ret_credentials);
        if (!str_eq_nocase(str_head(authorization, 6), STR("Basic ")))
                return fail(a, ERR_INVALID_CLIENT, "Authorization scheme is not Basic");
        TRY(parse_basic(a, str_from_index(authorization, 6), &c));
        if (params_has(params, "client_id") && !str_eq(params_get(params, "client_id"), c.client_id))
                return fail(a, ERR_INVALID_CLIENT, "client_id differs from the Authorization header");
        *ret_credentials = c;
        return OK;
}

static result check_secret(struct arena *a, const struct client *client, struct str secret)
{
        if (str_is_empty(secret) || !str_eq_secret(sha256_base64url(a, secret), client->secret_sha256))
                return fail(a, ERR_INVALID_CLIENT, "wrong client secret");
        return OK;
}

/* The audience that the assertion names, if it is one of ours; else the issuer, which it then does not name. */
static struct str assertion_audience(struct arena *a, const struct client_authentication_context *context,
                                     struct str assertion)
{
        struct jws jws;
        json_t *claims = NULL;
        struct str named;

        if (!is_ok(jws_parse(a, assertion, &jws)) || !is_ok(json_read_object(a, jws.payload, JWS_MAX, &claims)))
                return context->issuer;
        named = json_str(claims, "aud");
        if (named.len > 0 && (str_eq(named, context->token_endpoint) || str_eq(named, context->endpoint)))
                return named;
        return context->issuer;
}

static result check_assertion(struct arena *a, const struct client_authentication_context *context,
                              const struct client *client, struct str assertion,
                              struct client_assertion *ret_assertion)
{
        const struct jwt_expect expect = {
                .type = "JWT",
                .type_optional = true,
                .issuer = client->client_id,
                .subject = client->client_id,
                .audience = assertion_audience(a, context, assertion),
                .now = context->now,
                .leeway = LEEWAY,
                .max_age = ASSERTION_LIFE_MAX,
                .max_life = ASSERTION_LIFE_MAX,
                .exp_required = true,
        };
        struct client_assertion found = { 0 };
        json_t *claims;

        if (!is_ok(jwt_verify(a, assertion, &client->jwks, &expect, &claims)))
                return fail(a, ERR_INVALID_CLIENT, "client_assertion not accepted");
        found.jti = json_str(claims, "jti");
        /* "exp" may be written as 1.7e9: then the longest life that was accepted. */
        found.expires_at = json_int(claims, "exp", context->now + ASSERTION_LIFE_MAX) + LEEWAY;
        if (str_is_empty(found.jti) || found.jti.len > 256)
                return fail(a, ERR_INVALID_CLIENT, "client_assertion without a usable jti");
        *ret_assertion = found;
        return OK;
}

result client_credentials_check(struct arena *a, const struct client_authentication_context *context,
                                const struct client *client, const struct client_credentials *credentials,
                                struct client_assertion *ret_assertion)
{
        *ret_assertion = (struct client_assertion){ 0 };
        if (credentials->method != client->auth)
                return fail(a, ERR_INVALID_CLIENT, "not the client's authentication method");
        switch (credentials->method) {
        case CLIENT_AUTH_NONE:
                return OK;
        case CLIENT_AUTH_SECRET_BASIC:
        case CLIENT_AUTH_SECRET_POST:
                return check_secret(a, client, credentials->secret);
        case CLIENT_AUTH_PRIVATE_KEY_JWT:
                return check_assertion(a, context, client, credentials->assertion, ret_assertion);
        }
        return fail(a, ERR_INVALID_CLIENT, "unknown authentication method");
}
