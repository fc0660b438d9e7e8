/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The guard's settings: one YAML file, read against a table that is also the manual (docs/guard-settings.md). */
#pragma once

#include "client_certificate.h"
#include "identity_header.h"
#include "rule.h"
#include "schema.h"

/* Where the request that is asked about is said. */
enum target_from { TARGET_FROM_HEADERS = 1, TARGET_FROM_PATH };

struct guard_settings {
        struct str issuer;
        struct str jwks_uri;             /* empty: by discovery */
        struct str ca_file;              /* empty: the system's */
        struct str host;
        int port;
        unsigned workers, tasks, connections;
        int log_level;
        struct str realm;
        int64_t leeway;                  /* seconds, as all below */
        int64_t max_token_life;
        bool second_opinion;
        int64_t refresh, min_refresh, max_stale, fetch_timeout;
        const struct str *status_origins; /* the issuer's own first */
        size_t status_origin_count;      /* 0: status lists don't matter */
        int64_t status_max_stale;
        size_t status_lists;
        size_t cached_tokens;
        enum target_from target_from;
        const char *uri_header;
        const char *method_header;
        const struct str *dpop_origins;
        size_t dpop_origin_count;        /* 0: bound tokens are refused */
        int64_t dpop_window;
        size_t dpop_proofs;
        const char *certificate_header;  /* NULL: tokens bound to a certificate are refused */
        enum client_certificate_format certificate_format;
        const struct identity_header *headers;
        size_t header_count;
        struct rules rules;
};

extern const struct schema_field guard_schema[];

/* Reads `file` into `a`, which must live as long as the settings. Mistakes are added to the list.
 * Errors: ERR_CONFIG. */
result guard_settings_load(struct arena *a, struct str file, struct mistakes *mistakes,
                           struct guard_settings *ret_settings);
