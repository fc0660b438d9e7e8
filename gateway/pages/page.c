/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See page.h. The headers follow Content Security Policy Level 3, Fetch, Referrer Policy and RFC 9111. */
#include "embedded.h"
#include "page.h"
#include "template.h"

#define FORM_TARGETS_MAX 16
#define POLICY_MAX 4096

struct pages {
        struct texts texts;
        struct template_set *templates;
        const struct embedded_file *style;
        struct str style_path;
};

const struct page_header page_headers[] = {
        { "X-Frame-Options", "DENY" },
        { "Referrer-Policy", "no-referrer" },
        { "Cross-Origin-Opener-Policy", "same-origin" },
        { "Cross-Origin-Resource-Policy", "same-origin" },
        { "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), fullscreen=(), "
                                "publickey-credentials-get=(), browsing-topics=()" },
        { NULL, NULL },
};

const struct embedded_file *embedded_find(const char *name)
{
        for (size_t i = 0; i < embedded_file_count; i++) {
                if (str_eq(str_from(embedded_files[i].name), str_from(name)))
                        return &embedded_files[i];
        }
        return NULL;
}

static result load_templates(struct arena *a, struct pages *pages)
{
        struct template_source *sources = arena_new_array(a, struct template_source, embedded_file_count);
        size_t count = 0;

        for (size_t i = 0; i < embedded_file_count; i++) {
                struct str name = str_from(embedded_files[i].name);
                if (!str_ends(name, STR(".html")))
                        continue;
                sources[count++] = (struct template_source){ .name = str_head(name, name.len - strlen(".html")),
                                                             .text = embedded_files[i].content };
        }
        TRY(template_set_new(a, sources, count, &pages->templates));
        for (enum language language = 0; language < LANGUAGE_COUNT; language++)
                TRY(template_set_check_texts(a, pages->templates, pages->texts.of[language]));
        return OK;
}

result pages_load(struct arena *a, struct pages **ret_pages)
{
        struct pages *pages = arena_new_of(a, struct pages);

        TRY(texts_load(a, &pages->texts));
        TRY(load_templates(a, pages));
        pages->style = embedded_find("style.css");
        if (!pages->style)
                return fail(a, ERR_CONFIG, "style.css is not embedded");
        pages->style_path = arena_printf(a, "/assets/%.16s.css", pages->style->sha256);
        *ret_pages = pages;
        return OK;
}

struct str pages_style_path(const struct pages *pages)
{
        return pages->style_path;
}

struct str pages_style(const struct pages *pages)
{
        return pages->style->content;
}

const struct texts *pages_texts(const struct pages *pages)
{
        return &pages->texts;
}

static json_t *language_list(enum language current)
{
        static const enum language shown[] = { LANGUAGE_EN, LANGUAGE_ZH_HANT, LANGUAGE_ZH_HANS };
        json_t *list = json_array();

        for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
                json_t *item = json_object();
                json_put_str(item, "code", language_tag(shown[i]));
                json_put_str(item, "name", language_name(shown[i]));
                json_put_bool(item, "current", shown[i] == current);
                json_array_append_new(list, item);
        }
        return list;
}

static bool is_waiting(const struct page *page)
{
        return str_is(page->name, "waiting") && str_is_empty(json_str(page->context, "check_url"));
}

/* What head.html and foot.html need. */
static json_t *common_context(struct arena *a, const struct pages *pages, const struct page *page)
{
        json_t *common = json_new_object(a);

        json_put_str(common, "page", page->name);
        json_put_str(common, "language", language_tag(page->language));
        json_put_str(common, "style_path", pages->style_path);
        json_put_bool(common, "refresh", is_waiting(page));
        json_object_set_new(common, "languages", language_list(page->language));
        return common;
}

result page_render(struct arena *a, const struct pages *pages, const struct page *page, struct str *ret_html)
{
        struct template_input input = { .texts = pages->texts.of[page->language],
                                        .common = common_context(a, pages, page),
                                        .context = page->context };

        return template_render(a, pages->templates, page->name, &input, ret_html);
}

static bool is_form_target(struct str word)
{
        size_t colon = str_find(word, ':');

        for (size_t i = 0; i < word.len; i++) {
                char c = word.data[i];
                bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                            (c != '\0' && strchr(":/.-+[]", c));
                if (!good)
                        return false;
        }
        return colon > 0 && colon < word.len;
}

struct str page_security_policy(struct arena *a, struct str form_targets)
{
        struct buf b = buf_in(a, POLICY_MAX);
        struct str rest = form_targets;
        struct str word = { NULL, 0 };

        buf_add_text(&b, "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
                         "frame-ancestors 'none'; form-action 'self'");
        for (size_t count = 0; count < FORM_TARGETS_MAX && str_split(&rest, ' ', &word);) {
                if (!is_form_target(word) || word.len > 256 - 1)
                        continue;
                buf_add_char(&b, ' ');
                buf_add(&b, word);
                count++;
        }
        return buf_str(&b);
}
