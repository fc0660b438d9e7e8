/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Authorization code flow of a confidential client: PKCE S256, state, nonce, iss; then the ID token's checks. */
#include "portal.h"

#include "base64url.h"
#include "clock.h"
#include "digest.h"
#include "secret.h"
#include "uri.h"

#define REPLY_MAX ((size_t)256 * 1024)
#define SESSION_BYTES ((size_t)256 * 1024)

static struct attempt *attempt_new(struct arena *a, struct portal_session *s)
{
        struct attempt *attempt = &s->attempts[s->attempt_next++ % ATTEMPTS];
        field_set(attempt->state, sizeof attempt->state, random_token(a, 32));
        field_set(attempt->nonce, sizeof attempt->nonce, random_token(a, 32));
        field_set(attempt->code_verifier, sizeof attempt->code_verifier, random_token(a, 32));
        return attempt;
}

static struct str callback_url(struct task *t)
{
        const struct portal *p = site_state(t);
        return ARENA_JOIN(task_arena(t), p->public_url, STR("/callback"));
}

static struct str authorization_url(struct task *t, struct str endpoint, const struct attempt *attempt,
                                    struct str source)
{
        struct arena *a = task_arena(t);
        const struct portal *p = site_state(t);
        struct param params[] = {
                { STR("response_type"), STR("code") },
                { STR("client_id"), p->client_id },
                { STR("redirect_uri"), callback_url(t) },
                { STR("scope"), p->scope },
                { STR("state"), str_from(attempt->state) },
                { STR("nonce"), str_from(attempt->nonce) },
                { STR("code_challenge"), sha256_base64url(a, str_from(attempt->code_verifier)) },
                { STR("code_challenge_method"), STR("S256") },
                { STR("login_hint"), source },
                { STR("acr_values"), p->acr_values },
        };
        size_t count = 8;
        if (!str_is_empty(source))
                count++;
        if (!str_is_empty(p->acr_values))
                params[count++] = params[9];
        return uri_with_params(a, endpoint, params, count);
}

void portal_sign_in(struct task *t)
{
        struct portal *p = site_state(t);
        struct params params;
        struct portal_session *s = portal_session_find(t);
        if (!s || !is_ok(site_params(t, &params)) || !str_eq_secret(str_from(s->csrf), params_get(&params, "csrf"))) {
                portal_problem(t, 403, "This form is too old. 表格已失效。",
                               STR("Go back to the front page and try again."));
                return;
        }
        struct str source = str_is(params_get(&params, "source"), "any") ? STR("") : p->source;
        struct str endpoint;
        if (!is_ok(provider_endpoint(t, &p->provider, "authorization_endpoint", &endpoint)) || str_is_empty(endpoint)) {
                portal_problem(t, 503, "The gateway does not answer. 網關沒有回應。", STR("Please try again shortly."));
                return;
        }
        s = portal_session_need(t);
        const struct attempt *attempt = attempt_new(task_arena(t), s);
        site_redirect(t, authorization_url(t, endpoint, attempt, source));
}

/* The attempt that this state belongs to, taken out: a state is good once. */
static bool attempt_take(struct portal_session *s, struct str state, struct attempt *ret_attempt)
{
        for (size_t i = 0; s && !str_is_empty(state) && i < ATTEMPTS; i++) {
                if (!str_eq_secret(str_from(s->attempts[i].state), state))
                        continue;
                *ret_attempt = s->attempts[i];
                s->attempts[i] = (struct attempt){ 0 };
                return true;
        }
        return false;
}

/* RFC 6749, section 2.3.1: both parts are form-encoded before they become Basic credentials. */
static struct str basic_credentials(struct arena *a, const struct portal *p)
{
        struct buf b = buf_in(a, 1024);
        uri_encode(&b, p->client_id);
        buf_add_char(&b, ':');
        uri_encode(&b, p->client_secret);
        return ARENA_JOIN(a, STR("Basic "), base64_encode(a, buf_str(&b)));
}

static result token_fetch(struct task *t, struct str code, const struct attempt *attempt, json_t **ret_tokens)
{
        struct arena *a = task_arena(t);
        struct portal *p = site_state(t);
        struct str endpoint;
        TRY(provider_endpoint(t, &p->provider, "token_endpoint", &endpoint));
        struct buf body = buf_in(a, 4096);
        form_add(&body, "grant_type", STR("authorization_code"));
        form_add(&body, "code", code);
        form_add(&body, "redirect_uri", callback_url(t));
        form_add(&body, "code_verifier", str_from(attempt->code_verifier));
        const struct fetch_header headers[] = {
                { STR("Content-Type"), STR("application/x-www-form-urlencoded") },
                { STR("Authorization"), basic_credentials(a, p) },
        };
        struct fetch_request request = { .peer = p->provider.peer,
                                         .method = "POST",
                                         .url = endpoint,
                                         .headers = headers,
                                         .header_count = 2,
                                         .body = buf_str(&body) };
        struct fetch_reply reply;
        TRY(fetch(t, &request, &reply));
        json_t *tokens;
        TRY(json_read_object(a, reply.body, REPLY_MAX, &tokens));
        if (reply.status != 200)
                return fail(a, ERR_INVALID_GRANT, "the token endpoint answered %d", reply.status);
        if (!str_eq_nocase(json_str(tokens, "token_type"), STR("Bearer")) ||
            str_is_empty(json_str(tokens, "access_token")) || str_is_empty(json_str(tokens, "id_token")))
                return fail(a, ERR_VERIFY, "the token answer is incomplete");
        *ret_tokens = tokens;
        return OK;
}

