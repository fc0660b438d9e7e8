/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* /token (RFC 6749, section 3.2): who the client is, then which grant; the grant does the work. */
#include "client.h"
#include "grant.h"
#include "handlers.h"

result token_endpoint(struct task *t, const struct call *call)
{
        const struct client *client;
        const struct grant *grant;
        json_t *response;

        TRY(client_of(t, call, &client));
        TRY(grant_find(task_arena(t), params_get(&call->params, "grant_type"), &grant));
        TRY(grant->handle(t, client, &call->params, &response));
        reply_header(t, "Pragma", STR("no-cache"));
        reply_json(t, 200, response);
        return OK;
}
