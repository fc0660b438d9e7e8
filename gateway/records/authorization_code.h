/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Authorization codes (RFC 6749, section 4.1.2): what one stands for until it is redeemed, once. */
#pragma once

#include "record.h"

#define AUTHORIZATION_CODE_LEN 43 /* 256 bits, base64url */

struct authorization_code {
        struct str client_id;
        struct str redirect_uri;       /* the token request must repeat it (RFC 6749, section 4.1.3) */
        struct str code_challenge;     /* empty: none was given */
        struct str nonce;
        struct str scope;              /* granted */
        struct str resource;           /* of the item that was asked for (RFC 8707); empty: none */
        struct str session;            /* id of the session record */
        const json_t *identity;        /* as identity/identity renders it */
        const json_t *claims;          /* requested by the `claims` parameter; may be NULL */
        struct str policy;             /* the release policy that the person agreed under; empty: none */
        struct str fields;             /* what the person agreed to; nothing else is released */
        int64_t session_until;         /* seconds: when the session ends */
        int64_t agreed_until;          /* seconds: when what was agreed to is forgotten; 0: never */
        int64_t auth_time;
        int64_t expires_at;            /* seconds */
};

/* A new code: 256 random bits. */
struct str authorization_code_new(struct arena *a);
result authorization_code_put(struct task *t, const struct authorization_code *c, struct str code);
/* Redeems. Errors: ERR_INVALID_GRANT when unknown, used or expired. */
result authorization_code_take(struct task *t, struct str code, struct authorization_code *ret_code);
/* The id of the access grant that this code gives: known from the code alone, so that a second use can revoke what
 * the first one gave (RFC 6749, section 4.1.2). */
struct str authorization_code_grant_id(struct arena *a, struct str code);
