/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The stand-in for a public service: an API that takes a bearer token. RFC 6750, RFC 9068. */
#pragma once

#include "provider.h"
#include "site.h"

struct service {
        struct provider provider;
        struct str audience;
        struct str scope; /* a word that the token's scope must have; empty: none */
};

extern const struct site_route service_routes[];

/* "Bearer token": the token; empty when the header is absent or of another scheme (RFC 6750, section 2.1). */
struct str service_bearer(struct str authorization);
