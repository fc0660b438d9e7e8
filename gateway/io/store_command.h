/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Inside io/ only: one Redis command and its reply, between the words of store_words.c and the connection of
 * store.c. */
#pragma once

#include "store.h"

#define STORE_ARGS_MAX 32
#define STORE_SCRIPTS_MAX 16

enum store_kind { STORE_NIL = 0, STORE_TEXT, STORE_INTEGER, STORE_NOSCRIPT };

struct store_reply {
        enum store_kind kind;
        struct str text; /* in the task's arena */
        int64_t integer;
};

/* Sends the command and waits for its reply. Errors: ERR_STORE_DOWN (no connection, connection lost, timeout, or
 * Redis cannot serve now), ERR_SERVER_ERROR (Redis refused the command). */
result store_command(struct task *t, const struct str *args, size_t count, struct store_reply *ret_reply);

/* Where this worker's connection remembers the SHA-1 of a script (41 bytes, empty when not loaded yet). */
char *store_script_sha1(struct task *t, const struct store_script *script);

/* Only durable keys may live for ever: a volatile key without TTL would be a leak that nobody sees. Aborts. */
void store_check_life(struct str key, int64_t ttl_s);
