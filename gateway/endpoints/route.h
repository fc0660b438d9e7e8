/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What a row of the table of endpoints (gateway/routes.c) says, and the call that a handler gets. */
#pragma once

#include "form.h"
#include "gateway.h"
#include "server.h"

enum route_body { BODY_NONE = 0, BODY_FORM, BODY_RAW };
enum route_face { FACE_JSON = 1, FACE_PAGE }; /* how a failure is shown */
enum route_cache { CACHE_NO_STORE = 0, CACHE_MINUTES, CACHE_FOREVER, CACHE_OWN };

#define METHOD_BIT(method) (1u << (method))
#define ROUTE_VALUES_MAX 2

struct call;

struct route {
        const char *path;            /* "{name}" stands for one segment */
        unsigned methods;            /* METHOD_BIT(…) | …; HEAD goes with GET, OPTIONS with cors */
        result (*handle)(struct task *t, const struct call *call);
        enum route_body body;        /* of POST */
        size_t body_max;             /* bytes; 0: the setting limits.body_bytes */
        enum route_face face;
        bool client_authentication;  /* RFC 6749, section 2.3 */
        enum route_cache cache;
        bool cors;                   /* any origin may read it from a script, without cookies */
        const char *metadata;        /* member of the discovery document; NULL: none */
        const char *clause;          /* where it is specified */
};

struct call {
        const struct route *route;
        enum method method;
        struct params params;        /* of the query for GET, of the form for POST */
        struct params query;
        struct str values[ROUTE_VALUES_MAX]; /* what stood for "{name}", in order, decoded */
};

/* Finds the row for a path. NULL when there is none. `ret_values` takes what stood for the names; may be NULL. */
const struct route *route_find(const struct route *table, struct str path, struct str ret_values[ROUTE_VALUES_MAX]);

/* Answers a request by the table: method, body, parameters, handler, headers; renders failures by the row's face. The
 * table ends with a NULL path. */
void route_dispatch(struct task *t, const struct route *table);
