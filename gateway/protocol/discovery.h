/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Provider metadata (OpenID Connect Discovery 1.0, section 3; RFC 8414, section 2), made from the table of endpoints and
 * the settings, so that it can't promise what is not there. */
#pragma once

#include "config.h"

struct discovery_endpoint {
        const char *member;   /* "authorization_endpoint" */
        const char *path;
};

/* `endpoints` ends with a NULL member. `acr_values`: JSON array, owned by the caller. */
json_t *discovery_render(struct arena *a, const struct config *config, const struct discovery_endpoint *endpoints,
                         const json_t *acr_values);
