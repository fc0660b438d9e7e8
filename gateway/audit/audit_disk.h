/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The writer's hands: one node's current file, its chain, checkpoints, rotation and retention. For one thread. */
#pragma once

#include "audit.h"

struct audit_disk;

/* See audit_start. */
result audit_disk_open(struct arena *a, const struct audit_options *options, struct audit_disk **ret_disk);
void audit_disk_free(struct audit_disk *d);
/* Takes over the reference. */
void audit_disk_sign_with(struct audit_disk *d, struct key *key);

/* Puts a record into the batch; a checkpoint, a new file, notes about old ones go in by themselves. */
result audit_disk_add(struct audit_disk *d, struct arena *a, struct str body, int64_t time);
/* Writes the batch, and with `sync` everything so far is on disk afterwards. When it fails, or a step before it,
 * audit_disk_undo follows. Errors: ERR_AUDIT_DOWN. */
result audit_disk_write(struct audit_disk *d, struct arena *a, bool sync);
/* The chain is again what was there before the batch, and so is the file, if the system allows it now or later. */
void audit_disk_undo(struct audit_disk *d);
/* What was written is on disk afterwards, and the signed head says so. Errors: ERR_AUDIT_DOWN. */
result audit_disk_sync(struct audit_disk *d, struct arena *a);
bool audit_disk_is_synced(const struct audit_disk *d);
bool audit_disk_sync_is_due(const struct audit_disk *d, int64_t within_ms);
/* A last checkpoint, and all on disk. */
result audit_disk_close(struct audit_disk *d, struct arena *a);
