/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Redirects back to the client: every value encoded, `iss` always, `state` as it came. RFC 6749 (4.1.2), RFC 9207. */
#include "unit.h"

#include "authorization_response.h"

static const struct str issuer = { "https://id.example", 18 };

static void test_success(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct authorization_request r = { .redirect_uri = STR("https://a.example/cb"), .state = STR("x y&z=1#\r\n") };
        (void)state;
        assert_str_eq(authorization_response_success(a, &r, issuer, STR("c-1")),
                      "https://a.example/cb?code=c-1&state=x%20y%26z%3D1%23%0D%0A&iss=https%3A%2F%2Fid.example");
        r.state = (struct str){ 0 };
        assert_str_eq(authorization_response_success(a, &r, issuer, STR("c-1")),
                      "https://a.example/cb?code=c-1&iss=https%3A%2F%2Fid.example");
}

/* RFC 6749, section 3.1.2: the query that was registered is kept. */
static void test_query_is_kept(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct authorization_request r = { .redirect_uri = STR("https://a.example/cb?from=hk"), .state = STR("s") };
        (void)state;
        assert_str_eq(authorization_response_success(a, &r, issuer, STR("c")),
                      "https://a.example/cb?from=hk&code=c&state=s&iss=https%3A%2F%2Fid.example");
        r.redirect_uri = STR("com.example.app:/cb");
        assert_str_eq(authorization_response_success(a, &r, issuer, STR("c")),
                      "com.example.app:/cb?code=c&state=s&iss=https%3A%2F%2Fid.example");
}

static void test_error(void **state)
{
        auto_arena a = arena_new(1 << 20);
        const struct authorization_request r = { .redirect_uri = STR("https://a.example/cb"), .state = STR("s") };
        struct str url = authorization_response_error(a, &r, issuer, &ERR_LOGIN_REQUIRED);
        struct params params;
        (void)state;
        assert_true(str_starts(url, STR("https://a.example/cb?error=login_required&")));
        assert_ok(params_parse(a, str_from_index(url, str_find(url, '?') + 1), &params));
        assert_int_equal(params.count, 4);
        assert_str_eq(params_get(&params, "error_description"), ERR_LOGIN_REQUIRED.description);
        assert_str_eq(params_get(&params, "state"), "s");
        assert_same_str(params_get(&params, "iss"), issuer);
        assert_false(params_has(&params, "code"));
}

/* RFC 6749, section 4.1.2.1: characters that error and error_description may have, for all that can be redirected. */
static void test_descriptions(void **state)
{
#define ERROR_ROW(symbol, code, status, redirect, description) &symbol,
        static const struct error *const all[] = {
#include "errors.def"
        };
#undef ERROR_ROW
        (void)state;
        for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
                struct str text = str_from(all[i]->description);
                assert_true(str_is_printable_ascii(text) && str_is_printable_ascii(str_from(all[i]->code)));
                assert_true(str_find(text, '"') == text.len && str_find(text, '\\') == text.len);
        }
        assert_false(ERR_UNKNOWN_CLIENT.redirect || ERR_REDIRECT_URI.redirect || ERR_FLOW_FOREIGN.redirect);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_success),
                cmocka_unit_test(test_query_is_kept),
                cmocka_unit_test(test_error),
                cmocka_unit_test(test_descriptions),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
