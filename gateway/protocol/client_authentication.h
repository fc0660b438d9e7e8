/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Client authentication at the token endpoint (RFC 6749, section 2.3; OpenID Connect Core 1.0, section 9; RFC 7523). */
#pragma once

#include "config.h"
#include "form.h"

/* What a request shows of its client; nothing is proven yet. */
struct client_credentials {
        enum client_auth method;
        struct str client_id;
        struct str secret;           /* client_secret_basic, client_secret_post */
        struct str assertion;        /* private_key_jwt */
};

/* Finds the one method used. Errors: ERR_INVALID_CLIENT (none, broken), ERR_INVALID_REQUEST (several at once:
 * RFC 6749, section 2.3). `authorization` is the header's value, empty when absent. */
result client_credentials_parse(struct arena *a, struct str authorization, const struct params *params,
                                struct client_credentials *ret_credentials);

/* The assertion's one-time id, to be seen only once until `expires_at` (RFC 7523, section 3, items 4 and 7). */
struct client_assertion {
        struct str jti;
        int64_t expires_at;
};

/* What the check needs to know beside the client. */
struct client_authentication_context {
        struct str issuer;           /* the audience of assertions, */
        struct str token_endpoint;   /* or this (Core, section 9), */
        struct str endpoint;         /* or the one that is called */
        int64_t now;                 /* seconds */
};

/* Is it this client, by the method that its settings name? For private_key_jwt *ret_assertion is filled and its jti
 * is still to be checked for replay; for others its jti is empty. Errors: ERR_INVALID_CLIENT. */
result client_credentials_check(struct arena *a, const struct client_authentication_context *context,
                                const struct client *client, const struct client_credentials *credentials,
                                struct client_assertion *ret_assertion);
