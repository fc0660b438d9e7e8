/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Receipts: signed proof for the person of what they agreed to, and of which accounts they linked. JSON Web Signatures
 * in the words of ISO/IEC TS 27560:2023 where it has one (docs/receipts.md lists the members). They hold no personal
 * data but pairwise names for the person: fields by name and form, never their values. */
#pragma once

#include "consent.h"
#include "identity.h"
#include "release.h"

#define RECEIPT_CONSENT_TYPE "consent-receipt+jwt"
#define RECEIPT_BINDING_TYPE "binding-receipt+jwt"

struct receipt_consent {
        const struct client *client;
        const struct catalogue_item *item; /* NULL: nothing in particular */
        const struct identity *identity;
        const struct release *release;     /* what was asked */
        const struct consent *consent;     /* what was answered */
};
/* Signed with gateway_key. */
result receipt_of_consent(struct task *t, const struct receipt_consent *r, struct str *ret_receipt);
/* `match`: the verdicts, as match_render gives them. */
result receipt_of_binding(struct task *t, const struct binding *b, const json_t *match, struct str *ret_receipt);

/* Is this a receipt, unaltered, signed with one of `keys`? *ret_type is the header's typ. A receipt does not expire.
 * Errors: ERR_MALFORMED, ERR_VERIFY; the reason says which part is wrong. */
result receipt_verify(struct arena *a, struct str receipt, const struct jwks *keys, struct str *ret_type,
                      json_t **ret_claims);
