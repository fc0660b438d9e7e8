/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Proves a folder of audit files whole and unaltered, without the gateway: chain, numbers, the step from file to file,
 * checkpoints and the signed head. */
#pragma once

#include "audit_files.h"
#include "jwk.h"

struct audit_node {
        struct str node;
        size_t files;
        int64_t first, last;      /* numbers of records */
        int64_t checkpoints;
        int64_t signed_to;        /* the last record that a signature covers */
        struct str since, until;  /* times of the first and the last record */
};

struct audit_fault {
        struct str file;
        size_t line;  /* 0: the file as a whole */
        struct str what;
};

struct audit_report {
        struct audit_node *nodes;
        size_t count;
        struct audit_fault fault; /* the first; nodes are not told then */
};

/* All nodes of the folder. `keys` NULL: signatures are not checked. True: no fault. A folder without any file is a
 * fault. */
bool audit_verify(struct arena *a, struct str directory, const struct jwks *keys, struct audit_report *ret_report);

/* Hears each record when its line has been checked, in the order of a node's chain. That the end is not missing is known
 * only afterwards: what was made of the records counts when all is verified. A failure is the fault of the line. */
struct audit_listener {
        result (*hear)(void *context, struct arena *scratch, const json_t *record);
        void *context;
};
bool audit_verify_hearing(struct arena *a, struct str directory, const struct jwks *keys,
                          const struct audit_listener *listener, struct audit_report *ret_report);

/* The keys of a file, as /jwks gives them. Errors: ERR_CONFIG, ERR_MALFORMED. */
result audit_keys_read(struct arena *a, struct str path, struct jwks *ret_keys);
