/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See replay.h. */
#include "replay.h"

static const struct record_kind replay_kind = { .name = "replay" };

result replay_check_new(struct task *t, struct str issuer, struct str jti, int64_t ttl_s, bool *ret_first)
{
        struct arena *a = task_arena(t);
        const struct record_value seen = { buf_in(a, RECORD_MAX), ttl_s };

        return record_put_new(t, &replay_kind, record_secret_id(a, ARENA_JOIN(a, issuer, STR(" "), jti)), &seen,
                              ret_first);
}
