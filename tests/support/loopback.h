/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* For tests: a raw HTTP client over loopback, and a scripted upstream that answers what it was told and keeps what
 * it was asked. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* ---- client ---- */

struct client_reply {
        int status;         /* 0: the connection was closed without one */
        char header[16384]; /* status line and header */
        char body[65536];
        size_t body_len;
        bool closed;        /* the server closed the connection afterwards or instead */
};

int client_connect(int port);
/* False when the server no longer takes bytes. */
bool client_send(int fd, const char *bytes, size_t len);
bool client_send_text(int fd, const char *text);
/* Reads one reply; `head` when the request was HEAD (no body follows). */
void client_read(int fd, bool head, struct client_reply *ret_reply);
/* Waits until the server closes the connection; the number of bytes that came before. */
size_t client_wait_closed(int fd);
/* One request on a connection of its own. `request` is sent as it is. */
void client_exchange(int port, const char *request, struct client_reply *ret_reply);
/* GET `path` on a connection of its own. */
void client_get(int port, const char *path, struct client_reply *ret_reply);
/* The value of a reply header into `value`; false when absent. */
bool client_header(const struct client_reply *reply, const char *name, char *value, size_t size);

/* ---- upstream ---- */

struct upstream;

struct upstream *upstream_start(void);
void upstream_stop(struct upstream *u);
int upstream_port(const struct upstream *u);
/* Requests whose path starts with `path` get these bytes; NULL: they are held until upstream_release. Later rules
 * win. The texts must live as long as the upstream. */
void upstream_answer(struct upstream *u, const char *path, const char *reply);
/* The next request whose path starts with `path` gets these bytes, and only it; before all other rules, and in the
 * order in which they were given. */
void upstream_answer_once(struct upstream *u, const char *path, const char *reply);
/* Closes the connections that are held. */
void upstream_release(struct upstream *u);
unsigned upstream_requests(struct upstream *u);
unsigned upstream_connections(struct upstream *u);
/* The last request: its header and body as they came. */
void upstream_last(struct upstream *u, char *text, size_t size);
/* How many requests have come whose path starts with `path`, and the one with this index, counted from 0. */
unsigned upstream_requests_to(struct upstream *u, const char *path);
bool upstream_request_to(struct upstream *u, const char *path, unsigned index, char *text, size_t size);
/* Waits until so many requests have come. */
void upstream_wait_requests(struct upstream *u, unsigned count);
