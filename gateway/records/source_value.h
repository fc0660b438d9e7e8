/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Values that an adapter shares with all workers and nodes, such as iAM Smart's content key. */
#pragma once

#include "record.h"

/* `value` may be any bytes. */
result source_value_put(struct task *t, struct str source, struct str name, struct str value, int64_t ttl_s);
result source_value_get(struct task *t, struct str source, struct str name, struct str *ret_value, bool *ret_found);
result source_value_drop(struct task *t, struct str source, struct str name);
