/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Which signatures this worker has verified lately, so that a token that is shown again costs no second verification.
 * Only the signature is remembered, by the token's SHA-256 and for the ring of keys that it was verified with: every other
 * check is made each time. Bounded, never past the token's end; each worker has its own, without locks. */
#pragma once

#include "keyring.h"

bool verified_token_known(struct arena *a, const struct keyring *ring, struct str token, int64_t now);
/* `expires_at`: the token's own, in seconds. */
void verified_token_remember(struct arena *a, const struct keyring *ring, struct str token, int64_t expires_at);
