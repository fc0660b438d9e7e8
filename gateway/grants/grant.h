/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Grant types of the token endpoint (RFC 6749, section 4): one file each, one row each. */
#pragma once

#include "form.h"
#include "gateway.h"

struct grant {
        const char *type;
        /* The token response (RFC 6749, section 5.1), owned by the task's arena. */
        result (*handle)(struct task *t, const struct client *client, const struct params *params, json_t **ret_response);
};

/* Errors: ERR_INVALID_REQUEST when absent, ERR_UNSUPPORTED_GRANT_TYPE. */
result grant_find(struct arena *a, struct str type, const struct grant **ret_grant);

result authorization_code_grant(struct task *t, const struct client *client, const struct params *params,
                                json_t **ret_response);
result refresh_token_grant(struct task *t, const struct client *client, const struct params *params,
                           json_t **ret_response);
