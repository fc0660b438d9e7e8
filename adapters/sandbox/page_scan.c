/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A small scanner of tags and attributes. */
#include "page_scan.h"

struct tag {
        struct str name;
        struct str attributes; /* the text between name and '>' */
        bool closing;
        size_t end; /* index behind '>' */
};

static bool is_blank(char c)
{
        return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* Index of the '>' that ends the tag, quotes respected; page.len when it never ends. */
static size_t tag_close(struct str page, size_t from)
{
        char quote = '\0';
        for (size_t i = from; i < page.len; i++) {
                char c = page.data[i];
                if (quote)
                        quote = c == quote ? '\0' : quote;
                else if (c == '"' || c == '\'')
                        quote = c;
                else if (c == '>')
                        return i;
        }
        return page.len;
}

static bool tag_next(struct str page, size_t *position, struct tag *ret_tag)
{
        for (size_t i = *position; i + 1 < page.len; i++) {
                if (page.data[i] != '<')
                        continue;
                bool closing = page.data[i + 1] == '/';
                size_t start = i + 1 + closing, end = start;
                size_t close = tag_close(page, start);
                while (end < close && !is_blank(page.data[end]) && page.data[end] != '/')
                        end++;
                if (close == page.len || end == start)
                        continue;
                *ret_tag = (struct tag){ .name = str_slice(page.data + start, end - start),
                                         .attributes = str_slice(page.data + end, close - end),
                                         .closing = closing,
                                         .end = close + 1 };
                *position = close + 1;
                return true;
        }
        *position = page.len;
        return false;
}

static size_t skip_blank(struct str s, size_t i)
{
        while (i < s.len && (is_blank(s.data[i]) || s.data[i] == '/'))
                i++;
        return i;
}

static size_t value_end(struct str s, size_t i, char quote)
{
        while (i < s.len && (quote ? s.data[i] != quote : !is_blank(s.data[i])))
                i++;
        return i;
}

/* Takes one attribute from *i on; false at the end. */
static bool attribute_next(struct str s, size_t *i, struct str *ret_name, struct str *ret_value)
{
        size_t start = skip_blank(s, *i), at = start;
        while (at < s.len && !is_blank(s.data[at]) && s.data[at] != '=')
                at++;
        if (at == start)
                return false;
        *ret_name = str_slice(s.data + start, at - start);
        *ret_value = STR("");
        if (at < s.len && s.data[at] == '=') {
                char quote =
                        at + 1 < s.len && (s.data[at + 1] == '"' || s.data[at + 1] == '\'') ? s.data[at + 1] : '\0';
                size_t from = at + 1 + (quote != '\0');
                size_t end = value_end(s, from, quote);
                *ret_value = str_slice(s.data + from, end - from);
                at = end + (quote != '\0' && end < s.len);
        }
        *i = at;
        return true;
}

static bool attribute_find(const struct tag *tag, const char *wanted, struct str *ret_value)
{
        size_t i = 0;
        struct str name, value;
        while (attribute_next(tag->attributes, &i, &name, &value))
                if (str_eq_nocase(name, str_from(wanted))) {
                        *ret_value = value;
                        return true;
                }
        return false;
}

static struct str attribute(struct arena *a, const struct tag *tag, const char *name)
{
        struct str value = STR("");
        return attribute_find(tag, name, &value) ? scan_decode(a, value) : STR("");
}

static bool has_id(struct arena *a, const struct tag *tag, const char *id)
{
        struct str value;
        return attribute_find(tag, "id", &value) && str_is(scan_decode(a, value), id);
}

static bool tag_is(const struct tag *tag, const char *name)
{
        return str_eq_nocase(tag->name, str_from(name));
}

static void add_code_point(struct buf *b, uint32_t c)
{
        if (c < 0x80) {
                buf_add_char(b, (char)c);
        } else if (c < 0x800) {
                buf_add_char(b, (char)(0xc0 | c >> 6));
                buf_add_char(b, (char)(0x80 | (c & 0x3f)));
        } else if (c < 0x10000) {
                buf_add_char(b, (char)(0xe0 | c >> 12));
                buf_add_char(b, (char)(0x80 | (c >> 6 & 0x3f)));
                buf_add_char(b, (char)(0x80 | (c & 0x3f)));
        } else {
                buf_add_char(b, (char)(0xf0 | c >> 18));
                buf_add_char(b, (char)(0x80 | (c >> 12 & 0x3f)));
                buf_add_char(b, (char)(0x80 | (c >> 6 & 0x3f)));
                buf_add_char(b, (char)(0x80 | (c & 0x3f)));
        }
}

static int digit_value(char c)
{
        if (c >= '0' && c <= '9')
                return c - '0';
        c |= 0x20;
        return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* "#39", "#x27": the code point; 0 when it is none. */
static uint32_t number_decode(struct str reference)
{
        uint32_t base = 10, c = 0;
        if (reference.len < 2 || reference.data[0] != '#')
                return 0;
        reference = str_from_index(reference, 1);
        if ((reference.data[0] | 0x20) == 'x') {
                base = 16;
                reference = str_from_index(reference, 1);
        }
        for (size_t i = 0; i < reference.len; i++) {
                uint32_t digit = (uint32_t)digit_value(reference.data[i]);
                if (digit >= base || c > 0x10ffff)
                        return 0;
                c = c * base + digit;
        }
        return c <= 0x10ffff && (c < 0xd800 || c > 0xdfff) ? c : 0;
}

static uint32_t reference_decode(struct str reference)
{
        static const struct {
                const char *name;
                uint32_t code_point;
        } named[] = { { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' }, { "apos", '\'' } };
        for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
                if (str_is(reference, named[i].name))
                        return named[i].code_point;
        return number_decode(reference);
}

struct str scan_decode(struct arena *a, struct str text)
{
        struct buf b = buf_in(a, text.len + 4);
        for (size_t i = 0; i < text.len; i++) {
                struct str rest = str_from_index(text, i + 1);
                size_t len = str_find(str_head(rest, 10), ';');
                uint32_t c =
                        text.data[i] == '&' && len < rest.len && len < 10 ? reference_decode(str_head(rest, len)) : 0;
                if (c) {
                        add_code_point(&b, c);
                        i += len + 1;
                } else {
                        buf_add_char(&b, text.data[i]);
                }
        }
        return buf_str(&b);
}

static void field_add(struct scan_form *form, struct str name, struct str value)
{
        if (!str_is_empty(name) && form->field_count < SCAN_FIELDS_MAX)
                form->fields[form->field_count++] = (struct param){ name, value };
}

/* Would a browser send this input although nobody touched it? */
static bool input_is_sent(struct arena *a, const struct tag *tag)
{
        struct str type = attribute(a, tag, "type"), checked;
        if (str_eq_nocase(type, STR("radio")) || str_eq_nocase(type, STR("checkbox")))
                return attribute_find(tag, "checked", &checked);
        return !str_eq_nocase(type, STR("submit")) && !str_eq_nocase(type, STR("button"));
}

bool scan_button(struct arena *a, struct str page, const char *id, struct scan_form *ret_form)
{
        struct scan_form form = { 0 };
        struct tag tag;
        size_t position = 0;
        bool inside = false, found = false;
        while (tag_next(page, &position, &tag)) {
                if (tag_is(&tag, "form")) {
                        if (tag.closing && found) {
                                *ret_form = form;
                                return true;
                        }
                        inside = !tag.closing;
                        form = (struct scan_form){ .action = attribute(a, &tag, "action"),
                                                   .post = str_eq_nocase(attribute(a, &tag, "method"), STR("post")) };
                        continue;
                }
                bool button = tag_is(&tag, "button"), input = tag_is(&tag, "input");
                if (!inside || tag.closing || (!button && !input))
                        continue;
                bool pressed = has_id(a, &tag, id) && (button || !input_is_sent(a, &tag));
                if (pressed || (input && input_is_sent(a, &tag)))
                        field_add(&form, attribute(a, &tag, "name"), attribute(a, &tag, "value"));
                found |= pressed;
        }
        return false;
}

struct str scan_link(struct arena *a, struct str page, const char *id)
{
        struct tag tag;
        size_t position = 0;
        while (tag_next(page, &position, &tag))
                if (tag_is(&tag, "a") && !tag.closing && has_id(a, &tag, id))
                        return attribute(a, &tag, "href");
        return STR("");
}

static struct str text_behind(struct arena *a, struct str page, const struct tag *tag)
{
        struct str rest = str_from_index(page, tag->end);
        return str_trim(scan_decode(a, str_head(rest, str_find(rest, '<'))));
}

struct str scan_text(struct arena *a, struct str page, const char *id)
{
        struct tag tag;
        size_t position = 0;
        while (tag_next(page, &position, &tag))
                if (!tag.closing && has_id(a, &tag, id))
                        return text_behind(a, page, &tag);
        return STR("");
}

struct str scan_element(struct arena *a, struct str page, const char *name)
{
        struct tag tag;
        size_t position = 0;
        while (tag_next(page, &position, &tag))
                if (!tag.closing && tag_is(&tag, name))
                        return text_behind(a, page, &tag);
        return STR("");
}

struct str scan_refresh_value(struct str value)
{
        size_t semicolon = str_find(value, ';');
        struct str url = str_trim(str_from_index(value, semicolon + 1));
        if (!str_eq_nocase(str_head(url, 4), STR("url=")))
                return STR("");
        url = str_trim(str_from_index(url, 4));
        char quote = url.len > 1 ? url.data[0] : '\0';
        if ((quote == '"' || quote == '\'') && url.data[url.len - 1] == quote)
                return str_slice(url.data + 1, url.len - 2);
        return url;
}

struct str scan_refresh(struct arena *a, struct str page)
{
        struct tag tag;
        size_t position = 0;
        while (tag_next(page, &position, &tag))
                if (tag_is(&tag, "meta") && str_eq_nocase(attribute(a, &tag, "http-equiv"), STR("refresh")))
                        return scan_refresh_value(attribute(a, &tag, "content"));
        return STR("");
}
