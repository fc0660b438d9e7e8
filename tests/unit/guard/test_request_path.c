/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Paths: what is refused because somebody could read it differently, and how prefixes are compared. */
#include "unit.h"

#include "request_path.h"

static void expect_path(const char *target, const char *want)
{
        auto_arena a = arena_new(1 << 16);
        struct str path;
        assert_ok(request_path_parse(a, str_from(target), &path));
        assert_str_eq(path, want);
}

static void test_paths(void **state)
{
        (void)state;
        expect_path("/", "/");
        expect_path("/?x=/../", "/");
        expect_path("/a/b", "/a/b");
        expect_path("/a/b/", "/a/b/");
        expect_path("/a?", "/a");
        expect_path("/%61%2Eb/%7e", "/a.b/~");
        expect_path("/a.b/..c/...", "/a.b/..c/...");
        expect_path("/%E9%99%B3", "/陳");
        expect_path("/x%3Fy%23z%20", "/x?y#z ");
        expect_path("/a!$&'()*+,=:@-._~", "/a!$&'()*+,=:@-._~");
}

static void test_what_is_refused(void **state)
{
        (void)state;
        static const char *const bad[] = {
                "",        "?",       "a",         "a/b",       "*",         "//",          "//a",      "/a//b",
                "/a//",    "/.",      "/..",       "/a/.",      "/a/..",     "/a/../b",     "/./a",     "/%2e",
                "/%2E%2e", "/.%2e/a", "/a%2fb",    "/a%2Fb",    "/a\\b",     "/a%5Cb",      "/a%25b",   "/a%252fb",
                "/a;b",    "/..;/a",  "/a%3Bb",    "/a%00b",    "/a%0d%0ab", "/a%7f",       "/a%",      "/a%4",
                "/a%4g",   "/a%g4",   "/a b",      "/a#b",      "/a\"b",     "/a<b>",       "/a^b",     "/a`b",
                "/a{b}",   "/a|b",    "/\xe9\x99\xb3", "/%ff",   "/%c0%ae",   "/%ed%a0%80", "/a\tb",    "http://a/b",
        };
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
                auto_arena a = arena_new(1 << 16);
                struct str path = STR("untouched");
                if (!is_error(request_path_parse(a, str_from(bad[i]), &path), &ERR_ACCESS_DENIED))
                        fail_msg("%s was taken as %.*s", bad[i], STR_FMT(path));
                assert_str_eq(path, "untouched");
                assert_reason_has(a, "the path is refused");
        }
}

static void test_length(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        char text[REQUEST_PATH_MAX + 2];
        struct str path;
        memset(text, 'a', sizeof(text));
        text[0] = '/';
        assert_ok(request_path_parse(a, str_slice(text, REQUEST_PATH_MAX), &path));
        assert_error(request_path_parse(a, str_slice(text, REQUEST_PATH_MAX + 1), &path), ERR_ACCESS_DENIED);
        assert_error(request_path_parse(a, str_slice("/a\0b", 4), &path), ERR_ACCESS_DENIED);
}

static void test_prefixes(void **state)
{
        (void)state;
        assert_true(request_path_is_under(STR("/a"), STR("/a")));
        assert_true(request_path_is_under(STR("/a/"), STR("/a")));
        assert_true(request_path_is_under(STR("/a/b"), STR("/a")));
        assert_true(request_path_is_under(STR("/anything"), STR("/")));
        assert_false(request_path_is_under(STR("/ab"), STR("/a")));
        assert_false(request_path_is_under(STR("/"), STR("/a")));
        assert_false(request_path_is_under(STR("/A"), STR("/a")));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_paths),
                cmocka_unit_test(test_what_is_refused),
                cmocka_unit_test(test_length),
                cmocka_unit_test(test_prefixes),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
