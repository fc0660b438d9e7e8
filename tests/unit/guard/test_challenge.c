/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* WWW-Authenticate, word for word. */
#include "unit.h"

#include "challenge.h"

#define ALGS "RS256 PS256 ES256 EdDSA SGD_SM3_SM2"

static void expect(const struct challenge *c, const char *want)
{
        auto_arena a = arena_new(1 << 16);
        assert_str_eq(challenge_render(a, c), want);
}

static void test_without_token(void **state)
{
        (void)state;
        expect(&(struct challenge){ .realm = STR("r") }, "Bearer realm=\"r\"");
        expect(&(struct challenge){ .realm = STR("r"), .scope = STR("a b") }, "Bearer realm=\"r\", scope=\"a b\"");
        expect(&(struct challenge){ .realm = STR("r"), .offer_dpop = true },
               "Bearer realm=\"r\", DPoP algs=\"" ALGS "\"");
}

static void test_errors(void **state)
{
        (void)state;
        expect(&(struct challenge){ .realm = STR("r"), .error = "invalid_token", .description = "No." },
               "Bearer realm=\"r\", error=\"invalid_token\", error_description=\"No.\"");
        expect(&(struct challenge){ .realm = STR("r"), .error = "insufficient_scope", .scope = STR("a") },
               "Bearer realm=\"r\", error=\"insufficient_scope\", scope=\"a\"");
        expect(&(struct challenge){ .realm = STR("r"), .error = "invalid_dpop_proof", .dpop = true, .offer_dpop = true },
               "DPoP realm=\"r\", error=\"invalid_dpop_proof\", algs=\"" ALGS "\"");
}

static void test_step_up(void **state)
{
        (void)state;
        static const struct str acrs[] = { STR("urn:x:2"), STR("urn:x:3") };
        const struct rule both = { .acrs = acrs, .acr_count = 2, .max_age = 300 };
        const struct rule level = { .acrs = acrs, .acr_count = 1, .max_age = -1 };
        const struct rule age = { .max_age = 0 };
        const char *const error = "insufficient_user_authentication";
        expect(&(struct challenge){ .realm = STR("r"), .error = error, .step_up = &both },
               "Bearer realm=\"r\", error=\"insufficient_user_authentication\", acr_values=\"urn:x:2 urn:x:3\", max_age=\"300\"");
        expect(&(struct challenge){ .realm = STR("r"), .error = error, .step_up = &level },
               "Bearer realm=\"r\", error=\"insufficient_user_authentication\", acr_values=\"urn:x:2\"");
        expect(&(struct challenge){ .realm = STR("r"), .error = error, .step_up = &age },
               "Bearer realm=\"r\", error=\"insufficient_user_authentication\", max_age=\"0\"");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_without_token),
                cmocka_unit_test(test_errors),
                cmocka_unit_test(test_step_up),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
