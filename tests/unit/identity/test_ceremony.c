/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The binding ceremony: what matches well enough, who may be bound, and what the binding is worth afterwards. */
#include "fixed_gateway.h"

#include "ceremony.h"
#include "login.h"

static const struct params no_params;

static result visit(struct task *t, struct interaction *i, const char *source)
{
        struct str url;
        TRY(login_leave(t, i, str_from(source), &url));
        return login_return(t, i, &no_params);
}

/* Both sides have signed in. */
static result both(struct task *t, struct interaction *ret_interaction)
{
        struct authorization_request request;
        struct str cookie;
        TRY(fixed_request(t, FIXED_REQUEST, &request));
        *ret_interaction = login_new(t, &request, STR("en"), &cookie);
        TRY(visit(t, ret_interaction, "hk"));
        return visit(t, ret_interaction, "cn");
}

IN_TASK(test_mismatch)
{
        struct interaction i;
        said.cn.attributes.birth_date = STR("1980-01-03");
        result r = both(t, &i);
        said_reset();
        task_ok(r);
        task_expect(i.step == STEP_MISMATCH && str_is(json_str(i.match, "grade"), "none"));
        task_expect(str_is(json_str(i.match, "birth_date"), "differ") && str_is(json_str(i.match, "gender"), "agree"));
        task_error(login_bind(t, &i), ERR_FLOW_UNKNOWN);
        /* The person may try with another account. */
        task_ok(visit(t, &i, "cn"));
        task_expect(i.step == STEP_CONFIRM);
        task_ok(login_bind(t, &i));
}

/* The settings ask for a strong match: a weak one is no silent yes. */
IN_TASK(test_weak)
{
        struct interaction i;
        said.cn.attributes.name_latin = said.cn.attributes.name_native = STR("");
        result r = both(t, &i);
        said_reset();
        task_ok(r);
        task_expect(i.step == STEP_MISMATCH && str_is(json_str(i.match, "grade"), "weak"));
}

static result bind_as(struct task *t, const char *hk, const char *cn)
{
        struct interaction i;
        said.hk.subject = str_from(hk);
        said.cn.subject = str_from(cn);
        result r = both(t, &i);
        said_reset();
        TRY(r);
        return login_bind(t, &i);
}

IN_TASK(test_already_bound)
{
        task_ok(bind_as(t, "hk-1", "cn-1"));
        task_error(bind_as(t, "hk-2", "cn-1"), ERR_ALREADY_BOUND);
        task_ok(bind_as(t, "hk-2", "cn-2"));
}

/* The level is the lesser of both sides, however high the login is. */
IN_TASK(test_level_is_capped)
{
        const struct gateway *g = gateway_of(t);
        struct interaction i;
        said.cn.native_level = STR("low");
        result r = both(t, &i);
        said_reset();
        task_ok(r);
        task_ok(login_bind(t, &i));
        struct identity identity = identity_parse(i.identity);
        struct assurance level = identity_assurance(g, &identity, clock_now());
        task_expect(identity.bound && level.ial == 1 && level.aal == 1 && level.fal == 1);
        task_expect(str_is(assurance_acr(g->assurance, &level), "low"));
        /* The same through the binding that was kept. */
        struct interaction next;
        struct authorization_request request;
        struct str cookie;
        task_ok(fixed_request(t, FIXED_REQUEST, &request));
        next = login_new(t, &request, STR("en"), &cookie);
        task_ok(visit(t, &next, "hk"));
        task_expect(next.step == STEP_CONSENT);
        identity = identity_parse(next.identity);
        level = identity_assurance(g, &identity, clock_now());
        task_expect(level.ial == 1 && level.aal == 1 && level.fal == 1);
}

/* Who signs in at the client's own side needs no binding; nor does a client that asks for none. */
IN_TASK(test_not_needed)
{
        const struct config *c = gateway_of(t)->config;
        struct identity identity = identity_of(t, &said.cn);
        bool needed = true;
        task_ok(ceremony_find_binding(t, config_client(c, STR("portal")), &identity, &needed));
        task_expect(!needed && !identity.bound);
        identity = identity_of(t, &said.hk);
        task_ok(ceremony_find_binding(t, config_client(c, STR("app")), &identity, &needed));
        task_expect(!needed && !identity.bound);
        task_ok(ceremony_find_binding(t, config_client(c, STR("portal")), &identity, &needed));
        task_expect(needed && !identity.bound);
        task_expect(json_equal(identity.level, identity_of(t, &said.hk).level));
}

/* A broken document number stops the login; a good one is never kept in clear. */
IN_TASK(test_document)
{
        struct interaction i;
        said.hk.attributes.document_number = STR("A123456(4)");
        result r = both(t, &i);
        said_reset();
        task_error(r, ERR_SOURCE_BAD_ANSWER);
        task_expect(!str_holds(arena_reason(task_arena(t)), "A123456"));
        task_ok(both(t, &i));
        task_expect(!str_holds(json_write(task_arena(t), i.assertion), "123456"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_mismatch),      cmocka_unit_test(test_weak),
                cmocka_unit_test(test_already_bound), cmocka_unit_test(test_level_is_capped),
                cmocka_unit_test(test_not_needed),    cmocka_unit_test(test_document),
        };
        return cmocka_run_group_tests(tests, fixed_group_setup, fixed_group_teardown);
}
