/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* POST /sandbox/behave of the Guangdong stand-in. Loopback only. */
#include "guangdong.h"

static bool number_read(struct str text, int64_t *ret_number)
{
        int64_t number = -1;
        if (!str_is(text, "-1") && (!str_to_int(text, &number) || number > 86400000))
                return false;
        *ret_number = number;
        return true;
}

/* One of two words: false for the first, true for the second. */
static bool choice_read(struct str text, const char *first, const char *second, bool *ret_second)
{
        if (!str_is(text, first) && !str_is(text, second))
                return false;
        *ret_second = str_is(text, second);
        return true;
}

static bool knob_turn(struct guangdong_behaviour *b, struct str what, struct str value)
{
        if (str_is(what, "slow"))
                return number_read(value, &b->slow_ms);
        if (str_is(what, "down"))
                return number_read(value, &b->down);
        if (str_is(what, "garbage"))
                return number_read(value, &b->garbage);
        if (str_is(what, "deny_form"))
                return choice_read(value, "error", "bare", &b->bare_denial);
        if (str_is(what, "isreal"))
                return choice_read(value, "string", "boolean", &b->isreal_boolean);
        if (str_is(what, "userobj"))
                return choice_read(value, "object", "string", &b->userobj_string);
        if (!str_is(what, "reset"))
                return false;
        *b = (struct guangdong_behaviour){ 0 };
        return true;
}

void guangdong_behave_set(struct task *t)
{
        struct guangdong *g = site_state(t);
        struct params params;
        if (!g->loopback_only || !site_is_own_origin(t))
                site_message(t, 403, "Forbidden", STR("Only programs on this machine may do this."));
        else if (!is_ok(site_params(t, &params)) ||
                 !knob_turn(&g->behaviour, params_get(&params, "what"), params_get(&params, "value")))
                site_message(t, 400, "Unknown knob", STR("Send what and value; docs/sandbox.md has the list."));
        else
                site_message(t, 200, "Done", params_get(&params, "what"));
}
