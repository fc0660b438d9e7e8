/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Digests, message authentication and randomness. Views returned live in the arena. */
#pragma once

#include "result.h"

#define SHA256_SIZE 32

enum digest { DIGEST_SHA256 = 1, DIGEST_SHA384, DIGEST_SHA512, DIGEST_SM3 };

/* FIPS 180-4; GB/T 32905 for SM3. */
struct str digest_of(struct arena *a, enum digest d, struct str bytes);
/* base64url of the SHA-256: how ids of codes and tokens are made. */
struct str sha256_base64url(struct arena *a, struct str bytes);
/* RFC 2104. */
struct str hmac_of(struct arena *a, enum digest d, struct str key, struct str bytes);
/* RFC 5869, with SHA-256, no salt. */
struct str hkdf(struct arena *a, struct str key, struct str info, size_t len);

/* `len` random bytes from the system's generator; aborts when there are none. */
struct str random_bytes(struct arena *a, size_t len);
/* base64url of `len` random bytes. 32 bytes for codes, tokens and cookies. */
struct str random_token(struct arena *a, size_t len);
/* A random UUID, version 4 (RFC 9562), lower-case: 36 characters. */
struct str random_uuid(struct arena *a);
