/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Which claims scopes and the `claims` parameter ask for, and where. OpenID Connect Core 1.0 (5.4, 5.5). */
#include "unit.h"

#include "scope.h"

static void test_scopes_ask_at_userinfo(void **state)
{
        (void)state;
        assert_true(scope_asks(STR("openid profile"), NULL, "name", CLAIM_USERINFO));
        assert_false(scope_asks(STR("openid profile"), NULL, "name", CLAIM_ID_TOKEN));
        assert_false(scope_asks(STR("openid profile"), NULL, "email", CLAIM_USERINFO));
        assert_true(scope_asks(STR("email openid"), NULL, "email", CLAIM_USERINFO));
        assert_true(scope_asks(STR("phone"), NULL, "phone_number", CLAIM_USERINFO));
        assert_false(scope_asks(STR("profiles"), NULL, "name", CLAIM_USERINFO));
        assert_false(scope_asks(STR("openid profile email phone"), NULL, "address", CLAIM_USERINFO));
        assert_false(scope_asks((struct str){ 0 }, NULL, "name", CLAIM_USERINFO));
}

static void test_claims_parameter(void **state)
{
        auto_arena a = arena_new(1 << 20);
        json_t *claims;
        (void)state;
        assert_ok(json_read_object(a, STR("{\"id_token\":{\"name\":null},\"userinfo\":{\"email\":{}}}"), 999, &claims));
        assert_true(scope_asks(STR("openid"), claims, "name", CLAIM_ID_TOKEN));
        assert_false(scope_asks(STR("openid"), claims, "name", CLAIM_USERINFO));
        assert_true(scope_asks(STR("openid"), claims, "email", CLAIM_USERINFO));
        assert_false(scope_asks(STR("openid"), claims, "email", CLAIM_ID_TOKEN));
        assert_ok(json_read_object(a, STR("{\"id_token\":\"name\",\"userinfo\":[\"name\"],\"name\":null}"), 999,
                                   &claims));
        assert_false(scope_asks(STR("openid"), claims, "name", CLAIM_ID_TOKEN));
        assert_false(scope_asks(STR("openid"), claims, "name", CLAIM_USERINFO));
}

/* Every claim that is shown belongs to one scope that discovery names. */
static void test_table(void **state)
{
        (void)state;
        for (const char *const *claim = scope_claims; *claim; claim++) {
                int scopes = 0;
                struct str all = scope_all(), scope;
                while (str_split(&all, ' ', &scope))
                        scopes += scope_covers(scope, *claim);
                assert_int_equal(scopes, 1);
                assert_false(scope_covers(STR("openid"), *claim));
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_scopes_ask_at_userinfo),
                cmocka_unit_test(test_claims_parameter),
                cmocka_unit_test(test_table),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
