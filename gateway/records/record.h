/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What all records share: the key's name, the seal, the time to live.
 *
 * A record is a JSON object, sealed and kept under "bg:{kind}:{id}", durable kinds under "bg:d:{kind}:{id}". A record
 * that does not open (moved, edited, sealed under another master key) counts as absent. Ids that are secrets go
 * through record_secret_id first, so a copy of the store holds nothing usable. */
#pragma once

#include "json.h"
#include "task.h"

struct record_kind {
        const char *name;
        bool durable; /* no time to live */
};

/* SHA-256, base64url: the id under which the record of a code, token or cookie is kept. */
struct str record_secret_id(struct arena *a, struct str secret);

#define RECORD_MAX (64 * 1024)

/* What is written: begins as { buf_in(a, RECORD_MAX), ttl_s } and takes members by json_add… */
struct record_value {
        struct buf members;
        int64_t ttl_s;    /* seconds to live, of kinds that are not durable; what has ended already lives for one more, since
                           * it may end while the task waits */
        struct str kept;  /* for record_change: in the place of what */
};
/* With the members of an object that is there already. */
struct record_value record_value_of(struct arena *a, const json_t *object, int64_t ttl_s);

/* Errors: ERR_STORE_DOWN; ERR_TOO_LARGE for what could not be read again. */
result record_put(struct task *t, const struct record_kind *kind, struct str id, const struct record_value *value);
result record_put_new(struct task *t, const struct record_kind *kind, struct str id, const struct record_value *value,
                      bool *ret_created);
/* Writes only where there is one already. */
result record_replace(struct task *t, const struct record_kind *kind, struct str id, const struct record_value *value,
                      bool *ret_replaced);
/* *ret_value is NULL when there is none. The object is owned by the task's arena. */
result record_get(struct task *t, const struct record_kind *kind, struct str id, json_t **ret_value);
/* Reads and deletes in one step. */
result record_take(struct task *t, const struct record_kind *kind, struct str id, json_t **ret_value);
/* Writes and gives what was there before, in one step; NULL when there was nothing. */
result record_swap(struct task *t, const struct record_kind *kind, struct str id, const struct record_value *value,
                   json_t **ret_before);
result record_drop(struct task *t, const struct record_kind *kind, struct str id);

/* A durable record that several may want to change at once: who changes it shows what they have read, as it was kept.
 * *ret_value is NULL when there is none, and *ret_kept empty; ERR_VERIFY when there is one that does not open. */
result record_get_kept(struct task *t, const struct record_kind *kind, struct str id, json_t **ret_value,
                       struct str *ret_kept);
/* In the place of value->kept; *ret_replaced is false when it is another one by now. */
result record_change(struct task *t, const struct record_kind *kind, struct str id, const struct record_value *value,
                     bool *ret_replaced);
/* Another for each writing of a record, and cheap to ask for: the first bytes of what is kept, which hold the nonce of its
 * seal (crypto/seal.h). Empty when there is none. */
result record_mark(struct task *t, const struct record_kind *kind, struct str id, struct str *ret_mark);
/* The same of what record_get_kept gave. */
struct str record_mark_of(struct str kept);

/* A record of several members, each of which is written by itself (a hash in the store). Names go through a pseudonym, so
 * that a copy of the store does not tell them, nor that two records have one of the same name; the seal covers them. */
struct record_member {
        const struct record_kind *kind;
        struct str id;
        struct str name;
};
/* *ret_count: how many members the record has now. A record lives as long as the member with the longest ttl_s. */
result record_member_put(struct task *t, const struct record_member *m, const struct record_value *value,
                         int64_t *ret_count);
/* *ret_value is NULL when there is none. */
result record_member_get(struct task *t, const struct record_member *m, json_t **ret_value);
result record_member_drop(struct task *t, const struct record_member *m);
/* The values of all members, in no order, without those that don't open. */
result record_members(struct task *t, const struct record_kind *kind, struct str id, json_t ***ret_values,
                      size_t *ret_count);
