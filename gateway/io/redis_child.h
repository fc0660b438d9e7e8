/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The embedded store: a private redis-server child on a unix socket in the state directory, with an append-only file.
 *
 * One gateway per state directory: a lock file there is held by the gateway and by its child, so that a server left
 * over from a crash keeps a new one out until it has ended. */
#pragma once

#include "result.h"

struct redis_child;

struct redis_child_options {
        struct str directory;   /* made (mode 0700) when it is not there */
        struct str program;     /* empty: "redis-server" on the PATH */
        bool sync_always;       /* appendfsync always; otherwise everysec */
        int start_timeout_ms;   /* for loading what is there, and for a server of an earlier run to end */
};

/* Starts it and waits until it answers. Call it from the main thread: the child gets SIGTERM when that thread ends.
 * Errors: ERR_CONFIG (directory not usable or in use, not installed, does not come up; see redis.log there). */
result redis_child_start(struct arena *a, const struct redis_child_options *options, struct redis_child **ret_child);
/* The socket of one that another process has started in this directory, and that answers; empty: there is none. */
struct str redis_child_find(struct arena *a, struct str directory);
/* The path of its socket. */
struct str redis_child_socket(const struct redis_child *child);
/* False once it has ended by itself. */
bool redis_child_is_running(struct redis_child *child);
/* SIGTERM, after some seconds SIGKILL; waits for its end. NULL is fine. */
void redis_child_stop(struct redis_child *child);
