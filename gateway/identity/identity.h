/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Who signed in: what comes out of a login, goes into the session, and is given to clients in parts.
 *
 * It rests on the assertion of one source and, where there is one, on the binding to a subject at another. The level
 * is the lesser of both, aged: nothing raises it. */
#pragma once

#include "binding.h"
#include "gateway.h"
#include "ledger.h"
#include "verified_claims.h"

struct identity {
        struct assertion assertion;   /* document_number holds the keyed hash */
        const json_t *level;          /* what the login was worth when it was made; assurance_render */
        bool bound;
        struct str binding;           /* its id */
        struct binding_side other;    /* the bound subject */
        struct str other_jurisdiction;
        const json_t *other_level;    /* of the other side, at the ceremony; assurance_render */
};

/* The identity that rests on this assertion alone. */
struct identity identity_of(struct task *t, const struct assertion *s);

json_t *assertion_render(struct arena *a, const struct assertion *s);
struct assertion assertion_parse(const json_t *object);
json_t *identity_render(struct arena *a, const struct identity *i);
struct identity identity_parse(const json_t *object);

/* Did the source say who it is? A login that needs only subject and level has none. */
bool identity_has_attributes(const struct identity *i);

/* Puts the keyed hash of the part that identifies the person in place of the document number. A number that is not
 * well-formed is ERR_SOURCE_BAD_ANSWER. */
result assertion_hide_document(struct arena *a, const struct gateway *g, struct assertion *s);

/* A level as it is kept in records. */
json_t *assurance_render(struct arena *a, const struct assurance *level);
struct assurance assurance_parse(const json_t *object);

/* Whom the ledger keeps what stands in this name under: the account that signed in. */
struct person identity_person(const struct identity *i);
/* "HK>CN" when what is given to this client crosses; else empty. */
struct str identity_direction(struct arena *a, const struct identity *i, const struct client *client);

/* The level now. */
struct assurance identity_assurance(const struct gateway *g, const struct identity *i, int64_t now);
/* How the person's claims were verified, as `client` may be told (OpenID Connect for Identity Assurance 1.0). */
struct verification identity_verification(struct task *t, const struct identity *i, const struct client *client);
/* The client's name for this person: pairwise per sector and jurisdiction (OpenID Connect Core 1.0, section 8.1),
 * from the subject in the client's jurisdiction where there is one. */
result identity_subject(struct task *t, const struct identity *i, const struct client *client, struct str *ret_subject);

