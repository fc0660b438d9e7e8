/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* HTTP in: libmicrohttpd on each worker's loop. The only place that includes <microhttpd.h>.
 *
 * Every request becomes a task when its body has arrived. The program's `handle` reads the request with the
 * functions below and must give exactly one reply; a handler that gives none is answered 500. */
#pragma once

#include "form.h"
#include "task.h"

enum method { METHOD_OTHER = 0, METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_PUT, METHOD_DELETE, METHOD_OPTIONS };

/* The request. Views live in the task's arena. */
enum method request_method(const struct task *t);
struct str request_method_name(const struct task *t);    /* as sent, METHOD_OTHER too */
struct str request_path(const struct task *t);          /* as sent, not decoded, without query */
struct str request_query(const struct task *t);         /* raw, without '?' */
struct str request_body(const struct task *t);
/* The first header `name` (case-insensitive); empty when absent. */
struct str request_header(const struct task *t, const char *name);
/* Is the header there more than once? */
bool request_header_is_repeated(const struct task *t, const char *name);
/* Cookie `name`; empty when absent. */
struct str request_cookie(const struct task *t, struct str name);

/* The reply. Later calls replace earlier ones; headers add up. A header with an empty value is sent too. */
void reply_header(struct task *t, const char *name, struct str value);
void reply_body(struct task *t, int status, const char *content_type, struct str body);
void reply_json(struct task *t, int status, const json_t *json);
/* 303 See Other for POST, 302 Found otherwise. */
void reply_redirect(struct task *t, struct str location);
int reply_status(const struct task *t);

/* How the program is started; called by commands/serve.c only. */
struct server_options {
        struct str host;                /* "127.0.0.1" */
        int port;                       /* 0: chosen by the kernel, see server_port */
        unsigned workers;
        unsigned max_tasks;             /* per worker; above it 503 with Retry-After */
        unsigned max_connections;       /* per worker */
        int deadline_ms;                /* of a task */
        int idle_timeout_s;             /* slow and idle clients are cut off */
        size_t max_header_bytes;        /* 431 above */
        /* Body cap in bytes for a request, asked before its body is read. */
        size_t (*body_cap)(void *program, enum method method, struct str path);
        /* Name for the request line in the log and the metrics: the route, never the raw path. */
        const char *(*route_name)(void *program, enum method method, struct str path);
        void (*handle)(struct task *t);
        void *program;
        struct str tls_certificate;     /* PEM; empty: plain HTTP */
        struct str tls_private_key;
        const struct store_options *store; /* NULL: none */
};

struct store_options {
        struct str host;                /* TCP, or */
        struct str unix_path;           /* unix socket */
        int port;
        int database;
        struct str user;
        struct str password;
        bool tls;
        int timeout_ms;                 /* of one command */
        const struct seal *seal;
};

struct server;

/* Binds and starts the workers. Errors: ERR_CONFIG (address in use, TLS not built in). */
result server_start(struct arena *a, const struct server_options *options, struct server **ret_server);
/* The port that it listens on. */
int server_port(const struct server *s);
/* Stops accepting, lets running tasks end by returning or by their deadlines, joins the threads. Async-signal-unsafe:
 * call from the main thread. */
void server_stop(struct server *s);
/* Runs `main` as a task on worker 0 and waits for it: for work at start that needs the store, and for tests. */
void server_run_task(struct server *s, task_main *main, void *argument);

struct server_figures {
        uint64_t requests, refused;
        unsigned tasks, connections;
        uint64_t store_commands, store_failures;
        bool store_connected;
};
struct server_figures server_figures(const struct server *s);
