/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See text.h. */
#include "embedded.h"
#include "template_nodes.h"
#include "text.h"

#define TEXT_FILE_MAX (256 * 1024)

static result read_language(struct arena *a, enum language language, json_t **ret_texts)
{
        char *name = arena_cstr(a, ARENA_JOIN(a, language_tag(language), STR(".json")));
        const struct embedded_file *file = embedded_find(name);

        if (!file)
                return fail(a, ERR_CONFIG, "%s is not embedded", name);
        return json_read_object(a, file->content, TEXT_FILE_MAX, ret_texts);
}

static unsigned placeholders(struct str sentence)
{
        unsigned set = 0;

        for (size_t i = 0; i < sentence.len; i++) {
                int number = template_placeholder(str_from_index(sentence, i));
                if (number >= 0)
                        set |= 1u << number;
        }
        return set;
}

static result check_pair(struct arena *a, const struct texts *texts, enum language language)
{
        const json_t *first = texts->of[0];
        const json_t *other = texts->of[language];
        struct str tag = language_tag(language);
        const char *key = NULL;
        json_t *sentence = NULL;

        json_object_foreach((json_t *)first, key, sentence)
        {
                struct str translated = json_str(other, key);
                if (str_is_empty(json_text(sentence)) || str_is_empty(translated))
                        return fail(a, ERR_CONFIG, "%.*s: no sentence %s", STR_FMT(tag), key);
                if (placeholders(json_text(sentence)) != placeholders(translated))
                        return fail(a, ERR_CONFIG, "%.*s: other placeholders in %s", STR_FMT(tag), key);
        }
        json_object_foreach((json_t *)other, key, sentence)
        {
                if (!json_object_get(first, key))
                        return fail(a, ERR_CONFIG, "%.*s: %s is in no other language", STR_FMT(tag), key);
        }
        return OK;
}

result texts_check(struct arena *a, const struct texts *texts)
{
        for (enum language language = 0; language < LANGUAGE_COUNT; language++)
                TRY(check_pair(a, texts, language));
        return OK;
}

result texts_load(struct arena *a, struct texts *ret_texts)
{
        struct texts texts = { .of = { NULL } };

        for (enum language language = 0; language < LANGUAGE_COUNT; language++) {
                json_t *sentences = NULL;
                TRY(read_language(a, language, &sentences));
                texts.of[language] = sentences;
        }
        TRY(texts_check(a, &texts));
        *ret_texts = texts;
        return OK;
}

struct str text_get(const struct texts *texts, enum language language, const char *key)
{
        return json_str(texts->of[language], key);
}
