/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The ring of signing keys, shared by all nodes on one store; and the public halves of keys that have left it. */
#pragma once

#include "record.h"

/* The ring's JSON, and as it is kept, for signing_keys_change; NULL when none was made yet. Errors: ERR_VERIFY when there
 * is one that does not open. */
result signing_keys_get(struct task *t, json_t **ret_ring, struct str *ret_kept);
/* Keeps the first ring; *ret_created is false when another node was first. */
result signing_keys_put_new(struct task *t, const json_t *ring, bool *ret_created);
/* Puts another in the place of the one that was read; *ret_changed is false when somebody else has done so meanwhile. */
result signing_keys_change(struct task *t, struct str kept, const json_t *ring, bool *ret_changed);
/* Another for each writing of the ring (record_mark). */
result signing_keys_mark(struct task *t, struct str *ret_mark);

/* A key that has left, under its kid; public halves only. Kept for good. */
result signing_keys_history_put(struct task *t, struct str kid, const json_t *key);
result signing_keys_history(struct task *t, json_t ***ret_keys, size_t *ret_count);
