/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Guangdong's unified identity platform (广东省统一身份认证平台): an OAuth 2.0 dialect without state, PKCE and nonce, with
 * secrets in query strings. What it lacks, the gateway adds: the state is part of the redirect URI, so each flow has its
 * own, and nothing of an address goes into a log. docs/sources/guangdong.md describes it. */
#include "guangdong.h"

#include "clock.h"
#include "digest.h"
#include "json.h"
#include "source_settings.h"
#include "uri.h"

#define CODE_MAX 512
#define TOKEN_MAX 2048
#define ANSWER_MAX (256 * 1024)

static const struct schema_field settings_schema[] = {
        SOURCE_ACCESS_FIELDS,
        { .name = "path_authorize", .kind = SCHEMA_STRING, .fallback = "/pscp/sso/connect/page/oauth2/authorize",
          .doc = "Path of the login page; older deployments have /tif instead of /pscp." },
        { .name = "path_token", .kind = SCHEMA_STRING, .fallback = "/pscp/sso/connect/page/oauth2/access_token",
          .doc = "Path where a code becomes an access token." },
        { .name = "path_user", .kind = SCHEMA_STRING, .fallback = "/pscp/sso/connect/page/oauth2/tokeninfo",
          .doc = "Path of the user object." },
        { .name = "path_logout", .kind = SCHEMA_STRING, .fallback = "/_tif_sso_logout_/", .doc = "Path of logout." },
        { .name = "service", .kind = SCHEMA_STRING, .fallback = "initService", .doc = "The parameter service." },
        { .name = "scope", .kind = SCHEMA_STRING, .fallback = "all", .doc = "The parameter scope." },
        { .name = "grant_type", .kind = SCHEMA_STRING, .fallback = "authorization_code",
          .doc = "The parameter grant_type; one older caller uses code." },
        { .name = "subject_member", .kind = SCHEMA_ENUM, .words = "useridcode uid", .fallback = "useridcode",
          .doc = "Which member of the user object names the person for good." },
        SOURCE_PEER_FIELDS,
        { .kind = SCHEMA_END },
};

static const struct guangdong *guangdong_of(const struct source *source)
{
        return source->settings;
}

static void fill(struct guangdong *s, const json_t *settings)
{
        s->path_authorize = json_str(settings, "path_authorize");
        s->path_token = json_str(settings, "path_token");
        s->path_user = json_str(settings, "path_user");
        s->path_logout = json_str(settings, "path_logout");
        s->service = json_str(settings, "service");
        s->scope = json_str(settings, "scope");
        s->grant_type = json_str(settings, "grant_type");
        s->subject_member = json_str(settings, "subject_member");
}

static result configure(struct arena *a, const json_t *settings, struct source *source)
{
        struct guangdong *s = arena_new_of(a, struct guangdong);

        fill(s, settings);
        TRY(source_access_read(a, settings, source, &s->access));
        source->settings = s;
        return OK;
}

static result start(struct task *t, const struct source *source, const struct login *login, struct str *ret_url,
                    json_t **ret_memo)
{
        struct arena *a = task_arena(t);
        const struct guangdong *s = guangdong_of(source);
        const struct param params[] = {
                { STR("client_id"), s->access.client_id },
                { STR("service"), s->service },
                { STR("scope"), s->scope },
                { STR("response_type"), STR("code") },
                { STR("redirect_uri"), login->callback_url },
        };

        *ret_url = uri_with_params(a, ARENA_JOIN(a, s->access.web_base, s->path_authorize), params,
                                   sizeof(params) / sizeof(params[0]));
        *ret_memo = json_new_object(a);
        return OK;
}

struct query {
        struct str path;
        const struct param *params;
        size_t count;
};

