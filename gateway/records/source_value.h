/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Values that an adapter shares with all workers and nodes, such as iAM Smart's content key. */
#pragma once

#include "record.h"

/* `value` may be any bytes. */
result source_value_put(struct task *t, struct str source, struct str name, struct str value, int64_t ttl_s);
/* A mark without a value of its own; *ret_created is true for the first within `ttl_s` seconds. */
result source_value_put_new(struct task *t, struct str source, struct str name, int64_t ttl_s, bool *ret_created);
result source_value_get(struct task *t, struct str source, struct str name, struct str *ret_value, bool *ret_found);
