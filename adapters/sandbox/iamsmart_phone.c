/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The phone's notifications: requests of the profile or of a re-authentication that wait for the person. */
#include "iamsmart_pages.h"

void phone_list_show(struct task *t)
{
        page_phone_list(t, site_state(t));
}

static struct request_slot *request_named(struct task *t, const char *name, struct params *ret_params)
{
        if (!is_ok(site_params(t, ret_params)))
                return NULL;
        struct request_slot *r = request_by_ticket(site_state(t), params_get(ret_params, name));
        return r && r->decision == DECISION_PENDING ? r : NULL;
}

static void unknown_answer(struct task *t)
{
        page_phone_message(t, 404, STR("This request is unknown, too old or already decided. 要求無效或已處理。"));
}

/* What the app's link with a ticketID opens. */
void phone_request_show(struct task *t)
{
        struct params params;
        const struct request_slot *r = request_named(t, "ticketID", &params);
        if (r)
                page_phone_request(t, r);
        else
                unknown_answer(t);
}

void phone_request_decide(struct task *t)
{
        struct params params;
        struct request_slot *r = request_named(t, "ticket", &params);
        enum decision decision = r ? decision_parse(params_get(&params, "decision")) : DECISION_PENDING;
        if (!r) {
                unknown_answer(t);
        } else if (decision == DECISION_PENDING) {
                page_phone_message(t, 400, STR("Choose a decision. 請選擇決定。"));
        } else {
                request_decide(site_state(t), r, decision);
                page_phone_message(t, 200, STR("Done. Go back to the other screen. 完成，請返回原來的畫面。"));
        }
}
