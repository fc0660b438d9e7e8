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
        struct keyring *keyring;
        struct str discovery;               /* rendered once */
        struct str jwks;
        struct audit *audit;                /* NULL: nothing is recorded (tests) */
        const struct pages *pages;
        const struct server *_Atomic server;        /* its figures are shown at /metrics */
};

const struct gateway *gateway_of(const struct task *t);
/* The source with this id; NULL when unknown. */
const struct source *gateway_source(const struct gateway *g, struct str id);
/* Signs what is not made for one client: receipts, checkpoints of the audit. ES256 where there is such a key. */
struct key *gateway_key(const struct gateway *g);

/* Builds sources, seals and the assurance map from the settings; keyring, discovery, jwks and pages come later.
 * Errors: ERR_CONFIG. */
result gateway_new(struct arena *a, struct config *config, struct mistakes *mistakes, struct gateway **ret_gateway);
void gateway_free(struct gateway *g);
/* Reads the ring of signing keys from the store, or makes it. Needs a task, so it runs after the server's start. */
result gateway_load_keys(struct task *t, struct gateway *g);
