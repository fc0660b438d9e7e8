/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See verified_token.h. A table in which a new token takes the place of an older one. */
#include "verified_token.h"

#include "digest.h"

#define PLACES 4096

struct place {
        unsigned char sha256[32];
        uint64_t ring; /* its number: 0 is none */
        int64_t expires_at;
};

static _Thread_local struct place places[PLACES];

/* The digest is spread evenly, so its first bytes choose the place. */
static struct place *place_of(struct str digest)
{
        const unsigned char *bytes = (const unsigned char *)digest.data;

        return &places[(bytes[0] | (unsigned)bytes[1] << 8) % PLACES];
}

bool verified_token_known(struct arena *a, const struct keyring *ring, struct str token, int64_t now)
{
        struct str digest = digest_of(a, DIGEST_SHA256, token);
        const struct place *p = place_of(digest);

        return p->ring == keyring_number(ring) && p->expires_at > now && memcmp(p->sha256, digest.data, sizeof(p->sha256)) == 0;
}

void verified_token_remember(struct arena *a, const struct keyring *ring, struct str token, int64_t expires_at)
{
        struct str digest = digest_of(a, DIGEST_SHA256, token);
        struct place *p = place_of(digest);

        memcpy(p->sha256, digest.data, sizeof(p->sha256));
        p->ring = keyring_number(ring);
        p->expires_at = expires_at;
}
