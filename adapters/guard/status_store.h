/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The issuer's status lists (IETF draft-ietf-oauth-status-list): which tokens were revoked. Fetched when a token names
 * one, without blocking, shared by all workers.
 *
 * A list counts for the `ttl` that it says itself, then it is asked for anew: by one task, however many need it. What is
 * not at one of the origins is not asked for at all. When a list can't be had, the last one is used for `max_stale` more;
 * after that nobody knows, and it is said so. */
#pragma once

#include "key_store.h"

struct status_store_options {
        struct str issuer;
        struct peer *peer;          /* its origins are those where lists may be */
        struct key_store *keys;     /* of the issuer, who signs the lists */
        int64_t max_stale;          /* seconds */
        size_t lists;               /* so many are kept; the one that was not used for longest goes */
};

struct status_store;

/* Views in the options must outlive the store. */
struct status_store *status_store_new(const struct status_store_options *options);
/* NULL is fine. */
void status_store_free(struct status_store *s);

/* Is place `index` of the list at `uri` revoked? `uri` is from a token whose signature is good. Errors: ERR_INVALID_TOKEN
 * (no such place), ERR_TEMPORARILY_UNAVAILABLE (the list can't be had, or not soon enough). */
result status_store_check(struct task *t, struct status_store *s, struct str uri, int64_t index, bool *ret_revoked);

struct status_store_figures {
        uint64_t fetches, failures, unchanged;
        size_t lists;               /* kept now */
};
struct status_store_figures status_store_figures(struct status_store *s);
