/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The ring of signing keys as all nodes share it: made once, read by each, changed by whoever is first, noticed by all
 * within a second. What may be changed, and when, is crypto/keyring_change.h. */
#pragma once

#include "gateway.h"
#include "keyring_change.h"

#define JWKS_MAX_AGE_S 300 /* how long a verifier may keep its copy of /jwks */

/* For now, by these settings. */
struct keyring_rules signing_ring_rules(const struct config *c);

/* Reads the ring from the store, or makes it. Errors: ERR_CONFIG (it does not open under this master key, it has no key
 * for an algorithm of the settings), ERR_STORE_DOWN, ERR_AUDIT_DOWN. */
result signing_ring_load(struct task *t, struct gateway *g);
/* The same, but makes none and asks for no algorithm: for the command line. Errors: ERR_CONFIG when there is none. */
result signing_ring_open(struct task *t, struct gateway *g);
/* Takes over a ring that was changed elsewhere: one short command when there is none. On failure the gateway goes on with
 * what it has. One caller at a time. */
result signing_ring_refresh(struct task *t, struct gateway *g);
/* Does what is due by now, in the name of `by`: retired keys go, and with the setting keys.rotation new ones come. Any node
 * may try; one of them does it. */
result signing_ring_tend(struct task *t, struct gateway *g, struct str by);

/* One change: told to the audit, entered in the history, then made. *ret_done is false when somebody else changed the ring
 * in the same moment: nothing was done. Errors: ERR_CONFIG with why it is refused; nothing was done then either. */
result signing_ring_change(struct task *t, struct gateway *g, const struct keyring_change *change, bool *ret_done);
/* All keys that ever were, as keyring_entry_public and keyring_entry_leaving say; oldest first. */
result signing_ring_history(struct task *t, json_t **ret_keys);
