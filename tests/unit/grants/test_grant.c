/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Which grant a token request asks for. RFC 6749 (5.2). */
#include "unit.h"

#include "grant.h"

static void test_find(void **state)
{
        static const struct str unknown[] = {
                { "password", 8 },
                { "implicit", 8 },
                { "Authorization_code", 18 },
                { "authorization_code ", 19 },
                { "authorization_code\0", 19 },
                { "authorization_cod", 17 },
        };
        auto_arena a = arena_new(65536);
        const struct grant *grant = NULL;
        (void)state;
        assert_ok(grant_find(a, STR("authorization_code"), &grant));
        assert_string_equal(grant->type, "authorization_code");
        assert_ptr_equal(grant->handle, authorization_code_grant);
        grant = NULL;
        assert_error(grant_find(a, (struct str){ 0 }, &grant), ERR_INVALID_REQUEST);
        assert_error(grant_find(a, STR(""), &grant), ERR_INVALID_REQUEST);
        for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
                assert_error(grant_find(a, unknown[i], &grant), ERR_UNSUPPORTED_GRANT_TYPE);
        assert_null(grant);
}

int main(void)
{
        const struct CMUnitTest tests[] = { cmocka_unit_test(test_find) };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
