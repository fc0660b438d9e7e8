/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See login.h. The ceremony's part is in ceremony.c. */
#include "login.h"

#include "agreement.h"
#include "authorization_response.h"
#include "ceremony.h"
#include "clock.h"
#include "digest.h"
#include "login_level.h"
#include "notice.h"
#include "server.h"
#include "trail.h"

struct interaction login_new(struct task *t, const struct authorization_request *request, struct str language,
                             struct str *ret_cookie)
{
        struct arena *a = task_arena(t);

        *ret_cookie = random_token(a, 32);
        return (struct interaction){
                .id = random_token(a, 16),
                .browser_sha256 = sha256_base64url(a, *ret_cookie),
                .csrf = random_token(a, 16),
                .step = STEP_CHOOSE,
                .language = language,
                .expires_at = clock_now() + gateway_of(t)->config->lifetimes.interaction,
                .request = request->text,
                .hinted_subject = request->hinted_subject,
        };
}

result login_request(struct task *t, const struct interaction *i, struct authorization_request *ret_request)
{
        struct arena *a = task_arena(t);
        struct params params;
        const struct authorization_context context = { a, gateway_of(t)->config, &params };
        struct authorization_request request;

        if (!is_ok(params_parse(a, i->request, &params)) || !is_ok(authorization_request_check(&context, &request)))
                return fail(a, ERR_UNKNOWN_CLIENT, "the client is gone or may not ask for this any more");
        request.hinted_subject = i->hinted_subject;
        *ret_request = request;
        return OK;
}

bool login_offers(const struct client *client, struct str source)
{
        for (size_t n = 0; n < client->source_count; n++)
                if (str_eq(client->sources[n], source))
                        return true;
        return client->source_count == 0;
}

bool login_state_parse(struct str state, struct str *ret_id, struct str *ret_leg)
{
        if (state.len != INTERACTION_ID_LEN + INTERACTION_LEG_LEN)
                return false;
        *ret_id = str_head(state, INTERACTION_ID_LEN);
        *ret_leg = str_from_index(state, INTERACTION_ID_LEN);
        return true;
}

bool login_needs_attributes(const struct authorization_request *request)
{
        return request->client->binding_source.len > 0 || request->claims || !str_is(request->scope, "openid");
}

static struct login describe(struct task *t, const struct interaction *i, const struct source *source,
                             const struct authorization_request *request)
{
        struct arena *a = task_arena(t);
        struct str issuer = gateway_of(t)->config->issuer;
        struct str state = ARENA_JOIN(a, i->id, i->leg);
        struct str callback = ARENA_JOIN(a, issuer, STR("/callback/"), source->id);

        if (source->adapter->traits & ADAPTER_STATE_IN_PATH)
                callback = ARENA_JOIN(a, callback, STR("/"), state);
        return (struct login){
                .state = state,
                .callback_url = callback,
                .notify_url = ARENA_JOIN(a, issuer, STR("/notify/"), source->id),
                .correlation = i->correlation,
                .memo = i->memo,
                .language = i->language,
                .user_agent = request_header(t, "User-Agent"),
                .step_up = i->step_up,
                .attributes_needed = !i->step_up && login_needs_attributes(request),
        };
}

/* The source of the current leg. */
static result leg_source(struct task *t, const struct interaction *i, const struct source **ret_source)
{
        *ret_source = gateway_source(gateway_of(t), i->source);
        if (!*ret_source)
                return fail(task_arena(t), ERR_FLOW_UNKNOWN, "the source of this login is gone");
        return OK;
}

/* The ceremony's leg has one place to go to, a step-up's those that were offered. */
static bool may_leave_for(const struct interaction *i, const struct client *client, struct str source)
{
        if (i->binding)
                return str_eq(source, client->binding_source);
        return login_offers(client, source) && (!i->ways || login_way_kind(i, source));
}

result login_leave(struct task *t, struct interaction *i, struct str source_id, struct str *ret_url)
{
        struct arena *a = task_arena(t);
        const struct source *source = gateway_source(gateway_of(t), source_id);
        struct authorization_request request;
        struct login login;
        json_t *memo = NULL;

        TRY(login_request(t, i, &request));
        if (!source || !may_leave_for(i, request.client, source_id))
                return fail(a, ERR_INVALID_REQUEST, "the client does not offer this source");
        i->source = source->id;
        i->step_up = !i->binding && login_way_kind(i, source_id) == STEP_UP_REAUTHENTICATE;
        i->leg = random_token(a, 9);
        i->correlation = random_uuid(a);
        login = describe(t, i, source, &request);
        TRY(source->adapter->start(t, source, &login, ret_url, &memo));
        i->memo = memo;
        i->step = STEP_SOURCE;
        return interaction_put(t, i);
}

/* A stronger authentication has to be the same person's; the rest that is known of them stays. */
static result join_assertions(struct task *t, const struct interaction *i, struct assertion *assertion)
{
        struct assertion first = assertion_parse(i->assertion);

        if (!str_eq(first.source, assertion->source) || !str_eq(first.subject, assertion->subject))
                return fail(task_arena(t), ERR_NO_MATCH, "another person was authenticated than before");
        assertion->attributes = first.attributes;
        return OK;
}

static result complete(struct task *t, struct interaction *i, struct assertion *assertion)
{
        struct identity identity;

        TRY(assertion_hide_document(task_arena(t), gateway_of(t), assertion));
        if (i->binding)
                return ceremony_match(t, i, assertion);
        if (i->step_up)
                TRY(join_assertions(t, i, assertion));
        identity = identity_of(t, assertion);
        return login_settle(t, i, &identity);
}

