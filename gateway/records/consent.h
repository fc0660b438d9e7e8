/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What a person agreed that a client may get; remembered, so that it is not asked again until it changes. */
#pragma once

#include "record.h"

struct consent {
        struct str subject;    /* pairwise: the client's name for the person */
        struct str client_id;
        struct str item;       /* id in the catalogue: consent to one is none to another; empty: none was asked for */
        struct str policy;     /* id, version and digest of the release policy; empty: none applied */
        struct str fields;     /* space-separated "claim:form": agreed to */
        struct str refused;    /* the same: asked for and refused */
        int64_t given_at;      /* seconds */
};

/* Under which it is kept: made of client, subject and item. */
struct str consent_id(struct task *t, const struct consent *c);
result consent_put(struct task *t, const struct consent *c);
/* Fills the rest of a consent with subject, client_id and item, when there is one that is not older than `max_age` seconds;
 * else it is untouched. */
result consent_get(struct task *t, int64_t max_age, struct consent *ret_consent, bool *ret_found);
/* Withdraws it; only subject, client_id and item are looked at. */
result consent_drop(struct task *t, const struct consent *c);
