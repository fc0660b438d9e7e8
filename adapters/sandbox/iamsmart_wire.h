/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The bytes of iAM Smart's server interface, platform side: request signature, content frame, envelope.
 *
 * Written from the protocol description alone; shares nothing with adapters/iamsmart, so that a mistake there shows. */
#pragma once

#include "json.h"

#define CEK_SIZE 32

/* signature = URLencode(Base64(HMAC-SHA256(client_secret, clientID ‖ "HmacSHA256" ‖ timestamp ‖ nonce ‖ body))). */
struct wire_signed {
        struct str client_id;
        struct str timestamp;
        struct str nonce;
        struct str body;
};
struct str wire_signature(struct arena *a, struct str client_secret, const struct wire_signed *message);

/* Base64([00 00 00 0C][IV, 12][AES-256-GCM ciphertext][tag, 16]). */
struct str wire_frame(struct arena *a, struct str cek, struct str iv, struct str clear);
/* Errors: ERR_VERIFY for every reason. */
result wire_unframe(struct arena *a, struct str cek, struct str frame, struct str *ret_clear);

/* {"txID":"<T=…>","code":…,"message":…}; members are added to it by the caller. */
json_t *wire_envelope(struct arena *a, const char *code, struct str message);
/* The text that goes with a code. */
const char *wire_message(const char *code);

/* DER bytes of a PEM block, whatever its label. Errors: ERR_CONFIG. */
result wire_pem_read(struct arena *a, struct str pem, struct str *ret_der);
