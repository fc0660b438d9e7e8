/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See access_grant.h. A revoked grant leaves a tombstone (an object without "sub") that keeps its place. Nothing changes
 * in a grant once it is written, so that nobody can write over a tombstone. */
#include "access_grant.h"

#include "clock.h"
#include "status_bits.h"

#define ROTATION_MARGIN 3600 /* seconds: clocks of nodes differ */

static const struct record_kind grant_kind = { .name = "grant" };
static const struct record_kind rotation_kind = { .name = "rotation" };

result access_grant_put_new(struct task *t, const struct access_grant *g)
{
        struct arena *a = task_arena(t);
        struct record_value value = { buf_in(a, RECORD_MAX), g->expires_at - clock_now() };
        struct buf *o = &value.members;
        bool created;

        json_add_str(o, "client", g->client_id);
        json_add_str(o, "sub", g->subject);
        json_add_str(o, "scope", g->scope);
        json_add_str(o, "resource", g->resource);
        json_add_str(o, "session", g->session);
        json_add(o, "identity", g->identity);
        json_add(o, "userinfo", g->userinfo);
        json_add(o, "policy", g->policy);
        json_add_int(o, "auth_time", g->auth_time);
        json_add_int(o, "status", g->status);
        json_add_int(o, "exp", g->expires_at);
        json_add_int(o, "refresh", g->refreshable);
        json_add_int(o, "refresh_life", g->refresh_life);
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
                .resource = json_str(o, "resource"),
                .session = json_str(o, "session"),
                .identity = json_object_get(o, "identity"),
                .userinfo = json_object_get(o, "userinfo"),
                .policy = json_object_get(o, "policy"),
                .auth_time = json_int(o, "auth_time", 0),
                .status = json_int(o, "status", -1),
                .expires_at = json_int(o, "exp", 0),
                .refreshable = json_int(o, "refresh", 0) != 0,
                .refresh_life = json_int(o, "refresh_life", 0),
        };
        return OK;
}

static result mark(struct task *t, const json_t *grant)
{
        int64_t status = json_int(grant, "status", -1);

        return status < 0 ? OK : status_bits_set(t, status, json_int(grant, "exp", 0));
}

/* What is in the status list about it, so that who repeats a revocation that failed half way can mark it. */
static void remember_place(struct record_value *tombstone, const json_t *grant)
{
        int64_t status = json_int(grant, "status", -1);

        if (status < 0)
                return;
        json_add_int(&tombstone->members, "status", status);
        json_add_int(&tombstone->members, "exp", json_int(grant, "exp", 0));
}

/* Marked first, so that who fails half way finds the grant again and can repeat it. Then in one step, so that a grant that
 * is written at this moment is either kept away or found. */
result access_grant_revoke(struct task *t, struct str id, int64_t until)
{
        struct record_value tombstone = { buf_in(task_arena(t), RECORD_MAX), until - clock_now() };
        json_t *before, *meanwhile;

        TRY(record_get(t, &grant_kind, id, &before));
        TRY(mark(t, before));
        remember_place(&tombstone, before);
        TRY(record_swap(t, &grant_kind, id, &tombstone, &meanwhile));
        if (before || !meanwhile)
                return OK;
        remember_place(&tombstone, meanwhile);
        TRY(record_put(t, &grant_kind, id, &tombstone));
        return mark(t, meanwhile);
}

static struct str rotation_id(struct arena *a, const struct access_grant *g, int64_t serial)
{
        return arena_printf(a, "%.*s.%lld", STR_FMT(g->id), (long long)serial);
}

result access_grant_rotate(struct task *t, const struct access_grant *g, int64_t serial, bool *ret_first,
                           int64_t *ret_at)
{
        struct arena *a = task_arena(t);
        int64_t now = clock_now(), left = g->expires_at - now, idle = g->refresh_life + ROTATION_MARGIN;
        struct record_value value = { buf_in(a, RECORD_MAX), left < idle ? left : idle };
        struct str id = rotation_id(a, g, serial);
        json_t *earlier = NULL;
        bool first;

        json_add_int(&value.members, "at", now);
        TRY(record_put_new(t, &rotation_kind, id, &value, &first));
        if (!first)
                TRY(record_get(t, &rotation_kind, id, &earlier));
        *ret_first = first;
        *ret_at = first ? now : json_int(earlier, "at", 0);
        return OK;
}

result access_grant_was_rotated(struct task *t, const struct access_grant *g, int64_t serial, bool *ret_was)
{
        json_t *found;

        TRY(record_get(t, &rotation_kind, rotation_id(task_arena(t), g, serial), &found));
        *ret_was = found != NULL;
        return OK;
}
