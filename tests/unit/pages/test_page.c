/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Every page in every language: whole, with its controls, without anything that the policy would block. */
#include "unit.h"

#include "page.h"
#include "page_samples.h"

struct fixture {
        struct arena *arena;
        struct pages *pages;
};

static int set_up(void **state)
{
        static struct fixture fixture;

        fixture.arena = arena_new(16 << 20);
        assert_ok(pages_load(fixture.arena, &fixture.pages));
        *state = &fixture;
        return 0;
}

static int tear_down(void **state)
{
        struct fixture *f = *state;

        arena_free(f->arena);
        return 0;
}

static bool has(struct str html, const char *part)
{
        return memmem(html.data, html.len, part, strlen(part)) != NULL;
}

static struct str render(struct fixture *f, const char *name, enum language language, const char *context)
{
        struct str html = { NULL, 0 };
        json_t *object = NULL;

        assert_ok(json_read_object(f->arena, str_from(context), 65536, &object));
        struct page page = { .name = str_from(name), .language = language, .context = object };
        assert_ok(page_render(f->arena, f->pages, &page, &html));
        return html;
}

static const char *sample_context(const char *file)
{
        for (size_t i = 0; i < PAGE_SAMPLE_COUNT; i++) {
                if (str_eq(str_from(page_samples[i].file), str_from(file)))
                        return page_samples[i].context;
        }
        fail_msg("no sample %s", file);
        return NULL;
}

static void check_whole(struct fixture *f, const struct page_sample *sample, enum language language)
{
        struct str html = render(f, sample->page, language, sample->context);
        struct str lang = arena_printf(f->arena, "<html lang=\"%s\">", language_tag(language).data);

        assert_true(has(html, "<!DOCTYPE html>"));
        assert_true(has(html, lang.data));
        assert_true(has(html, "<main id=\"main\""));
        assert_true(has(html, "<h1>"));
        assert_true(has(html, "href=\"#main\""));
        assert_true(has(html, "</html>"));
        assert_true(has(html, pages_style_path(f->pages).data));
        assert_false(has(html, "{{"));
        assert_false(has(html, "}}"));
        assert_false(has(html, "{0}"));
        assert_false(has(html, "<script"));
        assert_false(has(html, " style="));
        assert_false(has(html, "=\"#\""));
        assert_false(has(html, "<p></p>"));
}

static void all_pages_render_in_all_languages(void **state)
{
        for (size_t i = 0; i < PAGE_SAMPLE_COUNT; i++) {
                for (enum language language = 0; language < LANGUAGE_COUNT; language++)
                        check_whole(*state, &page_samples[i], language);
        }
}

static void pages_render_without_a_context(void **state)
{
        struct fixture *f = *state;

        for (size_t i = 0; i < PAGE_SAMPLE_COUNT; i++) {
                struct page page = { .name = str_from(page_samples[i].page), .language = LANGUAGE_EN, .context = NULL };
                struct str html = { NULL, 0 };
                assert_ok(page_render(f->arena, f->pages, &page, &html));
                assert_true(has(html, "</html>"));
        }
}

