/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What the audit gets to hear, each in one line at the place where it happens. Persons become keyed pseudonyms here.
 *
 * Durable ones (bindings, consents, keys) are called before the change is made: what was not recorded does not happen.
 * A change that fails after that is told by a record that follows. */
#pragma once

#include "audit.h"
#include "authorization_request.h"
#include "identity.h"
#include "interaction.h"
#include "session.h"

/* The pseudonym of a person at a source, as records name it; `seal` is the gateway's `state`. */
struct str trail_person(struct arena *a, const struct seal *seal, struct str source, struct str subject);

result trail_keys_made(struct task *t, const struct gateway *g);
/* What is about to happen to a signing key; `kind` is one of AUDIT_KEY_…, `by` who does it. */
result trail_key(struct task *t, const struct gateway *g, enum audit_kind kind, const struct key *key, struct str by);
/* After that: it did not happen, because somebody else was first. */
result trail_key_change_lost(struct task *t, const struct gateway *g, struct str by);

/* A login for `request`; `opened`: it has opened the session, which was not there before. */
result trail_login(struct task *t, const struct authorization_request *request, const struct identity *i,
                   struct str session, bool opened);
void trail_login_refused(struct task *t, const struct interaction *i, const struct error *error);
result trail_binding_made(struct task *t, const struct binding *b, struct str grade);
/* After trail_binding_made, when it could not be made all the same. */
void trail_binding_refused(struct task *t, const struct binding *b, const struct error *error);
result trail_binding_undone(struct task *t, const struct binding *b);

/* A consent: which fields ("claim:form"), under which policy, for what. */
struct trail_consent {
        const struct client *client;
        const struct identity *identity;
        struct str policy; /* as the consent keeps it; empty: none applied */
        struct str fields;
        const struct catalogue_item *item; /* NULL: nothing in particular */
};
result trail_consent_given(struct task *t, const struct trail_consent *c);
result trail_consent_withdrawn(struct task *t, const struct trail_consent *c);

/* Tokens, and what of the person goes with them. */
struct trail_tokens {
        const struct client *client;
        const struct identity *identity;
        struct str grant, session;
        const json_t *policy; /* {"id", "sha256"}; NULL: none applied */
        struct str fields;    /* words "claim:form" of what is released, separated by blanks */
        const struct catalogue_item *item; /* NULL: nothing in particular */
};
/* Errors: ERR_AUDIT_DOWN while the disk refuses and data would cross. */
result trail_tokens_issued(struct task *t, const struct trail_tokens *tokens);
/* May what this client gets of this person cross now? Errors: ERR_AUDIT_DOWN as above. */
result trail_may_cross(struct task *t, const struct identity *i, const struct client *client);
/* The same as trail_tokens_issued for tokens made from a refresh token: nothing more about the person goes with them. */
result trail_tokens_refreshed(struct task *t, const struct trail_tokens *tokens);
/* All tokens of a grant are revoked; `reason`: by what. */
void trail_tokens_revoked(struct task *t, const struct trail_tokens *tokens, struct str reason);
void trail_code_replayed(struct task *t, struct str client_id, struct str grant);
void trail_session_ended(struct task *t, const struct session *session, struct str client_id);
