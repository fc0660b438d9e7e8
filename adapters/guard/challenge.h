/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The challenge of a refusal: WWW-Authenticate (RFC 6750, section 3; RFC 9449, section 7.1; RFC 9470, section 3). */
#pragma once

#include "rule.h"

struct challenge {
        struct str realm;         /* printable ASCII without '"' and '\' */
        const char *error;        /* NULL: no token was given, so no error is named (RFC 6750, section 3.1) */
        const char *description;  /* a sentence of ours; NULL without error */
        struct str scope;         /* needed scopes; may be empty */
        const struct rule *step_up; /* its acr values and max_age are asked for; NULL: not a step-up challenge */
        bool dpop;                /* the scheme is DPoP: the token is bound to a key, or was sent as if it were */
        bool offer_dpop;          /* a second challenge, for DPoP, goes along */
};

struct str challenge_render(struct arena *a, const struct challenge *c);
