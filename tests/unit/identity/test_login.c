/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A login through its steps, with sources that say what the test wants, on a real store: what each step leads to, that
 * nothing counts twice, and that nobody gets a code without the steps before it. */
#include "fixed_gateway.h"

#include "authorization_code.h"
#include "binding.h"
#include "ceremony.h"
#include "digest.h"
#include "login.h"
#include "login_level.h"
#include "notice.h"
#include "session.h"

static const struct params no_params;

static result begin(struct task *t, const char *query, struct interaction *ret_interaction)
{
        struct authorization_request request;
        struct str cookie;
        TRY(fixed_request(t, query, &request));
        *ret_interaction = login_new(t, &request, STR("en"), &cookie);
        if (cookie.len != 43 || !str_eq(sha256_base64url(task_arena(t), cookie), ret_interaction->browser_sha256))
                return fail(task_arena(t), ERR_SERVER_ERROR, "cookie");
        return OK;
}

/* To a source and back. */
static result visit(struct task *t, struct interaction *i, const char *source)
{
        struct str url;
        TRY(login_leave(t, i, str_from(source), &url));
        return login_return(t, i, &no_params);
}

/* As far as consent, with the ceremony. */
static result sign_in(struct task *t, const char *query, struct interaction *ret_interaction)
{
        TRY(begin(t, query, ret_interaction));
        TRY(visit(t, ret_interaction, "hk"));
        if (ret_interaction->step != STEP_EXPLAIN)
                return OK;
        TRY(visit(t, ret_interaction, "cn"));
        return login_bind(t, ret_interaction);
}

static struct str subject_for(struct task *t, const struct interaction *i, const char *client_id)
{
        struct identity identity = identity_parse(i->identity);
        struct str subject = { 0 };
        ignore_failure(
                identity_subject(t, &identity, config_client(gateway_of(t)->config, str_from(client_id)), &subject),
                "the empty subject fails the test");
        return subject;
}

IN_TASK(test_state)
{
        struct interaction i;
        struct str url, id, leg, first;
        task_ok(begin(t, FIXED_REQUEST, &i));
        task_expect(i.step == STEP_CHOOSE && i.id.len == INTERACTION_ID_LEN);
        task_ok(login_leave(t, &i, STR("hk"), &url));
        task_expect(i.step == STEP_SOURCE && str_is(i.source, "hk"));
        struct str state = str_from_index(url, str_find(url, '=') + 1);
        task_expect(login_state_parse(state, &id, &leg) && str_eq(id, i.id) && str_eq(leg, i.leg));
        first = leg;
        task_ok(login_leave(t, &i, STR("cn"), &url)); /* another choice: the first leg is over */
        task_expect(!str_eq(first, i.leg));
        task_expect(!login_state_parse(STR(""), &id, &leg));
        task_expect(!login_state_parse(str_head(state, 33), &id, &leg));
        task_expect(!login_state_parse(ARENA_JOIN(task_arena(t), state, STR("x")), &id, &leg));
        task_expect_sealed(t, arena_cstr(task_arena(t), i.id), arena_cstr(task_arena(t), i.leg), "portal");
}

IN_TASK(test_offers)
{
        const struct config *c = gateway_of(t)->config;
        struct interaction i;
        struct str url = STR("untouched");
        task_expect(login_offers(config_client(c, STR("portal")), STR("cn"))); /* none named: all */
        task_expect(login_offers(config_client(c, STR("plain")), STR("hk")));
        task_expect(!login_offers(config_client(c, STR("plain")), STR("cn")));
        task_expect(!login_offers(config_client(c, STR("plain")), STR("")));
        task_ok(begin(t,
                      "client_id=plain&redirect_uri=https%3A%2F%2Fplain.example%2Fcb&response_type=code&scope=openid",
                      &i));
        task_error(login_leave(t, &i, STR("cn"), &url), ERR_INVALID_REQUEST);
        task_error(login_leave(t, &i, STR("nowhere"), &url), ERR_INVALID_REQUEST);
        task_expect(str_is(url, "untouched"));
}

