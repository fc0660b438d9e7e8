/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Starting, the clock by which keys are fetched anew, and stopping. */
#include "guard_serve.h"

#include <signal.h>

#include "guard.h"
#include "log.h"
#include "readiness.h"
#include "second_opinion.h"

#define TICK_NS 200000000L
#define DEADLINE_MARGIN_MS 10000
#define IDLE_TIMEOUT_S 60
/* A token of 16 KiB, a proof, a certificate, a long URL. */
#define HEADER_BYTES ((size_t)64 * 1024)

static struct server_options server_options(const struct guard_settings *s, struct guard *g)
{
        return (struct server_options){
                .host = s->host,
                .port = s->port,
                .workers = s->workers,
                .max_tasks = s->tasks,
                .max_connections = s->connections,
                /* discovery and keys are two fetches; so they may be for the token and for its status list, which is one */
                .deadline_ms = (int)s->fetch_timeout * 5000 + DEADLINE_MARGIN_MS,
                .idle_timeout_s = IDLE_TIMEOUT_S,
                .max_header_bytes = HEADER_BYTES,
                .body_cap = guard_body_cap,
                .route_name = guard_route_name,
                .handle = guard_handle,
                .program = g,
        };
}

/* A task on the first worker. */
static void refresh(struct task *t, void *argument)
{
        struct guard *g = argument;
        result r = key_store_refresh(t, g->keys);
        if (!is_ok(r))
                log_event(LOG_WARNING, "keys_not_fetched", LOG_TEXT("error", r.error->symbol),
                          LOG_STR("reason", arena_reason(task_arena(t))));
}

static void run_until_signal(struct guard *g, const sigset_t *signals)
{
        const struct timespec tick = { .tv_nsec = TICK_NS };
        do {
                readiness_alive();
                if (key_store_is_due(g->keys))
                        server_run_task(g->server, refresh, g);
        } while (sigtimedwait(signals, NULL, &tick) < 0);
}

static void run(struct guard *g, const sigset_t *signals)
{
        const struct guard_settings *s = &g->settings;
        server_run_task(g->server, refresh, g);
        log_event(LOG_INFO, "guarding", LOG_STR("issuer", s->issuer), LOG_STR("host", s->host),
                  LOG_INT("port", server_port(g->server)), LOG_INT("rules", (int64_t)s->rules.count),
                  LOG_TEXT("second_opinion", s->second_opinion ? "on" : "off"), LOG_TEXT("version", BAYGATE_VERSION));
        readiness_ready();
        run_until_signal(g, signals);
        readiness_stopping();
}

int guard_serve(struct arena *a, const struct guard_settings *settings)
{
        struct guard guard;
        sigset_t signals;
        sigemptyset(&signals);
        sigaddset(&signals, SIGTERM);
        sigaddset(&signals, SIGINT);
        pthread_sigmask(SIG_BLOCK, &signals, NULL); /* before threads are made: they inherit it */
        signal(SIGPIPE, SIG_IGN);
        log_set_level((enum log_level)settings->log_level);
        second_opinion_start();
        guard_init(a, settings, &guard);
        const struct server_options options = server_options(settings, &guard);
        result r = server_start(a, &options, &guard.server);
        if (is_ok(r)) {
                run(&guard, &signals);
                server_stop(guard.server);
        } else {
                fprintf(stderr, "baygate-guard: %.*s\n", STR_FMT(arena_reason(a)));
        }
        guard_done(&guard);
        second_opinion_stop();
        return is_ok(r) ? 0 : 1;
}
