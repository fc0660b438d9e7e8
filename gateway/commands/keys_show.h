/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What `baygate keys` prints: tables, JSON, sets of public keys. `keys` is of struct keys_errand. */
#pragma once

#include <stdio.h>

#include "json.h"

/* Is the key still in the ring? */
bool keys_is_live(const json_t *key);
/* "2026-11-22 15:04:05Z" */
struct str keys_time(struct arena *a, int64_t seconds);
/* Those in the ring. */
int keys_show_list(struct arena *a, const json_t *keys, bool json);
/* All, with who did what when. */
int keys_show_history(struct arena *a, const json_t *keys, bool json);
/* A JWKS of those in the ring; `all`: and of those that have left. */
int keys_show_public(struct arena *a, const json_t *keys, bool all);
