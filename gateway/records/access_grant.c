/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See access_grant.h. A revoked grant leaves a tombstone (an object without "sub") that keeps its place. */
#include "access_grant.h"

#include "clock.h"

static const struct record_kind grant_kind = { .name = "grant" };

result access_grant_put_new(struct task *t, const struct access_grant *g)
{
        struct arena *a = task_arena(t);
        struct record_value value = { buf_in(a, RECORD_MAX), g->expires_at - clock_now() };
        struct buf *o = &value.members;
        bool created;

        json_add_str(o, "client", g->client_id);
        json_add_str(o, "sub", g->subject);
        json_add_str(o, "scope", g->scope);
        json_add_int(o, "exp", g->expires_at);
        json_add(o, "userinfo", g->userinfo);
        TRY(record_put_new(t, &grant_kind, g->id, &value, &created));
        if (!created)
                return fail(a, ERR_INVALID_GRANT, "grant was revoked before it was given: code used twice");
        return OK;
}

result access_grant_get(struct task *t, struct str id, struct access_grant *ret_grant)
{
        struct arena *a = task_arena(t);
        json_t *o;

        TRY(record_get(t, &grant_kind, id, &o));
        if (!o || str_is_empty(json_str(o, "sub")))
                return fail(a, ERR_INVALID_TOKEN, "%s", o ? "grant revoked" : "no such grant");
        if (json_int(o, "exp", 0) <= clock_now())
                return fail(a, ERR_INVALID_TOKEN, "grant expired");
        *ret_grant = (struct access_grant){
                .id = id,
                .client_id = json_str(o, "client"),
                .subject = json_str(o, "sub"),
                .scope = json_str(o, "scope"),
                .userinfo = json_object_get(o, "userinfo"),
                .expires_at = json_int(o, "exp", 0),
        };
        return OK;
}

result access_grant_revoke(struct task *t, struct str id, int64_t ttl_s)
{
        const struct record_value tombstone = { buf_in(task_arena(t), RECORD_MAX), ttl_s };

        return record_put(t, &grant_kind, id, &tombstone);
}
