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
#include "trail.h"

#define RECORDED_MAX 4096 /* bytes of names of fields */

/* A code that is used twice is refused and what it gave is revoked (RFC 6749, section 4.1.2). */
static result redeem(struct task *t, const struct client *client, struct str code, struct authorization_code *ret_code)
{
        struct str grant = authorization_code_grant_id(task_arena(t), code);
        result r = authorization_code_take(t, code, ret_code);

        if (!is_error(r, &ERR_INVALID_GRANT) || code.len != AUTHORIZATION_CODE_LEN)
                return r;
        trail_code_replayed(t, client->client_id, grant);
        TRY(access_grant_revoke(t, grant, gateway_of(t)->config->lifetimes.authorization_code));
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

/* What a code gives. */
struct given {
        const struct client *client;
        const struct authorization_code *code;
        const struct catalogue_item *item; /* NULL: nothing in particular */
        struct identity identity;
        struct release release;
        json_t *policy;          /* claim of everything that is given; NULL where no policy applies */
};

/* RFC 8707, section 2.2: a token is for what was authorized. An item that is gone, or another client's by now, gives
 * none. */
static result check_target(struct task *t, const struct params *params, struct given *given)
{
        struct str asked = params_get(params, "resource"), authorized = given->code->resource;

        if (asked.len > 0 && !str_eq(asked, authorized))
                return fail(task_arena(t), ERR_INVALID_TARGET, "resource is not the one of the authorization request");
        given->item = catalogue_find(&gateway_of(t)->config->catalogue, authorized, given->client->client_id);
        if (authorized.len > 0 && !given->item)
                return fail(task_arena(t), ERR_INVALID_TARGET, "the item is gone");
        return OK;
}

static result sign(struct task *t, enum alg alg, const char *type, const json_t *claims, struct str *ret_jwt)
{
        struct key *key = keyring_active(gateway_of(t)->keyring, alg);

        if (!key)
                return fail(task_arena(t), ERR_SERVER_ERROR, "no active key for %s", alg_name(alg));
        return jwt_sign(task_arena(t), &(struct signer){ key, task_slot(t) }, type, claims, ret_jwt);
}

/* What the person agreed to, and the policy still permits. */
static struct release decide(struct task *t, const struct given *given, struct str subject)
{
        const struct release_agreement agreement = { given->code->policy, given->code->fields };
        const struct release_request request = {
                .client = given->client,
                .item = given->item,
                .scope = given->code->scope,
                .claims = given->code->claims,
                .subject = subject,
                .agreement = &agreement,
                .now = clock_now(),
        };

        return release_decide(task_arena(t), gateway_of(t), &given->identity, &request);
}

/* What the target tells: released, and as verified where it was asked for so. */
static json_t *claims_for(struct task *t, const struct given *given, enum claim_target target)
{
        const struct authorization_code *code = given->code;
        const struct verified_claims_request request = { code->scope, code->claims, target, clock_now() };
        json_t *released = release_claims(task_arena(t), &given->release, target);
        struct verification verification;

        if (!code->claims)
                return released;
        verification = identity_verification(t, &given->identity, given->client);
        if (given->release.crossing) /* no policy can name the kind of document, so it does not cross as evidence either */
                verification.document_type = (struct str){ 0 };
        return verified_claims_apply(task_arena(t), &request, released, &verification);
}

static result gather(struct task *t, struct given *given, struct token_facts *ret_facts)
{
        const struct gateway *g = gateway_of(t);
        const struct authorization_code *code = given->code;
        struct assurance level = identity_assurance(g, &given->identity, clock_now());
        struct str subject;

        TRY(identity_subject(t, &given->identity, given->client, &subject));
        given->release = decide(t, given, subject);
        given->policy = release_policy_claim(task_arena(t), &given->release);
        *ret_facts = (struct token_facts){
                .issuer = g->config->issuer,
                .client = given->client,
                .subject = subject,
                .audience = code->resource,
                .scope = code->scope,
                .nonce = code->nonce,
                .acr = assurance_acr(g->assurance, &level),
                .amr = given->identity.assertion.method,
                .session = code->session,
                .auth_time = code->auth_time,
                .now = clock_now(),
                .access_token_life = g->config->lifetimes.access_token,
                .id_token_life = g->config->lifetimes.id_token,
                .released = claims_for(t, given, CLAIM_ID_TOKEN),
                .release_policy = given->policy,
        };
        return OK;
}

static result keep_grant(struct task *t, const struct given *given, const struct token_facts *facts)
{
        const struct access_grant grant = {
                .id = facts->grant,
                .client_id = facts->client->client_id,
                .subject = facts->subject,
                .scope = facts->scope,
                .userinfo = claims_for(t, given, CLAIM_USERINFO),
                .expires_at = facts->now + facts->access_token_life,
        };

        if (given->policy)
                json_object_set((json_t *)(uintptr_t)grant.userinfo, "release_policy", given->policy);
        return access_grant_put_new(t, &grant);
}

/* What is released, as words "claim:form". */
static struct str released_words(struct arena *a, const struct release *release)
{
        struct buf words = buf_in(a, RECORDED_MAX);

        for (size_t n = 0; n < release->count; n++) {
                if (release->fields[n].verdict != RELEASE_GIVEN)
                        continue;
                buf_add_text(&words, words.len > 0 ? " " : "");
                buf_add(&words, release_word(a, &release->fields[n]));
        }
        return buf_str(&words);
}

/* Told to the audit, and entered in the person's ledger, before the tokens leave. */
static result record(struct task *t, const struct given *given, const struct token_facts *facts)
{
        struct arena *a = task_arena(t);
        const struct person person = identity_person(&given->identity);
        const struct ledger_entry entry = {
                .kind = LEDGER_GRANT,
                .id = facts->grant,
                .at = facts->now,
                .until = facts->now + facts->access_token_life,
                .client_id = given->client->client_id,
                .item = given->item ? given->item->id : (struct str){ 0 },
                .session = facts->session,
                .binding = given->identity.binding,
                .direction = identity_direction(a, &given->identity, given->client),
                .fields = released_words(a, &given->release),
                .policy = release_policy_key(a, &given->release),
        };

        TRY(trail_tokens_issued(t, &(struct trail_tokens){
                .client = given->client,
                .identity = &given->identity,
                .grant = facts->grant,
                .session = facts->session,
                .policy = given->policy,
                .fields = entry.fields,
                .item = given->item,
        }));
        return ledger_put(t, &person, &entry);
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
        struct given given = { .client = client, .code = &code };

        if (str_is_empty(text))
                return fail(a, ERR_INVALID_REQUEST, "code missing");
        TRY(redeem(t, client, text, &code));
        TRY(check_binding(a, client, &code, params));
        TRY(check_target(t, params, &given));
        given.identity = identity_parse(code.identity);
        TRY(gather(t, &given, &facts));
        facts.grant = authorization_code_grant_id(a, text);
        TRY(keep_grant(t, &given, &facts));
        TRY(sign(t, client->access_token_alg, "at+jwt", access_token_claims(a, &facts), &facts.access_token));
        TRY(sign(t, client->id_token_alg, "JWT", id_token_claims(a, &facts), &id_token));
        TRY(record(t, &given, &facts));
        *ret_response = respond(a, &facts, id_token);
        return OK;
}
