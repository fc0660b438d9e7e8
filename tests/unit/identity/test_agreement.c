/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Consent, on a real store: what has to be asked, what can be refused, what is remembered and for how long it holds. */
#include "fixed_gateway.h"

#include "agreement.h"

#define APP                                                                                                            \
        "client_id=app&redirect_uri=com.example.app%3A%2Fcb&response_type=code&state=xyz&code_challenge=" FIXED_CHALLENGE \
        "&code_challenge_method=S256&scope="

static const struct policy_field fields[] = {
        { { "name", 4 }, POLICY_MASKED, true },
        { { "gender", 6 }, POLICY_VALUE, false },
        { { "birthdate", 9 }, POLICY_HASH, false },
};
static struct policy policy = {
        .id = { "p", 1 },       .version = { "1", 1 },       .sha256 = { "d", 1 },      .from = { "HK", 2 }, .to = { "CN", 2 },
        .purpose = { "work", 4 }, .valid_until = INT64_MAX, .fields = fields, .field_count = 3,
};

/* A person from Hong Kong at a client in the mainland, under the policy above. */
static result someone(struct task *t, const char *query, struct authorization_request *ret_request,
                      struct identity *ret_identity)
{
        const struct gateway *g = gateway_of(t);
        struct client *client = (struct client *)(uintptr_t)config_client(g->config, STR("app"));
        client->purpose = STR("work");
        ((struct config *)(uintptr_t)g->config)->policies = (struct policy_list){ &policy, 1 };
        policy.sha256 = STR("d");
        TRY(fixed_request(t, query, ret_request));
        *ret_identity = identity_of(t, &said.hk);
        return OK;
}

static result allow(struct task *t, const struct authorization_request *request, const struct identity *identity,
                    const char *form)
{
        struct params params;
        TRY(params_parse(task_arena(t), str_from(form), &params));
        return agreement_put(t, request, identity, &params);
}

static const struct agreement_row *row_of(const struct agreement *agreement, const char *claim)
{
        for (size_t i = 0; i < agreement->row_count; i++)
                if (strcmp(agreement->rows[i].field->claim, claim) == 0)
                        return &agreement->rows[i];
        return NULL;
}

IN_TASK(test_asked_once)
{
        struct authorization_request request;
        struct release_agreement kept;
        struct agreement agreement;
        struct identity identity;
        task_ok(someone(t, APP "openid+profile", &request, &identity));
        task_error(agreement_get(t, &request, &identity, &kept), ERR_CONSENT_REQUIRED);
        task_ok(agreement_look(t, &request, &identity, &agreement));
        task_expect(agreement.needed && !agreement.before && agreement.row_count == 3);
        task_expect(!row_of(&agreement, "given_name")); /* the policy does not name it */
        task_ok(allow(t, &request, &identity, ""));
        task_ok(agreement_look(t, &request, &identity, &agreement));
        task_expect(!agreement.needed && agreement.before && !agreement.policy_changed);
        task_ok(agreement_get(t, &request, &identity, &kept));
        task_expect(str_is(kept.policy, "p:1:d"));
        task_expect(str_is(kept.fields, "name:masked gender:value birthdate:hash"));
}

IN_TASK(test_refused)
{
        struct authorization_request request;
        struct release_agreement kept;
        struct agreement agreement;
        struct identity identity;
        task_ok(someone(t, APP "openid+profile", &request, &identity));
        task_ok(allow(t, &request, &identity, "refuse_gender=1&refuse_name=1&refuse_email=1&refuse_=1"));
        task_ok(agreement_get(t, &request, &identity, &kept));
        task_expect(str_is(kept.fields, "name:masked birthdate:hash")); /* what is essential stays */
        task_ok(agreement_look(t, &request, &identity, &agreement));
        task_expect(!agreement.needed && row_of(&agreement, "gender")->refused && !row_of(&agreement, "gender")->given);
        task_ok(allow(t, &request, &identity, "")); /* another time it is given */
        task_ok(agreement_get(t, &request, &identity, &kept));
        task_expect(str_has_word(kept.fields, STR("gender:value")));
}

IN_TASK(test_changed)
{
        struct authorization_request request;
        struct agreement agreement;
        struct identity identity;
        task_ok(someone(t, APP "openid&claims={\"userinfo\":{\"gender\":null}}", &request, &identity));
        task_ok(allow(t, &request, &identity, ""));
        task_ok(someone(t, APP "openid+profile", &request, &identity));
        task_ok(agreement_look(t, &request, &identity, &agreement));
        task_expect(agreement.needed && row_of(&agreement, "gender")->given && !row_of(&agreement, "name")->given);
        task_ok(allow(t, &request, &identity, ""));
        policy.sha256 = STR("another");
        task_ok(agreement_look(t, &request, &identity, &agreement));
        task_expect(agreement.needed && agreement.policy_changed);
        task_ok(allow(t, &request, &identity, ""));
        task_ok(agreement_look(t, &request, &identity, &agreement));
        task_expect(!agreement.needed);
        store_fixture_shift(f, gateway_of(t)->config->lifetimes.consent + 1);
        task_ok(agreement_look(t, &request, &identity, &agreement));
        task_expect(agreement.needed && !agreement.before);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_asked_once),
                cmocka_unit_test(test_refused),
                cmocka_unit_test(test_changed),
        };
        return cmocka_run_group_tests(tests, fixed_group_setup, fixed_group_teardown);
}
