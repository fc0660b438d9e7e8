/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Access tokens that come back: what one stands for, if it stands for anything. Both kinds, JWTs (RFC 9068) and opaque
 * ones; a revoked one is worth nothing at once, on every node. */
#pragma once

#include "access_grant.h"
#include "gateway.h"

struct access_token {
        const struct client *client;       /* whose it is */
        const struct catalogue_item *item; /* what it is for; NULL: nothing in particular */
        struct access_grant grant;
        struct str id;                     /* "jti" */
        struct str audience;
        struct str scope;
        struct str acr;                    /* now: levels age */
        int64_t issued_at;                 /* seconds; 0: the token does not say */
        int64_t expires_at;
};

/* Errors: ERR_INVALID_TOKEN for whatever is not a live access token of ours; ERR_STORE_DOWN. */
result access_token_read(struct task *t, struct str text, struct access_token *ret_token);
