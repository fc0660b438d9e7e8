/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Inside io/ only: listening sockets, one per worker on the same address (SO_REUSEPORT). */
#pragma once

#include "result.h"

/* Fills `sockets` with `count` listening sockets; `port` 0 lets the kernel choose one for all.
 * Errors: ERR_CONFIG when the address is not ours or in use. */
result listener_open(struct arena *a, struct str host, int port, unsigned count, int *sockets);
/* The port a socket is bound to; 0 when that cannot be told. */
int listener_port(int socket);
