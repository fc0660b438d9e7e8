/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* iAM Smart's wire forms, pure: the request signature, the encrypted frame, the envelope of replies and callbacks. */
#pragma once

#include "json.h"

#define IAMSMART_KEY_SIZE 32
#define IAMSMART_REPLY_MAX (256 * 1024)
#define IAMSMART_SUCCESS "D00000"

struct iamsmart_signing {
        struct str client_id;
        struct str client_secret;
        struct str timestamp;     /* milliseconds, decimal */
        struct str nonce;         /* unique, at most 36 ASCII characters */
        struct str body;          /* exactly the bytes that are sent */
};

/* Base64 of HMAC-SHA-256 over clientID, "HmacSHA256", timestamp, nonce and body, percent-encoded. */
struct str iamsmart_signature(struct arena *a, const struct iamsmart_signing *s);

/* Base64 of: length of the IV (4 bytes, 12), IV, AES-256-GCM ciphertext, tag. `iv`: 12 bytes, never used twice. */
struct str iamsmart_frame_close(struct arena *a, struct str key, struct str iv, struct str plain);
/* Errors: ERR_MALFORMED, ERR_VERIFY. */
result iamsmart_frame_open(struct arena *a, struct str key, struct str content, struct str *ret_plain);

struct iamsmart_envelope {
        struct str transaction;   /* "txID", without its "<T=" and ">" */
        struct str code;          /* "D00000" */
        struct str secret_key;    /* callbacks: the wrapped content key, base64; else empty */
        const json_t *content;    /* a string (frame) or an object (getKey); NULL when absent */
};
/* Errors: ERR_MALFORMED. */
result iamsmart_envelope_parse(struct arena *a, struct str text, struct iamsmart_envelope *ret_envelope);

/* When a key or token that was issued at `issued_at` ends, all in milliseconds: `expires_in` is a duration, but a value
 * over 10^12 is a moment (both are seen). */
int64_t iamsmart_expiry(int64_t issued_at, int64_t expires_in);
