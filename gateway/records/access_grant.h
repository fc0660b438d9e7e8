/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What an access token stands for as long as it lives: looked up by the token's jti at userinfo, and dropped to revoke
 * the token. */
#pragma once

#include "record.h"

struct access_grant {
        struct str id;              /* the token's jti */
        struct str client_id;
        struct str subject;
        struct str scope;
        const json_t *userinfo;     /* claims that userinfo releases; may be NULL */
        int64_t expires_at;
};

/* Keeps it unless it was revoked before it was written (the code was used twice at once): then ERR_INVALID_GRANT. */
result access_grant_put_new(struct task *t, const struct access_grant *g);
/* Errors: ERR_INVALID_TOKEN when unknown, revoked or expired. */
result access_grant_get(struct task *t, struct str id, struct access_grant *ret_grant);
/* Revokes, also one that is about to be written. `ttl_s`: for how long it could still be written or used. */
result access_grant_revoke(struct task *t, struct str id, int64_t ttl_s);
