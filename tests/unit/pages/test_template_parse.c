/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A broken template is refused, with its name and line; a value is refused wherever escaping would not be enough. */
#include "unit.h"

#include "template_nodes.h"

struct row {
        const char *text;
        const char *reason;
};

static void refuses(const struct row *rows, size_t count)
{
        for (size_t i = 0; i < count; i++) {
                auto_arena a = arena_new(1 << 16);
                struct template_source source = { STR("page"), str_from(rows[i].text) };
                struct template parsed = { .count = 0 };
                if (is_ok(template_parse(a, &source, &parsed)))
                        fail_msg("accepted: %s", rows[i].text);
                assert_reason_has(a, rows[i].reason);
                assert_reason_has(a, "template page, line");
        }
}
#define REFUSES(rows) refuses((rows), sizeof(rows) / sizeof((rows)[0]))

static void broken_tags(void **state)
{
        static const struct row rows[] = {
                { "a {{name", "without" },
                { "{{}}", "not a name" },
                { "{{a b}}", "not a name" },
                { "{{a.}}", "not a name" },
                { "{{.a}}", "not a name" },
                { "{{a..b}}", "not a name" },
                { "{{a.b.c.d.e}}", "not a name" },
                { "{{{name}}}", "not a name" },
                { "{{&name}}", "not a name" },
                { "{{#}}x{{/}}", "not a name" },
                { "{{t:}}", "key" },
                { "{{t:a.}}", "key" },
                { "{{t:a..b}}", "key" },
                { "{{t:@x}}", "key" },
                { "{{t:a@x}}", "'@'" },
                { "{{t:a.@x.}}", "not a name" },
                { "{{t:a b c d e f}}", "too many" },
                { "{{>a b}}", "include" },
        };

        (void)state;
        REFUSES(rows);
}

static void unbalanced_sections(void **state)
{
        static const struct row rows[] = {
                { "{{#a}}", "not closed" },
                { "{{^a}}x", "not closed" },
                { "{{/a}}", "not the open one" },
                { "{{#a}}{{#b}}{{/a}}{{/b}}", "not the open one" },
                { "{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}", "deeply" },
                { "{{#a}}<p {{/a}}>", "same place" },
                { "<p class=\"{{#a}}x\">{{/a}}", "same place" },
        };

        (void)state;
        REFUSES(rows);
}

static void places_where_escaping_is_not_enough(void **state)
{
        static const struct row rows[] = {
                { "<p {{name}}>", "quoted attribute value" },
                { "<{{name}}>", "quoted attribute value" },
                { "<p class={{name}}>", "quoted attribute value" },
                { "<p {{t:a}}>", "quoted attribute value" },
                { "<p {{>a}}>", "include" },
                { "<p class='{{name}}'>", "double quotes" },
                { "<p class=x>", "double quotes" },
                { "<p class= \"x\">", "double quotes" },
                { "<script>x</script>", "<script>" },
                { "<STYLE>x</STYLE>", "<STYLE>" },
                { "<iframe>", "<iframe>" },
                { "<p style=\"color:{{name}}\">", "style" },
                { "<p onclick=\"{{name}}\">", "onclick" },
                { "<p OnLoad=\"x\">", "OnLoad" },
                { "<p srcdoc=\"{{name}}\">", "srcdoc" },
                { "<!-- {{name}} -->", "comments" },
                { "<p", "inside of a tag" },
                { "<p class=\"x", "inside of a tag" },
                { "<p <b>", "inside of a tag" },
        };

        (void)state;
        REFUSES(rows);
}

static void the_line_is_named(void **state)
{
        static const struct row rows[] = { { "a\nb\n{{a b}}\n", "template page, line 3: not a name" } };

        (void)state;
        REFUSES(rows);
}

static void addresses_are_known(void **state)
{
        auto_arena a = arena_new(1 << 16);
        struct template_source source = { STR("page"), STR("<a href=\"{{u}}{{v}}\" id=\"{{w}}\">{{x}}</a>") };
        struct template parsed = { .count = 0 };
        size_t values = 0;
        size_t addresses = 0;

        (void)state;
        assert_ok(template_parse(a, &source, &parsed));
        for (size_t i = 0; i < parsed.count; i++) {
                values += parsed.nodes[i].kind == NODE_VALUE;
                addresses += parsed.nodes[i].kind == NODE_ADDRESS;
        }
        assert_int_equal(values, 3);
        assert_int_equal(addresses, 1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(broken_tags),
                cmocka_unit_test(unbalanced_sections),
                cmocka_unit_test(places_where_escaping_is_not_enough),
                cmocka_unit_test(the_line_is_named),
                cmocka_unit_test(addresses_are_known),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
