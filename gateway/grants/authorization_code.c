/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The authorization code grant (RFC 6749, section 4.1.3; OpenID Connect Core 1.0, section 3.1.3). */
#include "authorization_code.h"

#include "access_grant.h"
#include "clock.h"
#include "grant.h"
#include "identity.h"
#include "issue.h"
#include "pkce.h"
#include "release.h"
#include "status_bits.h"
#include "trail.h"

#define RECORDED_MAX 4096 /* bytes of names of fields */

/* A code that is used twice is refused and what it gave is revoked (RFC 6749, section 4.1.2). */
static result redeem(struct task *t, const struct client *client, struct str code, struct authorization_code *ret_code)
{
        const struct lifetimes *life = &gateway_of(t)->config->lifetimes;
        struct str grant = authorization_code_grant_id(task_arena(t), code);
        result r = authorization_code_take(t, code, ret_code);

        if (!is_error(r, &ERR_INVALID_GRANT) || code.len != AUTHORIZATION_CODE_LEN)
                return r;
        trail_code_replayed(t, client->client_id, grant);
        TRY(access_grant_revoke(t, grant, clock_now() + life->authorization_code + life->access_token));
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
        struct str text;         /* the code */
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

/* Access that outlives the session: asked for, and agreed to (OpenID Connect Core 1.0, section 11). */
static bool is_offline(const struct given *given)
{
        return given->client->refresh == REFRESH_OFFLINE && str_has_word(given->code->scope, STR("offline_access")) &&
               str_has_word(given->code->fields, STR("offline_access:value"));
}

static bool is_refreshable(const struct given *given)
{
        return given->client->refresh == REFRESH_SESSION || is_offline(given);
}

/* What was asked for, but for offline access that is not given. */
static struct str granted_scope(struct arena *a, const struct given *given)
{
        struct str asked = given->code->scope, word;
        struct buf granted = buf_in(a, asked.len);

        while (str_split(&asked, ' ', &word)) {
                if (word.len == 0 || (str_is(word, "offline_access") && !is_offline(given)))
                        continue;
                buf_add_text(&granted, granted.len > 0 ? " " : "");
                buf_add(&granted, word);
        }
        return buf_str(&granted);
}

/* When the grant ends at the latest: with the last access token; or with the session or the time for offline access, and
 * with the consent. */
static int64_t end_of(const struct gateway *g, const struct given *given)
{
        const struct authorization_code *code = given->code;
        int64_t end;

        if (!is_refreshable(given))
                return clock_now() + g->config->lifetimes.access_token;
        end = is_offline(given) ? clock_now() + g->config->lifetimes.offline_grant : code->session_until;
        return code->agreed_until > 0 && code->agreed_until < end ? code->agreed_until : end;
}

/* Who gets an opaque token asks anyway. */
static result place_in_status_list(struct task *t, const struct given *given, int64_t *ret_place)
{
        *ret_place = -1;
        if (!gateway_of(t)->config->status_list.enabled || issue_is_opaque(given->client, given->item))
                return OK;
        return status_bits_place(t, ret_place);
}

static result make_grant(struct task *t, struct given *given, struct access_grant *ret_grant)
{
        const struct authorization_code *code = given->code;
        struct access_grant grant = {
                .id = authorization_code_grant_id(task_arena(t), given->text),
                .client_id = given->client->client_id,
                .scope = granted_scope(task_arena(t), given),
                .resource = code->resource,
                .session = code->session,
                .identity = identity_render_bare(task_arena(t), &given->identity),
                .auth_time = code->auth_time,
                .expires_at = end_of(gateway_of(t), given),
                .refreshable = is_refreshable(given),
                .refresh_life = gateway_of(t)->config->lifetimes.refresh_token,
        };

        if (grant.expires_at <= clock_now())
                return fail(task_arena(t), ERR_INVALID_GRANT, "the session has ended");
        TRY(identity_subject(t, &given->identity, given->client, &grant.subject));
        given->release = decide(t, given, grant.subject);
        grant.policy = release_policy_claim(task_arena(t), &given->release);
        grant.userinfo = claims_for(t, given, CLAIM_USERINFO);
        TRY(place_in_status_list(t, given, &grant.status));
        TRY(access_grant_put_new(t, &grant));
        *ret_grant = grant;
        return OK;
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
static result record(struct task *t, const struct given *given, const struct access_grant *grant)
{
        struct arena *a = task_arena(t);
        const struct person person = identity_person(&given->identity);
        const struct ledger_entry entry = {
                .kind = LEDGER_GRANT,
                .id = grant->id,
                .at = clock_now(),
                .until = grant->expires_at,
                .client_id = given->client->client_id,
                .item = given->item ? given->item->id : (struct str){ 0 },
                .session = is_offline(given) ? STR("") : grant->session,
                .binding = given->identity.binding,
                .direction = identity_direction(a, &given->identity, given->client),
                .fields = released_words(a, &given->release),
                .policy = release_policy_key(a, &given->release),
        };

        TRY(trail_tokens_issued(t, &(struct trail_tokens){
                .client = given->client,
                .identity = &given->identity,
                .grant = grant->id,
                .session = grant->session,
                .policy = grant->policy,
                .fields = entry.fields,
                .item = given->item,
        }));
        return ledger_put(t, &person, &entry);
}

result authorization_code_grant(struct task *t, const struct client *client, const struct params *params,
                                json_t **ret_response)
{
        struct arena *a = task_arena(t);
        struct authorization_code code;
        struct access_grant grant;
        struct given given = { .client = client, .code = &code, .text = params_get(params, "code") };

        if (str_is_empty(given.text))
                return fail(a, ERR_INVALID_REQUEST, "code missing");
        TRY(redeem(t, client, given.text, &code));
        TRY(check_binding(a, client, &code, params));
        TRY(check_target(t, params, &given));
        given.identity = identity_parse(code.identity);
        TRY(make_grant(t, &given, &grant));
        TRY(record(t, &given, &grant));
        return issue_tokens(t, &(struct issue){
                .client = client,
                .item = given.item,
                .grant = &grant,
                .scope = grant.scope,
                .nonce = code.nonce,
                .released = claims_for(t, &given, CLAIM_ID_TOKEN),
                .refreshed_at = clock_now(),
        }, ret_response);
}
