/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* POST /sandbox/behave: lets tests make the stand-in slow, wrong or down. Loopback only. */
#include "iamsmart.h"

#define COUNT_LIMIT 86400000

/* A whole number; -1 stands for "until reset". */
static bool number_read(struct str text, int64_t *ret_number)
{
        int64_t number = -1;
        if (!str_is(text, "-1") && (!str_to_int(text, &number) || number > COUNT_LIMIT))
                return false;
        *ret_number = number;
        return true;
}

static bool switch_read(struct str text, bool *ret_on)
{
        bool on = str_is(text, "on");
        if (!on && !str_is(text, "off"))
                return false;
        *ret_on = on;
        return true;
}

static bool next_code_read(struct str text, char code[8])
{
        if (text.len != 6 || text.data[0] != 'D')
                return false;
        field_set(code, 8, text);
        return true;
}

static bool by_qr_read(struct str text, int *ret_by_qr)
{
        if (!str_has_word(STR("auto true false"), text))
                return false;
        *ret_by_qr = str_is(text, "auto") ? -1 : str_is(text, "true");
        return true;
}

static bool auto_person_read(struct str text, const struct person **ret_person)
{
        const struct person *person = person_find(text);
        if (!person && !str_is(text, "off"))
                return false;
        *ret_person = person;
        return true;
}

static bool decision_read(struct str text, enum decision *ret_decision)
{
        enum decision decision = decision_parse(text);
        if (decision == DECISION_PENDING && !str_is(text, "ask"))
                return false;
        *ret_decision = decision;
        return true;
}

static bool deny_form_read(struct str text, bool *ret_bare)
{
        if (!str_has_word(STR("bare error_code"), text))
                return false;
        *ret_bare = str_is(text, "bare");
        return true;
}

static void keys_expire(struct iamsmart *s)
{
        for (size_t i = 0; i < s->service_count; i++)
                s->services[i].cek_issued_ms = 0;
}

static bool knob_turn(struct iamsmart *s, struct str what, struct str value)
{
        struct behaviour *b = &s->behaviour;
        const struct {
                const char *name;
                int64_t *number;
        } numbers[] = { { "slow", &b->slow_ms },
                        { "slow_callback", &b->slow_callback_ms },
                        { "garbage", &b->garbage },
                        { "down", &b->down },
                        { "callback_copies", &b->callback_copies } };
        const struct {
                const char *name;
                bool *on;
        } switches[] = { { "cek_base64", &b->cek_base64 },
                         { "expires_absolute", &b->expires_absolute },
                         { "callback_garbage", &b->callback_garbage },
                         { "callback_foreign_state", &b->callback_foreign_state } };

        for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
                if (str_is(what, numbers[i].name))
                        return number_read(value, numbers[i].number);
        for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++)
                if (str_is(what, switches[i].name))
                        return switch_read(value, switches[i].on);
        if (str_is(what, "deny_form"))
                return deny_form_read(value, &b->deny_bare);
        if (str_is(what, "next_code"))
                return next_code_read(value, b->next_code);
        if (str_is(what, "auth_by_qr"))
                return by_qr_read(value, &b->by_qr);
        if (str_is(what, "auto_person"))
                return auto_person_read(value, &b->auto_person);
        if (str_is(what, "profile"))
                return decision_read(value, &b->profile);
        if (str_is(what, "step_up"))
                return decision_read(value, &b->step_up);
        if (str_is(what, "expire_cek"))
                keys_expire(s);
        else if (str_is(what, "reset"))
                *b = behaviour_default();
        else
                return false;
        return true;
}

void behave_set(struct task *t)
{
        struct iamsmart *s = site_state(t);
        struct params params;
        if (!s->loopback_only || !site_is_own_origin(t))
                site_message(t, 403, "Forbidden", STR("Only programs on this machine may do this."));
        else if (!is_ok(site_params(t, &params)) ||
                 !knob_turn(s, params_get(&params, "what"), params_get(&params, "value")))
                site_message(t, 400, "Unknown knob", STR("Send what and value; docs/sandbox.md has the list."));
        else
                behave_show(t);
}

void behave_show(struct task *t)
{
        const struct behaviour *b = &((const struct iamsmart *)site_state(t))->behaviour;
        json_t *json = json_new_object(task_arena(t));
        json_put_int(json, "slow", b->slow_ms);
        json_put_int(json, "slow_callback", b->slow_callback_ms);
        json_put_int(json, "garbage", b->garbage);
        json_put_int(json, "down", b->down);
        json_put_int(json, "callback_copies", b->callback_copies);
        json_put_bool(json, "callback_garbage", b->callback_garbage);
        json_put_bool(json, "callback_foreign_state", b->callback_foreign_state);
        json_put_bool(json, "cek_base64", b->cek_base64);
        json_put_bool(json, "expires_absolute", b->expires_absolute);
        json_put_str(json, "deny_form", b->deny_bare ? STR("bare") : STR("error_code"));
        json_put_str(json, "auth_by_qr", b->by_qr < 0 ? STR("auto") : b->by_qr ? STR("true") : STR("false"));
        json_put_str(json, "profile", str_from(decision_word(b->profile)));
        json_put_str(json, "step_up", str_from(decision_word(b->step_up)));
        json_put_str(json, "next_code", str_from(b->next_code));
        json_put_str(json, "auto_person", b->auto_person ? str_from(b->auto_person->id) : STR("off"));
        reply_json(t, 200, json);
}