static void every_control_has_its_id(void **state)
{
        static const struct {
                const char *sample;
                const char *control;
        } rows[] = {
                { "chooser", "id=\"source-iamsmart\" type=\"submit\" name=\"source\" value=\"iamsmart\"" },
                { "chooser", "id=\"source-guangdong\" type=\"submit\" name=\"source\" value=\"guangdong\"" },
                { "chooser", "id=\"cancel\" type=\"submit\" name=\"decision\" value=\"cancel\"" },
                { "waiting", "id=\"cancel\" type=\"submit\" name=\"decision\" value=\"cancel\"" },
                { "waiting", "id=\"open-app\" href=\"https://app.example/open?t=1\"" },
                { "waiting", "id=\"pause-refresh\" href=\"?flow=wq7mJ5t0QmC0&amp;pause=1\"" },
                { "waiting", "<meta http-equiv=\"refresh\" content=\"2; url=" },
                { "waiting-paused", "id=\"check-now\" href=\"?flow=wq7mJ5t0QmC0\"" },
                { "ceremony", "id=\"continue\" type=\"submit\" name=\"decision\" value=\"continue\"" },
                { "ceremony", "id=\"cancel\"" },
                { "confirm", "id=\"confirm-binding\" type=\"submit\" name=\"decision\" value=\"confirm\"" },
                { "confirm", "id=\"cancel\"" },
                { "mismatch", "id=\"try-again\" type=\"submit\" name=\"decision\" value=\"retry\"" },
                { "mismatch-weak", "id=\"return\" href=\"https://portal.example/\"" },
                { "consent", "id=\"allow\" type=\"submit\" name=\"decision\" value=\"allow\"" },
                { "consent", "id=\"deny\" type=\"submit\" name=\"decision\" value=\"deny\"" },
                { "consent", "id=\"privacy\" href=\"https://portal.example/privacy\"" },
                { "consent", "method=\"post\" action=\"/interaction\"" },
                { "consent", "<input type=\"hidden\" name=\"flow\" value=\"wq7mJ5t0QmC0\">" },
                { "consent", "<input type=\"hidden\" name=\"csrf\" value=\"k3VnZ2hQ\">" },
                { "consent", "id=\"lang-zh-Hans\" href=\"?flow=wq7mJ5t0QmC0&amp;lang=zh-Hans\"" },
                { "account", "id=\"receipt-c1\" href=\"/account/receipt/c1?lang=en\" download" },
                { "account", "id=\"withdraw-c1\" href=\"/account/withdraw/c1?lang=en\"" },
                { "account", "id=\"withdraw-c2\" href=\"/account/withdraw/c2?lang=en\"" },
                { "account", "id=\"unbind-b1\" href=\"/account/unbind/b1?lang=en\"" },
                { "account", "id=\"receipt-b1\" href=\"/account/receipt/b1?lang=en\" download" },
                { "account", "id=\"end-s2\" href=\"/account/end/s2?lang=en\"" },
                { "account", "id=\"end-all\" href=\"/account/end-all/sessions?lang=en\"" },
                { "account-act", "<form method=\"post\" action=\"/account/withdraw/c1?lang=en\">" },
                { "account-act", "<input type=\"hidden\" name=\"csrf\" value=\"k3VnZ2hQ\">" },
                { "account-act", "id=\"confirm\" type=\"submit\"" },
                { "account-act", "id=\"back\" href=\"/account?lang=en\"" },
                { "signed-out", "id=\"return\" href=\"https://portal.example/\"" },
        };

        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                for (size_t s = 0; s < PAGE_SAMPLE_COUNT; s++) {
                        if (!str_is(str_from(page_samples[s].file), rows[i].sample))
                                continue;
                        struct str html = render(*state, page_samples[s].page, LANGUAGE_EN, page_samples[s].context);
                        if (!has(html, rows[i].control))
                                fail_msg("%s has no %s", rows[i].sample, rows[i].control);
                }
        }
}

static void every_verdict_has_a_drawing_and_words(void **state)
{
        static const char *const verdicts[] = { "same", "compatible", "different", "missing" };
        struct fixture *f = *state;

        for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
                struct str context = arena_printf(f->arena, "{\"fields\":[{\"name\":\"gender\",\"verdict\":\"%s\"}]}",
                                                  verdicts[i]);
                struct str html = render(f, "mismatch", LANGUAGE_EN, context.data);
                assert_true(has(html, arena_printf(f->arena, "<symbol id=\"icon-%s\"", verdicts[i]).data));
                assert_true(has(html, arena_printf(f->arena, "<use href=\"#icon-%s\"/>", verdicts[i]).data));
                assert_false(has(html, "Not compared"));
        }
}

static void only_the_waiting_page_refreshes(void **state)
{
        for (size_t i = 0; i < PAGE_SAMPLE_COUNT; i++) {
                struct str html = render(*state, page_samples[i].page, LANGUAGE_EN, page_samples[i].context);
                bool waits = str_is(str_from(page_samples[i].file), "waiting");
                assert_int_equal(has(html, "http-equiv=\"refresh\""), waits);
        }
}

static void the_error_code_is_one_phrase_in_every_language(void **state)
{
        for (enum language language = 0; language < LANGUAGE_COUNT; language++) {
                struct str html = render(*state, "error", language, sample_context("error-source"));
                assert_true(has(html, "<p id=\"error-code\" lang=\"en\" translate=\"no\">"
                                      "Error code: access_denied</p>"));
                assert_true(has(html, "<code id=\"request-id\" translate=\"no\">8f14e45fceea167a</code>"));
        }
}

