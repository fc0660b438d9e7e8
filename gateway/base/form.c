/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Form encoding (form.h; RFC 6749, appendix B). The text is copied once into the arena and decoded there in place:
 * decoding never makes it longer. */
#include "form.h"

#include "percent.h"
#include "uri.h"

/* Decodes in place; `s` is a part of the arena's copy. */
static bool decode_piece(struct str *s)
{
        char *bytes = (char *)(uintptr_t)s->data;
        return percent_decode(*s, PERCENT_PLUS_IS_SPACE, bytes, &s->len) && str_is_utf8(*s);
}

static result parse_pair(struct arena *a, struct str pair, struct param *ret_param)
{
        size_t equals = str_find(pair, '=');
        struct param param = { .name = str_head(pair, equals), .value = str_from_index(pair, equals + 1) };
        if (!decode_piece(&param.name) || !decode_piece(&param.value))
                return fail(a, ERR_MALFORMED, "form: broken encoding");
        *ret_param = param;
        return OK;
}

/* Pairs that are not empty: "a=1&&b=2" has two. */
static size_t count_pairs(struct str text)
{
        size_t count = 0;
        struct str pair;
        while (str_split(&text, '&', &pair))
                count += pair.len > 0;
        return count;
}

result params_parse(struct arena *a, struct str text, struct params *ret_params)
{
        size_t count = count_pairs(text);
        if (count > PARAMS_MAX)
                return fail(a, ERR_TOO_LARGE, "form: more than %d parameters", PARAMS_MAX);
        /* The values are looked at when they are decoded; that says nothing about a text which is encoded in part. */
        if (!str_is_utf8(text))
                return fail(a, ERR_MALFORMED, "form: broken encoding");
        struct param *items = arena_new_array(a, struct param, count);
        struct str rest = arena_copy(a, text);
        struct str pair;
        size_t i = 0;
        while (i < count && str_split(&rest, '&', &pair))
                if (pair.len)
                        TRY(parse_pair(a, pair, &items[i++]));
        *ret_params = (struct params){ .items = items, .count = count, .text = text };
        return OK;
}

/* The index of the first `name` at or after `from`; p->count when there is none. */
static size_t find_name(const struct params *p, struct str name, size_t from)
{
        size_t i = from;
        while (i < p->count && !str_eq(p->items[i].name, name))
                i++;
        return i;
}

struct str params_get(const struct params *p, const char *name)
{
        size_t i = find_name(p, str_from(name), 0);
        return i < p->count ? p->items[i].value : (struct str){ NULL, 0 };
}

bool params_has(const struct params *p, const char *name)
{
        return find_name(p, str_from(name), 0) < p->count;
}

bool params_is_repeated(const struct params *p, const char *name)
{
        size_t first = find_name(p, str_from(name), 0);
        return first < p->count && find_name(p, str_from(name), first + 1) < p->count;
}

struct str params_first_repeated(const struct params *p)
{
        for (size_t i = 0; i < p->count; i++)
                if (find_name(p, p->items[i].name, i + 1) < p->count)
                        return p->items[i].name;
        return (struct str){ NULL, 0 };
}

/* Only the first '?' starts a query (RFC 3986, section 3.4); a later one is part of a value. */
static bool is_amid_pairs(struct str s)
{
        return s.len && s.data[s.len - 1] != '&' && str_find(s, '?') != s.len - 1;
}

void form_add(struct buf *b, const char *name, struct str value)
{
        if (is_amid_pairs(buf_str(b)))
                buf_add_char(b, '&');
        uri_encode(b, str_from(name));
        buf_add_char(b, '=');
        uri_encode(b, value);
}
