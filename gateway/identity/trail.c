/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See trail.h. */
#include "trail.h"

#include "form.h"

static const char full[] = "the writer has counted it, and says so in the log and the metrics";

struct str trail_person(struct arena *a, const struct seal *seal, struct str source, struct str subject)
{
        return seal_pseudonym(seal, a, STR("audit"), ARENA_JOIN(a, source, STR("/"), subject));
}

static result write_event(struct task *t, const struct audit_event *e)
{
        return audit_write(t, gateway_of(t)->audit, e);
}

static struct str person_of(struct task *t, const struct identity *i)
{
        return trail_person(task_arena(t), gateway_of(t)->state, i->assertion.source, i->assertion.subject);
}

static struct str bound_of(struct task *t, const struct identity *i)
{
        if (!i->bound)
                return (struct str){ 0 };
        return trail_person(task_arena(t), gateway_of(t)->state, i->other.source, i->other.subject);
}

static struct str item_of(const struct catalogue_item *item)
{
        return item ? item->id : (struct str){ 0 };
}

/* As the release policy was looked for: an item may have a purpose of its own. */
static struct str purpose_of(const struct client *client, const struct catalogue_item *item)
{
        return item && item->purpose.len > 0 ? item->purpose : client->purpose;
}

result trail_keys_made(struct task *t, const struct gateway *g)
{
        return audit_write(t, g->audit, &(struct audit_event){ .kind = AUDIT_KEYS_MADE });
}

result trail_key(struct task *t, const struct gateway *g, enum audit_kind kind, const struct key *key, struct str by)
{
        const struct audit_event e = {
                .kind = kind,
                .key = key_kid(key),
                .alg = str_from(alg_name(key_alg(key))),
                .by = by,
        };

        return audit_write(t, g->audit, &e);
}

result trail_key_change_lost(struct task *t, const struct gateway *g, struct str by)
{
        return audit_write(t, g->audit, &(struct audit_event){ .kind = AUDIT_KEY_CHANGE_LOST, .by = by });
}

result trail_login(struct task *t, const struct authorization_request *request, const struct identity *i,
                   struct str session, bool opened)
{
        struct audit_event e = {
                .kind = AUDIT_LOGIN,
                .person = person_of(t, i),
                .other = bound_of(t, i),
                .client = request->client->client_id,
                .item = item_of(request->item),
                .source = i->assertion.source,
                .other_source = i->other.source,
                .binding = i->binding,
                .session = session,
        };

        TRY(write_event(t, &e));
        if (!opened)
                return OK;
        e.kind = AUDIT_SESSION_OPENED;
        return write_event(t, &e);
}

void trail_login_refused(struct task *t, const struct interaction *i, const struct error *error)
{
        struct audit_event e = {
                .kind = AUDIT_LOGIN_REFUSED,
                .source = i->source,
                .reason = str_from(error->symbol),
        };
        struct params params;

        if (is_ok(params_parse(task_arena(t), i->request, &params))) {
                e.client = params_get(&params, "client_id");
                e.item = item_of(catalogue_find(&gateway_of(t)->config->catalogue, params_get(&params, "resource"),
                                                e.client));
        }
        ignore_failure(write_event(t, &e), full);
}

static struct audit_event binding_event(struct task *t, enum audit_kind kind, const struct binding *b)
{
        const struct seal *state = gateway_of(t)->state;

        return (struct audit_event){
                .kind = kind,
                .person = trail_person(task_arena(t), state, b->sides[0].source, b->sides[0].subject),
                .other = trail_person(task_arena(t), state, b->sides[1].source, b->sides[1].subject),
                .source = b->sides[0].source,
                .other_source = b->sides[1].source,
                .binding = b->id,
        };
}

result trail_binding_made(struct task *t, const struct binding *b, struct str grade)
{
        struct audit_event e = binding_event(t, AUDIT_BINDING_MADE, b);

        e.reason = grade;
        return write_event(t, &e);
}

