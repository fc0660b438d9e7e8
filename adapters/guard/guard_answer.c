/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The answer: identity headers, or a status with its challenge (RFC 6750, section 3; RFC 9449, section 7.1; RFC 9470).
 *
 * Proxies know 401 and 403 as answers to "may it pass?" and take every other status for a defect, so a request that RFC
 * 6750 would answer 400 is answered 401. */
#include "guard.h"

#include "challenge.h"

struct refusal {
        const struct error *error;
        enum outcome outcome;
        int status;
        const char *code;         /* NULL: none is named */
        const char *description;
        bool challenge;
};

static const struct refusal refusals[] = {
        { &ERR_LOGIN_REQUIRED, OUTCOME_NO_TOKEN, 401, NULL, NULL, true },
        { &ERR_INVALID_REQUEST, OUTCOME_INVALID_REQUEST, 401, "invalid_request", "The request is malformed.", true },
        { &ERR_INVALID_TOKEN, OUTCOME_INVALID_TOKEN, 401, "invalid_token", "The access token is not accepted.", true },
        { &ERR_VERIFY, OUTCOME_INVALID_DPOP_PROOF, 401, "invalid_dpop_proof", "The DPoP proof is not accepted.", true },
        { &ERR_INSUFFICIENT_SCOPE, OUTCOME_INSUFFICIENT_SCOPE, 403, "insufficient_scope",
          "The access token does not cover this.", true },
        { &ERR_UNMET_AUTHENTICATION_REQUIREMENTS, OUTCOME_STEP_UP, 401, "insufficient_user_authentication",
          "A stronger or more recent sign-in is needed.", true },
        { &ERR_ACCESS_DENIED, OUTCOME_REFUSED, 403, "access_denied", "This is not allowed.", false },
        { NULL, OUTCOME_UNAVAILABLE, 503, "temporarily_unavailable", "The token can't be checked at the moment.", false },
};

static const struct refusal *refusal_of(result r)
{
        const struct refusal *found = refusals;
        while (found->error && !is_error(r, found->error))
                found++;
        return found;
}

static void count(struct guard *g, enum outcome outcome)
{
        atomic_fetch_add(&g->counters.outcomes[outcome], 1);
}

static struct str challenge_of(struct task *t, const struct guard *g, const struct inquiry *q, const struct refusal *f)
{
        const struct challenge challenge = {
                .realm = g->settings.realm,
                .error = f->code,
                .description = f->description,
                .scope = f->outcome == OUTCOME_NO_TOKEN || f->outcome == OUTCOME_INSUFFICIENT_SCOPE ? q->rule->scopes
                                                                                                    : STR(""),
                .step_up = f->outcome == OUTCOME_STEP_UP ? q->rule : NULL,
                .dpop = q->dpop_scheme,
                .offer_dpop = g->proofs != NULL,
        };
        return challenge_render(task_arena(t), &challenge);
}

static void refuse(struct task *t, struct guard *g, const struct inquiry *q, const struct refusal *f)
{
        json_t *body = json_new_object(task_arena(t));
        json_put_str(body, "error", str_from(f->code));
        json_put_str(body, "error_description", str_from(f->description));
        if (f->challenge)
                reply_header(t, "WWW-Authenticate", challenge_of(t, g, q, f));
        if (f->status == 503)
                reply_header(t, "Retry-After", STR("5"));
        reply_json(t, f->status, body);
        count(g, f->outcome);
}

/* All of them, with a value or without: what the client sent under these names must not reach the service. */
static result add_identity(struct task *t, const struct guard *g, const json_t *claims)
{
        const struct guard_settings *s = &g->settings;
        struct str values[IDENTITY_HEADERS_MAX];
        for (size_t i = 0; i < s->header_count; i++)
                TRY(identity_header_value(task_arena(t), json_object_get(claims, s->headers[i].claim.data), &values[i]));
        for (size_t i = 0; i < s->header_count; i++)
                reply_header(t, s->headers[i].name, values[i]);
        return OK;
}

void guard_answer(struct task *t, struct guard *g, const struct inquiry *q, result r)
{
        if (is_ok(r))
                r = add_identity(t, g, q->claims);
        if (!is_ok(r)) {
                refuse(t, g, q, refusal_of(r));
                return;
        }
        reply_body(t, 200, NULL, STR(""));
        count(g, q->rule->open ? OUTCOME_OPEN : OUTCOME_ALLOWED);
}
