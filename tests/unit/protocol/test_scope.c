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
                bool of_openid = strcmp(*claim, "same_person_as") == 0; /* the client knows that subject already */
                assert_int_equal(scope_covers(STR("openid"), *claim), of_openid);
        }
}

/* What is computed or hashed is asked for by its name: no scope gives it along with the rest. */
static void test_only_by_name(void **state)
{
        static const char *const claims[] = { "age_over_16",    "age_over_18",    "age_over_60",    "is_hk_resident",
                                              "is_cn_resident", "same_person_as", "document_number" };
        (void)state;
        for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
                assert_false(scope_asks(scope_all(), NULL, claims[i], CLAIM_USERINFO));
                assert_false(scope_stands_for(scope_all(), claims[i]));
                assert_true(scope_covers(scope_all(), claims[i]));
        }
        assert_true(scope_stands_for(STR("profile"), "birthdate"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_scopes_ask_at_userinfo),
                cmocka_unit_test(test_claims_parameter),
                cmocka_unit_test(test_table),
                cmocka_unit_test(test_only_by_name),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
