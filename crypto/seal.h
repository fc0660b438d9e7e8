/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Sealing of values kept in Redis and of private keys: AES-256-GCM under a key derived from the master key.
 *
 * A sealed value is: format version (1 byte) | IV (12) | ciphertext | tag (16). The additional data is the context
 * (the Redis key name), so a value moved elsewhere or edited does not open. */
#pragma once

#include "result.h"
#include "secret.h"

struct seal;

/* `master`: 32 bytes; `purpose` separates keys ("state", "keyring"), by HKDF. */
struct seal *seal_new(struct str master, struct str purpose);
void seal_free(struct seal *s);
struct str seal_close(const struct seal *s, struct arena *a, struct str context, struct str plain);
/* Errors: ERR_VERIFY. */
result seal_open(const struct seal *s, struct arena *a, struct str context, struct str sealed, struct str *ret_plain);
/* HMAC-SHA-256 under a key of its own, for pseudonyms (keyed hashes of document numbers, index ids): base64url,
 * 43 characters. `domain` separates uses. */
struct str seal_pseudonym(const struct seal *s, struct arena *a, struct str domain, struct str value);

/* The master key: 32 bytes as base64url in a file with mode 0600 or stricter; made when absent and `create`.
 * Owned by the arena. Errors: ERR_CONFIG (permissions, content). */
result master_key_load(struct arena *a, struct str path, bool create, struct secret **ret_key);
