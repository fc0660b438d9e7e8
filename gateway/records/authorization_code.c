/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See authorization_code.h. */
#include "authorization_code.h"

#include "clock.h"
#include "digest.h"

static const struct record_kind code_kind = { .name = "code" };

struct str authorization_code_new(struct arena *a)
{
        return random_token(a, 32);
}

result authorization_code_put(struct task *t, const struct authorization_code *c, struct str code)
{
        struct arena *a = task_arena(t);
        struct record_value value = { buf_in(a, RECORD_MAX), c->expires_at - clock_now() };
        struct buf *o = &value.members;

        json_add_str(o, "client", c->client_id);
        json_add_str(o, "redirect_uri", c->redirect_uri);
        json_add_str(o, "challenge", c->code_challenge);
        json_add_str(o, "nonce", c->nonce);
        json_add_str(o, "scope", c->scope);
        json_add_str(o, "resource", c->resource);
        json_add_str(o, "session", c->session);
        json_add_str(o, "policy", c->policy);
        json_add_str(o, "fields", c->fields);
        json_add_int(o, "session_until", c->session_until);
        json_add_int(o, "agreed_until", c->agreed_until);
        json_add_int(o, "auth_time", c->auth_time);
        json_add_int(o, "exp", c->expires_at);
        json_add(o, "identity", c->identity);
        json_add(o, "claims", c->claims);
        return record_put(t, &code_kind, record_secret_id(a, code), &value);
}

result authorization_code_take(struct task *t, struct str code, struct authorization_code *ret_code)
{
        struct arena *a = task_arena(t);
        json_t *o;

        if (code.len != AUTHORIZATION_CODE_LEN)
                return fail(a, ERR_INVALID_GRANT, "code of %zu bytes", code.len);
        TRY(record_take(t, &code_kind, record_secret_id(a, code), &o));
        if (!o)
                return fail(a, ERR_INVALID_GRANT, "code unknown or used");
        if (json_int(o, "exp", 0) <= clock_now())
                return fail(a, ERR_INVALID_GRANT, "code expired");
        *ret_code = (struct authorization_code){
                .client_id = json_str(o, "client"),
                .redirect_uri = json_str(o, "redirect_uri"),
                .code_challenge = json_str(o, "challenge"),
                .nonce = json_str(o, "nonce"),
                .scope = json_str(o, "scope"),
                .resource = json_str(o, "resource"),
                .session = json_str(o, "session"),
                .policy = json_str(o, "policy"),
                .fields = json_str(o, "fields"),
                .session_until = json_int(o, "session_until", 0),
                .agreed_until = json_int(o, "agreed_until", 0),
                .auth_time = json_int(o, "auth_time", 0),
                .expires_at = json_int(o, "exp", 0),
                .identity = json_object_get(o, "identity"),
                .claims = json_object_get(o, "claims"),
        };
        return OK;
}

struct str authorization_code_grant_id(struct arena *a, struct str code)
{
        return sha256_base64url(a, ARENA_JOIN(a, STR("grant:"), code));
}
