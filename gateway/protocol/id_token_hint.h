/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* An ID token of ours that comes back as a hint: at /authorize (OpenID Connect Core 1.0, section 3.1.2.1) and at logout
 * (OpenID Connect RP-Initiated Logout 1.0, section 2). It proves which client and person are meant; it may have
 * expired. */
#pragma once

#include "config.h"

struct id_token_hint {
        const struct client *client;
        struct str subject;
        struct str session;   /* "sid" */
};

/* `keys`: the gateway's own. Errors: ERR_INVALID_REQUEST when it is not an ID token of ours for a client of ours. */
result id_token_hint_check(struct arena *a, const struct config *config, const struct jwks *keys, struct str text,
                           struct id_token_hint *ret_hint);
