/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See withdrawal.h. */
#include "withdrawal.h"

#include "clock.h"
#include "consent.h"
#include "trail.h"

static bool rests_on(const struct ledger_entry *grant, const struct ledger_entry *ended)
{
        switch (ended->kind) {
        case LEDGER_SESSION:
                return str_eq(grant->session, ended->id);
        case LEDGER_BINDING:
                return str_eq(grant->binding, ended->id);
        case LEDGER_CONSENT:
                return str_eq(grant->client_id, ended->client_id) && str_eq(grant->item, ended->item);
        default:
                return false;
        }
}

/* It stays in the list, as ended. */
static result revoke_grant(struct task *t, const struct person *person, struct ledger_entry *grant)
{
        const int64_t now = clock_now();

        if (grant->until <= now)
                return OK;
        TRY(access_grant_revoke(t, grant->id, grant->until));
        grant->until = now;
        return ledger_put(t, person, grant);
}

static result revoke_grants(struct task *t, const struct person *person, const struct ledger_entry *ended)
{
        struct ledger_entry *grants;
        size_t count;

        TRY(ledger_list(t, person, LEDGER_GRANT, &grants, &count));
        for (size_t i = 0; i < count; i++)
                if (rests_on(&grants[i], ended))
                        TRY(revoke_grant(t, person, &grants[i]));
        return OK;
}

static result end_session(struct task *t, const struct person *person, struct str id, struct str key)
{
        const struct ledger_entry entry = { .kind = LEDGER_SESSION, .id = id };

        TRY(session_drop(t, key));
        TRY(revoke_grants(t, person, &entry));
        return ledger_drop(t, person, &entry);
}

result withdrawal_of_session(struct task *t, const struct session *session, struct str client_id)
{
        const struct identity identity = identity_parse(session->identity);
        const struct person person = identity_person(&identity);

        TRY(end_session(t, &person, session->id, session->key));
        trail_session_ended(t, session, client_id);
        return OK;
}

result withdrawal_of_listed_session(struct task *t, const struct identity *identity, const struct ledger_entry *entry)
{
        const struct person person = identity_person(identity);
        struct session session;
        bool found;

        TRY(session_find(t, entry->key, &session, &found));
        if (found && str_eq(session.id, entry->id))
                return withdrawal_of_session(t, &session, ACCOUNT_CLIENT_ID);
        return end_session(t, &person, entry->id, entry->key);
}

result withdrawal_of_consented(struct task *t, const struct person *person, const struct ledger_entry *consent)
{
        struct ledger_entry *bindings;
        size_t count;

        TRY(revoke_grants(t, person, consent));
        TRY(ledger_list(t, person, LEDGER_BINDING, &bindings, &count));
        for (size_t i = 0; i < count; i++)
                TRY(revoke_grants(t, &(struct person){ bindings[i].key, bindings[i].subject }, consent));
        return OK;
}

/* What stands now, which may have been given anew from another account; else what this account's entry says. */
static result tell_withdrawn(struct task *t, const struct identity *identity, const struct ledger_entry *entry)
{
        const struct config *config = gateway_of(t)->config;
        const struct client gone = { .client_id = entry->client_id, .jurisdiction = identity->assertion.jurisdiction };
        const struct client *client = config_client(config, entry->client_id);
        struct consent standing = { .subject = entry->key, .client_id = entry->client_id, .item = entry->item };
        bool found;

        TRY(consent_get(t, INT64_MAX / 2, &standing, &found));
        return trail_consent_withdrawn(t, &(struct trail_consent){
                .client = client ? client : &gone, /* taken out of the settings meanwhile */
                .identity = identity,
                .policy = found ? standing.policy : entry->policy,
                .fields = found ? standing.fields : entry->fields,
                .item = catalogue_find_id(&config->catalogue, entry->item),
        });
}

