/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* HTTP out for commands at a terminal: waits for the reply, so never for the server, which has fetch.h. */
#pragma once

#include "uri.h"

/* GET. https, or http on loopback; TLS verified against the system's certificates, or those of `ca_file` (PEM; NULL: the
 * system's); no redirects, no proxy; ten seconds, `max` bytes. The body is owned by the arena. Errors: ERR_MALFORMED (the
 * address), ERR_SOURCE_DOWN, ERR_SOURCE_BAD_ANSWER (any status but 200, or too long). */
result fetch_now(struct arena *a, struct str url, const char *ca_file, size_t max, struct str *ret_body);
