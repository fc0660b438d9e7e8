/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The real engine with trivial handlers, to measure beside the floor: /hello and /get as there.
 * Usage: engine PORT [REDIS-SOCKET] */
#include <signal.h>
#include <unistd.h>

#include "server.h"
#include "store.h"

static void handle(struct task *t)
{
        if (!str_is(request_path(t), "/get")) {
                reply_body(t, 200, "application/json", STR("hello"));
                return;
        }
        struct str value = STR("");
        bool found = false;
        result r = store_get(t, STR("bg:bench"), &value, &found);
        reply_body(t, is_ok(r) ? 200 : r.error->status, "application/json", value);
}

static size_t body_cap(void *program, enum method method, struct str path)
{
        (void)program;
        (void)method;
        (void)path;
        return 4096;
}

static const char *route_name(void *program, enum method method, struct str path)
{
        (void)program;
        (void)method;
        (void)path;
        return "bench";
}

int main(int argc, char **argv)
{
        int port = 0;
        if (argc < 2 || sscanf(argv[1], "%d", &port) != 1)
                return 2;
        struct store_options store = { .unix_path = str_from(argc > 2 ? argv[2] : ""), .timeout_ms = 1000 };
        struct server_options options = {
                .host = STR("127.0.0.1"), .port = port,          .workers = 1,           .max_tasks = 1024,
                .max_connections = 1024,  .deadline_ms = 10000,  .idle_timeout_s = 30,   .max_header_bytes = 16384,
                .body_cap = body_cap,     .route_name = route_name, .handle = handle, .store = argc > 2 ? &store : NULL,
        };
        auto_arena a = arena_new(65536);
        struct server *server = NULL;
        sigset_t stop;
        sigemptyset(&stop);
        sigaddset(&stop, SIGTERM);
        sigaddset(&stop, SIGINT);
        sigprocmask(SIG_BLOCK, &stop, NULL);
        if (!is_ok(server_start(a, &options, &server))) {
                fprintf(stderr, "%.*s\n", STR_FMT(arena_reason(a)));
                return 1;
        }
        int signal_number;
        sigwait(&stop, &signal_number);
        server_stop(server);
        return 0;
}
