/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Inside io/ only: admission of requests to one upstream, shared by all workers through atomics. */
#pragma once

#include "fetch.h"

const struct peer_options *peer_options(const struct peer *p);
/* May this absolute URL be reached? Scheme, host and port must be one of the peer's origins, exactly. */
bool peer_allows(const struct peer *p, struct arena *a, struct str url);

/* What a request showed of its upstream. */
enum peer_verdict { PEER_GOOD = 0, PEER_BAD, PEER_UNKNOWN };
struct peer_pass {
        bool probe; /* the one request that a half-open breaker lets through */
};

/* Takes a place in the bulkhead, or says why not (`ret_reason`, a literal). `now_ms` is monotonic. */
bool peer_enter(struct peer *p, int64_t now_ms, struct peer_pass *ret_pass, const char **ret_reason);
/* Gives the place back. */
void peer_leave(struct peer *p, int64_t now_ms, struct peer_pass pass, enum peer_verdict verdict);
