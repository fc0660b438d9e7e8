/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Tokens that only the gateway understands: refresh tokens (RFC 6749, section 1.5) and opaque access tokens. Each names
 * its grant, its number and a time, under a keyed hash; so nothing is stored for it, a forged one costs no look into the
 * store, and the successor of a refresh token can be told again without having been kept. */
#pragma once

#include "seal.h"

enum token_handle_kind { TOKEN_HANDLE_REFRESH = 1, TOKEN_HANDLE_ACCESS };

#define TOKEN_HANDLE_MAX 160 /* characters */

struct token_handle {
        enum token_handle_kind kind;
        struct str grant;   /* id of the access grant: 43 characters */
        int64_t serial;     /* 0 for the first of the grant */
        int64_t time;       /* seconds: when a refresh token was made; when an access token ends */
};

struct str token_handle_write(struct arena *a, const struct seal *seal, const struct token_handle *h);
/* False when it is none of ours, or of the other kind. Views into `text`. */
bool token_handle_read(struct arena *a, const struct seal *seal, enum token_handle_kind kind, struct str text,
                       struct token_handle *ret_handle);
