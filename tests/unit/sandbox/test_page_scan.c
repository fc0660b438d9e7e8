/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Forms as a browser would send them, and pages that are broken. */
#include "unit.h"

#include "page_scan.h"

static const struct str page =
        STR("<!doctype html><html><head><META HTTP-EQUIV='Refresh' CONTENT=\"2; URL='/w?a=1&amp;b=2'\"></head><body>"
            "<form action='/first'><button id=other>x</button></form>"
            "<form method=\"POST\" action=\"/go?x=1&amp;y=2\"><input type=hidden name=\"csrf\" value='a>b&#39;c'>"
            "<input type=\"radio\" name=\"person\" value=\"chan\" checked><input type=\"radio\" name=\"person\" value=\"lee\">"
            "<input type=checkbox name=more value=1><button id=\"deny\" name=decision value=no>no</button>"
            "<button class=\"a\" id=\"allow\" name=\"decision\" value=\"yes\">yes</button>"
            "<input name=after value=z></form>"
            "<a id=\"phone-link\" href=\"http://h/p?a=1&amp;b\">x</a>"
            "<pre id=\"claims\"> {&quot;n&quot;:&quot;&#x9673;&#22823;&lt;&quot;} </pre><h1>Title &amp; more</h1></body>");

static void assert_field(const struct scan_form *f, size_t i, const char *name, const char *value)
{
        assert_true(i < f->field_count);
        assert_true(str_is(f->fields[i].name, name));
        assert_true(str_is(f->fields[i].value, value));
}

static void test_button_takes_its_form(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct scan_form form;
        assert_true(scan_button(a, page, "allow", &form));
        assert_true(form.post);
        assert_true(str_is(form.action, "/go?x=1&y=2"));
        assert_int_equal(form.field_count, 4);
        assert_field(&form, 0, "csrf", "a>b'c");
        assert_field(&form, 1, "person", "chan");
        assert_field(&form, 2, "decision", "yes");
        assert_field(&form, 3, "after", "z");
}

static void test_other_form(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct scan_form form;
        assert_true(scan_button(a, page, "other", &form));
        assert_false(form.post);
        assert_true(str_is(form.action, "/first"));
        assert_int_equal(form.field_count, 0);
}

static void test_no_such_button(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct scan_form form = { .field_count = 7 };
        assert_false(scan_button(a, page, "claims", &form));
        assert_false(scan_button(a, page, "", &form));
        assert_false(scan_button(a, STR("<button id=\"lone\">x</button>"), "lone", &form));
        assert_int_equal(form.field_count, 7);
}

static void test_links_texts_refresh(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        assert_true(str_is(scan_link(a, page, "phone-link"), "http://h/p?a=1&b"));
        assert_true(str_is(scan_link(a, page, "claims"), ""));
        assert_true(str_is(scan_text(a, page, "claims"), "{\"n\":\"陳大<\"}"));
        assert_true(str_is(scan_text(a, page, "none"), ""));
        assert_true(str_is(scan_element(a, page, "h1"), "Title & more"));
        assert_true(str_is(scan_refresh(a, page), "/w?a=1&b=2"));
        assert_true(str_is(scan_refresh_value(STR("5;url=/x")), "/x"));
        assert_true(str_is(scan_refresh_value(STR("5")), ""));
}

static void test_broken_pages(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        static const char *const broken[] = { "", "<", "<a", "<a href=\"x", "<form><button id=", "<form><button id=b",
                                              "< >", "<>", "</", "<form><button id=b>", "&#", "<a id=b href=&#x;>" };
        struct scan_form form;
        for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
                /* Exactly as long as it is, so that a step too far is seen. */
                char *copy = malloc(strlen(broken[i]) + 1);
                memcpy(copy, broken[i], strlen(broken[i]) + 1);
                struct str text = str_slice(copy, strlen(copy));
                assert_false(scan_button(a, text, "b", &form));
                scan_link(a, text, "b");
                scan_text(a, text, "b");
                scan_refresh(a, text);
                free(copy);
        }
}

static void test_decode(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        assert_true(str_is(scan_decode(a, STR("&lt;&gt;&apos;&nosuch;&;&")), "<>'&nosuch;&;&"));
        assert_true(str_is(scan_decode(a, STR("&#x20BB7;")), "𠮷"));
        assert_true(str_is(scan_decode(a, STR("&#xD800;&#x110000;&#0;")), "&#xD800;&#x110000;&#0;"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_button_takes_its_form), cmocka_unit_test(test_other_form),
                cmocka_unit_test(test_no_such_button),        cmocka_unit_test(test_links_texts_refresh),
                cmocka_unit_test(test_broken_pages),          cmocka_unit_test(test_decode),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
