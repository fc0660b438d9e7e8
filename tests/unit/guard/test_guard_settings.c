/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What the settings become; mistakes are shown by tests/guard. */
#include "unit.h"

#include "guard_settings.h"

static struct guard_settings load(struct arena *a, const char *yaml)
{
        char path[] = "/tmp/guard-settings-XXXXXX";
        int fd = mkstemp(path);
        assert_true(fd >= 0 && write(fd, yaml, strlen(yaml)) == (ssize_t)strlen(yaml) && close(fd) == 0);
        struct mistakes mistakes = { .arena = a };
        struct guard_settings s = { 0 };
        result r = guard_settings_load(a, str_from(path), &mistakes, &s);
        unlink(path);
        if (!is_ok(r))
                fail_msg("%s", mistakes.count ? mistakes.items[0].data : arena_reason(a).data);
        return s;
}

static void test_defaults(void **state)
{
        (void)state;
        auto_arena a = arena_new((size_t)8 << 20);
        struct guard_settings s = load(a, "issuer: https://id.example\naudience: https://a.example\nrules: [{path: /}]\n");
        assert_str_eq(s.host, "127.0.0.1");
        assert_int_equal(s.port, 8085);
        assert_true(s.second_opinion && s.workers > 0);
        assert_int_equal(s.leeway, 10);
        assert_int_equal(s.refresh, 300);
        assert_int_equal(s.min_refresh, 30);
        assert_int_equal(s.max_stale, 3600);
        assert_int_equal(s.target_from, TARGET_FROM_HEADERS);
        assert_string_equal(s.uri_header, "X-Original-URI");
        assert_null(s.certificate_header);
        assert_int_equal(s.dpop_origin_count, 0);
        assert_int_equal(s.header_count, 0);
        assert_int_equal(s.rules.count, 1);
        assert_int_equal(s.rules.items[0].max_age, -1);
        assert_int_equal(s.rules.items[0].algs, (1U << ALG_COUNT_) - 2);
        assert_str_eq(s.rules.items[0].audience, "https://a.example");
}

static void test_rules(void **state)
{
        (void)state;
        auto_arena a = arena_new((size_t)8 << 20);
        struct guard_settings s = load(a, "issuer: https://id.example\n"
                                          "acr_order: [one, two, three]\n"
                                          "algs: [ES256]\n"
                                          "headers: {sub: X-Sub, acr: X-Acr}\n"
                                          "rules:\n"
                                          "  - path: /a%62/\n"
                                          "    audience: x\n"
                                          "    methods: [GET, M-SEARCH]\n"
                                          "    scopes: [r, w]\n"
                                          "    acr_minimum: two\n"
                                          "    max_age: 5m\n"
                                          "    algs: [EdDSA]\n"
                                          "  - path: /\n"
                                          "    open: true\n");
        const struct rule *r = &s.rules.items[0];
        assert_str_eq(r->path, "/ab");
        assert_int_equal(r->method_count, 2);
        assert_str_eq(r->scopes, "r w");
        assert_int_equal(r->acr_count, 2);
        assert_str_eq(r->acrs[0], "two");
        assert_str_eq(r->acrs[1], "three");
        assert_int_equal(r->max_age, 300);
        assert_int_equal(r->algs, 1U << ALG_EDDSA);
        assert_true(s.rules.items[1].open && s.rules.items[1].algs == 1U << ALG_ES256);
        assert_int_equal(s.header_count, 2);
}

int main(void)
{
        const struct CMUnitTest tests[] = { cmocka_unit_test(test_defaults), cmocka_unit_test(test_rules) };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