IN_TASK(test_whole_way)
{
        struct interaction i, kept;
        struct login_done done;
        struct session session;
        struct str url;
        bool ask, found;
        task_ok(begin(t, FIXED_REQUEST, &i));
        task_ok(visit(t, &i, "hk"));
        task_expect(i.step == STEP_EXPLAIN && i.binding && !i.identity);
        task_error(login_leave(t, &i, STR("hk"), &url), ERR_INVALID_REQUEST); /* the other side, not the same again */
        task_ok(visit(t, &i, "cn"));
        task_expect(i.step == STEP_CONFIRM && str_is(json_str(i.match, "grade"), "strong"));
        task_error(login_finish(t, &i, (struct str){ 0 }, &done), ERR_FLOW_UNKNOWN);
        task_ok(sign_in(t, FIXED_REQUEST, &i)); /* a login that was ended too early is gone: once more */
        task_expect(i.step == STEP_CONSENT);
        task_ok(interaction_get(t, i.id, &kept));
        task_expect(kept.step == STEP_CONSENT && json_equal(kept.identity, i.identity));
        task_ok(login_needs_consent(t, &i, &ask));
        task_expect(ask);
        task_ok(login_allow(t, &i, &no_params));
        task_ok(login_needs_consent(t, &i, &ask));
        task_expect(!ask);
        task_ok(login_finish(t, &i, (struct str){ 0 }, &done));
        task_expect(str_starts(done.url, STR("https://portal.example/callback?code=")));
        task_expect(str_holds(done.url, "&state=xyz&iss=http%3A%2F%2Flocalhost%3A8080"));
        task_ok(session_get(t, done.session_cookie, &session, &found));
        task_expect(found && json_equal(session.identity, i.identity));
        task_error(login_finish(t, &i, (struct str){ 0 }, &done), ERR_FLOW_UNKNOWN); /* one code for one login */
        task_expect_sealed(t, "CHAN", "A1234563", "陳大文", "1980-01-02", "hk-1", "cn-1");
}

/* The next login of the same person needs neither ceremony nor consent, and gives the same subject. */
IN_TASK(test_second_time)
{
        struct interaction first, second;
        struct login_done done;
        bool ask;
        task_ok(sign_in(t, FIXED_REQUEST, &first));
        task_ok(login_allow(t, &first, &no_params));
        task_ok(login_finish(t, &first, (struct str){ 0 }, &done));
        task_ok(begin(t, FIXED_REQUEST, &second));
        task_ok(visit(t, &second, "hk"));
        task_expect(second.step == STEP_CONSENT);
        task_ok(login_needs_consent(t, &second, &ask));
        task_expect(!ask);
        task_expect(subject_for(t, &first, "portal").len == 43);
        task_expect(str_eq(subject_for(t, &first, "portal"), subject_for(t, &second, "portal")));
        /* More claims are another question, and so is prompt=consent. */
        task_ok(begin(t, FIXED_REQUEST "&prompt=consent", &second));
        task_ok(visit(t, &second, "hk"));
        task_ok(login_needs_consent(t, &second, &ask));
        task_expect(ask);
}

IN_TASK(test_callback_counts_once)
{
        struct interaction i, stale;
        struct str url;
        task_ok(begin(t, FIXED_REQUEST, &i));
        task_ok(login_leave(t, &i, STR("hk"), &url));
        stale = i;
        task_ok(login_return(t, &i, &no_params));
        task_error(login_return(t, &i, &no_params), ERR_FLOW_UNKNOWN);
        task_error(login_return(t, &stale, &no_params), ERR_FLOW_UNKNOWN); /* as read before the first was done */
        task_expect(stale.step == STEP_SOURCE);
}

