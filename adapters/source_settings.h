/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What the settings of all sources have in common: addresses, credentials, the peer's limits, secrets kept in files. */
#pragma once

#include "adapter.h"
#include "secret.h"

/* Rows for the beginning of an adapter's schema table. */
#define SOURCE_ACCESS_FIELDS                                                                                           \
        { .name = "api_base", .kind = SCHEMA_URL, .required = true, .doc = "Base address of the server calls." },      \
        { .name = "web_base", .kind = SCHEMA_URL, .doc = "Base of the pages in the browser; default: api_base." },     \
        { .name = "client_id", .kind = SCHEMA_STRING, .required = true, .doc = "The id that the source gave us." },    \
        { .name = "client_secret_file", .kind = SCHEMA_FILE, .doc = "File with the secret that goes with it." },       \
        { .name = "client_secret", .kind = SCHEMA_STRING, .secret = true, .doc = "The secret itself; a file is better." }

/* Rows for its end. */
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

struct source_access {
        struct str api_base;    /* without slashes at its end: paths begin with one */
        struct str web_base;
        struct str web_origin;  /* of web_base */
        struct str client_id;
        const struct secret *client_secret; /* without blanks at its ends */
};

/* Reads what both macros describe, and makes source->peer, which reaches the origin of api_base only and lives as
 * long as the arena.
 * Errors: ERR_CONFIG. */
result source_access_read(struct arena *a, const json_t *settings, struct source *source, struct source_access *ret_access);
/* A file's content, at most 64 KiB. Errors: ERR_CONFIG. */
result source_file(struct arena *a, struct str path, struct str *ret_content);
