/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The ring of signing keys, shared by all nodes on one store. */
#pragma once

#include "record.h"

/* The ring's JSON; NULL when none was made yet. */
result signing_keys_get(struct task *t, json_t **ret_ring);
/* Keeps the first ring; *ret_created is false when another node was first. */
result signing_keys_put_new(struct task *t, const json_t *ring, bool *ret_created);