/* What fails at the source goes one step back, to be tried again with a new state. */
IN_TASK(test_source_fails)
{
        struct interaction i, kept;
        task_ok(begin(t, FIXED_REQUEST, &i));
        said.failure = &ERR_SOURCE_REFUSED;
        result r = visit(t, &i, "hk");
        said.failure = NULL;
        task_error(r, ERR_SOURCE_REFUSED);
        task_ok(interaction_get(t, i.id, &kept));
        task_expect(kept.step == STEP_CHOOSE && !kept.assertion);
        task_ok(visit(t, &i, "hk"));
        said.failure = &ERR_SOURCE_TIMEOUT;
        r = visit(t, &i, "cn");
        said.failure = NULL;
        task_error(r, ERR_SOURCE_TIMEOUT);
        task_expect(i.step == STEP_EXPLAIN && i.binding);
}

IN_TASK(test_notice)
{
        struct interaction i;
        bool kept = true;
        task_ok(begin(t, FIXED_APP_REQUEST, &i));
        said.pending = true;
        result r = visit(t, &i, "hk");
        said.pending = false;
        task_ok(r);
        task_expect(i.step == STEP_WAITING);
        task_ok(login_resume(t, &i));
        task_expect(i.step == STEP_WAITING);
        struct notice n = {
                .source = STR("hk"),
                .correlation = i.correlation,
                .state = STR("not the state"),
                .content = json_new_object(task_arena(t)),
        };
        task_ok(notice_put_new(t, &n, &kept));
        task_expect(!kept);
        task_ok(login_resume(t, &i));
        task_expect(i.step == STEP_WAITING);
        n.state = ARENA_JOIN(task_arena(t), i.id, i.leg);
        task_ok(notice_put_new(t, &n, &kept));
        task_expect(kept);
        task_ok(login_resume(t, &i));
        task_expect(i.step == STEP_CONSENT);
}

#define PLAIN_REQUEST "client_id=plain&redirect_uri=https%3A%2F%2Fplain.example%2Fcb&response_type=code&scope=openid"
#define MUST_BE_HIGH "&claims={\"id_token\":{\"acr\":{\"essential\":true,\"values\":[\"high\"]}}}"

/* A login at hk, with this level there, for a client that offers nothing else. */
static result try_level(struct task *t, const char *native, const char *claims)
{
        struct interaction i;
        struct str level = said.hk.native_level;
        TRY(begin(t, arena_cstr(task_arena(t), ARENA_JOIN(task_arena(t), STR(PLAIN_REQUEST), str_from(claims))), &i));
        said.hk.native_level = str_from(native);
        result r = visit(t, &i, "hk");
        said.hk.native_level = level;
        TRY(r);
        return i.step == STEP_CONSENT ? OK : fail(task_arena(t), ERR_SERVER_ERROR, "not at consent");
}

IN_TASK(test_level)
{
        static const char must_be_high[] = MUST_BE_HIGH;
        static const char any[] = "&claims={\"id_token\":{\"acr\":{\"essential\":true,\"values\":[\"x\",\"low\"]}}}";
        task_ok(try_level(t, "sign", must_be_high));
        task_error(try_level(t, "low", must_be_high), ERR_UNMET_AUTHENTICATION_REQUIREMENTS);
        task_error(try_level(t, "unheard of", any), ERR_UNMET_AUTHENTICATION_REQUIREMENTS);
        task_ok(try_level(t, "low", any));
        task_ok(try_level(t, "low", "&acr_values=high")); /* a wish */
        task_ok(try_level(t, "low", "&claims={\"id_token\":{\"acr\":{\"essential\":true}}}"));
        task_ok(try_level(t, "low", "&claims={\"id_token\":{\"acr\":{\"value\":\"high\"}}}"));
}

/* Begins a login at hk whose level is too low, and the step-up that it leads to. */
static result begin_low(struct task *t, const char *query, struct interaction *ret_interaction)
{
        struct str level = said.hk.native_level;
        TRY(begin(t, query, ret_interaction));
        said.hk.native_level = STR("low");
        result r = visit(t, ret_interaction, "hk");
        said.hk.native_level = level;
        TRY(r);
        return ret_interaction->step == STEP_STEP_UP ? OK : fail(task_arena(t), ERR_SERVER_ERROR, "no step-up");
}

