/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The end of a login that went well (login.h): the session, the code, and the way back to the service. And the session
 * that is there from a login before. */
#include "agreement.h"
#include "authorization_code.h"
#include "authorization_response.h"
#include "clock.h"
#include "digest.h"
#include "login.h"
#include "trail.h"
#include "withdrawal.h"

result login_session(struct task *t, struct str cookie, struct session *ret_session, bool *ret_found)
{
        struct ledger_entry entry = { .kind = LEDGER_SESSION };
        struct identity identity;
        struct session session;
        struct person person;
        bool found;

        TRY(session_get(t, cookie, &session, &found));
        if (found) {
                identity = identity_parse(session.identity);
                person = identity_person(&identity);
                entry.id = session.id;
                TRY(ledger_get(t, &person, &entry, &found));
        }
        if (found)
                *ret_session = session;
        *ret_found = found;
        return OK;
}

/* What the source said about the person when the session began still holds where it was not asked again. */
static void carry_attributes(struct arena *a, const struct identity *before, const struct identity *now,
                             struct session *session)
{
        struct identity both = *now;

        if (identity_has_attributes(now))
                return;
        both.assertion.attributes = before->assertion.attributes;
        session->identity = identity_render(a, &both);
}

/* A fresh login gets a new cookie (no fixation). The same person's session goes on under it, with the new login; another
 * person's is over. *ret_old: key of the record whose place the new one takes; empty: none. Should the store be away, that
 * one is still there, and so is the login to be finished. */
static result replace_session(struct task *t, const struct identity *identity, struct str cookie,
                              struct session *session, struct str *ret_old)
{
        struct identity before;
        struct session old;
        bool found;

        session->id = random_token(task_arena(t), 16);
        *ret_old = (struct str){ 0 };
        TRY(session_get(t, cookie, &old, &found));
        if (!found)
                return OK;
        before = identity_parse(old.identity);
        if (!str_eq(before.assertion.source, identity->assertion.source) ||
            !str_eq(before.assertion.subject, identity->assertion.subject))
                return withdrawal_of_session(t, &old, (struct str){ 0 });
        session->id = old.id;
        *ret_old = old.key;
        carry_attributes(task_arena(t), &before, identity, session);
        return OK;
}

static result open_session(struct task *t, const struct interaction *i, struct session *session, struct login_done *done)
{
        const struct identity identity = identity_parse(i->identity);
        const struct person person = identity_person(&identity);
        struct str cookie = session_cookie_new(task_arena(t), &session->key);
        const struct ledger_entry entry = {
                .kind = LEDGER_SESSION,
                .id = session->id,
                .at = clock_now(),
                .until = session->expires_at,
                .binding = identity.binding,
                .key = session->key,
        };

        TRY(ledger_put(t, &person, &entry));
        TRY(session_put(t, session));
        done->session_cookie = cookie;
        done->session_expires_at = session->expires_at;
        return OK;
}

/* Does what the login rests on still stand? The person may have ended it while a page was open. */
static result check_standing(struct task *t, const struct identity *identity, struct str session, int64_t *ret_until)
{
        const struct binding_side side = { identity->assertion.source, identity->assertion.subject };
        const struct person person = identity_person(identity);
        struct ledger_entry entry = { .kind = LEDGER_SESSION, .id = session };
        struct binding binding;
        struct session open;
        bool found;

        TRY(ledger_get(t, &person, &entry, &found));
        if (found)
                TRY(session_find(t, entry.key, &open, &found));
        if (!found)
                return fail(task_arena(t), ERR_LOGIN_REQUIRED, "the session was ended meanwhile");
        *ret_until = entry.until;
        if (!identity->bound)
                return OK;
        TRY(binding_get(t, &side, identity->other.source, &binding, &found));
        return found && str_eq(binding.id, identity->binding)
                       ? OK
                       : fail(task_arena(t), ERR_LOGIN_REQUIRED, "the binding was undone meanwhile");
}