void trail_binding_refused(struct task *t, const struct binding *b, const struct error *error)
{
        struct audit_event e = binding_event(t, AUDIT_BINDING_REFUSED, b);

        e.reason = str_from(error->symbol);
        ignore_failure(write_event(t, &e), full);
}

result trail_binding_undone(struct task *t, const struct binding *b)
{
        const struct audit_event e = binding_event(t, AUDIT_BINDING_UNDONE, b);

        return write_event(t, &e);
}

static result consent(struct task *t, enum audit_kind kind, const struct trail_consent *c)
{
        const struct audit_event e = {
                .kind = kind,
                .person = person_of(t, c->identity),
                .other = bound_of(t, c->identity),
                .client = c->client->client_id,
                .item = item_of(c->item),
                .direction = identity_direction(task_arena(t), c->identity, c->client),
                .source = c->identity->assertion.source,
                .purpose = purpose_of(c->client, c->item),
                .policy = c->policy,
                .fields = c->fields,
        };

        return write_event(t, &e);
}

result trail_consent_given(struct task *t, const struct trail_consent *c)
{
        return consent(t, AUDIT_CONSENT_GIVEN, c);
}

result trail_consent_withdrawn(struct task *t, const struct trail_consent *c)
{
        return consent(t, AUDIT_CONSENT_WITHDRAWN, c);
}

static struct audit_event tokens_event(struct task *t, enum audit_kind kind, const struct trail_tokens *tokens)
{
        return (struct audit_event){
                .kind = kind,
                .person = person_of(t, tokens->identity),
                .other = bound_of(t, tokens->identity),
                .client = tokens->client->client_id,
                .item = item_of(tokens->item),
                .source = tokens->identity->assertion.source,
                .session = tokens->session,
                .grant = tokens->grant,
        };
}

result trail_may_cross(struct task *t, const struct identity *i, const struct client *client)
{
        if (identity_direction(task_arena(t), i, client).len > 0 && audit_is_failing(gateway_of(t)->audit))
                return fail(task_arena(t), ERR_AUDIT_DOWN, "the audit can't be written, so nothing crosses");
        return OK;
}

result trail_tokens_issued(struct task *t, const struct trail_tokens *tokens)
{
        struct audit_event e = tokens_event(t, AUDIT_TOKEN_ISSUED, tokens);

        TRY(write_event(t, &e));
        e.direction = identity_direction(task_arena(t), tokens->identity, tokens->client);
        if (str_is_empty(e.direction))
                return OK;
        TRY(trail_may_cross(t, tokens->identity, tokens->client));
        e.kind = AUDIT_CROSSING;
        e.purpose = purpose_of(tokens->client, tokens->item);
        e.policy = json_str(tokens->policy, "id");
        e.policy_sha256 = json_str(tokens->policy, "sha256");
        e.fields = tokens->fields;
        return write_event(t, &e);
}

result trail_tokens_refreshed(struct task *t, const struct trail_tokens *tokens)
{
        struct audit_event e = tokens_event(t, AUDIT_TOKEN_ISSUED, tokens);

        e.reason = STR("refreshed");
        return write_event(t, &e);
}

void trail_tokens_revoked(struct task *t, const struct trail_tokens *tokens, struct str reason)
{
        struct audit_event e = tokens_event(t, AUDIT_TOKEN_REVOKED, tokens);

        e.reason = reason;
        ignore_failure(write_event(t, &e), full);
}

void trail_code_replayed(struct task *t, struct str client_id, struct str grant)
{
        const struct audit_event e = {
                .kind = AUDIT_TOKEN_REVOKED,
                .client = client_id,
                .grant = grant,
                .reason = STR("code_not_there"),
        };

        ignore_failure(write_event(t, &e), full);
}

void trail_session_ended(struct task *t, const struct session *session, struct str client_id)
{
        struct identity i = identity_parse(session->identity);
        const struct audit_event e = {
                .kind = AUDIT_SESSION_ENDED,
                .person = person_of(t, &i),
                .other = bound_of(t, &i),
                .client = client_id,
                .source = i.assertion.source,
                .session = session->id,
        };

        ignore_failure(write_event(t, &e), full);
}
