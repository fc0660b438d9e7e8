/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The binding ceremony: the person signs in at both sides in one browser session, the two assertions are matched,
 * the person agrees, the binding is written. */
#pragma once

#include "identity.h"
#include "interaction.h"
#include "matching.h"

/* Looks for the binding that this client needs of this person and puts it into `identity`, in place of what a session
 * brought along: that may be undone meanwhile, or be another client's, and would change the subject identifier.
 * *ret_needed: the client needs one and there is none, so a ceremony has to follow. */
result ceremony_find_binding(struct task *t, const struct client *client, struct identity *identity, bool *ret_needed);
/* The second side has signed in: matches it with the first. The step becomes CONFIRM, or MISMATCH when the grade is
 * less than the policy asks for. */
result ceremony_match(struct task *t, struct interaction *i, const struct assertion *other);
/* Two assertions of the gateway's own making (documents hidden) compared. */
struct match ceremony_compare(const struct assertion *a, const struct assertion *b);
/* Verdicts as kept in the interaction: {"grade": …, "birth_date": …, …}, names as in matching.h. */
json_t *match_render(struct arena *a, const struct match *m);