/* The grant that a code will give is entered before anything that it rests on is looked at: see withdrawal.h. */
static result enter_grant(struct task *t, const struct authorization_request *request, const struct identity *identity,
                          struct str session, struct str code)
{
        const struct lifetimes *life = &gateway_of(t)->config->lifetimes;
        const struct person person = identity_person(identity);
        const struct ledger_entry entry = {
                .kind = LEDGER_GRANT,
                .id = authorization_code_grant_id(task_arena(t), code),
                .at = clock_now(),
                .until = clock_now() + life->authorization_code + life->access_token,
                .client_id = request->client->client_id,
                .item = request->item ? request->item->id : (struct str){ 0 },
                .session = session,
                .binding = identity->binding,
        };

        return ledger_put(t, &person, &entry);
}

static result issue_code(struct task *t, const struct interaction *i, const struct authorization_request *request,
                         struct str session, struct str *ret_code)
{
        struct identity identity = identity_parse(i->identity);
        struct str text = authorization_code_new(task_arena(t));
        struct release_agreement agreement;
        struct authorization_code code = {
                .client_id = request->client->client_id,
                .redirect_uri = request->redirect_uri,
                .code_challenge = request->code_challenge,
                .nonce = request->nonce,
                .scope = request->scope,
                .resource = request->item ? request->item->resource : (struct str){ 0 },
                .session = session,
                .identity = i->identity,
                .claims = request->claims,
                .auth_time = identity.assertion.auth_time,
        };

        TRY(enter_grant(t, request, &identity, session, text));
        TRY(check_standing(t, &identity, session, &code.session_until));
        TRY(agreement_get(t, request, &identity, &agreement));
        code.policy = agreement.policy;
        code.fields = agreement.fields;
        code.agreed_until = agreement.until;
        code.expires_at = clock_now() + gateway_of(t)->config->lifetimes.authorization_code;
        TRY(authorization_code_put(t, &code, text));
        *ret_code = text;
        return OK;
}

/* Where the login leads: to the service with a code, or to the account page, which needs none. The service hears of it
 * when what the login rests on was ended meanwhile. */
static result arrive(struct task *t, const struct interaction *i, const struct authorization_request *request,
                     struct str session, struct str *ret_url)
{
        struct str issuer = gateway_of(t)->config->issuer, code = { 0 };
        result r = OK;

        if (!request->client->account_page)
                r = issue_code(t, i, request, session, &code);
        if (is_error(r, &ERR_LOGIN_REQUIRED) || is_error(r, &ERR_CONSENT_REQUIRED)) {
                trail_login_refused(t, i, r.error);
                *ret_url = authorization_response_error(task_arena(t), request, issuer, r.error);
                return OK;
        }
        TRY(r);
        *ret_url = authorization_response_success(task_arena(t), request, issuer, code);
        return OK;
}

result login_finish(struct task *t, const struct interaction *i, struct str cookie, struct login_done *ret_done)
{
        struct authorization_request request;
        struct login_done done = { 0 };
        struct interaction taken;
        struct identity identity = identity_parse(i->identity);
        struct str old = { 0 };
        struct session session = {
                .id = i->session,
                .identity = i->identity,
                .expires_at = clock_now() + gateway_of(t)->config->lifetimes.session,
        };

        if (i->step != STEP_CONSENT)
                return fail(task_arena(t), ERR_FLOW_UNKNOWN, "the login is not ready to finish");
        if (str_is_empty(i->session))
                TRY(replace_session(t, &identity, cookie, &session, &old));
        TRY(interaction_take(t, i->id, &taken));
        if (taken.step != STEP_CONSENT)
                return fail(task_arena(t), ERR_FLOW_UNKNOWN, "the login went elsewhere meanwhile");
        TRY(login_request(t, &taken, &request));
        if (str_is_empty(i->session))
                TRY(open_session(t, &taken, &session, &done));
        if (old.len > 0)
                TRY(session_drop(t, old));
        TRY(trail_login(t, &request, &identity, session.id, done.session_cookie.len > 0 && str_is_empty(old)));
        TRY(arrive(t, &taken, &request, session.id, &done.url));
        *ret_done = done;
        return OK;
}
