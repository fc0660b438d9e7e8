/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See flow.h. */
#include "flow.h"

#include "answer.h"
#include "clock.h"
#include "digest.h"

static struct str browser_cookie(struct arena *a, struct str interaction_id)
{
        return ARENA_JOIN(a, STR("bg-"), interaction_id);
}

void flow_bind_browser(struct task *t, const struct interaction *i, struct str cookie)
{
        answer_cookie(t, &(struct answer_cookie){
                                 .name = browser_cookie(task_arena(t), i->id),
                                 .value = cookie,
                                 .max_age = i->expires_at - clock_now(),
                         });
}

result flow_load(struct task *t, struct str id, struct interaction *ret_interaction)
{
        struct arena *a = task_arena(t);
        struct interaction i;
        struct str cookie;

        TRY(interaction_get(t, id, &i));
        cookie = answer_cookie_read(t, browser_cookie(a, i.id));
        if (!str_eq_secret(sha256_base64url(a, cookie), i.browser_sha256))
                return fail(a, ERR_FLOW_FOREIGN, "%s", cookie.len ? "wrong browser cookie" : "no browser cookie");
        *ret_interaction = i;
        return OK;
}

struct str flow_path(struct arena *a, const struct interaction *i)
{
        return ARENA_JOIN(a, STR("/interaction/"), i->id);
}

result flow_continue(struct task *t, struct interaction *i)
{
        bool ask = true;

        if (i->step == STEP_CONSENT)
                TRY(login_needs_consent(t, i, &ask));
        if (!ask)
                return flow_finish(t, i);
        reply_redirect(t, flow_path(task_arena(t), i));
        return OK;
}

static void unbind_browser(struct task *t, const struct interaction *i)
{
        answer_cookie(t, &(struct answer_cookie){ .name = browser_cookie(task_arena(t), i->id) });
}

result flow_finish(struct task *t, const struct interaction *i)
{
        struct login_done done;

        TRY(login_finish(t, i, answer_cookie_read(t, FLOW_SESSION_COOKIE), &done));
        unbind_browser(t, i);
        if (done.session_cookie.len > 0)
                answer_cookie(t, &(struct answer_cookie){
                                         .name = FLOW_SESSION_COOKIE,
                                         .value = done.session_cookie,
                                         .max_age = done.session_expires_at - clock_now(),
                                 });
        reply_redirect(t, done.url);
        return OK;
}

result flow_refuse(struct task *t, const struct interaction *i, const struct error *error)
{
        struct str url;

        TRY(login_refuse(t, i, error, &url));
        unbind_browser(t, i);
        reply_redirect(t, url);
        return OK;
}

/* The person can do something about these: wait and try again. */
static bool may_pass(result r)
{
        return is_error(r, &ERR_SOURCE_DOWN) || is_error(r, &ERR_STORE_DOWN) || is_error(r, &ERR_AUDIT_DOWN) ||
               is_error(r, &ERR_DEADLINE);
}

static void show_failure(struct task *t, const struct interaction *i, const struct error *error)
{
        const struct source *source = gateway_source(gateway_of(t), i->source);
        struct answer_failure failure = {
                .error = error,
                .language = i->language,
                .retry_url = flow_path(task_arena(t), i),
        };

        if (source)
                failure.source_title = answer_title(source->titles, i->language);
        answer_error_page(t, &failure);
}

result flow_fail(struct task *t, struct interaction *i, result r)
{
        if (!r.error->redirect || !i->kept)
                return r; /* a login that was never kept has no page to try again from: /authorize answers the client */
        if (may_pass(r)) {
                show_failure(t, i, r.error);
                return OK;
        }
        return flow_refuse(t, i, r.error);
}

result flow_leave(struct task *t, struct interaction *i, struct str source)
{
        struct str url;
        result r = login_leave(t, i, source, &url);

        if (!is_ok(r))
                return flow_fail(t, i, r);
        reply_redirect(t, url);
        return OK;
}
