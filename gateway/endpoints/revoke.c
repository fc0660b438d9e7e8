/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* /revoke (RFC 7009): a client gives back a token, and with it the grant that it belongs to: all access and refresh
 * tokens of it end at once. A token that is none, or has ended, is no error: what the client wants is so already. */
#include "access_token.h"
#include "client.h"
#include "handlers.h"
#include "token_handle.h"
#include "withdrawal.h"

static result find_grant(struct task *t, struct str text, struct access_grant *ret_grant)
{
        struct token_handle handle;
        struct access_token token;

        if (token_handle_read(task_arena(t), gateway_of(t)->state, TOKEN_HANDLE_REFRESH, text, &handle))
                return access_grant_get(t, handle.grant, ret_grant);
        TRY(access_token_read(t, text, &token));
        *ret_grant = token.grant;
        return OK;
}

/* RFC 7009, section 2.2. */
static result reply_done(struct task *t)
{
        reply_body(t, 200, NULL, (struct str){ 0 });
        return OK;
}

result revoke_endpoint(struct task *t, const struct call *call)
{
        struct arena *a = task_arena(t);
        struct str text = params_get(&call->params, "token");
        const struct client *client;
        struct access_grant grant;
        result r;

        TRY(client_of(t, call, &client));
        if (str_is_empty(text))
                return fail(a, ERR_INVALID_REQUEST, "token missing");
        r = find_grant(t, text, &grant);
        if (is_error(r, &ERR_INVALID_TOKEN))
                return reply_done(t);
        TRY(r);
        if (!str_eq(grant.client_id, client->client_id))
                return fail(a, ERR_UNAUTHORIZED_CLIENT, "token of another client");
        TRY(withdrawal_of_grant(t, &grant, STR("revoked_by_client")));
        return reply_done(t);
}
