/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The issuer's public keys: fetched without blocking, shared by all workers as an immutable set, kept through an outage.
 *
 * However many requests ask for a key that is not there, at most one fetch runs at a time and at most one begins in
 * `min_refresh`; those who ask meanwhile wait for the one that runs. A fetch that fails leaves the keys as they are; once
 * they are older than `max_stale` they are not given out any more. */
#pragma once

#include "fetch.h"
#include "jws.h"

/* One set as it came, and as our own code read it. Lives until the last reference is given back. */
struct key_set {
        struct arena *arena;
        struct jwks jwks;
        const struct raw_key *raw;  /* every member of "keys" that is an object, usable or not */
        size_t raw_count;
        uint64_t generation;        /* another number whenever the content is another */
        int references;             /* atomic */
};

struct raw_key {
        struct str kid;             /* may be empty */
        const char *jwk;            /* JSON */
};

void key_set_unref(struct key_set *set);
void key_set_cleanup(struct key_set **set);
#define auto_key_set __attribute__((cleanup(key_set_cleanup))) struct key_set *

/* `text`: a JWKS with at least one key that can be used. One reference, for the caller. Errors: ERR_MALFORMED. */
result key_set_parse(struct arena *a, struct str text, uint64_t generation, struct key_set **ret_set);

struct key_store_options {
        struct str issuer;
        struct str jwks_uri;        /* empty: what the issuer's discovery document says, at the issuer's own origin */
        struct peer *peer;
        int64_t refresh;            /* seconds */
        int64_t min_refresh;
        int64_t max_stale;
};

struct key_store;

/* Views in the options must outlive the store. */
struct key_store *key_store_new(const struct key_store_options *options);
/* NULL is fine. */
void key_store_free(struct key_store *s);

/* The keys of now, one reference for the caller. Errors: ERR_TEMPORARILY_UNAVAILABLE when there are none, or too old. */
result key_store_get(struct arena *a, struct key_store *s, struct key_set **ret_set);
/* Fetches unless the set is another one than `known` (a generation; 0: none) by now, or it is too early. Another task's
 * fetch that runs is waited for, by so many at once. True: the set is another one. */
bool key_store_refetch(struct task *t, struct key_store *s, uint64_t known);
/* The keys of now, or newer ones if the one that `jws` names is not among them. One reference for the caller. Errors:
 * ERR_TEMPORARILY_UNAVAILABLE. */
result key_store_find(struct task *t, struct key_store *s, const struct jws *jws, struct key_set **ret_set);
/* The generation of the newest set; 0: there is none. */
uint64_t key_store_generation(struct key_store *s);
/* Should somebody fetch now? For a clock. */
bool key_store_is_due(struct key_store *s);
/* Fetches if it is due; the reason of a failure stays in the task's arena. Errors: those of fetch and key_set_parse. */
result key_store_refresh(struct task *t, struct key_store *s);

struct key_store_figures {
        uint64_t fetches, failures, too_early;
        size_t keys;
        int64_t age;                /* seconds since the last good fetch; -1: there was none */
        bool usable;
};
struct key_store_figures key_store_figures(struct key_store *s);
