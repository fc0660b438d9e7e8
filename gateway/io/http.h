/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Inside io/ only: the HTTP server of one worker (server.c), as worker.c drives it. */
#pragma once

#include "worker.h"

/* Starts a libmicrohttpd daemon on the worker's loop. Owns the listening socket, also when it fails. */
result http_new(struct arena *a, struct worker *w, int listen_socket, struct http **ret_http);
/* Lets libmicrohttpd work if something is due. */
void http_run(struct http *h);
/* Closes the listening socket; connections that exist are told to close after their next reply. */
void http_stop_accepting(struct http *h);
/* Requests that a task serves or whose reply is being sent. */
unsigned http_answering(const struct http *h);
/* No task may be running. NULL is fine. */
void http_free(struct http *h);
