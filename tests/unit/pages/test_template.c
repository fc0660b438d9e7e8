/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Sets of templates: includes, and the check against the sentences. */
#include "unit.h"

#include "template.h"

static result new_set(struct arena *a, const char *first, const char *second, struct template_set **ret_set)
{
        struct template_source sources[] = { { STR("first"), str_from(first) }, { STR("second"), str_from(second) } };

        return template_set_new(a, sources, 2, ret_set);
}

static void includes_are_put_in_place(void **state)
{
        auto_arena a = arena_new(1 << 16);
        struct template_set *set = NULL;
        struct str html = { NULL, 0 };
        json_t *context = json_new_object(a);
        struct template_input input = { .context = context };

        (void)state;
        json_put_str(context, "who", STR("A"));
        assert_ok(new_set(a, "<p>{{>second}}{{>second}}</p>", "<i>{{who}}</i>", &set));
        assert_ok(template_render(a, set, STR("first"), &input, &html));
        assert_str_eq(html, "<p><i>A</i><i>A</i></p>");
}

static void missing_and_circular_includes_stop_the_start(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct template_set *set = NULL;

        (void)state;
        assert_error(new_set(a, "{{>third}}", "", &set), ERR_CONFIG);
        assert_reason_has(a, "third");
        arena_clear_reason(a);
        assert_error(new_set(a, "{{>second}}", "{{>first}}", &set), ERR_CONFIG);
        assert_reason_has(a, "deep");
        assert_null(set);
}

static void an_unknown_name_is_an_error(void **state)
{
        auto_arena a = arena_new(1 << 16);
        struct template_set *set = NULL;
        struct str html = STR("untouched");
        struct template_input input = { .context = NULL };

        (void)state;
        assert_ok(new_set(a, "", "", &set));
        assert_error(template_render(a, set, STR("third"), &input, &html), ERR_SERVER_ERROR);
        assert_str_eq(html, "untouched");
}

static void check_texts(const char *template, const char *texts, const char *reason)
{
        auto_arena a = arena_new(1 << 16);
        struct template_set *set = NULL;
        json_t *sentences = NULL;

        assert_ok(new_set(a, template, "", &set));
        assert_ok(json_read_object(a, str_from(texts), 4096, &sentences));
        if (!reason) {
                assert_ok(template_set_check_texts(a, set, sentences));
                return;
        }
        assert_error(template_set_check_texts(a, set, sentences), ERR_CONFIG);
        assert_reason_has(a, reason);
}

static void sentences_are_checked(void **state)
{
        (void)state;
        check_texts("{{t:a.b x}}", "{\"a.b\":\"to {0}\"}", NULL);
        check_texts("{{t:a.b}}", "{}", "a.b");
        check_texts("{{t:a.b}}", "{\"a.b\":\"\"}", "a.b");
        check_texts("{{t:a.b}}", "{\"a.b\":7}", "a.b");
        check_texts("{{t:a.b x}}", "{\"a.b\":\"{0} {1}\"}", "placeholder");
        check_texts("{{t:a.@x}}", "{\"a.b\":\"b\"}", "a.other");
        check_texts("{{t:a.@x}}", "{\"a.b\":\"b {0}\",\"a.other\":\"o\"}", "placeholder");
        check_texts("{{t:a.@x y}}", "{\"a.b\":\"b {0}\",\"a.other\":\"o\"}", NULL);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(includes_are_put_in_place),
                cmocka_unit_test(missing_and_circular_includes_stop_the_start),
                cmocka_unit_test(an_unknown_name_is_an_error),
                cmocka_unit_test(sentences_are_checked),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
