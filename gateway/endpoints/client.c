/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See client.h. */
#include "client.h"

#include "client_authentication.h"
#include "clock.h"
#include "replay.h"

static result check_replay(struct task *t, const struct client *client, const struct client_assertion *assertion)
{
        int64_t life = assertion->expires_at - clock_now();
        bool first;

        if (str_is_empty(assertion->jti))
                return OK;
        TRY(replay_check_new(t, client->client_id, assertion->jti, life > 0 ? life : 1, &first));
        return first ? OK : fail(task_arena(t), ERR_INVALID_CLIENT, "client_assertion replayed");
}

result client_of(struct task *t, const struct call *call, const struct client **ret_client)
{
        struct arena *a = task_arena(t);
        const struct config *config = gateway_of(t)->config;
        const struct client_authentication_context context = {
                .issuer = config->issuer,
                .token_endpoint = ARENA_JOIN(a, config->issuer, STR("/token")),
                .endpoint = ARENA_JOIN(a, config->issuer, str_from(call->route->path)),
                .now = clock_now(),
        };
        struct client_credentials credentials;
        struct client_assertion assertion;
        const struct client *client;

        if (!str_is_empty(params_first_repeated(&call->params)))
                return fail(a, ERR_INVALID_REQUEST, "a parameter is repeated");
        if (request_header_is_repeated(t, "Authorization"))
                return fail(a, ERR_INVALID_REQUEST, "Authorization repeated");
        TRY(client_credentials_parse(a, request_header(t, "Authorization"), &call->params, &credentials));
        client = config_client(config, credentials.client_id);
        if (!client)
                return fail(a, ERR_INVALID_CLIENT, "unknown client");
        TRY(client_credentials_check(a, &context, client, &credentials, &assertion));
        TRY(check_replay(t, client, &assertion));
        *ret_client = client;
        return OK;
}
