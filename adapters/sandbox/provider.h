/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* An OpenID provider as the portal and the service see it: discovery and keys, fetched when needed and remembered.
 * OpenID Connect Discovery 1.0; RFC 7517. */
#pragma once

#include "fetch.h"
#include "jwt.h"

struct provider {
        struct str issuer;
        struct peer *peer;
        struct arena *metadata_arena;
        const json_t *metadata; /* NULL until the first fetch */
        int64_t metadata_ms;    /* monotonic */
        struct arena *keys_arena;
        struct jwks keys;
        int64_t keys_ms; /* monotonic; 0: never fetched */
};

/* What discovery says about `name`, in the task's arena; empty when it says nothing. */
result provider_endpoint(struct task *t, struct provider *p, const char *name, struct str *ret_url);
/* Verifies a token under the provider's keys; fetches them anew for an unknown kid, at most every 10 seconds. The
 * expectation's issuer is set here. Errors: ERR_VERIFY, ERR_MALFORMED, those of fetch. */
result provider_verify(struct task *t, struct provider *p, struct str token, struct jwt_expect expect,
                       json_t **ret_claims);
void provider_done(struct provider *p);
