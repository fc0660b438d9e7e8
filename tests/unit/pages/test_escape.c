/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Nothing that a person or a service sends can leave the text or the attribute value that it is put in. */
#include "unit.h"

#include "escape.h"

static struct str escaped(struct arena *a, struct str text)
{
        struct buf b = buf_in(a, 4096);

        escape_html(&b, text);
        return buf_str(&b);
}

static void markup_characters_become_references(void **state)
{
        auto_arena a = arena_new(1 << 16);

        (void)state;
        assert_str_eq(escaped(a, STR("<b a=\"1\" c='2'>&</b>")),
                      "&lt;b a=&#34;1&#34; c=&#39;2&#39;&gt;&amp;&lt;/b&gt;");
        assert_str_eq(escaped(a, STR("&amp;")), "&amp;amp;");
        assert_str_empty(escaped(a, STR("")));
}

static void other_text_stays(void **state)
{
        auto_arena a = arena_new(1 << 16);

        (void)state;
        assert_str_eq(escaped(a, STR("陳大文 (O/N)\tline\nnext")), "陳大文 (O/N)\tline\nnext");
}

static void control_characters_are_replaced(void **state)
{
        auto_arena a = arena_new(1 << 16);

        (void)state;
        assert_str_eq(escaped(a, str_slice("a\0b\x1b\x7f", 5)), "a\xef\xbf\xbd" "b\xef\xbf\xbd\xef\xbf\xbd");
}

static void the_cap_is_kept(void **state)
{
        auto_arena a = arena_new(1 << 16);
        struct buf b = buf_in(a, 4);

        (void)state;
        escape_html(&b, STR("<<<"));
        assert_true(b.over);
        assert_true(b.len <= 4);
}

static void safe_addresses(void **state)
{
        static const char *const safe[] = { "/", "/interaction?flow=1", "?lang=en", "https://portal.example/",
                                            "http://127.0.0.1:8080/x", "hk.gov.app://open?ticket=1", "/a:b",
                                            "data:image/png;base64,AAAA", "data:image/svg+xml;base64,AAAA" };

        (void)state;
        for (size_t i = 0; i < sizeof(safe) / sizeof(safe[0]); i++)
                assert_true(address_is_safe(str_from(safe[i])));
}

static void unsafe_addresses(void **state)
{
        static const char *const unsafe[] = { "", "javascript:alert(1)", "JaVaScript://%0aalert(1)", " javascript://x",
                                              "java\nscript://x", "data:text/html,<script>", "data:image/png,x",
                                              "DATA://x", "vbscript://x", "blob://x", "file:///etc/passwd",
                                              "//evil.example/", "/\\evil.example/", "evil", "://x", "1a://x",
                                              "mailto:a@b", "#x" };

        (void)state;
        for (size_t i = 0; i < sizeof(unsafe) / sizeof(unsafe[0]); i++)
                assert_false(address_is_safe(str_from(unsafe[i])));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(markup_characters_become_references),
                cmocka_unit_test(other_text_stays),
                cmocka_unit_test(control_characters_are_replaced),
                cmocka_unit_test(the_cap_is_kept),
                cmocka_unit_test(safe_addresses),
                cmocka_unit_test(unsafe_addresses),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