IN_TASK(test_step_up_elsewhere)
{
        struct interaction i, kept;
        struct login_done done;
        struct str url;
        task_ok(begin_low(t, FIXED_APP_REQUEST MUST_BE_HIGH, &i));
        task_ok(interaction_get(t, i.id, &kept));
        task_expect(kept.step == STEP_STEP_UP && !kept.identity && str_is(login_only_way(&kept), "cn"));
        task_expect(login_way_kind(&kept, STR("cn")) == STEP_UP_OTHER && !login_way_kind(&kept, STR("hk")));
        task_error(login_leave(t, &kept, STR("hk"), &url), ERR_INVALID_REQUEST); /* it would be of no use */
        task_error(login_allow(t, &kept, &no_params), ERR_FLOW_UNKNOWN);
        task_ok(visit(t, &kept, "cn"));
        task_expect(kept.step == STEP_CONSENT);
        struct identity identity = identity_parse(kept.identity);
        task_expect(str_is(identity.assertion.source, "cn"));
        task_ok(login_allow(t, &kept, &no_params));
        task_ok(login_finish(t, &kept, (struct str){ 0 }, &done));
        task_expect(done.session_cookie.len > 0);
}

IN_TASK(test_no_code_before_the_step_up)
{
        struct interaction i;
        struct login_done done;
        task_ok(begin_low(t, FIXED_APP_REQUEST MUST_BE_HIGH, &i));
        task_error(login_finish(t, &i, (struct str){ 0 }, &done), ERR_FLOW_UNKNOWN);
}

/* Once: whoever comes back too low again is not sent round. */
IN_TASK(test_step_up_only_once)
{
        struct interaction i;
        struct str level = said.cn.native_level;
        task_ok(begin_low(t, FIXED_APP_REQUEST MUST_BE_HIGH, &i));
        said.cn.native_level = STR("low");
        said.steps_up = true; /* which now would help */
        result r = visit(t, &i, "cn");
        said.cn.native_level = level;
        said.steps_up = false;
        task_error(r, ERR_UNMET_AUTHENTICATION_REQUIREMENTS);
        task_expect(!i.identity);
}

IN_TASK(test_step_up_that_fails_can_be_tried_again)
{
        struct interaction i;
        task_ok(begin_low(t, FIXED_APP_REQUEST MUST_BE_HIGH, &i));
        said.failure = &ERR_SOURCE_DOWN;
        result r = visit(t, &i, "cn");
        said.failure = NULL;
        task_error(r, ERR_SOURCE_DOWN);
        task_expect(i.step == STEP_STEP_UP);
        task_ok(visit(t, &i, "cn"));
        task_expect(i.step == STEP_CONSENT);
}

/* As begin_low, for a client that offers hk alone, which can be asked for more. Leaves said as the step-up's leg needs it. */
static result begin_re_authentication(struct task *t, const char *query, struct interaction *ret_interaction)
{
        said.steps_up = true;
        TRY(begin_low(t, query, ret_interaction));
        said.hk.native_level = STR("low");
        return login_way_kind(ret_interaction, STR("hk")) == STEP_UP_REAUTHENTICATE
                       ? OK
                       : fail(task_arena(t), ERR_SERVER_ERROR, "no re-authentication");
}

/* What was known of the person stays; what the source says of the login is new. */
IN_TASK(test_re_authentication)
{
        struct interaction i;
        result r = begin_re_authentication(t, PLAIN_REQUEST MUST_BE_HIGH, &i);
        struct identity before = { .assertion = assertion_parse(i.assertion) };
        said.hk.transaction = STR("tx-2");
        if (is_ok(r))
                r = visit(t, &i, "hk");
        said_reset();
        task_ok(r);
        task_expect(i.step == STEP_CONSENT);
        struct identity after = identity_parse(i.identity);
        task_expect(str_is(after.assertion.native_level, "low+") && str_is(after.assertion.transaction, "tx-2"));
        task_expect(str_is(after.assertion.attributes.name_latin, "CHAN, Tai Man"));
        task_expect(before.assertion.attributes.document_number.len > 0);
        task_expect(str_eq(after.assertion.attributes.document_number, before.assertion.attributes.document_number));
}

