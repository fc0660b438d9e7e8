/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See markup.h. What is refused: unquoted and single-quoted attribute values, comments, elements that run or load
 * something, style and event-handler attributes. */
#include "markup.h"

static bool name_is_any(const struct markup *m, const char *const *names)
{
        for (; *names; names++) {
                if (str_eq_nocase(str_slice(m->name, m->name_len), str_from(*names)))
                        return true;
        }
        return false;
}

bool markup_is_address(const struct markup *m)
{
        static const char *const names[] = { "href", "src", "action", "formaction", NULL };

        return name_is_any(m, names);
}

static result check_tag_name(struct arena *a, const struct markup *m)
{
        static const char *const refused[] = { "script", "style", "iframe", "object", "embed", "base", NULL };

        if (m->is_tag_name && name_is_any(m, refused))
                return fail(a, ERR_CONFIG, "element <%.*s> is not allowed", (int)m->name_len, m->name);
        return OK;
}

static result check_attribute_name(struct arena *a, const struct markup *m)
{
        static const char *const refused[] = { "style", "srcdoc", "srcset", NULL };
        bool is_handler = m->name_len > 2 && str_eq_nocase(str_slice(m->name, 2), STR("on"));

        if (m->is_tag_name || is_handler || name_is_any(m, refused))
                return fail(a, ERR_CONFIG, "attribute %.*s is not allowed", (int)m->name_len, m->name);
        return OK;
}

static result end_name(struct arena *a, struct markup *m)
{
        if (m->name_done)
                return OK;
        TRY(check_tag_name(a, m));
        m->name_done = true;
        return OK;
}

static void add_to_name(struct markup *m, char c)
{
        if (m->name_done) {
                m->name_len = 0;
                m->name_done = false;
                m->is_tag_name = false;
        }
        if (m->name_len < sizeof(m->name))
                m->name[m->name_len++] = c;
}

static result follow_in_tag(struct arena *a, struct markup *m, char c)
{
        switch (c) {
        case '>':
                TRY(end_name(a, m));
                m->place = MARKUP_TEXT;
                return OK;
        case '=':
                TRY(end_name(a, m));
                TRY(check_attribute_name(a, m));
                m->place = MARKUP_EQUALS;
                return OK;
        case ' ':
        case '\n':
                return end_name(a, m);
        case '"':
        case '\'':
        case '<':
                return fail(a, ERR_CONFIG, "%c inside of a tag", c);
        default:
                add_to_name(m, c);
                return OK;
        }
}

static result follow_byte(struct arena *a, struct markup *m, char c)
{
        switch (m->place) {
        case MARKUP_TEXT:
                if (c == '<')
                        *m = (struct markup){ .place = MARKUP_TAG, .is_tag_name = true };
                return OK;
        case MARKUP_TAG:
                return follow_in_tag(a, m, c);
        case MARKUP_EQUALS:
                if (c != '"')
                        return fail(a, ERR_CONFIG, "attribute values must be in double quotes");
                m->place = MARKUP_VALUE_START;
                return OK;
        case MARKUP_VALUE_START:
        case MARKUP_VALUE:
                m->place = c == '"' ? MARKUP_TAG : MARKUP_VALUE;
                return OK;
        }
        return OK;
}

result markup_follow(struct arena *a, struct markup *m, struct str text)
{
        for (size_t i = 0; i < text.len; i++) {
                if (m->place == MARKUP_TEXT && str_starts(str_from_index(text, i), STR("<!--")))
                        return fail(a, ERR_CONFIG, "HTML comments are not allowed; write {{! remark}}");
                TRY(follow_byte(a, m, text.data[i]));
        }
        return OK;
}
