/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What comes out: values in every position with hostile content, sections, sentences, absent names, too long pages. */
#include "unit.h"

#include "template.h"

#define HOSTILE "\\\"><script>alert('1')</script>{{x}}&"
#define HOSTILE_ESCAPED "&#34;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;{{x}}&amp;"

static const char texts_json[] = "{\"plain\":\"a < b\",\"filled\":\"{0} & {1} {2} {x}\",\"twice\":\"{0}{0}\","
                                 "\"kind.a\":\"Kind A\",\"kind.other\":\"Other kind\",\"kind.f\":\"to {0}\"}";

static result render(struct arena *a, const char *text, const char *context, struct str *ret_html)
{
        struct template_source source = { STR("page"), str_from(text) };
        struct template_set *set = NULL;
        json_t *texts = NULL;
        json_t *object = NULL;
        json_t *common = NULL;

        TRY(template_set_new(a, &source, 1, &set));
        TRY(json_read_object(a, str_from(texts_json), 4096, &texts));
        TRY(json_read_object(a, str_from(context), 4096, &object));
        TRY(json_read_object(a, STR("{\"site\":\"Gate\",\"name\":\"outer\"}"), 4096, &common));
        struct template_input input = { .texts = texts, .common = common, .context = object };
        return template_render(a, set, STR("page"), &input, ret_html);
}

static void check(const char *text, const char *context, const char *want)
{
        auto_arena a = arena_new(1 << 20);
        struct str html = { NULL, 0 };

        assert_ok(render(a, text, context, &html));
        assert_str_eq(html, want);
}

static void hostile_values_stay_where_they_are(void **state)
{
        (void)state;
        check("<p>{{v}}</p>", "{\"v\":\"" HOSTILE "\"}", "<p>" HOSTILE_ESCAPED "</p>");
        check("<p class=\"a {{v}}\">", "{\"v\":\"" HOSTILE "\"}", "<p class=\"a " HOSTILE_ESCAPED "\">");
        check("<p class=\"{{v}}\">", "{\"v\":\"" HOSTILE "\"}", "<p class=\"" HOSTILE_ESCAPED "\">");
        check("{{t:twice v}}", "{\"v\":\"" HOSTILE "\"}", HOSTILE_ESCAPED HOSTILE_ESCAPED);
        check("<p title=\"{{t:twice v}}\">", "{\"v\":\"\\\"\"}", "<p title=\"&#34;&#34;\">");
        check("{{#l}}{{.}}{{/l}}", "{\"l\":[\"<\",\"'\"]}", "&lt;&#39;");
        check("{{t:kind.@v}}", "{\"v\":\"" HOSTILE "\"}", "Other kind");
        check("<a href=\"{{v}}\">", "{\"v\":\"" HOSTILE "\"}", "<a href=\"#\">");
        check("<a href=\"{{v}}\">", "{\"v\":\"/?" HOSTILE "\"}", "<a href=\"/?" HOSTILE_ESCAPED "\">");
}

static void addresses_that_run_something_are_not_written(void **state)
{
        (void)state;
        check("<a href=\"{{v}}\">", "{\"v\":\"javascript:alert(1)\"}", "<a href=\"#\">");
        check("<form action=\"{{v}}\">", "{\"v\":\"JAVASCRIPT://x\"}", "<form action=\"#\">");
        check("<a href=\"{{v}}\">", "{}", "<a href=\"#\">");
        check("<a href=\"{{v}}\">", "{\"v\":\"https://a.example/?b&c\"}", "<a href=\"https://a.example/?b&amp;c\">");
}

static void names_are_found_outwards(void **state)
{
        (void)state;
        check("{{name}} {{site}}", "{\"name\":\"own\"}", "own Gate");
        check("{{name}}", "{}", "outer");
        check("{{#l}}{{name}}{{/l}}", "{\"name\":\"own\",\"l\":[{\"name\":\"item\"},{}]}", "itemown");
        check("{{a.b.c}}", "{\"a\":{\"b\":{\"c\":\"deep\"}}}", "deep");
        check("{{#a}}{{b.c}}{{/a}}", "{\"a\":{\"b\":{\"c\":7}}}", "7");
}

