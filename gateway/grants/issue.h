/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The tokens that a grant gives, whichever way it is asked (RFC 6749, section 5.1; OpenID Connect Core 1.0, sections
 * 3.1.3.3 and 12.2; RFC 9068). */
#pragma once

#include "access_grant.h"
#include "gateway.h"

struct issue {
        const struct client *client;
        const struct catalogue_item *item; /* NULL: nothing in particular */
        const struct access_grant *grant;  /* kept already */
        struct str scope;                  /* of the access token: the grant's, or less */
        struct str nonce;                  /* empty: none */
        const json_t *released;            /* claims for the ID token; may be NULL */
        int64_t serial;                    /* how often the grant was refreshed */
        int64_t refreshed_at;              /* seconds: time of the refresh token that is given */
};

/* The token response, owned by the task's arena. */
result issue_tokens(struct task *t, const struct issue *in, json_t **ret_response);
/* Are the client's access tokens for this item opaque? */
bool issue_is_opaque(const struct client *client, const struct catalogue_item *item);
/* How long an access token of this grant lives from now on: never longer than the grant. Seconds. */
int64_t issue_access_token_life(const struct gateway *g, const struct access_grant *grant);
