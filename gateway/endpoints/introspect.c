/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* /introspect (RFC 7662; signed answers by RFC 9701): a service asks what a token is worth, now. Who asks is a client
 * with a secret: about its own tokens, or, as a resource server, about those that are meant for it. Whatever else the
 * token is, the answer is only that it is not active. */
#include "access_token.h"
#include "client.h"
#include "clock.h"
#include "handlers.h"
#include "jwt.h"
#include "refresh_token.h"

#define SIGNED_TYPE "application/token-introspection+jwt"

static bool serves(const struct client *client, struct str audience)
{
        for (size_t i = 0; i < client->serves_count; i++)
                if (str_eq(client->serves[i], audience))
                        return true;
        return false;
}

static void add_facts(json_t *o, const struct config *config, const struct access_token *token)
{
        json_put_bool(o, "active", true);
        json_put_str(o, "iss", config->issuer);
        json_put_str(o, "sub", token->grant.subject);
        json_put_str(o, "aud", token->audience);
        json_put_str(o, "client_id", token->grant.client_id);
        json_put_str(o, "scope", token->scope);
        json_put_str(o, "token_type", STR("Bearer"));
        json_put_str(o, "jti", token->id);
        json_put_int(o, "exp", token->expires_at);
        if (token->issued_at > 0)
                json_put_int(o, "iat", token->issued_at);
        json_put_str(o, "acr", token->acr);
        json_put_int(o, "auth_time", token->grant.auth_time);
        if (token->grant.policy)
                json_object_set(o, "release_policy", (json_t *)token->grant.policy);
}

static result ask_access_token(struct task *t, const struct client *client, struct str text, json_t *answer)
{
        struct access_token token;
        result r = access_token_read(t, text, &token);

        if (is_error(r, &ERR_INVALID_TOKEN))
                return OK;
        TRY(r);
        if (token.client == client || serves(client, token.audience))
                add_facts(answer, gateway_of(t)->config, &token);
        return OK;
}

/* A refresh token is its client's own business. It is active as long as using it would give something. */
static result ask_refresh_token(struct task *t, const struct client *client, struct str text, json_t *answer)
{
        const struct config *config = gateway_of(t)->config;
        struct refresh_token token;
        int64_t idle_end;
        bool used;
        result r = refresh_token_read(t, client, text, &token);

        if (is_error(r, &ERR_INVALID_GRANT) || is_error(r, &ERR_INVALID_TARGET) || is_error(r, &ERR_UNAUTHORIZED_CLIENT))
                return OK;
        TRY(r);
        TRY(access_grant_was_rotated(t, &token.grant, token.handle.serial, &used));
        if (used)
                return OK;
        idle_end = token.handle.time + config->lifetimes.refresh_token;
        json_put_bool(answer, "active", true);
        json_put_str(answer, "iss", config->issuer);
        json_put_str(answer, "sub", token.grant.subject);
        json_put_str(answer, "client_id", token.grant.client_id);
        json_put_str(answer, "scope", token.grant.scope);
        json_put_int(answer, "exp", token.grant.expires_at < idle_end ? token.grant.expires_at : idle_end);
        return OK;
}

static bool wants_signed(const struct task *t)
{
        struct str rest = request_header(t, "Accept"), range = { 0 }, type;

        while (str_split(&rest, ',', &range))
                if (str_split(&range, ';', &type) && str_eq_nocase(str_trim(type), STR(SIGNED_TYPE)))
                        return true;
        return false;
}

/* RFC 9701, section 5. */
static result reply_signed(struct task *t, const struct client *client, json_t *answer)
{
        struct arena *a = task_arena(t);
        const struct gateway *g = gateway_of(t);
        const struct signer signer = { keyring_active(g->keyring, client->id_token_alg), task_slot(t) };
        json_t *claims = json_new_object(a);
        struct str jwt;

        if (!signer.key)
                return fail(a, ERR_SERVER_ERROR, "no active key for %s", alg_name(client->id_token_alg));
        json_put_str(claims, "iss", g->config->issuer);
        json_put_str(claims, "aud", client->client_id);
        json_put_int(claims, "iat", clock_now());
        json_object_set(claims, "token_introspection", answer);
        TRY(jwt_sign(a, &signer, "token-introspection+jwt", claims, &jwt));
        reply_body(t, 200, SIGNED_TYPE, jwt);
        return OK;
}

result introspect_endpoint(struct task *t, const struct call *call)
{
        struct arena *a = task_arena(t);
        struct str text = params_get(&call->params, "token");
        json_t *answer = json_new_object(a);
        const struct client *client;
        struct token_handle handle;

        TRY(client_of(t, call, &client));
        if (client->auth == CLIENT_AUTH_NONE)
                return fail(a, ERR_INVALID_CLIENT, "a public client may not ask");
        if (str_is_empty(text))
                return fail(a, ERR_INVALID_REQUEST, "token missing");
        json_put_bool(answer, "active", false);
        if (token_handle_read(a, gateway_of(t)->state, TOKEN_HANDLE_REFRESH, text, &handle))
                TRY(ask_refresh_token(t, client, text, answer));
        else
                TRY(ask_access_token(t, client, text, answer));
        if (wants_signed(t))
                return reply_signed(t, client, answer);
        reply_json(t, 200, answer);
        return OK;
}
