/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* /metrics: Prometheus text format 0.0.4. */
#include "guard.h"

#define METRICS_MAX ((size_t)64 * 1024)

static const char *const outcome_names[OUTCOME_COUNT_] = {
        [OUTCOME_ALLOWED] = "allowed",
        [OUTCOME_OPEN] = "open",
        [OUTCOME_NO_TOKEN] = "no_token",
        [OUTCOME_INVALID_REQUEST] = "invalid_request",
        [OUTCOME_INVALID_TOKEN] = "invalid_token",
        [OUTCOME_INVALID_DPOP_PROOF] = "invalid_dpop_proof",
        [OUTCOME_INSUFFICIENT_SCOPE] = "insufficient_scope",
        [OUTCOME_STEP_UP] = "insufficient_user_authentication",
        [OUTCOME_REFUSED] = "refused",
        [OUTCOME_UNAVAILABLE] = "unavailable",
};

static void head(struct buf *b, const char *name, const char *type, const char *help)
{
        buf_printf(b, "# HELP baygate_guard_%s %s\n# TYPE baygate_guard_%s %s\n", name, help, name, type);
}

static void add(struct buf *b, const char *name, const char *type, const char *help, int64_t value)
{
        head(b, name, type, help);
        buf_printf(b, "baygate_guard_%s %lld\n", name, (long long)value);
}

static int64_t read_counter(atomic_uint_least64_t *counter)
{
        return (int64_t)atomic_load_explicit(counter, memory_order_relaxed);
}

static void add_tokens(struct buf *b, struct guard_counters *c)
{
        head(b, "decisions_total", "counter", "Requests that were asked about, by what was said.");
        for (size_t i = 0; i < OUTCOME_COUNT_; i++)
                buf_printf(b, "baygate_guard_decisions_total{outcome=\"%s\"} %lld\n", outcome_names[i],
                           (long long)read_counter(&c->outcomes[i]));
        add(b, "signatures_total", "counter", "Signatures verified.", read_counter(&c->signatures));
        add(b, "cached_total", "counter", "Tokens whose signature was verified before.", read_counter(&c->cached));
        add(b, "second_opinions_total", "counter", "Signatures that liboauth2 was asked about.", read_counter(&c->opinions));
        add(b, "disagreements_total", "counter", "Signatures that liboauth2 did not verify, and we did: look at the log.",
            read_counter(&c->disagreements));
}

static void add_keys(struct buf *b, struct guard *g)
{
        struct key_store_figures f = key_store_figures(g->keys);
        add(b, "key_fetches_total", "counter", "Fetches of the issuer's keys.", (int64_t)f.fetches);
        add(b, "key_fetch_failures_total", "counter", "Those that failed.", (int64_t)f.failures);
        add(b, "key_fetches_too_early_total", "counter", "Those that did not begin because of keys.min_refresh.",
            (int64_t)f.too_early);
        add(b, "keys", "gauge", "Keys that can be used.", (int64_t)f.keys);
        add(b, "keys_age_seconds", "gauge", "Since the last good fetch; -1: there was none.", f.age);
        add(b, "keys_usable", "gauge", "0: there are no keys, or they are older than keys.max_stale.", f.usable);
}

static void add_statuses(struct buf *b, struct guard *g)
{
        struct status_store_figures f = g->statuses ? status_store_figures(g->statuses) : (struct status_store_figures){ 0 };
        add(b, "revoked_total", "counter", "Tokens refused because their status list says so.",
            read_counter(&g->counters.revoked));
        add(b, "status_list_fetches_total", "counter", "Fetches of status lists.", (int64_t)f.fetches);
        add(b, "status_list_fetch_failures_total", "counter", "Those that failed.", (int64_t)f.failures);
        add(b, "status_list_unchanged_total", "counter", "Those that were answered 304.", (int64_t)f.unchanged);
        add(b, "status_lists", "gauge", "Status lists that are kept.", (int64_t)f.lists);
}

static void add_server(struct buf *b, const struct server *server)
{
        struct server_figures f = server_figures(server);
        add(b, "requests_total", "counter", "Requests answered.", (int64_t)f.requests);
        add(b, "requests_refused_total", "counter", "Requests refused because too many were running.", (int64_t)f.refused);
        add(b, "tasks", "gauge", "Requests running now.", f.tasks);
        add(b, "connections", "gauge", "Connections open now.", f.connections);
}

void guard_metrics(struct task *t, struct guard *g)
{
        struct buf b = buf_in(task_arena(t), METRICS_MAX);
        head(&b, "info", "gauge", "The program's version.");
        buf_printf(&b, "baygate_guard_info{version=\"%s\"} 1\n", BAYGATE_VERSION);
        add_tokens(&b, &g->counters);
        add_keys(&b, g);
        add_statuses(&b, g);
        if (g->server)
                add_server(&b, g->server);
        reply_body(t, 200, "text/plain; version=0.0.4; charset=utf-8", buf_str(&b));
}
