/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A second, independent verifier of signatures: liboauth2, with cjose behind it. It is given the issuer's keys as they
 * came over the wire, chooses among them by itself, and never fetches, caches or logs anything.
 *
 * It sees only tokens that our own code has accepted: its verdict can take a token away, never let one in, and nobody
 * without a good token gets to feed it. What a token claims is not its business. */
#pragma once

#include "key_store.h"

/* Before the first worker starts, and after the last one ended. */
void second_opinion_start(void);
void second_opinion_stop(void);
/* RS256, PS256 and ES256; it knows neither EdDSA nor SM2. */
bool second_opinion_knows(enum alg alg);
/* Does it verify `token`, whose header names `kid` (may be empty), with a key of the set? One thread at a time. */
bool second_opinion_verifies(struct arena *a, const struct key_set *keys, struct str kid, struct str token);
