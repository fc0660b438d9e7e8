/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See grant.h. */
#include "grant.h"

static const struct grant grants[] = {
        { "authorization_code", authorization_code_grant },
        { "refresh_token", refresh_token_grant },
};

result grant_find(struct arena *a, struct str type, const struct grant **ret_grant)
{
        if (str_is_empty(type))
                return fail(a, ERR_INVALID_REQUEST, "grant_type missing");
        for (size_t i = 0; i < sizeof(grants) / sizeof(grants[0]); i++)
                if (str_is(type, grants[i].type)) {
                        *ret_grant = &grants[i];
                        return OK;
                }
        return fail(a, ERR_UNSUPPORTED_GRANT_TYPE, "unknown grant_type");
}
