/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The files of the audit: {node}-{number of the first record, 12 digits}.jsonl, and {node}.head with the signed end. */
#pragma once

#include <stdio.h>

#include "audit_record.h"

struct audit_file {
        struct str node;
        int64_t first;  /* number of its first record */
        struct str name;
        struct str path;
};

/* The files of a folder by node, then by number. `node` empty: all nodes. Errors: ERR_CONFIG. */
result audit_files_list(struct arena *a, struct str directory, struct str node, struct audit_file **ret_files,
                        size_t *ret_count);
struct str audit_file_name(struct arena *a, struct str node, int64_t first);
/* May this be a node's name? Letters, digits, '.', '_' and '-', at most 64. */
bool audit_node_is_good(struct str node);

/* Reads a file line by line. */
struct audit_reader {
        FILE *file;
        char *line;
        size_t room;
        size_t number;  /* of the line that was read last, from 1 */
        int64_t end;    /* offset after the last whole line */
        int64_t torn;   /* bytes after it, without line feed */
};
result audit_reader_open(struct arena *a, struct str path, struct audit_reader *ret_reader);
/* The next whole line, without its line feed; the view lives until the next call. False at the end. */
bool audit_reader_next(struct audit_reader *r, struct str *ret_line);
void audit_reader_done(struct audit_reader *r);
