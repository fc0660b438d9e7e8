/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The matrix of checks: read it down to know what /authorize refuses, in which order. Rows above the line answer with
 * a page, because the redirect URI is not proven yet; rows below it answer by redirect. */
#include "authorization_request.h"

#include "redirect_uri.h"
#include "scope.h"
#include "verified_claims.h"

#define STATE_MAX 2048
#define NONCE_MAX 1024
#define CLAIMS_MAX 4096
#define WISH_MAX 2048
#define CODE_CHALLENGE_LEN 43

typedef result authorization_check(const struct authorization_context *, struct authorization_request *);

static struct str param(const struct authorization_context *c, const char *name)
{
        return params_get(c->params, name);
}

static result check_identity_once(const struct authorization_context *c, struct authorization_request *r)
{
        (void)r;
        if (params_is_repeated(c->params, "client_id") || params_is_repeated(c->params, "redirect_uri"))
                return fail(c->arena, ERR_REDIRECT_URI, "client_id or redirect_uri repeated");
        return OK;
}

static result check_client(const struct authorization_context *c, struct authorization_request *r)
{
        r->client = config_client(c->config, param(c, "client_id"));
        if (!r->client)
                return fail(c->arena, ERR_UNKNOWN_CLIENT, "unknown client");
        return OK;
}

static result check_redirect_uri(const struct authorization_context *c, struct authorization_request *r)
{
        struct str uri = param(c, "redirect_uri");

        if (!redirect_uri_is_registered(c->arena, r->client, uri))
                return fail(c->arena, ERR_REDIRECT_URI, "redirect_uri %s",
                            str_is_empty(uri) ? "missing" : "not registered");
        r->redirect_uri = uri;
        return OK;
}

static result check_state(const struct authorization_context *c, struct authorization_request *r)
{
        struct str state = param(c, "state");

        if (state.len > STATE_MAX)
                return fail(c->arena, ERR_INVALID_REQUEST, "state of %zu bytes", state.len);
        if (!params_is_repeated(c->params, "state"))
                r->state = state;
        return OK;
}

/* RFC 8707, section 2: one item of the catalogue, or none. */
static result check_resource(const struct authorization_context *c, struct authorization_request *r)
{
        struct str resource = param(c, "resource");

        if (params_is_repeated(c->params, "resource"))
                return fail(c->arena, ERR_INVALID_TARGET, "several resources");
        if (str_is_empty(resource))
                return OK;
        r->item = catalogue_find(&c->config->catalogue, resource, r->client->client_id);
        return r->item ? OK : fail(c->arena, ERR_INVALID_TARGET, "resource unknown, or not for this client");
}

static result check_all_once(const struct authorization_context *c, struct authorization_request *r)
{
        struct str repeated = params_first_repeated(c->params);

        (void)r;
        if (!str_is_empty(repeated))
                return fail(c->arena, ERR_INVALID_REQUEST, "a parameter is repeated");
        return OK;
}

static result check_not_supported(const struct authorization_context *c, struct authorization_request *r)
{
        (void)r;
        if (!str_is_empty(param(c, "request")))
                return fail(c->arena, ERR_REQUEST_NOT_SUPPORTED, "request object");
        if (!str_is_empty(param(c, "request_uri")))
                return fail(c->arena, ERR_REQUEST_URI_NOT_SUPPORTED, "request_uri");
        if (!str_is_empty(param(c, "registration")))
                return fail(c->arena, ERR_REGISTRATION_NOT_SUPPORTED, "registration");
        return OK;
}

static result check_response_type(const struct authorization_context *c, struct authorization_request *r)
{
        r->response_type = param(c, "response_type");
        if (str_is_empty(r->response_type))
                return fail(c->arena, ERR_INVALID_REQUEST, "response_type missing");
        if (!str_is(r->response_type, "code"))
                return fail(c->arena, ERR_UNSUPPORTED_RESPONSE_TYPE, "response_type is not code");
        return OK;
}

static result check_response_mode(const struct authorization_context *c, struct authorization_request *r)
{
        r->response_mode = param(c, "response_mode");
        if (!str_is_empty(r->response_mode) && !str_is(r->response_mode, "query"))
                return fail(c->arena, ERR_INVALID_REQUEST, "response_mode is not query");
        return OK;
}

/* What a request can be granted at most: the client's scopes; for an item those of them that the item has, and openid. */
static struct str permitted_scopes(struct arena *a, const struct authorization_request *r)
{
        struct str scopes = r->client->scopes, word;
        struct buf narrowed = buf_in(a, scopes.len + 1);

        while (r->item && str_split(&scopes, ' ', &word))
                if (str_is(word, "openid") || str_has_word(r->item->scopes, word)) {
                        buf_add(&narrowed, word);
                        buf_add_char(&narrowed, ' ');
                }
        return r->item ? buf_str(&narrowed) : r->client->scopes;
}

/* Scopes that may not be had are left out (Core, section 3.1.2.1; RFC 6749, section 3.3); the token response tells what
 * was granted. */
static result check_scope(const struct authorization_context *c, struct authorization_request *r)
{
        struct str asked = param(c, "scope"), word;
        struct str permitted = permitted_scopes(c->arena, r);
        struct buf granted = buf_in(c->arena, asked.len + 1);

        while (str_split(&asked, ' ', &word)) {
                if (str_is_empty(word) || !str_has_word(permitted, word) ||
                    str_has_word(buf_str(&granted), word))
                        continue;
                if (granted.len > 0)
                        buf_add_char(&granted, ' ');
                buf_add(&granted, word);
        }
        r->scope = buf_str(&granted);
        if (!str_has_word(r->scope, STR("openid")))
                return fail(c->arena, ERR_INVALID_SCOPE, "scope openid missing or not allowed");
        return OK;
}

