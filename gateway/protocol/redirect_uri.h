/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Redirect URIs: exact comparison with the registered ones (RFC 9700, section 4.1.3). */
#pragma once

#include "config.h"

/* Exact, byte for byte; only the port of a loopback address may differ, for public clients (RFC 8252, section 7.3).
 * The empty URI is not registered. */
bool redirect_uri_is_registered(struct arena *a, const struct client *client, struct str uri);
