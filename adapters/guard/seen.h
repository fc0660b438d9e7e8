/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Hashes that were seen, each until a time: tokens whose signature was verified, proofs that were used. A fixed table,
 * shared by all workers: memory is bounded, and nothing is remembered past its time. */
#pragma once

#include "result.h"

#define SEEN_HASH_SIZE 32

struct seen;

/* A hash is looked for under its tag: another tag, another entry. `until` and `now` in seconds. */
struct seen_key {
        struct str hash; /* SEEN_HASH_SIZE bytes, evenly distributed */
        uint64_t tag;
};

/* Room for at least `entries`. */
struct seen *seen_new(size_t entries);
/* NULL is fine. */
void seen_free(struct seen *s);
bool seen_has(struct seen *s, struct seen_key key, int64_t now);
/* Remembers it; where there is no room, what ends soonest is forgotten. */
void seen_put(struct seen *s, struct seen_key key, int64_t until, int64_t now);
/* Remembers it unless it is there; never forgets another one for it. */
enum seen_verdict { SEEN_NEW = 0, SEEN_BEFORE, SEEN_FULL };
enum seen_verdict seen_put_new(struct seen *s, struct seen_key key, int64_t until, int64_t now);
