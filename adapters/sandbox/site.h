/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What the four stand-ins share: a table of routes over the engine's server, and how pages are answered.
 *
 * Each stand-in is one server with one worker, so its state is touched by one thread only. */
#pragma once

#include "html.h"
#include "json.h"
#include "server.h"

struct site_route {
        enum method method;
        const char *path; /* exact, or a prefix when it ends in '*'; NULL ends the table */
        void (*handle)(struct task *t);
};

struct site {
        const char *name; /* "iamsmart": for the log, and the pages' colours */
        const struct site_route *routes;
        void *state; /* the stand-in's own */
};

/* For struct server_options. */
void site_handle(struct task *t);
size_t site_body_cap(void *program, enum method method, struct str path);
const char *site_route_name(void *program, enum method method, struct str path);

/* The stand-in's own state. */
void *site_state(const struct task *t);
/* Ends the page and answers with it. */
void site_page(struct task *t, int status, struct html *h);
/* A page that only says something. */
void site_message(struct task *t, int status, const char *title, struct str text);
/* The request's parameters: of the body for POST, else of the query. Errors: ERR_MALFORMED, ERR_INVALID_REQUEST. */
result site_params(struct task *t, struct params *ret_params);
/* Sends the browser away; nothing is cached. */
void site_redirect(struct task *t, struct str location);
/* Did the request come from one of our own pages, or from no page at all (curl)? */
bool site_is_own_origin(struct task *t);
