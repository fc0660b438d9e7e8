/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* State in Redis, asynchronously over one pipelined connection per worker.
 *
 * Only records/ talks to it, in the words GET, GETRANGE, SET, SET NX, GETDEL, DEL, HGET, HDEL and EVALSHA. Keys and values are
 * binary-safe argv, never a built command. A command that was in flight when the connection broke fails with
 * ERR_STORE_DOWN; the connection comes back by itself with back-off; nothing hangs past the task's deadline. */
#pragma once

#include "task.h"

struct seal; /* crypto/seal.h; io only carries it for records */

/* The key that seals values (store_options.seal). */
const struct seal *store_seal(const struct task *t);

/* Value of `key`, copied into the task's arena. *ret_found is false (and *ret_value empty) when there is none. */
result store_get(struct task *t, struct str key, struct str *ret_value, bool *ret_found);
/* Read and delete in one step (GETDEL). */
result store_take(struct task *t, struct str key, struct str *ret_value, bool *ret_found);
/* ttl_s > 0: seconds to live; 0: no expiry, for durable keys (under "bg:d:") only: anything else aborts. */
result store_set(struct task *t, struct str key, struct str value, int64_t ttl_s);
/* Only when absent (SET NX); *ret_created tells. */
result store_set_new(struct task *t, struct str key, struct str value, int64_t ttl_s, bool *ret_created);
/* Only when there is one already (SET XX); *ret_replaced tells. */
result store_replace(struct task *t, struct str key, struct str value, int64_t ttl_s, bool *ret_replaced);
/* Writes and gives what was there before, in one step (SET … GET); empty when there was nothing. */
result store_swap(struct task *t, struct str key, struct str value, int64_t ttl_s, struct str *ret_before);
/* Only when what is there is, byte for byte, `before` (one Lua script); *ret_replaced tells. */
result store_compare_and_set(struct task *t, struct str key, struct str before, struct str value, bool *ret_replaced);
/* The first `count` bytes of the value (GETRANGE); empty when there is none. */
result store_get_head(struct task *t, struct str key, size_t count, struct str *ret_head);
/* *ret_dropped tells whether it was there; may be NULL. */
result store_drop(struct task *t, struct str key, bool *ret_dropped);
/* Remaining life in seconds; -1: no expiry, -2: no such key. */
result store_ttl(struct task *t, struct str key, int64_t *ret_seconds);

/* A Lua script (EVALSHA, loaded by SCRIPT LOAD on first use and on NOSCRIPT); each lives as long as the process. All
 * keys share a {hash tag}. *ret_value: a string or status as it is, an integer in decimal, empty for nil. */
struct store_script {
        const char *source;
};
struct store_call {
        const struct store_script *script;
        const struct str *keys;
        size_t key_count;
        const struct str *args;
        size_t arg_count;
};
result store_eval(struct task *t, const struct store_call *call, struct str *ret_value);

/* A hash: members with values under one key (store_members.c). */
struct store_member {
        struct str name;
        struct str value;
};
/* Sets one member. ttl_s: the key lives at least that long from now; 0 as for store_set. *ret_count: how many members
 * there are now. */
result store_member_set(struct task *t, struct str key, const struct store_member *member, int64_t ttl_s,
                        int64_t *ret_count);
/* *ret_value is empty when there is none. */
result store_member_get(struct task *t, struct str key, struct str name, struct str *ret_value, bool *ret_found);
/* A key without members is gone. */
result store_member_drop(struct task *t, struct str key, struct str name);
/* All of them, in no order, in the task's arena. */
result store_members(struct task *t, struct str key, struct store_member **ret_members, size_t *ret_count);

/* Does this Redis keep what it has across a restart (an append-only file)? */
result store_is_persistent(struct task *t, bool *ret_persistent);
/* PING; for /readyz. */
result store_ping(struct task *t);
