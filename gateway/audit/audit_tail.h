/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Where a node's chain ends on disk: found and checked before the writer goes on from it. */
#pragma once

#include "audit_files.h"

struct audit_tail {
        struct audit_link link;
        struct str file;       /* name of the file to go on with; empty: a new one is needed */
        int64_t length;        /* of that file */
        int64_t since_checkpoint;
        char day[11];          /* of its first record: "2026-11-22" */
        int64_t cut;           /* bytes of a torn line that were cut off */
};

/* Cuts a torn last line; a file without any record is removed. Errors: ERR_VERIFY with file and line, ERR_CONFIG. */
result audit_tail_find(struct arena *a, struct str directory, struct str node, struct audit_tail *ret_tail);
/* {node}.head, or the empty view. */
result audit_head_read(struct arena *a, struct str directory, struct str node, struct str *ret_jws);
