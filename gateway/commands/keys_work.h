/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* `baygate keys` at work: on the store that the settings name, in the private Redis of a running gateway, or in one that
 * is started for the command. */
#pragma once

#include "config.h"
#include "keyring_change.h"

struct keys_place {
        struct arena *arena; /* of the command; also takes why something failed */
        const char *settings, *state_dir;
        struct str by;       /* who types */
};

/* One errand: what is to be done, and what came of it. */
struct keys_errand {
        struct keyring_change change; /* act 0: only look */
        enum alg alg;                 /* of a key to be staged */
        bool done;                    /* false: somebody else changed the ring in the same moment */
        json_t *keys;                 /* all that ever were, as after the change: signing_ring_history, and in the ring also
                                       * "signs_from" of a next key and "goes_at" of a retired one */
        const enum alg *algs;         /* of the settings */
        size_t alg_count;
};

/* Goes there, does it, and leaves again. Errors: ERR_CONFIG (settings, files; or the change is refused, then
 * errand->keys is there), ERR_STORE_DOWN, ERR_AUDIT_DOWN. */
result keys_go(const struct keys_place *place, struct keys_errand *errand);

/* A private key (JWK) from a file that only its owner can read. ALG_NONE: the key says it itself. Errors: ERR_CONFIG. */
result keys_read_private(struct arena *a, const char *path, enum alg alg, struct key **ret_key);
/* "alice@host", and after sudo "alice(root)@host". */
struct str keys_who(struct arena *a);
