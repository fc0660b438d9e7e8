/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Cookies per host and port, references, and what is shown of a URL. */
#include "unit.h"

#include "browser.h"

static void test_cookies_stay_with_their_origin(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 22);
        struct browser b = { .arena = a };
        browser_cookie_set(&b, STR("http://localhost:8080/authorize"), STR("__Host-flow=v1; Path=/; Secure; HttpOnly"));
        browser_cookie_set(&b, STR("http://localhost:8090/"), STR("other=v2; Path=/"));
        assert_true(str_is(browser_cookie_header(&b, STR("http://localhost:8080/callback/x?code=1")), "__Host-flow=v1"));
        assert_true(str_is(browser_cookie_header(&b, STR("http://localhost:8090")), "other=v2"));
        assert_true(str_is(browser_cookie_header(&b, STR("http://localhost:8091/")), ""));
}

static void test_cookies_are_replaced_and_deleted(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 22);
        struct browser b = { .arena = a };
        struct str url = STR("http://localhost:8080/");
        browser_cookie_set(&b, url, STR("a=1; Path=/"));
        browser_cookie_set(&b, url, STR("b=2=3"));
        browser_cookie_set(&b, url, STR("a=4; Path=/"));
        assert_true(str_is(browser_cookie_header(&b, url), "b=2=3; a=4"));
        browser_cookie_set(&b, url, STR("a=; Path=/; Max-Age=0"));
        browser_cookie_set(&b, url, STR("nonsense"));
        assert_true(str_is(browser_cookie_header(&b, url), "b=2=3"));
        browser_forget(&b);
        assert_true(str_is(browser_cookie_header(&b, url), ""));
}

static void test_cookie_paths(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 22);
        struct browser b = { .arena = a };
        browser_cookie_set(&b, STR("http://h/in"), STR("p=1; Path=/in"));
        assert_true(str_is(browser_cookie_header(&b, STR("http://h/in/side")), "p=1"));
        assert_true(str_is(browser_cookie_header(&b, STR("http://h/inside")), ""));
        assert_true(str_is(browser_cookie_header(&b, STR("http://h/")), ""));
}

static void test_references(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct str base = STR("http://h:1/a/b?c=d");
        assert_true(str_is(browser_resolve(a, base, STR("/x?y")), "http://h:1/x?y"));
        assert_true(str_is(browser_resolve(a, base, STR("x")), "http://h:1/a/x"));
        assert_true(str_is(browser_resolve(a, base, STR("https://o/")), "https://o/"));
        assert_true(str_is(browser_resolve(a, base, STR("")), "http://h:1/a/b?c=d"));
        assert_true(str_is(browser_resolve(a, base, STR("http://bad host/")), ""));
}

static void test_values_are_not_shown(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        assert_true(str_is(browser_url_shown(a, STR("http://h/cb?code=secret&state=s&flag")),
                           "http://h/cb?code=…&state=…&flag=…"));
        assert_true(str_is(browser_url_shown(a, STR("http://h/")), "http://h/"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_cookies_stay_with_their_origin),
                cmocka_unit_test(test_cookies_are_replaced_and_deleted),
                cmocka_unit_test(test_cookie_paths),
                cmocka_unit_test(test_references),
                cmocka_unit_test(test_values_are_not_shown),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