/* A consent that is given at the same moment is entered again when its entry is gone (agreement.c); one that came too
 * early to see that is found here. */
result withdrawal_of_consent(struct task *t, const struct identity *identity, const struct ledger_entry *entry)
{
        const struct person person = identity_person(identity);
        struct consent consent = { .subject = entry->key, .client_id = entry->client_id, .item = entry->item };
        bool again = true;

        TRY(tell_withdrawn(t, identity, entry));
        while (again) {
                TRY(consent_drop(t, &consent));
                TRY(withdrawal_of_consented(t, &person, entry));
                TRY(ledger_drop(t, &person, entry));
                TRY(consent_get(t, INT64_MAX / 2, &consent, &again));
        }
        return OK;
}

/* What rests on the binding in the name of one side. */
static result end_side(struct task *t, const struct person *person, const struct ledger_entry *binding)
{
        const struct identity identity = { .assertion = { .source = person->source, .subject = person->subject } };
        struct ledger_entry *sessions;
        size_t count;

        TRY(ledger_list(t, person, LEDGER_SESSION, &sessions, &count));
        for (size_t i = 0; i < count; i++)
                if (str_eq(sessions[i].binding, binding->id))
                        TRY(withdrawal_of_listed_session(t, &identity, &sessions[i]));
        return revoke_grants(t, person, binding);
}

/* The entry may outlive its binding: then another may stand in its place, which stays. */
static result drop_binding(struct task *t, const struct ledger_entry *entry, const struct binding *binding)
{
        struct binding standing;
        bool found;

        TRY(binding_get(t, &binding->sides[0], entry->key, &standing, &found));
        if (found && !str_eq(standing.id, entry->id))
                return OK;
        if (found)
                TRY(trail_binding_undone(t, &standing));
        return binding_drop(t, binding);
}

result withdrawal_of_binding(struct task *t, const struct identity *identity, const struct ledger_entry *entry)
{
        const struct person sides[] = { identity_person(identity), { entry->key, entry->subject } };
        const struct binding binding = {
                .id = entry->id,
                .sides = { { sides[0].source, sides[0].subject }, { sides[1].source, sides[1].subject } },
        };

        TRY(drop_binding(t, entry, &binding));
        for (int i = 0; i < 2; i++)
                TRY(end_side(t, &sides[i], entry));
        for (int i = 1; i >= 0; i--)
                TRY(ledger_drop(t, &sides[i], entry));
        return OK;
}

result withdrawal_of_grant(struct task *t, const struct access_grant *grant, struct str reason)
{
        const struct config *config = gateway_of(t)->config;
        const struct identity identity = identity_parse(grant->identity);
        const struct person person = identity_person(&identity);
        const struct client gone = { .client_id = grant->client_id, .jurisdiction = identity.assertion.jurisdiction };
        const struct client *client = config_client(config, grant->client_id);
        struct ledger_entry entry = { .kind = LEDGER_GRANT, .id = grant->id };
        bool found;

        TRY(access_grant_revoke(t, grant->id, grant->expires_at));
        trail_tokens_revoked(t, &(struct trail_tokens){
                .client = client ? client : &gone,
                .identity = &identity,
                .grant = grant->id,
                .session = grant->session,
        }, reason);
        TRY(ledger_get(t, &person, &entry, &found));
        if (!found)
                return OK;
        entry.until = clock_now();
        return ledger_put(t, &person, &entry);
}

result withdrawal_of_all_sessions(struct task *t, const struct identity *identity)
{
        const struct ledger_entry no_session = { .kind = LEDGER_SESSION };
        const struct person person = identity_person(identity);
        struct ledger_entry *sessions;
        size_t count;

        TRY(ledger_list(t, &person, LEDGER_SESSION, &sessions, &count));
        for (size_t i = 0; i < count; i++)
                TRY(withdrawal_of_listed_session(t, identity, &sessions[i]));
        return revoke_grants(t, &person, &no_session);
}