static bool is_base64url(struct str s)
{
        for (size_t i = 0; i < s.len; i++) {
                char c = s.data[i];

                if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'))
                        return false;
        }
        return true;
}

/* RFC 7636, section 4.3; RFC 9700, section 2.1.1: S256 only. */
static result check_pkce(const struct authorization_context *c, struct authorization_request *r)
{
        struct str challenge = param(c, "code_challenge");

        if (str_is_empty(challenge) && str_is_empty(param(c, "code_challenge_method"))) {
                if (r->client->require_pkce)
                        return fail(c->arena, ERR_INVALID_REQUEST, "code_challenge missing");
                return OK;
        }
        if (!str_is(param(c, "code_challenge_method"), "S256"))
                return fail(c->arena, ERR_INVALID_REQUEST, "code_challenge_method is not S256");
        if (challenge.len != CODE_CHALLENGE_LEN || !is_base64url(challenge))
                return fail(c->arena, ERR_INVALID_REQUEST, "code_challenge is not a SHA-256");
        r->code_challenge = challenge;
        return OK;
}

static result check_nonce(const struct authorization_context *c, struct authorization_request *r)
{
        r->nonce = param(c, "nonce");
        if (r->nonce.len > NONCE_MAX)
                return fail(c->arena, ERR_INVALID_REQUEST, "nonce of %zu bytes", r->nonce.len);
        return OK;
}

static result check_prompt(const struct authorization_context *c, struct authorization_request *r)
{
        struct str prompt = param(c, "prompt"), words = prompt, word;

        while (str_split(&words, ' ', &word))
                if (word.len > 0 && !str_is(word, "none") && !str_is(word, "login") && !str_is(word, "consent") &&
                    !str_is(word, "select_account"))
                        return fail(c->arena, ERR_INVALID_REQUEST, "unknown prompt");
        if (str_has_word(prompt, STR("none")) && !str_is(prompt, "none"))
                return fail(c->arena, ERR_INVALID_REQUEST, "prompt none with another");
        r->prompt = prompt;
        return OK;
}

static result check_max_age(const struct authorization_context *c, struct authorization_request *r)
{
        struct str text = param(c, "max_age");

        r->max_age = -1;
        if (!str_is_empty(text) && !str_to_int(text, &r->max_age))
                return fail(c->arena, ERR_INVALID_REQUEST, "max_age is not a number");
        return OK;
}

/* A claim asked for by name needs the scope that stands for it as well: `scopes` is all that may be had. As with scopes,
 * the rest is left out. */
static void drop_claims(json_t *target, struct str scopes)
{
        for (const char *const *claim = scope_claims; *claim; claim++)
                if (!scope_covers(scopes, *claim)) {
                        json_object_del(target, *claim);
                        verified_claims_drop(target, *claim);
                }
}

static result check_claims(const struct authorization_context *c, struct authorization_request *r)
{
        struct str text = param(c, "claims"), permitted = permitted_scopes(c->arena, r);
        json_t *claims = NULL;

        if (str_is_empty(text))
                return OK;
        if (!is_ok(json_read_object(c->arena, text, CLAIMS_MAX, &claims)))
                return fail(c->arena, ERR_INVALID_REQUEST, "claims is not a JSON object");
        TRY(verified_claims_check(c->arena, claims));
        drop_claims(json_object_get(claims, "id_token"), permitted);
        drop_claims(json_object_get(claims, "userinfo"), permitted);
        r->claims = claims;
        return OK;
}

static result take_wishes(const struct authorization_context *c, struct authorization_request *r)
{
        r->ui_locales = param(c, "ui_locales");
        r->login_hint = param(c, "login_hint");
        r->acr_values = param(c, "acr_values");
        r->id_token_hint = param(c, "id_token_hint");
        if (r->login_hint.len > WISH_MAX || r->acr_values.len > WISH_MAX || r->prompt.len > WISH_MAX)
                return fail(c->arena, ERR_INVALID_REQUEST, "login_hint, acr_values or prompt too long");
        return OK;
}

static authorization_check *const checks[] = {
        check_identity_once,
        check_client,
        check_redirect_uri,
        /* ---- from here on errors go to the client by redirect ---- */
        check_state,
        check_resource,
        check_all_once,
        check_not_supported,
        check_response_type,
        check_response_mode,
        check_scope,
        check_pkce,
        check_nonce,
        check_prompt,
        check_max_age,
        check_claims,
        take_wishes,
};

result authorization_request_check(const struct authorization_context *c, struct authorization_request *ret_request)
{
        *ret_request = (struct authorization_request){ .text = c->params->text, .max_age = -1 };
        for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
                TRY(checks[i](c, ret_request));
        return OK;
}

bool authorization_request_prompts(const struct authorization_request *r, const char *word)
{
        return str_has_word(r->prompt, str_from(word));
}

struct str authorization_request_subject(const struct authorization_request *r)
{
        if (r->hinted_subject.len > 0)
                return r->hinted_subject;
        return json_str(json_object_get(json_object_get(r->claims, "id_token"), "sub"), "value");
}

struct str authorization_request_acr(struct arena *a, const struct authorization_request *r, bool *ret_essential)
{
        const json_t *acr = json_object_get(json_object_get(r->claims, "id_token"), "acr");
        struct str value = json_str(acr, "value");
        struct buf values = buf_in(a, CLAIMS_MAX);
        const json_t *each;
        size_t index;

        buf_add(&values, value);
        json_array_foreach(json_object_get(acr, "values"), index, each) {
                if (values.len > 0)
                        buf_add_char(&values, ' ');
                buf_add(&values, json_text(each));
        }
        *ret_essential = json_bool(acr, "essential", false) && values.len > 0;
        return *ret_essential ? buf_str(&values) : r->acr_values;
}
