/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See issue.h. */
#include "issue.h"

#include "clock.h"
#include "identity.h"
#include "jwt.h"
#include "status_bits.h"
#include "status_list.h"
#include "token_handle.h"
#include "tokens.h"

static result sign(struct task *t, enum alg alg, const char *type, const json_t *claims, struct str *ret_jwt)
{
        struct key *key = keyring_active(gateway_keyring(t), alg);

        if (!key)
                return fail(task_arena(t), ERR_SERVER_ERROR, "no active key for %s", alg_name(alg));
        return jwt_sign(task_arena(t), &(struct signer){ key, task_slot(t) }, type, claims, ret_jwt);
}

int64_t issue_access_token_life(const struct gateway *g, const struct access_grant *grant)
{
        int64_t left = grant->expires_at - clock_now(), life = g->config->lifetimes.access_token;

        return left < life ? left : life;
}

/* The first access token bears the name of its grant, the others the name and their number. */
static struct str token_id(struct arena *a, const struct issue *in)
{
        if (in->serial == 0)
                return in->grant->id;
        return arena_printf(a, "%.*s.%lld", STR_FMT(in->grant->id), (long long)in->serial);
}

static json_t *place_claim(struct arena *a, const struct config *config, int64_t place)
{
        if (place < 0 || !config->status_list.enabled)
                return NULL;
        return status_list_claim(a, config, place / STATUS_LIST_SIZE, place % STATUS_LIST_SIZE);
}

static struct token_facts gather(struct task *t, const struct issue *in)
{
        struct arena *a = task_arena(t);
        const struct gateway *g = gateway_of(t);
        const struct identity identity = identity_parse(in->grant->identity);
        const struct assurance level = identity_assurance(g, &identity, clock_now());

        return (struct token_facts){
                .issuer = g->config->issuer,
                .client = in->client,
                .subject = in->grant->subject,
                .audience = in->grant->resource,
                .scope = in->scope,
                .nonce = in->nonce,
                .acr = assurance_acr(g->assurance, &level),
                .amr = identity.assertion.method,
                .session = in->grant->session,
                .auth_time = in->grant->auth_time,
                .now = clock_now(),
                .access_token_life = issue_access_token_life(g, in->grant),
                .id_token_life = g->config->lifetimes.id_token,
                .released = in->released,
                .release_policy = in->grant->policy,
                .token_id = token_id(a, in),
                .status = place_claim(a, g->config, in->grant->status),
        };
}

bool issue_is_opaque(const struct client *client, const struct catalogue_item *item)
{
        return client->access_token_format == TOKEN_FORMAT_OPAQUE || (item && item->opaque_tokens);
}

static result make_access_token(struct task *t, const struct issue *in, const struct token_facts *facts,
                                struct str *ret_token)
{
        const struct token_handle handle = {
                .kind = TOKEN_HANDLE_ACCESS,
                .grant = in->grant->id,
                .serial = in->serial,
                .time = facts->now + facts->access_token_life,
        };

        if (!issue_is_opaque(in->client, in->item))
                return sign(t, in->client->access_token_alg, "at+jwt", access_token_claims(task_arena(t), facts), ret_token);
        *ret_token = token_handle_write(task_arena(t), gateway_of(t)->state, &handle);
        return OK;
}

static struct str make_refresh_token(struct task *t, const struct issue *in)
{
        const struct token_handle handle = {
                .kind = TOKEN_HANDLE_REFRESH,
                .grant = in->grant->id,
                .serial = in->serial,
                .time = in->refreshed_at,
        };

        return token_handle_write(task_arena(t), gateway_of(t)->state, &handle);
}

result issue_tokens(struct task *t, const struct issue *in, json_t **ret_response)
{
        struct arena *a = task_arena(t);
        struct token_facts facts = gather(t, in);
        json_t *o = json_new_object(a);
        struct str id_token;

        if (facts.access_token_life <= 0)
                return fail(a, ERR_INVALID_GRANT, "the grant has ended meanwhile");
        TRY(make_access_token(t, in, &facts, &facts.access_token));
        json_put_str(o, "access_token", facts.access_token);
        json_put_str(o, "token_type", STR("Bearer"));
        json_put_int(o, "expires_in", facts.access_token_life);
        json_put_str(o, "scope", in->scope);
        if (in->grant->refreshable)
                json_put_str(o, "refresh_token", make_refresh_token(t, in));
        if (str_has_word(in->scope, STR("openid"))) {
                TRY(sign(t, in->client->id_token_alg, "JWT", id_token_claims(a, &facts), &id_token));
                json_put_str(o, "id_token", id_token);
        }
        *ret_response = o;
        return OK;
}
