/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* One login through its steps (docs/map.md follows it): to a source and back, to the second source when a binding is
 * needed, to consent, to the code. Each function takes the interaction as it stands, moves it one step and keeps it;
 * the endpoints only show where it stands.
 *
 *   CHOOSE → SOURCE → (WAITING) → [EXPLAIN → SOURCE → (WAITING) → CONFIRM | MISMATCH] → CONSENT → code
 *
 * Where the level turns out too low, before CONSENT, and something could raise it: → STEP_UP → SOURCE and on as before,
 * once (login_level.h). */
#pragma once

#include "authorization_request.h"
#include "identity.h"
#include "interaction.h"
#include "session.h"

/* A new interaction for a request; *ret_cookie is the value of the cookie that binds it to this browser. Not kept
 * yet: the next step does that. */
struct interaction login_new(struct task *t, const struct authorization_request *request, struct str language,
                             struct str *ret_cookie);

/* Sends the browser to `source`: a new leg. *ret_url is where. Errors: ERR_INVALID_REQUEST for a source that the
 * client does not offer, or that is no way of the step-up; the adapter's. */
result login_leave(struct task *t, struct interaction *i, struct str source, struct str *ret_url);
/* The browser is back from the current leg's source with these parameters. Afterwards the step is WAITING, EXPLAIN,
 * CONFIRM, MISMATCH, STEP_UP or CONSENT. Errors: ERR_FLOW_UNKNOWN when the leg was used already; ERR_NO_MATCH when
 * another person was authenticated than the one to be authenticated again; ERR_UNMET_AUTHENTICATION_REQUIREMENTS; the
 * adapter's. */
result login_return(struct task *t, struct interaction *i, const struct params *callback);
/* In STEP_WAITING: goes on when the notice has come; else nothing changes. */
result login_resume(struct task *t, struct interaction *i);
/* In STEP_CONFIRM: the person binds the two accounts. Errors: ERR_NO_MATCH when one of them is bound elsewhere. */
result login_bind(struct task *t, struct interaction *i);
/* The person is known (`identity`): binding and level are looked after, then consent. Also the way of a request that a
 * session answers; afterwards i->session is empty if the session can't, because a step-up is needed. */
result login_settle(struct task *t, struct interaction *i, const struct identity *identity);
/* In STEP_CONSENT: must the person be asked, or is the consent remembered? */
result login_needs_consent(struct task *t, const struct interaction *i, bool *ret_needed);

/* The session of the browser with this cookie, while the person's ledger has it too: one that is missing there can't be
 * seen nor ended by them, and counts as ended. */
result login_session(struct task *t, struct str cookie, struct session *ret_session, bool *ret_found);

struct login_done {
        struct str url;             /* to the client, with the code */
        struct str session_cookie;  /* value of the new session cookie; empty: the session is the one there was */
        int64_t session_expires_at;
};
/* In STEP_CONSENT: the person allowed it, but for what `form` refuses (agreement.h); remembered for the client. */
result login_allow(struct task *t, const struct interaction *i, const struct params *form);
/* Ends the login: takes the interaction, opens the session, issues the code. `cookie`: the value of the session cookie
 * that the browser has, if any: after a fresh login that session goes on under a new one when it is the same person's,
 * and ends when it is another's. Errors: ERR_FLOW_UNKNOWN for the second of two who try; ERR_LOGIN_REQUIRED when the
 * session or the binding was ended meanwhile. */
result login_finish(struct task *t, const struct interaction *i, struct str cookie, struct login_done *ret_done);
/* Ends it with an error for the client: *ret_url is the redirect. */
result login_refuse(struct task *t, const struct interaction *i, const struct error *error, struct str *ret_url);

/* The request of an interaction, checked once more: the settings may have changed. Errors: ERR_UNKNOWN_CLIENT when its
 * client is gone or may not ask for this any more. */
result login_request(struct task *t, const struct interaction *i, struct authorization_request *ret_request);
/* Is `source` one that the client offers? */
bool login_offers(const struct client *client, struct str source);
/* False when subject and level are enough, because neither a claim nor a binding asks for more. */
bool login_needs_attributes(const struct authorization_request *request);
/* Splits a source's `state` into interaction id and leg. False when it can't be one of ours. */
bool login_state_parse(struct str state, struct str *ret_id, struct str *ret_leg);
