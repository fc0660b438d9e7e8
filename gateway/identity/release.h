/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What a client gets to know about the person. The one place where attributes become claims. */
#pragma once

#include "identity.h"
#include "scope.h"

struct release_request {
        struct str scope;       /* granted */
        const json_t *claims;   /* the `claims` parameter; may be NULL */
};

/* The claims released at this target: asked for, and known. */
json_t *release_claims(struct arena *a, const struct identity *i, const struct release_request *r,
                       enum claim_target target);
/* The names of all claims released at either target, space-separated, in the order of scope_claims: what the consent
 * page lists and the consent record keeps. */
struct str release_names(struct arena *a, const struct identity *i, const struct release_request *r);