static void absent_and_unprintable_values_write_nothing(void **state)
{
        (void)state;
        check("[{{x}}{{a.b}}{{n}}{{t}}{{l}}]", "{\"a\":\"s\",\"n\":null,\"t\":true,\"l\":[1]}", "[]");
        check("[{{i}} {{z}}]", "{\"i\":-9007199254740993,\"z\":0}", "[-9007199254740993 0]");
}

static void sections(void **state)
{
        (void)state;
        check("{{#x}}a{{/x}}{{^x}}b{{/x}}", "{}", "b");
        check("{{#x}}a{{/x}}{{^x}}b{{/x}}", "{\"x\":null}", "b");
        check("{{#x}}a{{/x}}{{^x}}b{{/x}}", "{\"x\":false}", "b");
        check("{{#x}}a{{/x}}{{^x}}b{{/x}}", "{\"x\":\"\"}", "b");
        check("{{#x}}a{{/x}}{{^x}}b{{/x}}", "{\"x\":[]}", "b");
        check("{{#x}}a{{/x}}{{^x}}b{{/x}}", "{\"x\":true}", "a");
        check("{{#x}}{{x}}{{/x}}{{^x}}b{{/x}}", "{\"x\":\"s\"}", "s");
        check("{{#x}}{{y}}{{/x}}", "{\"x\":{\"y\":1}}", "1");
        check("{{#x}}{{#.}}{{.}}{{/.}};{{/x}}", "{\"x\":[[\"a\",\"b\"],[\"c\"]]}", "ab;c;");
        check("<a {{#x}}hidden{{/x}}>", "{\"x\":true}", "<a hidden>");
}

static void sentences(void **state)
{
        (void)state;
        check("{{t:plain}}", "{}", "a &lt; b");
        check("{{t:filled a b c}}", "{\"a\":1,\"b\":\"{0}\",\"c\":\"z\"}", "1 &amp; {0} z {x}");
        check("{{t:kind.@k}} {{t:kind.@none}}", "{\"k\":\"a\"}", "Kind A Other kind");
        check("{{t:kind.@k who}}", "{\"k\":\"f\",\"who\":\"<\"}", "to &lt;");
        check("{{#l}}{{t:kind.@.}},{{/l}}", "{\"l\":[\"a\",\"b\"]}", "Kind A,Other kind,");
}

static void indentation_is_dropped(void **state)
{
        (void)state;
        check("<p>\n        a  b\n\n   c {{! remark }}</p>", "{}", "<p>\na  b\nc </p>");
}

static void too_long_pages_fail(void **state)
{
        auto_arena a = arena_new(1 << 24);
        json_t *context = json_new_object(a);
        json_t *list = json_array();
        struct template_source source = { STR("page"), STR("{{#l}}{{#l}}{{#l}}xxxxxxxxxxxxxxxx{{/l}}{{/l}}{{/l}}") };
        struct template_set *set = NULL;
        struct template_input input = { .context = context };
        struct str html = STR("untouched");

        (void)state;
        for (size_t i = 0; i < 32; i++)
                json_array_append_new(list, json_object());
        json_object_set_new(context, "l", list);
        assert_ok(template_set_new(a, &source, 1, &set));
        assert_error(template_render(a, set, STR("page"), &input, &html), ERR_SERVER_ERROR);
        assert_str_eq(html, "untouched");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(hostile_values_stay_where_they_are),
                cmocka_unit_test(addresses_that_run_something_are_not_written),
                cmocka_unit_test(names_are_found_outwards),
                cmocka_unit_test(absent_and_unprintable_values_write_nothing),
                cmocka_unit_test(sections),
                cmocka_unit_test(sentences),
                cmocka_unit_test(indentation_is_dropped),
                cmocka_unit_test(too_long_pages_fail),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
