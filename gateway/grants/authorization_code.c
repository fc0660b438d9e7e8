/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The authorization code grant (RFC 6749, section 4.1.3; OpenID Connect Core 1.0, section 3.1.3). */
#include "authorization_code.h"

#include "access_grant.h"
#include "clock.h"
#include "grant.h"
#include "identity.h"
#include "jwt.h"
#include "pkce.h"
#include "release.h"
#include "tokens.h"

/* A code that is used twice is refused and what it gave is revoked (RFC 6749, section 4.1.2). */
static result redeem(struct task *t, struct str code, struct authorization_code *ret_code)
{
        struct arena *a = task_arena(t);
        result r = authorization_code_take(t, code, ret_code);

        if (is_error(r, &ERR_INVALID_GRANT) && code.len == AUTHORIZATION_CODE_LEN)
                TRY(access_grant_revoke(t, authorization_code_grant_id(a, code),
                                        gateway_of(t)->config->lifetimes.authorization_code));
        return r;
}

static result check_binding(struct arena *a, const struct client *client, const struct authorization_code *code,
                            const struct params *params)
{
        if (!str_eq(code->client_id, client->client_id))
                return fail(a, ERR_INVALID_GRANT, "code of another client");
        if (!str_eq(code->redirect_uri, params_get(params, "redirect_uri")))
                return fail(a, ERR_INVALID_GRANT, "redirect_uri is not the one of the authorization request");
        return pkce_check(a, code->code_challenge, params_get(params, "code_verifier"));
}

static result sign(struct task *t, enum alg alg, const char *type, const json_t *claims, struct str *ret_jwt)
{
        struct key *key = keyring_active(gateway_of(t)->keyring, alg);

        if (!key)
                return fail(task_arena(t), ERR_SERVER_ERROR, "no active key for %s", alg_name(alg));
        return jwt_sign(task_arena(t), &(struct signer){ key, task_slot(t) }, type, claims, ret_jwt);
}

/* What the target tells: released, and as verified where it was asked for so. */
static json_t *claims_for(struct task *t, const struct authorization_code *code, const struct identity *identity,
                          enum claim_target target)
{
        const struct release_request release = { .scope = code->scope, .claims = code->claims };
        const struct client *client = config_client(gateway_of(t)->config, code->client_id);
        const struct verified_claims_request request = { code->scope, code->claims, target, clock_now() };
        json_t *released = release_claims(task_arena(t), identity, &release, target);
        struct verification verification;

        if (!code->claims)
                return released;
        verification = identity_verification(t, identity, client);
        return verified_claims_apply(task_arena(t), &request, released, &verification);
}

static result gather(struct task *t, const struct client *client, const struct authorization_code *code,
                     const struct identity *identity, struct token_facts *ret_facts)
{
        const struct gateway *g = gateway_of(t);
        struct assurance level = identity_assurance(g, identity, clock_now());

        *ret_facts = (struct token_facts){
                .issuer = g->config->issuer,
                .client = client,
                .scope = code->scope,
                .nonce = code->nonce,
                .acr = assurance_acr(g->assurance, &level),
                .amr = identity->assertion.method,
                .session = code->session,
                .auth_time = code->auth_time,
                .now = clock_now(),
                .access_token_life = g->config->lifetimes.access_token,
                .id_token_life = g->config->lifetimes.id_token,
                .released = claims_for(t, code, identity, CLAIM_ID_TOKEN),
        };
        return identity_subject(t, identity, client, &ret_facts->subject);
}

static result keep_grant(struct task *t, const struct authorization_code *code, const struct identity *identity,
                         const struct token_facts *facts)
{
        const struct access_grant grant = {
                .id = facts->grant,
                .client_id = facts->client->client_id,
                .subject = facts->subject,
                .scope = facts->scope,
                .userinfo = claims_for(t, code, identity, CLAIM_USERINFO),
                .expires_at = facts->now + facts->access_token_life,
        };

        return access_grant_put_new(t, &grant);
}

static json_t *respond(struct arena *a, const struct token_facts *facts, struct str id_token)
{
        json_t *o = json_new_object(a);

        json_put_str(o, "access_token", facts->access_token);
        json_put_str(o, "token_type", STR("Bearer"));
        json_put_int(o, "expires_in", facts->access_token_life);
        json_put_str(o, "scope", facts->scope);
        json_put_str(o, "id_token", id_token);
        return o;
}

result authorization_code_grant(struct task *t, const struct client *client, const struct params *params,
                                json_t **ret_response)
{
        struct arena *a = task_arena(t);
        struct str text = params_get(params, "code"), id_token;
        struct authorization_code code;
        struct token_facts facts;
        struct identity identity;

        if (str_is_empty(text))
                return fail(a, ERR_INVALID_REQUEST, "code missing");
        TRY(redeem(t, text, &code));
        TRY(check_binding(a, client, &code, params));
        identity = identity_parse(code.identity);
        TRY(gather(t, client, &code, &identity, &facts));
        facts.grant = authorization_code_grant_id(a, text);
        TRY(keep_grant(t, &code, &identity, &facts));
        TRY(sign(t, client->access_token_alg, "at+jwt", access_token_claims(a, &facts), &facts.access_token));
        TRY(sign(t, client->id_token_alg, "JWT", id_token_claims(a, &facts), &id_token));
        *ret_response = respond(a, &facts, id_token);
        return OK;
}
