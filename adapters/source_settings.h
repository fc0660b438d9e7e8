/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What the settings of all sources have in common: the peer's limits and secrets kept in files. */
#pragma once

#include "adapter.h"
#include "secret.h"

/* Rows for the end of an adapter's schema table. */
#define SOURCE_PEER_FIELDS                                                                                             \
        { .name = "timeout", .kind = SCHEMA_DURATION, .fallback = "8s", .min = 1, .max = 60,                            \
          .doc = "How long one request to the source may take." },                                                     \
        { .name = "max_waiting", .kind = SCHEMA_INT, .fallback = "256", .min = 1, .max = 100000,                        \
          .doc = "Bulkhead: requests that may wait for the source at once; further ones fail immediately." },          \
        { .name = "trip_after", .kind = SCHEMA_INT, .fallback = "5", .min = 1, .max = 1000,                             \
          .doc = "Circuit breaker: failures in a row after which requests fail at once." },                            \
        { .name = "open_for", .kind = SCHEMA_DURATION, .fallback = "10s", .min = 1, .max = 600,                         \
          .doc = "How long the breaker stays open before one request is let through as a probe." },                    \
        { .name = "ca_file", .kind = SCHEMA_FILE,                                                                       \
          .doc = "Certificates (PEM) of the authorities that the source's TLS is checked against; default: the system's." }

/* The base address `name`, without slashes at its end: paths begin with one. */
struct str source_base(const json_t *settings, const char *name);
/* A peer that reaches the origin of `api_base` only. Errors: ERR_CONFIG. */
result source_peer(struct arena *a, const struct source *source, const json_t *settings, struct str api_base,
                   struct peer **ret_peer);
/* The secret in `client_secret` or in the file named by `client_secret_file`, without blanks at its ends. */
result source_secret(struct arena *a, const json_t *settings, const struct secret **ret_secret);
/* A file's content, at most 64 KiB. Errors: ERR_CONFIG. */
result source_file(struct arena *a, struct str path, struct str *ret_content);
