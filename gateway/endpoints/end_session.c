/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* /end_session (OpenID Connect RP-Initiated Logout 1.0). The ID token in the hint proves that the service which asks has
 * signed this person in; without it nothing is ended, since any page could send a browser here. */
#include "answer.h"
#include "flow.h"
#include "handlers.h"
#include "id_token_hint.h"
#include "uri.h"
#include "withdrawal.h"

#define VISIT_MAX 4096 /* bytes of parameters that go into an address */

static bool may_return_to(const struct client *client, struct str uri)
{
        for (size_t i = 0; i < client->post_logout_redirect_uri_count; i++)
                if (str_eq(client->post_logout_redirect_uris[i], uri))
                        return true;
        return false;
}

/* Ends the session that the hint names. A later one in the same browser is somebody's else or a new login: it stays. */
static result end_session(struct task *t, const struct id_token_hint *hint)
{
        struct str cookie = answer_cookie_read(t, FLOW_SESSION_COOKIE);
        struct session session;
        bool found;

        TRY(session_get(t, cookie, &session, &found));
        if (!found || !str_eq(session.id, hint->session))
                return OK;
        TRY(withdrawal_of_session(t, &session, hint->client->client_id));
        answer_cookie(t, &(struct answer_cookie){ .name = FLOW_SESSION_COOKIE });
        return OK;
}

static result show_signed_out(struct task *t, const struct call *call, const struct client *client)
{
        struct str language =
                language_tag(answer_language(t, (struct str){ 0 }, params_get(&call->params, "ui_locales")));
        json_t *context = json_new_object(task_arena(t));

        json_put_str(context, "client_name", answer_title(client->titles, language));
        return answer_page(t, &(struct answer_page){ .name = "signed-out", .language = language, .context = context });
}

/* A form on another site is posted without our SameSite cookies; a visit by GET brings them. */
static bool posted_without_cookie(struct task *t, const struct call *call)
{
        return call->method == METHOD_POST && str_is_empty(answer_cookie_read(t, FLOW_SESSION_COOKIE)) &&
               request_body(t).len <= VISIT_MAX;
}

result end_session_endpoint(struct task *t, const struct call *call)
{
        struct arena *a = task_arena(t);
        const struct gateway *g = gateway_of(t);
        struct str client_id = params_get(&call->params, "client_id");
        struct str return_to = params_get(&call->params, "post_logout_redirect_uri");
        struct param state = { STR("state"), params_get(&call->params, "state") };
        struct id_token_hint hint;

        if (!str_is_empty(params_first_repeated(&call->params)))
                return fail(a, ERR_INVALID_REQUEST, "a parameter is repeated");
        TRY(id_token_hint_check(a, g->config, keyring_jwks(gateway_keyring(t)), params_get(&call->params, "id_token_hint"), &hint));
        if (client_id.len > 0 && !str_eq(client_id, hint.client->client_id))
                return fail(a, ERR_INVALID_REQUEST, "client_id is not the hint's audience");
        if (return_to.len > 0 && !may_return_to(hint.client, return_to))
                return fail(a, ERR_REDIRECT_URI, "post_logout_redirect_uri not registered");
        if (posted_without_cookie(t, call)) {
                reply_redirect(t, uri_with_params(a, str_from(call->route->path), call->params.items, call->params.count));
                return OK;
        }
        TRY(end_session(t, &hint));
        if (str_is_empty(return_to))
                return show_signed_out(t, call, hint.client);
        reply_redirect(t, uri_with_params(a, return_to, &state, state.value.len > 0));
        return OK;
}
