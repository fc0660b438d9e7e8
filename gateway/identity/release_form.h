/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The forms in which a claim about a person may be released: the value, a part of it, a keyed hash, a predicate. */
#pragma once

#include "identity.h"

struct release_form {
        const struct attributes *attributes;
        const struct seal *seal;     /* for hashes */
        struct str sector;           /* of the client: hashes of two sectors can't be compared */
        struct str subject;          /* the client's name for the person */
        struct str compared_subject; /* the name that same_person_as asks about; empty: none */
        int64_t now;
};

/* The claim in this form; NULL when it is not known, or the claim has no such form. Owned by the arena. */
json_t *release_form_value(struct arena *a, const struct release_form *f, const char *claim, enum policy_form form);
