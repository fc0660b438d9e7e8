/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* /authorize (RFC 6749, section 4.1.1; OpenID Connect Core 1.0, section 3.1.2): the checks are the matrix in
 * protocol/authorization_request.c; here it is decided whether a session answers or the person has to sign in. */
#include "answer.h"
#include "authorization_response.h"
#include "ceremony.h"
#include "clock.h"
#include "flow.h"
#include "handlers.h"
#include "id_token_hint.h"
#include "login_level.h"
#include "session.h"

/* Errors go to the client once its redirect URI is proven; else to a page. */
static result refuse(struct task *t, const struct authorization_request *request, result r)
{
        if (str_is_empty(request->redirect_uri) || !r.error->redirect)
                return r;
        reply_redirect(t, authorization_response_error(task_arena(t), request, gateway_of(t)->config->issuer, r.error));
        return OK;
}

static bool is_fresh(const struct authorization_request *request, const struct identity *identity)
{
        if (request->max_age < 0)
                return true;
        /* 0 is as prompt=login (Core, section 3.1.2.1) */
        return request->max_age > 0 && clock_now() - identity->assertion.auth_time <= request->max_age;
}

/* Would this session do, if the person need not be asked to sign in again? */
static bool session_serves(const struct gateway *g, const struct authorization_request *request,
                           const struct identity *identity)
{
        if (authorization_request_prompts(request, "login") || authorization_request_prompts(request, "select_account"))
                return false;
        if (!is_fresh(request, identity) || !login_offers(request->client, identity->assertion.source) ||
            !gateway_source(g, identity->assertion.source)) /* taken out of the settings meanwhile */
                return false;
        return !login_needs_attributes(request) || identity_has_attributes(identity);
}

/* Whom the ID token in the hint names: the login must end with that person (Core, section 3.1.2.1). */
static result read_hint(struct task *t, struct authorization_request *request)
{
        const struct gateway *g = gateway_of(t);
        struct id_token_hint hint;

        if (str_is_empty(request->id_token_hint))
                return OK;
        TRY(id_token_hint_check(task_arena(t), g->config, keyring_jwks(g->keyring), request->id_token_hint, &hint));
        if (hint.client != request->client)
                return fail(task_arena(t), ERR_INVALID_REQUEST, "id_token_hint is another client's");
        request->hinted_subject = hint.subject;
        return OK;
}

static result find_session(struct task *t, const struct authorization_request *request, struct session *session,
                           bool *ret_found)
{
        struct identity identity;

        TRY(login_session(t, answer_cookie_read(t, FLOW_SESSION_COOKIE), session, ret_found));
        if (!*ret_found)
                return OK;
        identity = identity_parse(session->identity);
        *ret_found = session_serves(gateway_of(t), request, &identity);
        return OK;
}

/* prompt=none: a page may not be shown. */
static result finish_silently(struct task *t, struct interaction *i)
{
        bool ask;

        if (i->step != STEP_CONSENT)
                return flow_refuse(t, i, &ERR_INTERACTION_REQUIRED);
        TRY(login_needs_consent(t, i, &ask));
        if (ask)
                return flow_refuse(t, i, &ERR_CONSENT_REQUIRED);
        return flow_finish(t, i);
}

/* The session's level is too low. With one way to go there is nothing to choose. */
static result step_up(struct task *t, struct interaction *i)
{
        struct str only = login_only_way(i);

        return only.len > 0 ? flow_leave(t, i, only) : flow_continue(t, i);
}

/* *ret_served is false when the session's level is too low and nothing is known that would raise it, or it is another
 * person's, so that a new login has to follow. */
static result serve_from_session(struct task *t, const struct authorization_request *request, struct interaction *i,
                                 const struct session *session, bool *ret_served)
{
        struct identity identity = identity_parse(session->identity);
        result r;

        i->session = session->id;
        r = login_settle(t, i, &identity);
        *ret_served = !is_error(r, &ERR_UNMET_AUTHENTICATION_REQUIREMENTS) && !is_error(r, &ERR_LOGIN_REQUIRED);
        if (!*ret_served)
                return OK;
        TRY(r);
        if (i->step == STEP_STEP_UP)
                return step_up(t, i);
        return authorization_request_prompts(request, "none") ? finish_silently(t, i) : flow_continue(t, i);
}

/* The source to go to without a chooser: the hinted one, or the only one there is. */
static struct str only_source(const struct gateway *g, const struct authorization_request *request)
{
        const struct client *client = request->client;

        if (authorization_request_prompts(request, "select_account"))
                return (struct str){ 0 };
        if (gateway_source(g, request->login_hint) && login_offers(client, request->login_hint))
                return request->login_hint;
        if (client->source_count == 1)
                return client->sources[0];
        return client->source_count == 0 && g->source_count == 1 ? g->sources[0].id : (struct str){ 0 };
}

static result sign_in(struct task *t, const struct authorization_request *request, struct interaction *i)
{
        struct str source = only_source(gateway_of(t), request);

        if (source.len > 0)
                return flow_leave(t, i, source);
        TRY(interaction_put(t, i));
        return flow_continue(t, i);
}

static result authorize(struct task *t, const struct authorization_request *request)
{
        struct str language = language_tag(answer_language(t, (struct str){ 0 }, request->ui_locales)), cookie;
        struct interaction i = login_new(t, request, language, &cookie);
        struct session session;
        bool found, served = false;

        TRY(find_session(t, request, &session, &found));
        if (!found && authorization_request_prompts(request, "none"))
                return fail(task_arena(t), ERR_LOGIN_REQUIRED, "no session that serves");
        if (!authorization_request_prompts(request, "none"))
                flow_bind_browser(t, &i, cookie);
        if (found)
                TRY(serve_from_session(t, request, &i, &session, &served));
        if (served)
                return OK;
        if (authorization_request_prompts(request, "none"))
                return fail(task_arena(t), ERR_LOGIN_REQUIRED, "the session's level is too low, or it is another person's");
        i.session = (struct str){ 0 };
        return sign_in(t, request, &i);
}

result authorize_endpoint(struct task *t, const struct call *call)
{
        const struct authorization_context context = {
                .arena = task_arena(t),
                .config = gateway_of(t)->config,
                .params = &call->params,
        };
        struct authorization_request request;
        result r = authorization_request_check(&context, &request);

        if (is_ok(r))
                r = read_hint(t, &request);
        if (is_ok(r))
                r = authorize(t, &request);
        return is_ok(r) ? OK : refuse(t, &request, r);
}