IN_TASK(test_re_authentication_of_another_person)
{
        struct interaction i;
        result r = begin_re_authentication(t, PLAIN_REQUEST MUST_BE_HIGH, &i);
        said.hk.subject = STR("hk-2");
        if (is_ok(r))
                r = visit(t, &i, "hk");
        said_reset();
        task_error(r, ERR_NO_MATCH);
        task_expect(!i.identity);
}

/* What two bound accounts are worth is capped by the other one: then asking this one for more is of no use. */
IN_TASK(test_step_up_when_bound)
{
        static const char wish[] = FIXED_REQUEST MUST_BE_HIGH;
        struct interaction i, again;
        struct binding binding;
        const struct binding_side side = { STR("hk"), STR("hk-1") };
        bool found = false;
        struct str level = said.cn.native_level;
        task_ok(binding_get(t, &side, STR("cn"), &binding, &found));
        if (found)
                task_ok(binding_drop(t, &binding));
        said.cn.native_level = STR("low");
        result r = sign_in(t, FIXED_REQUEST, &i);
        said.cn.native_level = level;
        task_ok(r);
        task_expect(i.step == STEP_CONSENT && identity_parse(i.identity).bound);
        task_ok(begin(t, wish, &again));
        said.steps_up = true;
        r = visit(t, &again, "hk");
        said_reset();
        task_ok(r);
        task_expect(again.step == STEP_STEP_UP);
        task_expect(str_is(login_only_way(&again), "cn")); /* where no binding caps */
        task_ok(visit(t, &again, "cn"));
        task_expect(again.step == STEP_CONSENT && !identity_parse(again.identity).bound);
        task_ok(binding_get(t, &side, STR("cn"), &binding, &found));
        task_ok(binding_drop(t, &binding));
}

/* A session whose level is too low: it no longer answers the request. */
IN_TASK(test_step_up_from_a_session)
{
        struct interaction fresh, i;
        task_ok(begin(t, PLAIN_REQUEST, &fresh));
        said.hk.native_level = STR("low");
        result r = visit(t, &fresh, "hk");
        said_reset();
        task_ok(r);
        struct identity identity = identity_parse(fresh.identity);
        task_ok(begin(t, FIXED_APP_REQUEST MUST_BE_HIGH, &i));
        i.session = STR("session-1");
        task_ok(login_settle(t, &i, &identity));
        task_expect(i.step == STEP_STEP_UP && i.session.len == 0);
        /* Nothing may be shown, and where nothing would help nothing is. */
        task_ok(begin(t, FIXED_APP_REQUEST "&prompt=none" MUST_BE_HIGH, &i));
        task_error(login_settle(t, &i, &identity), ERR_UNMET_AUTHENTICATION_REQUIREMENTS);
        task_ok(begin(t, PLAIN_REQUEST MUST_BE_HIGH, &i));
        task_error(login_settle(t, &i, &identity), ERR_UNMET_AUTHENTICATION_REQUIREMENTS);
}

/* max_age counts what the source says, but not the time that the person takes here. */
IN_TASK(test_max_age)
{
        struct interaction i;
        said.hk.auth_time = clock_now() - 100;
        result plain = begin(t, PLAIN_REQUEST "&max_age=60", &i);
        if (is_ok(plain))
                plain = visit(t, &i, "hk");
        result app = begin(t, FIXED_APP_REQUEST "&max_age=60", &i);
        if (is_ok(app))
                app = visit(t, &i, "hk");
        said_reset();
        task_error(plain, ERR_UNMET_AUTHENTICATION_REQUIREMENTS);
        task_ok(app);
        task_expect(i.step == STEP_STEP_UP && str_is(login_only_way(&i), "cn"));
        task_ok(visit(t, &i, "cn"));
        task_expect(i.step == STEP_CONSENT);
        task_ok(begin(t, PLAIN_REQUEST "&max_age=0", &i));
        said.hk.auth_time = clock_now();
        store_fixture_shift(f, 100);
        plain = visit(t, &i, "hk");
        store_fixture_shift(f, 0);
        said_reset();
        task_ok(plain);
        task_expect(i.step == STEP_CONSENT);
}

