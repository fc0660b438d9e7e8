/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Upstreams: the list of origins, the bulkhead and the circuit breaker (fetch.h). No waiting, no curl.
 *
 * The breaker is closed while open_until is 0. It opens after trip_after failures in a row; once open_until has
 * passed, one request probes, and its verdict closes the breaker or opens it anew. */
#include "peer.h"

#include <stdatomic.h>

#include "clock.h"
#include "uri.h"

struct peer {
        struct peer_options options;
        struct arena *arena; /* holds the copied options */
        atomic_uint waiting;
        atomic_uint failed_in_row;
        atomic_int_least64_t open_until_ms;
        atomic_bool probing;
        atomic_uint_least64_t requests, failures, refused;
};

struct peer *peer_new(const struct peer_options *options)
{
        struct peer *p = calloc(1, sizeof(*p));
        if (!p)
                abort();
        p->arena = arena_new(SIZE_MAX);
        p->options = *options;
        p->options.name = arena_copy(p->arena, options->name);
        p->options.ca_file = arena_copy(p->arena, options->ca_file);
        struct str *origins = arena_new_array(p->arena, struct str, options->origin_count);
        for (size_t i = 0; i < options->origin_count; i++)
                origins[i] = arena_copy(p->arena, options->origins[i]);
        p->options.origins = origins;
        return p;
}

void peer_free(struct peer *p)
{
        if (!p)
                return;
        arena_free(p->arena);
        free(p);
}

struct str peer_name(const struct peer *p)
{
        return p->options.name;
}

const struct peer_options *peer_options(const struct peer *p)
{
        return &p->options;
}

bool peer_allows(const struct peer *p, struct arena *a, struct str url)
{
        struct uri uri;
        if (!is_ok(uri_parse(a, url, &uri)) || uri.has_userinfo || uri.has_fragment)
                return false;
        for (size_t i = 0; i < p->options.origin_count; i++)
                if (str_eq(uri.origin, p->options.origins[i]))
                        return true;
        return false;
}

/* Closed, or we are the probe. */
static bool pass_breaker(struct peer *p, int64_t now_ms, bool *ret_probe)
{
        int64_t open_until = atomic_load(&p->open_until_ms);
        *ret_probe = false;
        if (open_until == 0)
                return true;
        if (now_ms < open_until || atomic_exchange(&p->probing, true))
                return false;
        *ret_probe = true;
        return true;
}

static bool refuse(struct peer *p, const char *reason, const char **ret_reason)
{
        atomic_fetch_add(&p->refused, 1);
        *ret_reason = reason;
        return false;
}

bool peer_enter(struct peer *p, int64_t now_ms, struct peer_pass *ret_pass, const char **ret_reason)
{
        bool probe = false;
        if (!pass_breaker(p, now_ms, &probe))
                return refuse(p, "circuit breaker is open", ret_reason);
        if (atomic_fetch_add(&p->waiting, 1) >= p->options.max_waiting) {
                atomic_fetch_sub(&p->waiting, 1);
                if (probe)
                        atomic_store(&p->probing, false);
                return refuse(p, "too many requests are waiting for it", ret_reason);
        }
        atomic_fetch_add(&p->requests, 1);
        *ret_pass = (struct peer_pass){ .probe = probe };
        return true;
}

static void note_failure(struct peer *p, int64_t now_ms, bool probe)
{
        atomic_fetch_add(&p->failures, 1);
        unsigned in_row = atomic_fetch_add(&p->failed_in_row, 1) + 1;
        if (probe || in_row >= p->options.trip_after)
                atomic_store(&p->open_until_ms, now_ms + p->options.open_ms);
}

static void note_success(struct peer *p, bool probe)
{
        /* A late success of a request from before the breaker opened proves nothing about now. */
        if (!probe && atomic_load(&p->open_until_ms) != 0)
                return;
        atomic_store(&p->failed_in_row, 0);
        atomic_store(&p->open_until_ms, 0);
}

void peer_leave(struct peer *p, int64_t now_ms, struct peer_pass pass, enum peer_verdict verdict)
{
        if (verdict == PEER_BAD)
                note_failure(p, now_ms, pass.probe);
        else if (verdict == PEER_GOOD)
                note_success(p, pass.probe);
        if (pass.probe)
                atomic_store(&p->probing, false);
        atomic_fetch_sub(&p->waiting, 1);
}

struct peer_figures peer_figures(const struct peer *p)
{
        int64_t open_until = atomic_load(&p->open_until_ms);
        enum peer_state open = clock_monotonic_ms() < open_until ? PEER_OPEN : PEER_HALF_OPEN;
        return (struct peer_figures){
                .state = open_until == 0 ? PEER_CLOSED : open,
                .requests = atomic_load(&p->requests),
                .failures = atomic_load(&p->failures),
                .refused = atomic_load(&p->refused),
                .waiting = atomic_load(&p->waiting),
        };
}