static result advance(struct task *t, struct interaction *i, struct adapter_outcome *outcome)
{
        if (outcome->kind == OUTCOME_DONE)
                return complete(t, i, &outcome->assertion);
        i->step = STEP_WAITING;
        i->memo = outcome->memo;
        i->open_url = outcome->open_url;
        return interaction_put(t, i);
}

/* The door is opened before the source is asked, so that no notice comes too early. */
static result expect_notice(struct task *t, const struct interaction *i, const struct login *login)
{
        const struct notice notice = {
                .source = i->source,
                .correlation = login->correlation,
                .state = login->state,
        };

        return notice_expect(t, &notice, gateway_of(t)->config->lifetimes.interaction);
}

/* A leg that failed may be tried again from its page, with a new state. */
static result step_back(struct task *t, struct interaction *i, result failure)
{
        i->step = i->binding ? STEP_EXPLAIN : i->ways ? STEP_STEP_UP : STEP_CHOOSE;
        trail_login_refused(t, i, failure.error);
        ignore_failure(interaction_put(t, i), "the failure that led here is what the caller must hear of");
        return failure;
}

result login_return(struct task *t, struct interaction *i, const struct params *callback)
{
        struct authorization_request request;
        struct adapter_outcome outcome = { 0 };
        const struct source *source;
        struct login login;
        bool first;
        result r;

        TRY(leg_source(t, i, &source));
        TRY(login_request(t, i, &request));
        TRY(interaction_claim_leg(t, i, &first));
        if (i->step != STEP_SOURCE || !first)
                return fail(task_arena(t), ERR_FLOW_UNKNOWN, "callback repeated");
        login = describe(t, i, source, &request);
        if (source->adapter->traits & ADAPTER_NOTIFIES)
                TRY(expect_notice(t, i, &login));
        r = source->adapter->finish(t, source, &login, callback, &outcome);
        if (!is_ok(r))
                return step_back(t, i, r);
        return advance(t, i, &outcome);
}

result login_resume(struct task *t, struct interaction *i)
{
        struct authorization_request request;
        struct adapter_outcome outcome = { 0 };
        const struct source *source;
        struct login login;
        json_t *content;
        result r;

        TRY(leg_source(t, i, &source));
        TRY(notice_get(t, i->source, i->correlation, &content));
        if (!content)
                return OK;
        TRY(login_request(t, i, &request));
        login = describe(t, i, source, &request);
        r = source->adapter->resume(t, source, &login, content, &outcome);
        if (!is_ok(r))
                return step_back(t, i, r);
        TRY(advance(t, i, &outcome));
        /* It holds the person's profile as the source sent it, document number included: not longer than needed. */
        ignore_failure(notice_drop(t, i->source, login.correlation), "it ends by itself");
        return OK;
}

/* OpenID Connect Core 1.0, section 3.1.2.2: a client that names the person gets that one or an error. */
static result check_subject(struct task *t, const struct authorization_request *request, const struct identity *identity)
{
        struct str wanted = authorization_request_subject(request), subject;

        if (str_is_empty(wanted))
                return OK;
        TRY(identity_subject(t, identity, request->client, &subject));
        return str_eq(subject, wanted) ? OK : fail(task_arena(t), ERR_LOGIN_REQUIRED, "not the person that was asked for");
}

result login_settle(struct task *t, struct interaction *i, const struct identity *given)
{
        struct authorization_request request;
        struct identity identity = *given;
        bool needed, enough;

        TRY(login_request(t, i, &request));
        TRY(ceremony_find_binding(t, request.client, &identity, &needed));
        if (needed) {
                i->assertion = assertion_render(task_arena(t), &identity.assertion);
                i->binding = true;
                i->step = STEP_EXPLAIN;
                return interaction_put(t, i);
        }
        TRY(check_subject(t, &request, &identity));
        TRY(login_level_check(t, i, &request, &identity, &enough));
        if (!enough)
                return interaction_put(t, i);
        i->identity = identity_render(task_arena(t), &identity);
        i->step = STEP_CONSENT;
        return interaction_put(t, i);
}

result login_needs_consent(struct task *t, const struct interaction *i, bool *ret_needed)
{
        struct authorization_request request;
        struct identity identity = identity_parse(i->identity);
        struct agreement agreement;

        *ret_needed = false;
        TRY(login_request(t, i, &request));
        if (request.client->account_page)
                return OK; /* it shows the person's own things to the person */
        TRY(agreement_look(t, &request, &identity, &agreement));
        *ret_needed = agreement.needed || authorization_request_prompts(&request, "consent");
        return OK;
}

result login_allow(struct task *t, const struct interaction *i, const struct params *form)
{
        struct authorization_request request;
        struct identity identity = identity_parse(i->identity);

        if (i->step != STEP_CONSENT)
                return fail(task_arena(t), ERR_FLOW_UNKNOWN, "nothing to consent to yet");
        TRY(login_request(t, i, &request));
        return agreement_put(t, &request, &identity, form);
}

result login_refuse(struct task *t, const struct interaction *i, const struct error *error, struct str *ret_url)
{
        struct authorization_request request;
        struct interaction taken;

        TRY(interaction_take(t, i->id, &taken));
        TRY(login_request(t, &taken, &request));
        trail_login_refused(t, &taken, error);
        *ret_url = authorization_response_error(task_arena(t), &request, gateway_of(t)->config->issuer, error);
        return OK;
}
