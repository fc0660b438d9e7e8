/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What a person granted a client, from the code on until it ends: every access and refresh token points here, and is
 * worth nothing without it. Dropped to revoke them all, on every node at once. */
#pragma once

#include "record.h"

struct access_grant {
        struct str id;              /* 43 characters: authorization_code_grant_id */
        struct str client_id;
        struct str subject;         /* the client's name for the person */
        struct str scope;
        struct str resource;        /* of the item (RFC 8707); empty: the client's own audience */
        struct str session;         /* id of the session */
        const json_t *identity;     /* whose it is and how sure that is, without attributes: identity_render_bare */
        const json_t *userinfo;     /* claims that userinfo releases; may be NULL */
        const json_t *policy;       /* the release policy that applied: {"id", "version", "sha256"}; NULL: none */
        int64_t auth_time;
        int64_t status;             /* place in the status lists; -1: none */
        int64_t expires_at;         /* seconds */
        bool refreshable;           /* there are refresh tokens */
        int64_t refresh_life;       /* seconds for which one of them may lie unused */
};

/* Keeps it unless it was revoked before it was written (the code was used twice at once): then ERR_INVALID_GRANT. */
result access_grant_put_new(struct task *t, const struct access_grant *g);
/* Errors: ERR_INVALID_TOKEN when unknown, revoked or expired. */
result access_grant_get(struct task *t, struct str id, struct access_grant *ret_grant);
/* Revokes, also one that is about to be written. `until`: up to when it could still be written or used, in seconds. When
 * it fails, nothing or only the bit in the status list has changed: it can be repeated. */
result access_grant_revoke(struct task *t, struct str id, int64_t until);

/* Rotation of refresh tokens: token number `serial` of the grant is used, now. *ret_first: it was not before. *ret_at:
 * when it was first used, in seconds. Remembered for as long as the token would have been good: one that lay unused for
 * longer is refused anyway. */
result access_grant_rotate(struct task *t, const struct access_grant *g, int64_t serial, bool *ret_first,
                           int64_t *ret_at);
/* Was token number `serial` used? */
result access_grant_was_rotated(struct task *t, const struct access_grant *g, int64_t serial, bool *ret_was);
