/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* RFC 7636: appendix B, the verifier's length and alphabet, and the downgrade of RFC 9700 (2.1.1). */
#include "unit.h"

#include "digest.h"
#include "pkce.h"

#define VERIFIER "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

static void test_appendix_b(void **state)
{
        auto_arena a = arena_new(1 << 20);
        (void)state;
        assert_ok(pkce_check(a, STR(CHALLENGE), STR(VERIFIER)));
}

static void test_refused(void **state)
{
        static const struct str verifiers[] = {
                { NULL, 0 },
                { "", 0 },
                { CHALLENGE, 43 }, /* as if the method were plain */
                { "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl", 43 },
                { "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX", 42 },
                { "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk ", 44 },
        };
        auto_arena a = arena_new(1 << 20);
        (void)state;
        for (size_t i = 0; i < sizeof(verifiers) / sizeof(verifiers[0]); i++)
                assert_error(pkce_check(a, STR(CHALLENGE), verifiers[i]), ERR_INVALID_GRANT);
        assert_null(memmem(arena_reason(a).data, arena_reason(a).len, "dBjft", 5));
}

/* The challenge fits each verifier here, so only its form can refuse it. */
static void test_form(void **state)
{
        char verifier[160];
        auto_arena a = arena_new(1 << 20);
        (void)state;
        for (size_t len = 40; len <= 132; len++) {
                memset(verifier, '~', len);
                struct str v = str_slice(verifier, len);
                assert_ptr_equal(pkce_check(a, sha256_base64url(a, v), v).error,
                                 len >= 43 && len <= 128 ? NULL : &ERR_INVALID_GRANT);
        }
        for (int c = 0; c < 256; c++) {
                memset(verifier, '.', 43);
                verifier[42] = (char)c;
                struct str v = str_slice(verifier, 43);
                bool allowed = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                               (c && strchr("-._~", c));
                assert_ptr_equal(pkce_check(a, sha256_base64url(a, v), v).error, allowed ? NULL : &ERR_INVALID_GRANT);
        }
}

static void test_downgrade(void **state)
{
        auto_arena a = arena_new(1 << 20);
        (void)state;
        assert_ok(pkce_check(a, (struct str){ 0 }, (struct str){ 0 }));
        assert_error(pkce_check(a, (struct str){ 0 }, STR(VERIFIER)), ERR_INVALID_GRANT);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_appendix_b),
                cmocka_unit_test(test_refused),
                cmocka_unit_test(test_form),
                cmocka_unit_test(test_downgrade),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
