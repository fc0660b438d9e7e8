/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See session.h. */
#include "session.h"

#include "clock.h"
#include "digest.h"

#define COOKIE_LEN 43

static const struct record_kind session_kind = { .name = "session" };

result session_put_new(struct task *t, const struct session *s, struct str *ret_cookie)
{
        struct arena *a = task_arena(t);
        struct str cookie = random_token(a, 32);
        struct record_value value = { buf_in(a, RECORD_MAX), s->expires_at - clock_now() };
        struct buf *o = &value.members;

        json_add_str(o, "sid", s->id);
        json_add_int(o, "exp", s->expires_at);
        json_add(o, "identity", s->identity);
        TRY(record_put(t, &session_kind, record_secret_id(a, cookie), &value));
        *ret_cookie = cookie;
        return OK;
}

result session_get(struct task *t, struct str cookie, struct session *ret_session, bool *ret_found)
{
        json_t *o = NULL;

        if (cookie.len == COOKIE_LEN)
                TRY(record_get(t, &session_kind, record_secret_id(task_arena(t), cookie), &o));
        *ret_found = o && json_int(o, "exp", 0) > clock_now();
        if (*ret_found)
                *ret_session = (struct session){
                        .id = json_str(o, "sid"),
                        .identity = json_object_get(o, "identity"),
                        .expires_at = json_int(o, "exp", 0),
                };
        return OK;
}

result session_drop(struct task *t, struct str cookie)
{
        if (cookie.len != COOKIE_LEN)
                return OK;
        return record_drop(t, &session_kind, record_secret_id(task_arena(t), cookie));
}