/* *ret_raw: the bytes of the answer, for evidence. */
static result get(struct task *t, const struct source *source, const struct query *query, json_t **ret_answer,
                  struct str *ret_raw)
{
        struct arena *a = task_arena(t);
        struct str url = ARENA_JOIN(a, guangdong_of(source)->access.api_base, query->path);
        const struct fetch_request request = {
                .peer = source->peer,
                .method = "GET",
                .url = uri_with_params(a, url, query->params, query->count),
        };
        struct fetch_reply reply;

        TRY(fetch(t, &request, &reply));
        if (reply.status >= 500 || reply.status == 429)
                return fail(a, ERR_SOURCE_DOWN, "the platform answered status %d", reply.status);
        if (reply.status != 200 || !is_ok(json_read_object(a, reply.body, ANSWER_MAX, ret_answer)))
                return fail(a, ERR_SOURCE_BAD_ANSWER, "the platform's answer is no object (status %d)", reply.status);
        *ret_raw = reply.body;
        return OK;
}

static result redeem(struct task *t, const struct source *source, const struct login *login, struct str code,
                     struct str *ret_token)
{
        const struct guangdong *s = guangdong_of(source);
        const struct param params[] = {
                { STR("client_id"), s->access.client_id },
                { STR("client_secret"), secret_reveal(s->access.client_secret) },
                { STR("code"), code },
                { STR("scope"), s->scope },
                { STR("grant_type"), s->grant_type },
                { STR("redirect_uri"), login->callback_url },
        };
        const struct query query = { s->path_token, params, sizeof(params) / sizeof(params[0]) };
        struct str token, raw;
        json_t *answer;

        TRY(get(t, source, &query, &answer, &raw));
        token = json_str(answer, "access_token");
        if (token.len == 0 || token.len > TOKEN_MAX || !str_is_printable_ascii(token))
                return fail_with(task_arena(t),
                                 json_object_get(answer, "errcode") ? &ERR_SOURCE_EXPIRED : &ERR_SOURCE_BAD_ANSWER,
                                 "no access_token for the code");
        *ret_token = token;
        return OK;
}

static result finish(struct task *t, const struct source *source, const struct login *login, const struct params *callback,
                     struct adapter_outcome *ret_outcome)
{
        struct arena *a = task_arena(t);
        const struct guangdong *s = guangdong_of(source);
        struct str code = params_get(callback, "code"), token, raw;
        struct adapter_outcome outcome = { .kind = OUTCOME_DONE };
        struct query query = { .path = s->path_user, .count = 1 };
        json_t *answer;

        if (str_is_empty(code))
                return fail(a, ERR_SOURCE_REFUSED, "the callback has no code");
        if (code.len > CODE_MAX || !str_is_printable_ascii(code))
                return fail(a, ERR_SOURCE_BAD_ANSWER, "the code is out of form");
        TRY(redeem(t, source, login, code, &token));
        query.params = &(struct param){ STR("access_token"), token };
        TRY(get(t, source, &query, &answer, &raw));
        outcome.assertion = (struct assertion){
                .source = source->id,
                .jurisdiction = source->jurisdiction,
                .auth_time = clock_now(),
                .transaction = sha256_base64url(a, code),
                .evidence_sha256 = sha256_base64url(a, raw),
        };
        TRY(guangdong_user(a, s, answer, &outcome.assertion));
        *ret_outcome = outcome;
        return OK;
}

static struct str logout_url(struct arena *a, const struct source *source, struct str return_to)
{
        const struct guangdong *s = guangdong_of(source);

        return uri_with_params(a, ARENA_JOIN(a, s->access.web_base, s->path_logout),
                               &(struct param){ STR("redirect_uri"), return_to }, 1);
}

static struct str browser_origins(const struct source *source)
{
        return guangdong_of(source)->access.web_origin;
}

extern const struct adapter guangdong_adapter;
const struct adapter guangdong_adapter = {
        .name = "guangdong",
        .traits = ADAPTER_STATE_IN_PATH | ADAPTER_LOGOUT,
        .schema = settings_schema,
        .configure = configure,
        .start = start,
        .finish = finish,
        .logout_url = logout_url,
        .browser_origins = browser_origins,
};
