/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The claims of what we sign: ID tokens (OpenID Connect Core 1.0, section 2) and access tokens (RFC 9068). */
#pragma once

#include "config.h"

struct token_facts {
        struct str issuer;
        const struct client *client;
        struct str subject;         /* pairwise */
        struct str audience;        /* of the access token: the item's resource; empty: the client's audience */
        struct str scope;
        struct str nonce;           /* empty: none was sent */
        struct str acr;
        struct str amr;             /* space-separated */
        struct str session;         /* "sid" */
        struct str access_token;    /* for at_hash */
        struct str token_id;        /* "jti" of the access token */
        const json_t *status;       /* its place in a status list; may be NULL */
        int64_t auth_time;
        int64_t now;
        int64_t access_token_life;  /* seconds */
        int64_t id_token_life;
        const json_t *released;     /* claims about the person; may be NULL */
        const json_t *release_policy; /* what decided what crossed: id, version, sha256; may be NULL */
};

/* RFC 9068, section 2.2. */
json_t *access_token_claims(struct arena *a, const struct token_facts *f);
/* Core, sections 2 and 3.1.3.6 (at_hash: left half of the digest that goes with the algorithm). */
json_t *id_token_claims(struct arena *a, const struct token_facts *f);