/* A client's subject does not depend on what other clients have had the person do. */
IN_TASK(test_subject_is_stable)
{
        struct interaction fresh, bound, again;
        task_ok(begin(t, FIXED_APP_REQUEST, &fresh));
        task_ok(visit(t, &fresh, "hk"));
        task_ok(sign_in(t, FIXED_REQUEST, &bound));
        struct identity identity = identity_parse(bound.identity);
        task_expect(identity.bound);
        task_ok(begin(t, FIXED_APP_REQUEST, &again));
        task_ok(login_settle(t, &again, &identity)); /* as from the session that the first client began */
        task_expect(again.step == STEP_CONSENT && !identity_parse(again.identity).bound);
        task_expect(subject_for(t, &fresh, "app").len == 43);
        task_expect(str_eq(subject_for(t, &fresh, "app"), subject_for(t, &again, "app")));
        /* And each client has its own. */
        task_expect(!str_eq(subject_for(t, &fresh, "app"), subject_for(t, &bound, "portal")));
}

/* A client that names the person gets that one or nobody (OpenID Connect Core 1.0, section 5.5.1). */
IN_TASK(test_person_asked_for)
{
        struct arena *a = task_arena(t);
        struct interaction i, again;
        task_ok(begin(t, FIXED_APP_REQUEST, &i));
        task_ok(visit(t, &i, "hk"));
        struct str wish = ARENA_JOIN(a, STR(FIXED_APP_REQUEST "&claims={\"id_token\":{\"sub\":{\"value\":\""),
                                     subject_for(t, &i, "app"), STR("\"}}}"));
        task_ok(begin(t, arena_cstr(a, wish), &again));
        task_ok(visit(t, &again, "hk"));
        task_expect(again.step == STEP_CONSENT);
        task_ok(begin(t, arena_cstr(a, wish), &again));
        task_error(visit(t, &again, "cn"), ERR_LOGIN_REQUIRED);
        task_expect(!again.identity);
}

/* Whom the id_token_hint named is kept beside the request, whose own text is not believed. */
IN_TASK(test_person_hinted_at)
{
        struct interaction i, kept;
        struct authorization_request request;
        task_ok(begin(t, FIXED_APP_REQUEST "&hinted_subject=p-2", &i));
        i.hinted_subject = STR("p-1");
        task_ok(interaction_put(t, &i));
        task_ok(interaction_get(t, i.id, &kept));
        task_ok(login_request(t, &kept, &request));
        task_expect(str_is(authorization_request_subject(&request), "p-1"));
        task_error(visit(t, &kept, "hk"), ERR_LOGIN_REQUIRED);
}

/* The settings changed while the person signed in: what the client may not ask for any more it does not get. */
IN_TASK(test_request_is_checked_again)
{
        static const char *const stale[] = {
                "client_id=gone&redirect_uri=https%3A%2F%2Fplain.example%2Fcb&response_type=code&scope=openid",
                "client_id=plain&redirect_uri=https%3A%2F%2Fgone.example%2Fcb&response_type=code&scope=openid",
                "client_id=plain&redirect_uri=https%3A%2F%2Fplain.example%2Fcb&response_type=code&scope=gone",
                "client_id=%",
                "",
        };
        struct authorization_request request;
        struct interaction i;
        struct str url;
        task_ok(begin(t, FIXED_REQUEST, &i));
        task_ok(login_request(t, &i, &request));
        task_expect(str_is(request.client->client_id, "portal") && str_is(request.state, "xyz"));
        for (size_t n = 0; n < sizeof(stale) / sizeof(stale[0]); n++) {
                i.request = str_from(stale[n]);
                task_error(login_request(t, &i, &request), ERR_UNKNOWN_CLIENT);
                task_error(login_leave(t, &i, STR("hk"), &url), ERR_UNKNOWN_CLIENT);
        }
}

