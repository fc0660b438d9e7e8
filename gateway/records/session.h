/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The electronic-identity session of one browser: who signed in, on which assertions and binding it rests, when it
 * ends. Found by the session cookie, whose value is not kept. */
#pragma once

#include "record.h"

struct session {
        struct str id;           /* public handle, "sid" in ID tokens */
        const json_t *identity;  /* as identity/identity renders it */
        int64_t expires_at;      /* seconds */
        struct str key;          /* under which it is kept; not the cookie's value, and no way back to it */
};

/* A new random value for the cookie, and the key that belongs to it. */
struct str session_cookie_new(struct arena *a, struct str *ret_key);
result session_put(struct task *t, const struct session *s);
/* *ret_found is false when the cookie is empty, unknown or expired. */
result session_get(struct task *t, struct str cookie, struct session *ret_session, bool *ret_found);
/* The same by its key. */
result session_find(struct task *t, struct str key, struct session *ret_session, bool *ret_found);
result session_drop(struct task *t, struct str key);
