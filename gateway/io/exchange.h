/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Inside io/ only: one HTTP request and the reply that it is given. server.c fills and sends it, exchange.c has
 * what the program sees of it. Its memory ends when libmicrohttpd says that the request is completed. */
#pragma once

#include "worker.h"

struct MHD_Connection;
struct link;

#define REPLY_HEADERS_MAX 24

enum exchange_phase {
        EXCHANGE_HEAD = 0,  /* the request line has come */
        EXCHANGE_BODY,      /* the header is complete, the body is coming */
        EXCHANGE_RUNNING,   /* its task runs or waits; the connection is suspended */
        EXCHANGE_ENDED,     /* its task has ended, the reply waits to be queued */
        EXCHANGE_ANSWERED,  /* the reply is with libmicrohttpd */
};

struct exchange {
        struct http *http;
        struct MHD_Connection *connection;
        struct link *link;
        struct arena *arena;
        enum exchange_phase phase;
        int64_t started_us;

        enum method method;
        const char *method_name;
        const char *route; /* for the log */
        struct str path;
        struct str query;
        struct str request_id;
        struct buf body;
        bool too_large;
        size_t dropped; /* bytes read beyond the cap */

        int status; /* 0: no reply yet */
        const char *content_type;
        struct str reply;
        struct {
                const char *name;
                const char *value;
        } headers[REPLY_HEADERS_MAX];
        size_t header_count;

        struct exchange *next; /* in the pool */
};

/* The first header `name` (empty view when absent) and how often it is there; `ret_count` may be NULL. */
struct str exchange_header(const struct exchange *x, const char *name, size_t *ret_count);

/* The reply of the edge itself: the error's public half as JSON, with the private `reason` for the log. */
void exchange_refuse(struct exchange *x, const struct error *error, const char *reason);
void exchange_reply(struct exchange *x, int status, const char *content_type, struct str body);
void exchange_reply_header(struct exchange *x, const char *name, struct str value);
