/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* /metrics on the admin listener: Prometheus text format 0.0.4. */
#include "handlers.h"

#include "audit.h"

#define METRICS_MAX (64 * 1024)

static void add(struct buf *b, const char *name, const char *type, const char *help, uint64_t value)
{
        buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n%s %llu\n", name, help, name, type, name, (unsigned long long)value);
}

static void add_server(struct buf *b, const struct server *server)
{
        struct server_figures f = server_figures(server);

        add(b, "baygate_requests_total", "counter", "Requests answered.", f.requests);
        add(b, "baygate_requests_refused_total", "counter", "Requests refused because too many were running.", f.refused);
        add(b, "baygate_tasks", "gauge", "Requests running now.", f.tasks);
        add(b, "baygate_connections", "gauge", "Connections open now.", f.connections);
        add(b, "baygate_store_commands_total", "counter", "Commands sent to Redis.", f.store_commands);
        add(b, "baygate_store_failures_total", "counter", "Commands that failed for want of Redis.", f.store_failures);
        add(b, "baygate_store_connected", "gauge", "1 when Redis is connected.", f.store_connected);
}

static void add_audit(struct buf *b, const struct audit *audit)
{
        struct audit_figures f = audit_figures(audit);

        add(b, "baygate_audit_records_total", "counter", "Records written to the audit.", f.records);
        add(b, "baygate_audit_lost_total", "counter", "Records that found the audit's queue full.", f.lost);
        add(b, "baygate_audit_failures_total", "counter", "Failed writes of the audit.", f.failures);
        add(b, "baygate_audit_queue", "gauge", "Records that wait to be written.", f.queued);
        add(b, "baygate_audit_failing", "gauge", "1 while the audit can't be written: bindings and consents fail.", f.failing);
}

static void add_peers(struct buf *b, const struct gateway *g)
{
        static const char *const names[] = { "requests_total", "failures_total", "refused_total", "waiting", "breaker" };

        for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
                buf_printf(b, "# TYPE baygate_source_%s %s\n", names[n], n < 3 ? "counter" : "gauge");
                for (size_t i = 0; i < g->source_count; i++) {
                        struct peer_figures f = peer_figures(g->sources[i].peer);
                        const uint64_t values[] = { f.requests, f.failures, f.refused, f.waiting, f.state };

                        buf_printf(b, "baygate_source_%s{source=\"%.*s\"} %llu\n", names[n], STR_FMT(g->sources[i].id),
                                   (unsigned long long)values[n]);
                }
        }
}

result metrics_endpoint(struct task *t, const struct call *call)
{
        const struct gateway *g = gateway_of(t);
        struct buf b = buf_in(task_arena(t), METRICS_MAX);

        (void)call;
        buf_printf(&b, "# TYPE baygate_info gauge\nbaygate_info{version=\"%s\"} 1\n", BAYGATE_VERSION);
        if (g->server)
                add_server(&b, g->server);
        if (g->audit)
                add_audit(&b, g->audit);
        add_peers(&b, g);
        reply_body(t, 200, "text/plain; version=0.0.4; charset=utf-8", buf_str(&b));
        return OK;
}
