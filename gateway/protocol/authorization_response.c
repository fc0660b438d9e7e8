/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See authorization_response.h. */
#include "authorization_response.h"

#include "uri.h"

/* Leaves out empty values: `state` is there exactly when the request had one. */
static struct str respond(struct arena *a, struct str redirect_uri, const struct param *params, size_t count)
{
        struct param used[8];
        size_t n = 0;

        for (size_t i = 0; i < count; i++)
                if (!str_is_empty(params[i].value))
                        used[n++] = params[i];
        return uri_with_params(a, redirect_uri, used, n);
}

struct str authorization_response_success(struct arena *a, const struct authorization_request *r, struct str issuer,
                                          struct str code)
{
        const struct param params[] = {
                { STR("code"), code },
                { STR("state"), r->state },
                { STR("iss"), issuer },
        };

        return respond(a, r->redirect_uri, params, 3);
}

struct str authorization_response_error(struct arena *a, const struct authorization_request *r, struct str issuer,
                                        const struct error *error)
{
        const struct param params[] = {
                { STR("error"), str_from(error->code) },
                { STR("error_description"), str_from(error->description) },
                { STR("state"), r->state },
                { STR("iss"), issuer },
        };

        return respond(a, r->redirect_uri, params, 4);
}
