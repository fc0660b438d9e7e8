/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Which rule is for a request, and what a rule asks of claims. */
#include "unit.h"

#include "rule.h"

#define NOW 1800000000

static const struct str get[] = { STR("GET"), STR("HEAD") };
static const struct str post[] = { STR("POST") };
static const struct rule items[] = {
        { .path = STR("/a"), .methods = get, .method_count = 2, .max_age = -1 },
        { .path = STR("/a"), .methods = post, .method_count = 1, .max_age = -1 },
        { .path = STR("/a/b"), .methods = post, .method_count = 1, .max_age = -1 },
        { .path = STR("/c"), .max_age = -1 },
};
static const struct rules rules = { items, 4 };
static const struct rule root = { .path = STR("/"), .max_age = -1 };

static const struct rule *found(const char *method, const char *path)
{
        auto_arena a = arena_new(4096);
        const struct rule *rule = NULL;
        result r = rule_find(a, &rules, str_from(method), str_from(path), &rule);
        assert_true(is_ok(r) ? rule != NULL : is_error(r, &ERR_ACCESS_DENIED) && !rule);
        return rule;
}

static void test_finding(void **state)
{
        (void)state;
        assert_ptr_equal(found("GET", "/a"), &items[0]);
        assert_ptr_equal(found("HEAD", "/a/x"), &items[0]);
        assert_ptr_equal(found("POST", "/a/"), &items[1]);
        assert_ptr_equal(found("POST", "/a/b/c"), &items[2]);
        assert_ptr_equal(found("GET", "/a/bc"), &items[0]);
        assert_ptr_equal(found("ANYTHING", "/c/d"), &items[3]);
        assert_null(found("GET", "/a/b")); /* not the rule of /a */
        assert_null(found("get", "/a"));
        assert_null(found("PUT", "/a"));
        assert_null(found("GET", "/"));
        assert_null(found("GET", "/ab"));
}

static void test_the_root_is_for_everything(void **state)
{
        (void)state;
        auto_arena a = arena_new(4096);
        const struct rules one = { &root, 1 };
        const struct rule *rule = NULL;
        assert_ok(rule_find(a, &one, STR("GET"), STR("/x/y"), &rule));
        assert_ptr_equal(rule, &root);
}

static result checked(const struct rule *rule, const char *claims)
{
        auto_arena a = arena_new(1 << 16);
        json_t *json = NULL;
        assert_ok(json_read_object(a, str_from(claims), 4096, &json));
        return rule_check(a, rule, json, NOW, 10);
}

static void test_scopes(void **state)
{
        (void)state;
        const struct rule rule = { .scopes = STR("a b"), .max_age = -1 };
        assert_ok(checked(&root, "{}"));
        assert_ok(checked(&rule, "{\"scope\":\"a b\"}"));
        assert_ok(checked(&rule, "{\"scope\":\"c b a\"}"));
        static const char *const lacking[] = { "{}",
                                               "{\"scope\":\"\"}",
                                               "{\"scope\":\"a\"}",
                                               "{\"scope\":\"ab\"}",
                                               "{\"scope\":\"a bb\"}",
                                               "{\"scope\":[\"a\",\"b\"]}",
                                               "{\"scope\":null}" };
        for (size_t i = 0; i < sizeof lacking / sizeof lacking[0]; i++)
                assert_error(checked(&rule, lacking[i]), ERR_INSUFFICIENT_SCOPE);
}

static void test_acr(void **state)
{
        (void)state;
        static const struct str acrs[] = { STR("two"), STR("three") };
        const struct rule rule = { .acrs = acrs, .acr_count = 2, .max_age = -1 };
        assert_ok(checked(&rule, "{\"acr\":\"two\"}"));
        assert_ok(checked(&rule, "{\"acr\":\"three\"}"));
        static const char *const other[] = { "{}", "{\"acr\":\"one\"}", "{\"acr\":\"\"}", "{\"acr\":\"two three\"}",
                                             "{\"acr\":[\"two\"]}", "{\"acr\":\"TWO\"}" };
        for (size_t i = 0; i < sizeof other / sizeof other[0]; i++)
                assert_error(checked(&rule, other[i]), ERR_UNMET_AUTHENTICATION_REQUIREMENTS);
}

static void test_max_age(void **state)
{
        (void)state;
        const struct rule rule = { .max_age = 300 };
        assert_ok(checked(&rule, "{\"auth_time\":1800000000}"));
        assert_ok(checked(&rule, "{\"auth_time\":1799999690}")); /* within the leeway */
        assert_ok(checked(&rule, "{\"auth_time\":1800000010}"));
        static const char *const bad[] = { "{}",
                                           "{\"auth_time\":1799999689}",
                                           "{\"auth_time\":1800000011}",
                                           "{\"auth_time\":\"1800000000\"}",
                                           "{\"auth_time\":1e300}",
                                           "{\"auth_time\":-1}",
                                           "{\"auth_time\":1800000000.5}" };
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
                assert_error(checked(&rule, bad[i]), ERR_UNMET_AUTHENTICATION_REQUIREMENTS);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_finding), cmocka_unit_test(test_the_root_is_for_everything),
                cmocka_unit_test(test_scopes),  cmocka_unit_test(test_acr),
                cmocka_unit_test(test_max_age),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
