/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What a running gateway is made of. One object, immutable once built, shared by all workers. */
#pragma once

#include "adapter.h"
#include "assurance.h"
#include "config.h"
#include "keyring.h"
#include "secret.h"
#include "seal.h"
#include "subject.h"

struct audit;  /* gateway/audit */
struct pages;  /* gateway/pages */
struct server; /* gateway/io */

struct gateway {
        const struct config *config;
        struct arena *arena;                /* what lives as long as the gateway */
        const struct source *sources;
        size_t source_count;
        const struct assurance_map *assurance;
        struct seal *state;                 /* seals records, makes pseudonyms */
        struct seal *keys;                  /* wraps private signing keys */
        struct subject_keys *subjects;      /* one key for each jurisdiction of clients */
        struct keyring_current *signing;    /* the ring of signing keys */
        char ring_mark[16];                 /* of signing_ring_refresh */
        size_t ring_mark_len;
        struct str discovery;               /* rendered once */
        struct audit *audit;                /* NULL: nothing is recorded (tests) */
        const struct pages *pages;
        const struct server *_Atomic server;        /* its figures are shown at /metrics */
};

const struct gateway *gateway_of(const struct task *t);
/* The source with this id; NULL when unknown. */
const struct source *gateway_source(const struct gateway *g, struct str id);
/* The ring of signing keys of this moment. The task holds it to its end, whatever happens to the ring meanwhile. */
struct keyring *gateway_keyring(struct task *t);
/* Signs what is not made for one client: receipts, status lists. ES256 where there is such a key; NULL: none. */
struct key *gateway_key(struct task *t);
/* The same from this ring, for as long as it; also signs checkpoints of the audit. */
struct key *gateway_key_of(const struct gateway *g, const struct keyring *ring);

/* Builds sources, seals and the assurance map from the settings; the ring of signing keys (signing_ring.h),
 * discovery and pages come later.
 * Errors: ERR_CONFIG. */
result gateway_new(struct arena *a, struct config *config, struct mistakes *mistakes, struct gateway **ret_gateway);
void gateway_free(struct gateway *g);
