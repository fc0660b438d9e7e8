/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Pairwise subject identifiers (OpenID Connect Core 1.0, section 8.1): one for each sector of clients and each
 * jurisdiction, derived under a key of that jurisdiction. No identifier joins two sectors or two jurisdictions, and no
 * single key can link them. Deriving is deterministic, so nothing is stored. */
#pragma once

#include "seal.h"

struct subject_keys;

struct subject_input {
        struct str sector;         /* sector identifier of the client */
        struct str jurisdiction;   /* of the client: chooses the key */
        struct str source;         /* id of the source that the person is known by */
        struct str source_subject; /* the person there, byte for byte */
};

/* One key for each of `count` jurisdictions ("HK", "CN"), repeated ones once, out of the 32 bytes of the master
 * key. Safe from any thread. */
struct subject_keys *subject_keys_new(struct str master, const struct str *jurisdictions, size_t count);
/* NULL is fine. */
void subject_keys_free(struct subject_keys *keys);
/* 43 characters of base64url. Errors: ERR_CONFIG when the jurisdiction has no key, ERR_MALFORMED when a part is
 * empty: it would give one identifier to many persons. */
result subject_of(const struct subject_keys *keys, struct arena *a, const struct subject_input *input,
                  struct str *ret_subject);
