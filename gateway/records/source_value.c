/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See source_value.h. */
#include "source_value.h"

#include "base64url.h"
#include "clock.h"

static const struct record_kind source_kind = { .name = "source" };

static struct str value_id(struct arena *a, struct str source, struct str name)
{
        return ARENA_JOIN(a, source, STR(":"), name);
}

result source_value_put(struct task *t, struct str source, struct str name, struct str value, int64_t ttl_s)
{
        struct arena *a = task_arena(t);
        struct record_value written = { buf_in(a, RECORD_MAX), ttl_s };
        struct buf *o = &written.members;

        json_add_str(o, "value", base64url_encode(a, value));
        json_add_int(o, "exp", clock_now() + ttl_s);
        return record_put(t, &source_kind, value_id(a, source, name), &written);
}

result source_value_put_new(struct task *t, struct str source, struct str name, int64_t ttl_s, bool *ret_created)
{
        struct arena *a = task_arena(t);
        const struct record_value mark = { buf_in(a, RECORD_MAX), ttl_s };

        return record_put_new(t, &source_kind, value_id(a, source, name), &mark, ret_created);
}

result source_value_get(struct task *t, struct str source, struct str name, struct str *ret_value, bool *ret_found)
{
        struct arena *a = task_arena(t);
        struct str value = { 0 };
        json_t *o;

        TRY(record_get(t, &source_kind, value_id(a, source, name), &o));
        if (o && json_int(o, "exp", 0) > clock_now())
                TRY(base64url_decode(a, json_str(o, "value"), &value));
        *ret_found = value.len > 0;
        *ret_value = value;
        return OK;
}
