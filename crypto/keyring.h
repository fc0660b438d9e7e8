/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The ring of signing keys: per algorithm the states next, active, retired.
 *
 * An immutable snapshot, shared by all workers. Rotation makes a new one. A ring that a function returns through
 * `ret_ring` is one reference, which the caller gives back with keyring_unref. */
#pragma once

#include "jws.h"

enum key_state { KEY_NEXT = 1, KEY_ACTIVE, KEY_RETIRED };

struct keyring_entry {
        struct key *key;
        enum key_state state;
        int64_t created_at;      /* seconds */
        int64_t state_since;
        const json_t *acts;      /* who did what when: [{"act", "at", "by"}], oldest first; NULL: not known */
};

struct keyring;

/* A ring of these entries, which it copies; a reference of each key. Errors: ERR_MALFORMED (two active keys of one
 * algorithm, two of one kid, too many). */
result keyring_of(struct arena *a, const struct keyring_entry *entries, size_t count, struct keyring **ret_ring);

/* A ring with one active key for each of the algorithms. */
result keyring_make(struct arena *a, const enum alg *algs, size_t count, int64_t now, struct keyring **ret_ring);
/* JSON with private keys, to be sealed at once by the caller, and back. */
json_t *keyring_render(struct arena *a, const struct keyring *ring);
result keyring_parse(struct arena *a, const json_t *json, struct keyring **ret_ring);
struct keyring *keyring_ref(struct keyring *ring);
void keyring_unref(struct keyring *ring);

/* The key that signs with this algorithm now; NULL when the ring has none. */
struct key *keyring_active(const struct keyring *ring, enum alg alg);
/* Public keys in all states, as for /jwks. */
json_t *keyring_public(struct arena *a, const struct keyring *ring);
/* The same as text, made once. Valid as long as the ring. */
struct str keyring_public_text(const struct keyring *ring);
/* For verifying our own tokens: keys in all states. Valid as long as the ring. */
const struct jwks *keyring_jwks(const struct keyring *ring);
/* Another for each ring of this process, for what is remembered about a ring that may be gone by then. */
uint64_t keyring_number(const struct keyring *ring);
size_t keyring_count(const struct keyring *ring);
const struct keyring_entry *keyring_at(const struct keyring *ring, size_t index);
/* NULL when there is none of this kid. */
const struct keyring_entry *keyring_find(const struct keyring *ring, struct str kid);
/* "next", "active", "retired". */
const char *key_state_name(enum key_state state);

/* Where the threads of a process find the ring of the moment. */
struct keyring_current;
/* Takes over the reference; NULL: none yet. */
struct keyring_current *keyring_current_new(struct keyring *ring);
void keyring_current_free(struct keyring_current *c);
/* A reference for the caller; NULL when there is no ring yet. */
struct keyring *keyring_current_ref(struct keyring_current *c);
/* From now on this one, whose reference it takes over; who holds the former keeps it until they let go. */
void keyring_current_put(struct keyring_current *c, struct keyring *ring);