static void a_source_tells_its_own_reason(void **state)
{
        struct str own = render(*state, "error", LANGUAGE_EN, sample_context("error-source"));
        struct str plain = render(*state, "error", LANGUAGE_EN, sample_context("error"));
        struct str unnamed = render(*state, "error", LANGUAGE_EN,
                                    "{\"error\":\"x\",\"symbol\":\"ERR_SOURCE_DOWN\","
                                    "\"source_error\":\"unavailable\"}");
        struct str unknown = render(*state, "error", LANGUAGE_EN, "{\"error\":\"x\",\"symbol\":\"ERR_NEW\"}");

        assert_true(has(own, "not approved in 智方便"));
        assert_true(has(unnamed, "The identity service is not answering."));
        assert_true(has(plain, "started in another browser"));
        assert_true(has(unknown, "Something went wrong on our side."));
}

static void hostile_context_is_only_text(void **state)
{
        struct str html = render(*state, "consent", LANGUAGE_EN,
                                 "{\"client_name\":\"<img src=x onerror=alert(1)>\",\"action\":\"javascript:alert(1)\","
                                 "\"flow\":\"\\\"><script>\",\"privacy_url\":\"data:text/html,x\","
                                 "\"purpose\":\"</main>\",\"has_asked\":true,"
                                 "\"claims\":[{\"name\":\"../x\",\"form\":\"<b>\",\"optional\":true}]}");

        assert_false(has(html, "<img"));
        assert_false(has(html, "<script"));
        assert_false(has(html, "javascript:"));
        assert_false(has(html, "data:text"));
        assert_false(has(html, "<b>"));
        assert_true(has(html, "action=\"#\""));
        assert_true(has(html, "&lt;img src=x onerror=alert(1)&gt;"));
        assert_true(has(html, "Other information"));
}

static void an_unknown_page_is_an_error(void **state)
{
        struct fixture *f = *state;
        struct page page = { .name = STR("no-such-page"), .language = LANGUAGE_EN };
        struct str html = STR("untouched");

        assert_error(page_render(f->arena, f->pages, &page, &html), ERR_SERVER_ERROR);
        assert_str_eq(html, "untouched");
        arena_clear_reason(f->arena);
}

static void the_policy_lets_nothing_in(void **state)
{
        struct fixture *f = *state;
        struct str policy = page_security_policy(f->arena, STR("https://a.example app: https://b.example:8443"));

        assert_str_eq(policy, "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
                              "frame-ancestors 'none'; form-action 'self' https://a.example app: "
                              "https://b.example:8443");
}

static void the_policy_takes_no_other_directive(void **state)
{
        struct fixture *f = *state;
        struct str want = page_security_policy(f->arena, STR(""));

        assert_same_str(page_security_policy(f->arena, STR("https://a;script-src 'unsafe-inline' * a,b:c :x x")), want);
        assert_same_str(page_security_policy(f->arena, STR("https://a\r\nSet-Cookie:x")), want);
        assert_false(has(want, "script"));
}

static void the_style_sheet_has_a_lasting_address(void **state)
{
        struct fixture *f = *state;
        struct str path = pages_style_path(f->pages);

        assert_true(str_starts(path, STR("/assets/")));
        assert_true(str_ends(path, STR(".css")));
        assert_int_equal(path.len, strlen("/assets/.css") + 16);
        assert_false(has(pages_style(f->pages), "@import"));
        assert_false(has(pages_style(f->pages), "url("));
}

static void pages_are_not_kept_by_caches(void **state)
{
        bool found = false;

        (void)state;
        for (const struct page_header *h = page_headers; h->name; h++) {
                if (str_is(str_from(h->name), "X-Frame-Options"))
                        found = str_is(str_from(h->value), "DENY");
        }
        assert_true(found);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(all_pages_render_in_all_languages),
                cmocka_unit_test(pages_render_without_a_context),
                cmocka_unit_test(every_control_has_its_id),
                cmocka_unit_test(every_verdict_has_a_drawing_and_words),
                cmocka_unit_test(only_the_waiting_page_refreshes),
                cmocka_unit_test(the_error_code_is_one_phrase_in_every_language),
                cmocka_unit_test(a_source_tells_its_own_reason),
                cmocka_unit_test(hostile_context_is_only_text),
                cmocka_unit_test(an_unknown_page_is_an_error),
                cmocka_unit_test(the_policy_lets_nothing_in),
                cmocka_unit_test(the_policy_takes_no_other_directive),
                cmocka_unit_test(the_style_sheet_has_a_lasting_address),
                cmocka_unit_test(pages_are_not_kept_by_caches),
        };

        return cmocka_run_group_tests(tests, set_up, tear_down);
}
