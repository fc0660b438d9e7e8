/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Structured log: one JSON object per line on standard error.
 *
 * {"time":"2026-11-22T14:10:27.123Z","level":"info","event":"request","request_id":"…",…}
 * Values are escaped and cut at 512 bytes. Secrets, tokens, codes and personal data are never given to it. Only edges
 * and owners of threads log; libraries return results. */
#pragma once

#include "str.h"

enum log_level { LOG_DEBUG = 0, LOG_INFO, LOG_WARNING, LOG_ERROR };

struct log_field {
        const char *name; /* NULL ends the list */
        enum { LOG_FIELD_STR = 0, LOG_FIELD_INT } kind;
        struct str text;
        int64_t number;
};

#define LOG_STR(name_, value_) ((struct log_field){ .name = (name_), .kind = LOG_FIELD_STR, .text = (value_) })
#define LOG_TEXT(name_, value_) LOG_STR((name_), str_from(value_))
#define LOG_INT(name_, value_) ((struct log_field){ .name = (name_), .kind = LOG_FIELD_INT, .number = (value_) })

/* Lines below `level` are dropped. Default: LOG_INFO. */
void log_set_level(enum log_level level);
void log_write(enum log_level level, const char *event, const struct log_field *fields);
#define log_event(level, event, ...) \
        log_write((level), (event), (const struct log_field[]){ __VA_ARGS__ __VA_OPT__(, ) { .name = NULL } })

/* From now on this thread's lines below LOG_WARNING may wait for log_flush or for enough of them: for threads with a
 * loop, which call log_flush before they sleep and when they end. */
void log_gather(void);
void log_flush(void);
