/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* For whoever works on pages: writes every page in every language to a folder, to be looked at in a browser.
 * render-pages FOLDER writes FOLDER/{sample}.{language}.html and FOLDER/assets/….css. */
#include <stdio.h>
#include <sys/stat.h>

#include "page.h"
#include "page_samples.h"

static bool write_file(const char *path, struct str content)
{
        FILE *file = fopen(path, "wb");

        if (!file)
                return false;
        bool written = fwrite(content.data, 1, content.len, file) == content.len;
        return fclose(file) == 0 && written;
}

/* The style sheet's address starts at the root of a site; in a folder it has to be relative. */
static struct str with_relative_style(struct arena *a, struct str html)
{
        struct str wanted = STR("href=\"/assets/");
        struct buf b = buf_in(a, html.len);

        for (size_t i = 0; i < html.len; i++) {
                if (str_starts(str_from_index(html, i), wanted)) {
                        buf_add(&b, STR("href=\"assets/"));
                        i += wanted.len - 1;
                        continue;
                }
                buf_add_char(&b, html.data[i]);
        }
        return buf_str(&b);
}

static result render_sample(struct arena *a, const struct pages *pages, const struct page_sample *sample,
                            const char *folder)
{
        for (enum language language = 0; language < LANGUAGE_COUNT; language++) {
                json_t *context = NULL;
                struct str html = { NULL, 0 };
                TRY(json_read_object(a, str_from(sample->context), 65536, &context));
                struct page page = { .name = str_from(sample->page), .language = language, .context = context };
                TRY(page_render(a, pages, &page, &html));
                struct str path = arena_printf(a, "%s/%s.%s.html", folder, sample->file, language_tag(language).data);
                if (!write_file(path.data, with_relative_style(a, html)))
                        return fail(a, ERR_SERVER_ERROR, "can't write %s", path.data);
        }
        return OK;
}

static result render_all(struct arena *a, const char *folder)
{
        struct pages *pages = NULL;

        TRY(pages_load(a, &pages));
        for (size_t i = 0; i < PAGE_SAMPLE_COUNT; i++)
                TRY(render_sample(a, pages, &page_samples[i], folder));
        struct str assets = arena_printf(a, "%s/assets", folder);
        mkdir(assets.data, 0777);
        struct str path = arena_printf(a, "%s%s", folder, pages_style_path(pages).data);
        if (!write_file(path.data, pages_style(pages)))
                return fail(a, ERR_SERVER_ERROR, "can't write %s", path.data);
        return OK;
}

int main(int argc, char **argv)
{
        auto_arena a = arena_new(16 * 1024 * 1024);

        if (argc != 2) {
                fprintf(stderr, "usage: render-pages FOLDER\n");
                return 2;
        }
        if (!is_ok(render_all(a, argv[1]))) {
                fprintf(stderr, "render-pages: %.*s\n", STR_FMT(arena_reason(a)));
                return 1;
        }
        return 0;
}
