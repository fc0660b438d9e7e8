/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The durable link between a subject at one source and a subject at another.
 *
 * Kept twice, under a pseudonym of either side, so that each finds it. The two keys can't be written in one step on a
 * Redis Cluster; a half that has no other half (a crash in between) counts as absent and is replaced. */
#pragma once

#include "record.h"

struct binding_side {
        struct str source;
        struct str subject;      /* at the source, byte for byte */
};

struct binding {
        struct str id;           /* UUID */
        struct binding_side sides[2];
        int grade;               /* of the match: enum match_grade */
        const json_t *levels[2]; /* assurance of each side at the ceremony */
        int64_t made_at;         /* seconds */
};

/* Makes it, or finds that the same one is there. *ret_conflict: one of the two is already bound to somebody else;
 * nothing was changed. */
result binding_put_new(struct task *t, const struct binding *b, bool *ret_conflict);
/* The binding of this side to a subject at `other_source`, sides[0] being the given one. *ret_found tells. */
result binding_get(struct task *t, const struct binding_side *side, struct str other_source, struct binding *ret_binding,
                   bool *ret_found);
/* Undoes it, from both sides. */
result binding_drop(struct task *t, const struct binding *b);
