/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* /userinfo (OpenID Connect Core 1.0, section 5.3; bearer tokens by RFC 6750). */
#include "access_token.h"
#include "clock.h"
#include "handlers.h"
#include "release.h"

/* RFC 6750, section 2: header or form, not both. */
static result read_token(struct task *t, const struct call *call, struct str *ret_token)
{
        struct arena *a = task_arena(t);
        struct str header = request_header(t, "Authorization"), form = { 0 };
        bool bearer = str_eq_nocase(str_head(header, 7), STR("Bearer "));

        if (call->method == METHOD_POST)
                form = params_get(&call->params, "access_token");
        if (request_header_is_repeated(t, "Authorization") || params_is_repeated(&call->params, "access_token") ||
            (bearer && form.len > 0))
                return fail(a, ERR_INVALID_REQUEST, "access token sent in several ways");
        *ret_token = bearer ? str_trim(str_from_index(header, 7)) : form;
        return OK;
}

/* RFC 6750, section 3.1: without a token the challenge has no error code. */
static result ask_for_token(struct task *t)
{
        reply_header(t, "WWW-Authenticate", STR("Bearer realm=\"baygate\""));
        reply_body(t, 401, NULL, (struct str){ 0 });
        return OK;
}

/* Of what was released when the grant was made, what this token's scope covers. */
static void add_released(const struct access_token *token, json_t *info)
{
        bool whole = str_eq(token->scope, token->grant.scope);
        const char *name;
        json_t *value;

        json_object_foreach((json_t *)token->grant.userinfo, name, value)
                if (whole || scope_covers(token->scope, name))
                        json_object_set(info, name, value);
}

result userinfo_endpoint(struct task *t, const struct call *call)
{
        json_t *info = json_new_object(task_arena(t));
        struct release_request request = { .now = clock_now() };
        struct access_token token;
        struct identity identity;
        struct str text;

        TRY(read_token(t, call, &text));
        if (str_is_empty(text))
                return ask_for_token(t);
        TRY(access_token_read(t, text, &token));
        if (!str_has_word(token.scope, STR("openid")))
                return fail(task_arena(t), ERR_INSUFFICIENT_SCOPE, "scope openid was not granted");
        identity = identity_parse(token.grant.identity);
        request.client = token.client;
        request.item = token.item;
        if (release_policy_stands(gateway_of(t), &identity, &request, token.grant.policy)) {
                add_released(&token, info);
                if (token.grant.policy)
                        json_object_set(info, "release_policy", (json_t *)token.grant.policy);
        }
        json_put_str(info, "sub", token.grant.subject);
        reply_json(t, 200, info);
        return OK;
}
