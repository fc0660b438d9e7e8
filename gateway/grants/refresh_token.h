/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Refresh tokens that come back: what one stands for, if it would still give something (RFC 6749, section 6). */
#pragma once

#include "access_grant.h"
#include "gateway.h"
#include "identity.h"
#include "token_handle.h"

struct refresh_token {
        const struct client *client;       /* whose it is */
        const struct catalogue_item *item; /* what it is for; NULL: nothing in particular */
        struct token_handle handle;
        struct access_grant grant;
        struct identity identity;
};

/* Does the client have this token, and do the grant, and the settings that it rests on, still stand? Whether it was used
 * already is not looked at. Errors: ERR_INVALID_GRANT, ERR_INVALID_TARGET when the item is gone, ERR_UNAUTHORIZED_CLIENT
 * when the client may not refresh; ERR_STORE_DOWN. */
result refresh_token_read(struct task *t, const struct client *client, struct str text, struct refresh_token *ret_token);