/* A binding that was undone is undone for running sessions too. */
IN_TASK(test_binding_undone)
{
        const struct binding_side hk = { STR("hk"), STR("hk-1") };
        struct interaction i, next;
        struct binding binding;
        bool found;
        task_ok(sign_in(t, FIXED_REQUEST, &i));
        struct identity identity = identity_parse(i.identity);
        task_ok(binding_get(t, &hk, STR("cn"), &binding, &found));
        task_expect(found);
        task_ok(binding_drop(t, &binding));
        task_ok(begin(t, FIXED_REQUEST, &next));
        task_ok(login_settle(t, &next, &identity));
        task_expect(next.step == STEP_EXPLAIN && !next.identity);
}

IN_TASK(test_refuse)
{
        struct interaction i;
        struct str url;
        task_ok(begin(t, FIXED_REQUEST, &i));
        task_error(login_refuse(t, &i, &ERR_ACCESS_DENIED, &url), ERR_FLOW_UNKNOWN); /* not kept yet */
        task_ok(interaction_put(t, &i));
        task_ok(login_refuse(t, &i, &ERR_ACCESS_DENIED, &url));
        task_expect(str_starts(url, STR("https://portal.example/callback?error=access_denied&")));
        task_expect(str_holds(url, "&state=xyz&iss="));
        task_error(login_refuse(t, &i, &ERR_ACCESS_DENIED, &url), ERR_FLOW_UNKNOWN);
}

IN_TASK(test_nothing_out_of_turn)
{
        struct interaction i;
        struct login_done done;
        task_ok(begin(t, FIXED_REQUEST, &i));
        task_ok(interaction_put(t, &i));
        task_error(login_allow(t, &i, &no_params), ERR_FLOW_UNKNOWN);
        task_error(login_bind(t, &i), ERR_FLOW_UNKNOWN);
        task_error(login_return(t, &i, &no_params), ERR_FLOW_UNKNOWN);
        task_error(login_resume(t, &i), ERR_FLOW_UNKNOWN);
        task_error(login_finish(t, &i, (struct str){ 0 }, &done), ERR_FLOW_UNKNOWN);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_state),
                cmocka_unit_test(test_offers),
                cmocka_unit_test(test_whole_way),
                cmocka_unit_test(test_second_time),
                cmocka_unit_test(test_callback_counts_once),
                cmocka_unit_test(test_source_fails),
                cmocka_unit_test(test_notice),
                cmocka_unit_test(test_level),
                cmocka_unit_test(test_step_up_elsewhere),
                cmocka_unit_test(test_no_code_before_the_step_up),
                cmocka_unit_test(test_step_up_only_once),
                cmocka_unit_test(test_step_up_that_fails_can_be_tried_again),
                cmocka_unit_test(test_re_authentication),
                cmocka_unit_test(test_re_authentication_of_another_person),
                cmocka_unit_test(test_step_up_when_bound),
                cmocka_unit_test(test_step_up_from_a_session),
                cmocka_unit_test(test_max_age),
                cmocka_unit_test(test_subject_is_stable),
                cmocka_unit_test(test_person_asked_for),
                cmocka_unit_test(test_person_hinted_at),
                cmocka_unit_test(test_request_is_checked_again),
                cmocka_unit_test(test_binding_undone),
                cmocka_unit_test(test_refuse),
                cmocka_unit_test(test_nothing_out_of_turn),
        };
        return cmocka_run_group_tests(tests, fixed_group_setup, fixed_group_teardown);
}
