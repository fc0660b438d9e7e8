/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* HTTP to upstreams, without blocking: libcurl's multi interface on the worker's loop.
 *
 * No redirects, TLS verified, connections kept alive, size and time capped. Each upstream is a `struct peer` with a
 * list of hosts it may reach, a bulkhead (at most N requests waiting, over all workers) and a circuit breaker: after
 * `trip_after` failures in a row requests fail at once for `open_ms`, then one probe goes through. */
#pragma once

#include "task.h"

struct peer;

struct peer_options {
        struct str name;            /* for logs and metrics */
        const struct str *origins;  /* scheme://host[:port] that may be reached; nothing else */
        size_t origin_count;
        int timeout_ms;             /* for one request, connect included */
        int connect_timeout_ms;
        unsigned max_waiting;       /* bulkhead */
        unsigned trip_after;        /* circuit breaker */
        int open_ms;
        size_t max_reply;           /* bytes of body */
        struct str ca_file;         /* PEM; empty: the system's */
};

/* Copies the options. Shared by all workers; lives as long as the process. */
struct peer *peer_new(const struct peer_options *options);
void peer_free(struct peer *p);
struct str peer_name(const struct peer *p);

enum peer_state { PEER_CLOSED = 0, PEER_OPEN, PEER_HALF_OPEN };
struct peer_figures {
        enum peer_state state;
        uint64_t requests, failures, refused;
        unsigned waiting;
};
struct peer_figures peer_figures(const struct peer *p);

struct fetch_header {
        struct str name;
        struct str value;
};

struct fetch_request {
        struct peer *peer;
        const char *method;         /* "GET" or "POST" */
        struct str url;             /* may hold secrets: never logged beyond its origin and path */
        const struct fetch_header *headers;
        size_t header_count;
        struct str body;
        bool secret_path;           /* the path too stays out of the log */
};

struct fetch_reply {
        int status;
        struct str content_type;
        struct str etag;            /* with its quotes; empty: none */
        struct str body;            /* in the task's arena; so are the two above */
};

/* Sends and waits for the whole reply; any HTTP status is success. The request id goes along as X-Request-Id.
 * Errors: ERR_SOURCE_DOWN (refused by bulkhead or breaker, no connection, timeout), ERR_SOURCE_BAD_ANSWER (too
 * large, redirect, broken; 304 is no redirect), ERR_SERVER_ERROR (an origin outside the peer's list: a programming or settings mistake). */
result fetch(struct task *t, const struct fetch_request *request, struct fetch_reply *ret_reply);
/* As fetch, and the reply must be 200 with a JSON object. */
result fetch_json(struct task *t, const struct fetch_request *request, json_t **ret_object);
