/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The refresh token grant (RFC 6749, section 6; RFC 9700, section 4.14.2: rotation).
 *
 * Each refresh token is used once and names its successor (token_handle.h). A client that lost the answer may ask again
 * for a short while and gets the same successor. After that, or when the successor was used already, somebody has a token
 * that is not theirs: nobody can tell who, so the whole grant ends. */
#include "refresh_token.h"

#include "clock.h"
#include "consent.h"
#include "grant.h"
#include "issue.h"
#include "release.h"
#include "trail.h"
#include "withdrawal.h"

static result find_grant(struct task *t, struct str text, struct refresh_token *r)
{
        struct arena *a = task_arena(t);
        const struct gateway *g = gateway_of(t);
        result found;

        if (!token_handle_read(a, g->state, TOKEN_HANDLE_REFRESH, text, &r->handle))
                return fail(a, ERR_INVALID_GRANT, "not a refresh token of ours");
        found = access_grant_get(t, r->handle.grant, &r->grant);
        if (is_error(found, &ERR_INVALID_TOKEN))
                return fail_with(a, &ERR_INVALID_GRANT, "the grant has ended");
        TRY(found);
        if (!str_eq(r->grant.client_id, r->client->client_id))
                return fail(a, ERR_INVALID_GRANT, "refresh token of another client");
        r->identity = identity_parse(r->grant.identity);
        return OK;
}

/* The client may still refresh, and by the same rule: what was granted for a session must not outlive one, nor the other
 * way round. */
static result check_client(struct task *t, struct refresh_token *r)
{
        struct arena *a = task_arena(t);
        const struct gateway *g = gateway_of(t);
        bool offline = str_has_word(r->grant.scope, STR("offline_access"));

        if (!r->grant.refreshable || r->client->refresh == REFRESH_NONE)
                return fail(a, ERR_UNAUTHORIZED_CLIENT, "the client may not refresh");
        if (offline != (r->client->refresh == REFRESH_OFFLINE))
                return fail(a, ERR_INVALID_GRANT, "granted under another rule for refresh tokens");
        if (clock_now() - r->handle.time >= g->config->lifetimes.refresh_token ||
            clock_now() - r->handle.time >= r->grant.refresh_life)
                return fail(a, ERR_INVALID_GRANT, "the refresh token lay unused for too long");
        if (r->grant.resource.len == 0)
                return OK;
        r->item = catalogue_find(&g->config->catalogue, r->grant.resource, r->client->client_id);
        return r->item ? OK : fail(a, ERR_INVALID_TARGET, "the item is gone");
}

/* What was granted must still be what the settings allow, and the level, which ages, what they demand. */
static result check_settings(struct task *t, const struct refresh_token *r)
{
        struct arena *a = task_arena(t);
        const struct gateway *g = gateway_of(t);
        const struct release_request release = { .client = r->client, .item = r->item, .now = clock_now() };

        if (!gateway_source(g, r->identity.assertion.source) ||
            !release_policy_stands(g, &r->identity, &release, r->grant.policy))
                return fail(a, ERR_INVALID_GRANT, "its source or its release policy is gone");
        if (!identity_reaches_minimum(g, &r->identity, r->client, r->item))
                return fail(a, ERR_INVALID_GRANT, "the level is too low by now");
        return OK;
}

/* What the person agreed to must still stand. */
static result check_consent(struct task *t, const struct refresh_token *r)
{
        struct consent consent = {
                .subject = r->grant.subject,
                .client_id = r->client->client_id,
                .item = r->item ? r->item->id : (struct str){ 0 },
        };
        bool found;

        TRY(consent_get(t, INT64_MAX / 2, &consent, &found));
        if (!found || str_has_word(consent.refused, STR("offline_access:value")))
                return fail(task_arena(t), ERR_INVALID_GRANT, "the consent is gone");
        return OK;
}

result refresh_token_read(struct task *t, const struct client *client, struct str text, struct refresh_token *ret_token)
{
        struct refresh_token token = { .client = client };

        TRY(find_grant(t, text, &token));
        TRY(check_client(t, &token));
        TRY(check_settings(t, &token));
        TRY(check_consent(t, &token));
        *ret_token = token;
        return OK;
}

/* The words of what was granted that are asked for. */
static struct str narrowed(struct arena *a, struct str granted, struct str asked)
{
        struct buf words = buf_in(a, granted.len);
        struct str word;

        while (str_split(&granted, ' ', &word)) {
                if (!str_has_word(asked, word))
                        continue;
                buf_add_text(&words, words.len > 0 ? " " : "");
                buf_add(&words, word);
        }
        return buf_str(&words);
}

/* RFC 6749, section 6: the same scope or less; RFC 8707, section 2.2: the same resource. */
static result check_request(struct task *t, const struct params *params, const struct refresh_token *r,
                            struct str *ret_scope)
{
        struct arena *a = task_arena(t);
        struct str resource = params_get(params, "resource"), asked = params_get(params, "scope"), rest = asked, word, scope;

        if (resource.len > 0 && !str_eq(resource, r->grant.resource))
                return fail(a, ERR_INVALID_TARGET, "resource is not the one that was granted");
        while (asked.len > 0 && str_split(&rest, ' ', &word))
                if (!str_has_word(r->grant.scope, word))
                        return fail(a, ERR_INVALID_SCOPE, "more scope than was granted");
        scope = asked.len > 0 ? narrowed(a, r->grant.scope, asked) : r->grant.scope;
        if (!str_eq(scope, r->grant.scope) && issue_is_opaque(r->client, r->item))
                return fail(a, ERR_INVALID_SCOPE, "an opaque token can't stand for a part of the grant");
        *ret_scope = scope;
        return OK;
}

static result revoke_family(struct task *t, const struct refresh_token *r)
{
        TRY(withdrawal_of_grant(t, &r->grant, STR("refresh_token_reused")));
        return fail(task_arena(t), ERR_INVALID_GRANT, "refresh token used twice: its grant is revoked");
}

/* *ret_used_at: when this token was first used, in seconds. */
static result rotate(struct task *t, const struct refresh_token *r, int64_t *ret_used_at)
{
        bool first, successor_used;

        TRY(access_grant_rotate(t, &r->grant, r->handle.serial, &first, ret_used_at));
        if (first)
                return OK;
        if (clock_now() - *ret_used_at > gateway_of(t)->config->lifetimes.refresh_grace)
                return revoke_family(t, r);
        TRY(access_grant_was_rotated(t, &r->grant, r->handle.serial + 1, &successor_used));
        return successor_used ? revoke_family(t, r) : OK;
}

result refresh_token_grant(struct task *t, const struct client *client, const struct params *params,
                           json_t **ret_response)
{
        struct arena *a = task_arena(t);
        struct str text = params_get(params, "refresh_token"), scope;
        struct refresh_token token;
        int64_t used_at;

        if (str_is_empty(text))
                return fail(a, ERR_INVALID_REQUEST, "refresh_token missing");
        TRY(refresh_token_read(t, client, text, &token));
        TRY(check_request(t, params, &token, &scope));
        TRY(trail_may_cross(t, &token.identity, client)); /* before the token is spent */
        TRY(rotate(t, &token, &used_at));
        TRY(trail_tokens_refreshed(t, &(struct trail_tokens){
                .client = client,
                .identity = &token.identity,
                .grant = token.grant.id,
                .session = token.grant.session,
                .item = token.item,
        }));
        return issue_tokens(t, &(struct issue){
                .client = client,
                .item = token.item,
                .grant = &token.grant,
                .scope = scope,
                .serial = token.handle.serial + 1,
                .refreshed_at = used_at,
        }, ret_response);
}
