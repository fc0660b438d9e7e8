/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What a gateway stands on, made from its settings: its Redis and its audit. `serve` and `keys` share it. */
#pragma once

#include "audit.h"
#include "gateway.h"
#include "redis_child.h"
#include "server.h"

/* Starts the private Redis where the settings name no other; *ret_redis is untouched where they do. Errors: ERR_CONFIG. */
result backing_start_redis(struct arena *a, const struct config *config, struct redis_child **ret_redis);
/* The socket of a private Redis that a running gateway of these settings has; empty when there is none. */
struct str backing_find_redis(struct arena *a, const struct config *config);
/* `unix_path`: of a private Redis; empty: the one that the settings name. */
struct store_options backing_store(const struct gateway *g, struct str unix_path);
/* `suffix`: what follows the node's name, for a process beside the gateway. */
struct audit_options backing_audit(struct arena *a, const struct config *config, struct str suffix);
