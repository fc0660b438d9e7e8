/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* One-time identifiers that were seen: `jti` of client assertions (RFC 7523, section 3, item 7). */
#pragma once

#include "record.h"

/* *ret_first is true for the first who shows this id of this issuer within `ttl_s` seconds. */
result replay_check_new(struct task *t, struct str issuer, struct str jti, int64_t ttl_s, bool *ret_first);
