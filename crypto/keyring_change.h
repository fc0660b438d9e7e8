/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What may happen to a ring of signing keys, and in which order: a key is published (next), signs (active), is published
 * on (retired), goes. Pure: the ring stays as it is, a change makes another one or says why not.
 *
 * The rules that keep verifiers going: nothing signs before everybody's copy of the JWKS can have it, and nothing goes
 * before the last token that it signed has expired. */
#pragma once

#include "keyring.h"

enum keyring_act {
        KEY_STAGE = 1, /* a key made here becomes next */
        KEY_IMPORT,    /* a key brought along becomes next */
        KEY_ACTIVATE,  /* next becomes active, and what was active retires */
        KEY_RETIRE,    /* active becomes retired, with no successor */
        KEY_DROP,      /* retired goes */
        KEY_REVOKE,    /* goes at once, from any state */
};

struct keyring_change {
        enum keyring_act act;
        struct str kid;   /* of the key; not for KEY_STAGE and KEY_IMPORT */
        struct key *key;  /* the new key; for KEY_REVOKE the one that signs instead when there is no next, or NULL */
        struct str by;    /* who */
        bool emergency;   /* KEY_ACTIVATE: without the wait */
};

struct keyring_rules {
        int64_t now;            /* seconds */
        int64_t publish_s;      /* how long a key is published before it signs */
        int64_t token_s;        /* how long after its last signature a token of it may be shown */
        const enum alg *algs;   /* those that the settings ask for */
        size_t alg_count;
};

/* Errors: ERR_CONFIG with why it is refused, and when or with what it would not be. */
result keyring_apply(struct arena *a, const struct keyring *ring, const struct keyring_change *change,
                     const struct keyring_rules *rules, struct keyring **ret_ring);

/* When this key may sign (next), or goes (retired); 0 for an active one. */
int64_t keyring_due_at(const struct keyring_entry *entry, const struct keyring_rules *rules);
/* The first thing to be done by now: a retired key goes; with a period of rotation (0: none), a new key is staged so that
 * it can sign when the active one is as old as that, and is then activated. *ret_alg is of the key to be staged,
 * ret_change->kid of the one to be changed. False: nothing. */
bool keyring_due(const struct keyring *ring, const struct keyring_rules *rules, int64_t period,
                 struct keyring_change *ret_change, enum alg *ret_alg);

/* "stage", "import", …; what stands in a key's acts. */
const char *keyring_act_name(enum keyring_act act);
/* The public half of a key that leaves by this change, with all that was done with it, for the history:
 * {"kid", "alg", "state": "dropped" or "revoked", "created_at", "jwk", "acts"}. */
json_t *keyring_entry_leaving(struct arena *a, const struct keyring_entry *entry, const struct keyring_change *change,
                              int64_t now);
/* The same of a key that stays. */
json_t *keyring_entry_public(struct arena *a, const struct keyring_entry *entry);
