/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* For tests of grants: a person who signed in and what the client then has. */
#pragma once

#include "fixed_gateway.h"

#include "access_grant.h"
#include "authorization_code.h"
#include "consent.h"
#include "grant.h"
#include "identity.h"
#include "jwt.h"

static inline struct client *granted_client(struct task *t, const char *client_id)
{
        return (struct client *)(uintptr_t)config_client(gateway_of(t)->config, str_from(client_id));
}

/* The portal's code for a person from `cn`, whose session ends in an hour. */
static inline result granted_code(struct task *t, struct str scope, struct str fields, struct str *ret_code)
{
        struct identity identity = identity_of(t, &said.cn);
        const struct authorization_code code = {
                .client_id = STR("portal"),
                .redirect_uri = STR("https://portal.example/callback"),
                .code_challenge = STR(FIXED_CHALLENGE),
                .nonce = STR("n-1"),
                .scope = scope,
                .session = STR("s-1"),
                .session_until = clock_now() + 3600,
                .identity = identity_render(task_arena(t), &identity),
                .fields = fields,
                .auth_time = said.cn.auth_time,
                .expires_at = clock_now() + 60,
        };
        struct consent consent = { .client_id = code.client_id, .fields = fields, .given_at = clock_now() };
        TRY(identity_subject(t, &identity, config_client(gateway_of(t)->config, code.client_id), &consent.subject));
        TRY(consent_put(t, &consent));
        *ret_code = authorization_code_new(task_arena(t));
        return authorization_code_put(t, &code, *ret_code);
}

/* What the portal gets for such a code. */
static inline result granted_tokens(struct task *t, struct str scope, struct str fields, json_t **ret_response)
{
        struct arena *a = task_arena(t);
        struct params params;
        struct str code;
        TRY(granted_code(t, scope, fields, &code));
        TRY(params_parse(a, ARENA_JOIN(a, STR("redirect_uri=https%3A%2F%2Fportal.example%2Fcallback&code_verifier="
                                              FIXED_VERIFIER "&code="), code), &params));
        return authorization_code_grant(t, granted_client(t, "portal"), &params, ret_response);
}
