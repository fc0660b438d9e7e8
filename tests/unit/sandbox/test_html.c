/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Escaping: no value gets out of its place. */
#include "unit.h"

#include "html.h"

static void test_values_are_escaped(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct html h = html_in(a);
        HTML(&h, "<p title=\"{}\">{}</p>", STR("\" onload='x'"), STR("<script>&amp;"));
        assert_string_equal(buf_str(&h.out).data,
                            "<p title=\"&quot; onload=&#39;x&#39;\">&lt;script&gt;&amp;amp;</p>");
}

static void test_value_with_braces_is_not_filled_again(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct html h = html_in(a);
        HTML(&h, "{}-{}", STR("{}"), STR("b"));
        assert_string_equal(buf_str(&h.out).data, "{}-b");
}

static void test_page(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct html h = html_in(a);
        html_begin(&h, STR("T<"), STR("portal"), STR("/again?a=1&b=2"));
        struct str page = html_end(&h);
        assert_non_null(strstr(page.data, "<title>T&lt;</title>"));
        assert_non_null(strstr(page.data, "content=\"2; url=/again?a=1&amp;b=2\""));
        assert_true(str_ends(page, STR("</html>\n")));
}

static void test_qr_code(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 22);
        struct html h = html_in(a);
        assert_true(is_ok(html_qr_code(&h, STR("http://localhost:8092/phone/login?ticket=0"))));
        /* The top row of a finder pattern: seven dark modules from the corner. */
        assert_non_null(strstr(buf_str(&h.out).data, "M0 0h1v1h-1zM1 0h1v1h-1zM2 0h1v1h-1zM3 0h1v1h-1zM4 0h1v1h-1z"));
        char *large = arena_alloc(a, 5000);
        memset(large, 'x', 4999);
        assert_true(is_error(html_qr_code(&h, str_slice(large, 4999)), &ERR_TOO_LARGE));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_values_are_escaped),
                cmocka_unit_test(test_value_with_braces_is_not_filled_again),
                cmocka_unit_test(test_page),
                cmocka_unit_test(test_qr_code),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