struct str portal_at_hash(struct arena *a, enum alg alg, struct str access_token)
{
        enum digest digest = alg == ALG_EDDSA ? DIGEST_SHA512 : alg == ALG_SM2 ? DIGEST_SM3 : DIGEST_SHA256;
        struct str bytes = digest_of(a, digest, access_token);
        return base64url_encode(a, str_head(bytes, bytes.len / 2));
}

static result id_token_check(struct task *t, const json_t *tokens, const struct attempt *attempt, json_t **ret_claims)
{
        struct arena *a = task_arena(t);
        struct portal *p = site_state(t);
        struct str id_token = json_str(tokens, "id_token");
        struct jwt_expect expect = { .type = "JWT",
                                     .type_optional = true,
                                     .audience = p->client_id,
                                     .subject_unchecked = true,
                                     .now = clock_now(),
                                     .leeway = 10,
                                     .max_age = 600,
                                     .max_life = 86400,
                                     .exp_required = true };
        json_t *claims;
        struct jws jws;
        TRY(provider_verify(t, &p->provider, id_token, expect, &claims));
        TRY(jws_parse(a, id_token, &jws));
        if (!str_eq_secret(json_str(claims, "nonce"), str_from(attempt->nonce)))
                return fail(a, ERR_VERIFY, "nonce differs");
        struct str at_hash = json_str(claims, "at_hash");
        if (!str_is_empty(at_hash) && !str_eq(at_hash, portal_at_hash(a, jws.alg, json_str(tokens, "access_token"))))
                return fail(a, ERR_VERIFY, "at_hash differs");
        *ret_claims = claims;
        return OK;
}

static void session_fill(struct portal_session *s, const json_t *tokens, json_t *claims)
{
        arena_free(s->arena);
        arena_free(s->answer_arena);
        s->answer_arena = NULL;
        s->answer_status = 0;
        s->arena = arena_new(SESSION_BYTES);
        s->claims = arena_own_json(s->arena, json_incref(claims));
        s->id_token = arena_copy(s->arena, json_str(tokens, "id_token"));
        s->access_token = arena_copy(s->arena, json_str(tokens, "access_token"));
}

static result callback_check(struct task *t, const struct params *params, struct attempt *ret_attempt)
{
        struct portal *p = site_state(t);
        struct attempt attempt;
        if (!attempt_take(portal_session_find(t), params_get(params, "state"), &attempt))
                return fail(task_arena(t), ERR_FLOW_FOREIGN, "state is not of this browser");
        if (params_has(params, "iss") && !str_eq(params_get(params, "iss"), p->provider.issuer))
                return fail(task_arena(t), ERR_VERIFY, "iss is another issuer");
        if (params_has(params, "error"))
                return fail(task_arena(t), ERR_ACCESS_DENIED, "the gateway returned an error");
        *ret_attempt = attempt;
        return str_is_empty(params_get(params, "code")) ? fail(task_arena(t), ERR_INVALID_REQUEST, "no code") : OK;
}

static result callback_finish(struct task *t, const struct params *params)
{
        struct attempt attempt;
        json_t *tokens, *claims;
        TRY(callback_check(t, params, &attempt));
        TRY(token_fetch(t, params_get(params, "code"), &attempt, &tokens));
        TRY(id_token_check(t, tokens, &attempt, &claims));
        struct portal_session *s = portal_session_find(t);
        if (!s)
                return fail(task_arena(t), ERR_FLOW_UNKNOWN, "the session is gone");
        session_fill(s, tokens, claims);
        portal_session_rename(t, s);
        return OK;
}

void portal_callback(struct task *t)
{
        struct params params;
        result finished = site_params(t, &params);
        if (is_ok(finished))
                finished = callback_finish(t, &params);
        if (is_ok(finished)) {
                site_redirect(t, STR("/"));
                return;
        }
        struct str detail = is_error(finished, &ERR_ACCESS_DENIED)
                                    ? ARENA_JOIN(task_arena(t), params_get(&params, "error"), STR(": "),
                                                 params_get(&params, "error_description"))
                                    : arena_reason(task_arena(t));
        portal_problem(t, finished.error->status, "You are not signed in. 未能登入。", detail);
}
