/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What a person agreed that a client may get; remembered, so that it is not asked again until it changes. */
#pragma once

#include "record.h"

struct consent {
        struct str subject;    /* pairwise: the client's name for the person */
        struct str client_id;
        struct str claims;     /* space-separated, sorted names of what is released */
        int64_t given_at;      /* seconds */
};

result consent_put(struct task *t, const struct consent *c);
/* Is there a consent of this person for this client, not older than `max_age` seconds, that covers the claims? */
result consent_covers(struct task *t, const struct consent *wanted, int64_t max_age, bool *ret_covers);
