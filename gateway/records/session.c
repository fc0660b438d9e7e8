/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See session.h. */
#include "session.h"

#include "clock.h"
#include "digest.h"

#define COOKIE_LEN 43

static const struct record_kind session_kind = { .name = "session" };

struct str session_cookie_new(struct arena *a, struct str *ret_key)
{
        struct str cookie = random_token(a, 32);

        *ret_key = record_secret_id(a, cookie);
        return cookie;
}

result session_put(struct task *t, const struct session *s)
{
        struct record_value value = { buf_in(task_arena(t), RECORD_MAX), s->expires_at - clock_now() };
        struct buf *o = &value.members;

        json_add_str(o, "sid", s->id);
        json_add_int(o, "exp", s->expires_at);
        json_add(o, "identity", s->identity);
        return record_put(t, &session_kind, s->key, &value);
}

result session_find(struct task *t, struct str key, struct session *ret_session, bool *ret_found)
{
        json_t *o;

        TRY(record_get(t, &session_kind, key, &o));
        *ret_found = o && json_int(o, "exp", 0) > clock_now();
        if (*ret_found)
                *ret_session = (struct session){
                        .id = json_str(o, "sid"),
                        .identity = json_object_get(o, "identity"),
                        .expires_at = json_int(o, "exp", 0),
                        .key = key,
                };
        return OK;
}

result session_get(struct task *t, struct str cookie, struct session *ret_session, bool *ret_found)
{
        *ret_found = false;
        if (cookie.len != COOKIE_LEN)
                return OK;
        return session_find(t, record_secret_id(task_arena(t), cookie), ret_session, ret_found);
}

result session_drop(struct task *t, struct str key)
{
        return record_drop(t, &session_kind, key);
}
