/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The audit of one gateway: one thread that writes what tasks hand it (docs/audit.md).
 *
 * Records of durable events are on disk before audit_write returns; the thread gathers those of all requests and syncs
 * once for all of them. Others are handed over at once and synced a little later. Nothing waits for the disk on a
 * worker's thread. While the disk refuses, durable events fail; others wait in the bounded queue. */
#pragma once

#include "audit_record.h"
#include "jws.h"
#include "task.h"

struct audit;

struct audit_options {
        struct str directory;       /* made when absent */
        struct str node;
        int64_t retention_s;        /* whole files older than this are removed */
        int64_t checkpoint_records; /* a signature after so many records … */
        int64_t checkpoint_s;       /* … or so many seconds, when there are any */
        int64_t file_bytes;         /* a new file after so many, and each day (UTC) */
};

/* Verifies the end of what is there, goes on from it, starts the thread. Errors: ERR_CONFIG (folder, another gateway
 * of this name) and ERR_VERIFY (what is there was altered) with file and line. */
result audit_start(struct arena *a, const struct audit_options *options, struct audit **ret_audit);
/* From now on checkpoints are signed; takes a reference. Again when another key signs from now on. */
void audit_sign_with(struct audit *audit, struct key *key);
/* Writes what is queued and a last checkpoint, ends the thread. No task may use it any more. NULL is fine. */
void audit_stop(struct audit *audit);

/* Records an event; without an audit (NULL) nothing. Errors: ERR_AUDIT_DOWN, when a durable event could not be written
 * in time, or any event is given while the disk refuses and the queue is full. */
result audit_write(struct task *t, struct audit *audit, const struct audit_event *e);
/* The same for threads without a task; never waits. */
void audit_note(struct audit *audit, const struct audit_event *e);
/* Is the disk refusing? For what must not happen unrecorded, though its record need not be durable. */
bool audit_is_failing(const struct audit *audit);

struct audit_figures {
        uint64_t records, lost, failures;
        unsigned queued;
        bool failing;
};
struct audit_figures audit_figures(const struct audit *audit);
