/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Which claims the standard scopes stand for (OpenID Connect Core 1.0, section 5.4), and which a request asks for by
 * name (section 5.5). */
#pragma once

#include "json.h"

/* Where a claim is asked for. */
enum claim_target { CLAIM_ID_TOKEN = 1, CLAIM_USERINFO = 2 };

/* All claims about the person that the gateway knows, in the order in which they are shown. NULL ends. */
extern const char *const scope_claims[];

/* "id_token" or "userinfo", as in the `claims` parameter. */
const char *claim_target_name(enum claim_target target);
/* Is `claim` asked for at `target`, by a granted scope (userinfo only) or by the `claims` parameter, there by name or
 * inside verified_claims? */
bool scope_asks(struct str scope, const json_t *claims, const char *claim, enum claim_target target);
/* The same, verified_claims aside. */
bool scope_asks_plainly(struct str scope, const json_t *claims, const char *claim, enum claim_target target);
/* Does one of `scopes` ask for `claim`? */
bool scope_stands_for(struct str scopes, const char *claim);
/* May a client with `scopes` ask for `claim`, by scope or by name? */
bool scope_covers(struct str scopes, const char *claim);
/* All scopes, space-separated, as for discovery. */
struct str scope_all(void);
