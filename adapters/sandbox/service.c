/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* One resource, GET /api/me: the caller's subject and rights, as the verified access token says them. */
#include "service.h"

#include "clock.h"

#define LEEWAY_S 10
#define TOKEN_LIFE_MOST_S 86400

static void me_answer(struct task *t);
static void front_answer(struct task *t);

const struct site_route service_routes[] = {
        { METHOD_GET, "/api/me", me_answer },
        { METHOD_GET, "/", front_answer },
        { 0 },
};

struct str service_bearer(struct str authorization)
{
        static const struct str scheme = STR("Bearer ");
        if (!str_eq_nocase(str_head(authorization, scheme.len), scheme))
                return STR("");
        return str_trim(str_from_index(authorization, scheme.len));
}

/* RFC 6750, section 3: no error code when no token was given. */
static void challenge(struct task *t, int status, const char *error)
{
        struct arena *a = task_arena(t);
        json_t *json = json_new_object(a);
        struct str value = STR("Bearer realm=\"sandbox service\"");
        if (error) {
                value = arena_printf(a, "Bearer realm=\"sandbox service\", error=\"%s\"", error);
                json_put_str(json, "error", str_from(error));
        }
        reply_header(t, "WWW-Authenticate", value);
        reply_header(t, "Cache-Control", STR("no-store"));
        reply_json(t, status, json);
}

static void me_accept(struct task *t, const json_t *claims)
{
        static const char *const shown[] = {
                "sub", "client_id", "acr", "amr", "auth_time", "scope", "iss", "aud", "exp"
        };
        json_t *json = json_new_object(task_arena(t));
        for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
                if (json_object_get(claims, shown[i]))
                        json_object_set(json, shown[i], json_object_get(claims, shown[i]));
        json_put_str(json, "message", STR("The token is accepted. 令牌有效。"));
        reply_header(t, "Cache-Control", STR("no-store"));
        reply_json(t, 200, json);
}

static void me_answer(struct task *t)
{
        struct service *s = site_state(t);
        struct str token = service_bearer(request_header(t, "Authorization"));
        if (str_is_empty(token) || request_header_is_repeated(t, "Authorization")) {
                challenge(t, 401, NULL);
                return;
        }
        struct jwt_expect expect = { .type = "at+jwt",
                                     .audience = s->audience,
                                     .subject_unchecked = true,
                                     .now = clock_now(),
                                     .leeway = LEEWAY_S,
                                     .max_age = TOKEN_LIFE_MOST_S,
                                     .max_life = TOKEN_LIFE_MOST_S,
                                     .exp_required = true };
        json_t *claims;
        result verified = provider_verify(t, &s->provider, token, expect, &claims);
        if (is_error(verified, &ERR_SOURCE_DOWN) || is_error(verified, &ERR_SOURCE_BAD_ANSWER))
                challenge(t, 503, "temporarily_unavailable");
        else if (!is_ok(verified))
                challenge(t, 401, "invalid_token");
        else if (!str_is_empty(s->scope) && !str_has_word(json_str(claims, "scope"), s->scope))
                challenge(t, 403, "insufficient_scope");
        else
                me_accept(t, claims);
}

static void front_answer(struct task *t)
{
        site_message(t, 200, "Sandbox service · 沙盒服務",
                     STR("An API. GET /api/me with a bearer token answers with what the token says."));
}
