/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* For the tests of io/: a running server with small limits and a handler per test. */
#pragma once

#include "unit.h"

#include "log.h"
#include "loopback.h"
#include "server.h"

struct engine {
        struct arena *arena;
        struct server_options options;
        struct server *server;
        int port;
};

static inline size_t engine_body_cap(void *program, enum method method, struct str path)
{
        (void)program;
        (void)method;
        return str_is(path, "/large") ? 4 * 1024 * 1024 : 1024;
}

static inline const char *engine_route_name(void *program, enum method method, struct str path)
{
        (void)program;
        (void)method;
        (void)path;
        return "test";
}

/* One worker; change `options` before engine_start. */
static inline struct engine engine_new(void (*handle)(struct task *t))
{
        return (struct engine){
                .arena = arena_new(1 << 20),
                .options = {
                        .host = STR("127.0.0.1"),
                        .workers = 1,
                        .max_tasks = 64,
                        .max_connections = 128,
                        .deadline_ms = 5000,
                        .idle_timeout_s = 10,
                        .max_header_bytes = 8192,
                        .body_cap = engine_body_cap,
                        .route_name = engine_route_name,
                        .handle = handle,
                },
        };
}

static inline void engine_start(struct engine *e)
{
        result r = server_start(e->arena, &e->options, &e->server);
        if (!is_ok(r))
                fail_msg("server_start: %.*s", STR_FMT(arena_reason(e->arena)));
        e->port = server_port(e->server);
}

static inline void engine_stop(struct engine *e)
{
        server_stop(e->server);
        arena_free(e->arena);
}
