/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The tables printed as Markdown: docs/settings.md is made by `baygate config reference`. */
#include "schema_value.h"

#define REFERENCE_MAX (256 * 1024)

static const char *const kind_names[] = {
        [SCHEMA_STRING] = "text",
        [SCHEMA_INT] = "a whole number",
        [SCHEMA_BOOL] = "true or false",
        [SCHEMA_DURATION] = "a duration",
        [SCHEMA_ENUM] = "one of the words",
        [SCHEMA_URL] = "an address",
        [SCHEMA_ID] = "a name of at most 64 of a-z, 0-9, \"_\" and \"-\"",
        [SCHEMA_FILE] = "a file's path",
        [SCHEMA_OBJECT] = "settings of its own",
        [SCHEMA_TITLES] = "texts in the languages en, zh-Hant and zh-Hans",
        [SCHEMA_STRINGS] = "a list of texts",
        [SCHEMA_WORDS] = "a list of words",
        [SCHEMA_URLS] = "a list of addresses",
        [SCHEMA_FILES] = "a list of files' paths",
        [SCHEMA_OBJECTS] = "a list of settings",
        [SCHEMA_MAP] = "names with texts",
        [SCHEMA_ANY] = "settings of its own",
};

const char *schema_kind_name(enum schema_kind kind)
{
        return kind_names[kind];
}

/* "es256 or rs256": the words, each as code. */
static void add_words(struct buf *b, const char *words)
{
        struct str rest = str_from(words), word;
        const char *between = ": ";
        while (str_split(&rest, ' ', &word)) {
                buf_printf(b, "%s`%.*s`", between, STR_FMT(word));
                between = ", ";
        }
}

static void add_fallback(struct buf *b, const struct schema_field *f)
{
        if (f->required)
                buf_add_text(b, "**required**");
        else if (f->fallback && strcmp(f->fallback, "{}") != 0)
                buf_printf(b, "`%s`", f->fallback);
        else
                buf_add_text(b, "–");
}

static void add_rows(struct buf *b, struct arena *a, struct str prefix, const struct schema_field *fields)
{
        for (; fields->kind != SCHEMA_END; fields++) {
                buf_printf(b, "| `%.*s%s` | %s", STR_FMT(prefix), fields->name, schema_kind_name(fields->kind));
                if (fields->words)
                        add_words(b, fields->words);
                buf_add_text(b, " | ");
                add_fallback(b, fields);
                buf_printf(b, " | %s |\n", fields->doc);
                if (!fields->fields)
                        continue;
                const char *link = fields->kind == SCHEMA_OBJECTS ? "[]." : ".";
                add_rows(b, a, ARENA_JOIN(a, prefix, str_from(fields->name), str_from(link)), fields->fields);
        }
}

struct str schema_reference(struct arena *a, const char *title, const struct schema_field *fields)
{
        struct buf b = buf_in(a, REFERENCE_MAX);
        buf_printf(&b, "## %s\n\n| setting | what it is | default | meaning |\n|---|---|---|---|\n", title);
        add_rows(&b, a, STR(""), fields);
        return buf_str(&b);
}
