/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See notice.h. */
#include "notice.h"

#include "clock.h"
#include "secret.h"

static const struct record_kind expected_kind = { .name = "expected" };
static const struct record_kind notice_kind = { .name = "notice" };

static struct str notice_id(struct arena *a, struct str source, struct str correlation)
{
        return record_secret_id(a, ARENA_JOIN(a, source, STR(" "), correlation));
}

result notice_expect(struct task *t, const struct notice *n, int64_t ttl_s)
{
        struct arena *a = task_arena(t);
        struct record_value value = { buf_in(a, RECORD_MAX), ttl_s };
        struct buf *o = &value.members;

        json_add_str(o, "state", n->state);
        json_add_int(o, "exp", clock_now() + ttl_s);
        return record_put(t, &expected_kind, notice_id(a, n->source, n->correlation), &value);
}

result notice_put_new(struct task *t, const struct notice *n, bool *ret_kept)
{
        struct arena *a = task_arena(t);
        struct str id = notice_id(a, n->source, n->correlation);
        int64_t left;
        bool created;
        json_t *expected;
        struct record_value value;

        TRY(record_get(t, &expected_kind, id, &expected));
        left = expected ? json_int(expected, "exp", 0) - clock_now() : 0;
        *ret_kept = left > 0 && str_eq_secret(json_str(expected, "state"), n->state);
        if (!*ret_kept)
                return OK;
        value = record_value_of(a, n->content, left);
        return record_put_new(t, &notice_kind, id, &value, &created);
}

result notice_get(struct task *t, struct str source, struct str correlation, json_t **ret_content)
{
        return record_get(t, &notice_kind, notice_id(task_arena(t), source, correlation), ret_content);
}

result notice_drop(struct task *t, struct str source, struct str correlation)
{
        struct str id = notice_id(task_arena(t), source, correlation);

        TRY(record_drop(t, &expected_kind, id));
        return record_drop(t, &notice_kind, id);
}
