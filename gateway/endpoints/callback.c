/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* /callback/{source} and /callback/{source}/{state}: the browser comes back from a source. */
#include "flow.h"
#include "handlers.h"

/* The state proves which login and which leg of it; it comes in the path from sources that don't echo it. */
static result find_leg(struct task *t, const struct call *call, struct interaction *ret_interaction)
{
        struct arena *a = task_arena(t);
        struct str state = call->values[1].len > 0 ? call->values[1] : params_get(&call->params, "state");
        struct interaction i;
        struct str id, leg;

        if (params_is_repeated(&call->params, "state") || params_is_repeated(&call->params, "code"))
                return fail(a, ERR_FLOW_UNKNOWN, "state or code repeated");
        if (!login_state_parse(state, &id, &leg))
                return fail(a, ERR_FLOW_UNKNOWN, "state is not one of ours");
        TRY(flow_load(t, id, &i));
        if (!str_eq_secret(i.leg, leg) || !str_eq(i.source, call->values[0]))
                return fail(a, ERR_FLOW_UNKNOWN, "state belongs to an earlier leg or another source");
        *ret_interaction = i;
        return OK;
}

result callback_endpoint(struct task *t, const struct call *call)
{
        struct interaction i;
        result r;

        TRY(find_leg(t, call, &i));
        r = login_return(t, &i, &call->params);
        if (!is_ok(r))
                return flow_fail(t, &i, r);
        return flow_continue(t, &i);
}
