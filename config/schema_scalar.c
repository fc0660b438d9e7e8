/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* One function per kind of scalar: text in, JSON value out, or a mistake. Values of secret fields are never quoted in
 * a mistake. */
#include <limits.h>
#include <unistd.h>

#include "schema_value.h"
#include "spelling.h"
#include "uri.h"

static json_t *convert_string(struct schema_reading *r, const struct schema_value *v, struct str text)
{
        size_t most = v->field->max ? (size_t)v->field->max : SCHEMA_LENGTH_MAX;
        if (text.len < (size_t)v->field->min || (v->field->required && str_is_empty(text)))
                return schema_refuse(r, v, str_is_empty(text) ? "is empty" : "is too short");
        if (text.len > most)
                return schema_refuse(r, v, "is longer than %zu bytes", most);
        return json_from_str(text);
}

static bool to_integer(struct str text, int64_t *ret_number)
{
        bool negative = str_starts(text, STR("-"));
        int64_t number;
        if (!str_to_int(str_from_index(text, negative ? 1 : 0), &number))
                return false;
        *ret_number = negative ? -number : number;
        return true;
}

static json_t *convert_int(struct schema_reading *r, const struct schema_value *v, struct str text)
{
        int64_t number, min = v->field->min, max = v->field->max;
        if (!to_integer(text, &number))
                return schema_refuse(r, v, "must be %s", schema_kind_name(v->field->kind));
        if ((min || max) && (number < min || number > max))
                return schema_refuse(r, v, "must be from %lld to %lld", (long long)min, (long long)max);
        return json_integer(number);
}

static json_t *convert_bool(struct schema_reading *r, const struct schema_value *v, struct str text)
{
        if (!str_is(text, "true") && !str_is(text, "false"))
                return schema_refuse(r, v, "must be true or false");
        return json_boolean(str_is(text, "true"));
}

static int64_t unit_seconds(char unit)
{
        switch (unit) {
        case 's':
                return 1;
        case 'm':
                return 60;
        case 'h':
                return 3600;
        case 'd':
                return 86400;
        default:
                return 0;
        }
}

/* The longest that is exact in whole units, for mistakes. */
static struct str duration_text(struct arena *a, int64_t seconds)
{
        static const char units[] = "dhms";
        size_t i = 0;
        while (seconds == 0 ? units[i] != 's' : seconds % unit_seconds(units[i]) != 0)
                i++;
        return arena_printf(a, "%lld%c", (long long)(seconds / unit_seconds(units[i])), units[i]);
}

static json_t *convert_duration(struct schema_reading *r, const struct schema_value *v, struct str text)
{
        int64_t number, min = v->field->min, max = v->field->max;
        int64_t unit = text.len > 1 ? unit_seconds(text.data[text.len - 1]) : 0;
        if (!unit || !str_to_int(str_head(text, text.len - 1), &number) || number > INT64_MAX / unit)
                return schema_refuse(r, v, "must be a duration with its unit, such as 90s, 15m, 8h or 30d");
        if ((min || max) && (number * unit < min || number * unit > max))
                return schema_refuse(r, v, "must be from %.*s to %.*s", STR_FMT(duration_text(r->arena, min)),
                                     STR_FMT(duration_text(r->arena, max)));
        return json_integer(number * unit);
}

static json_t *convert_enum(struct schema_reading *r, const struct schema_value *v, struct str text)
{
        if (str_find(text, ' ') == text.len && str_has_word(str_from(v->field->words), text))
                return json_from_str(text);
        struct spelling spelling = spelling_of(text);
        spelling_consider_words(&spelling, v->field->words);
        return schema_refuse(r, v, "must be one of: %s%.*s", v->field->words,
                             STR_FMT(spelling_hint(r->arena, &spelling)));
}

static json_t *convert_url(struct schema_reading *r, const struct schema_value *v, struct str text)
{
        struct uri uri;
        if (!is_ok(uri_parse(r->arena, text, &uri)))
                return schema_refuse(r, v, "must be an absolute address such as https://example.org/");
        if (!uri_is_https(&uri) && !(str_is(uri.scheme, "http") && uri_is_loopback(&uri)))
                return schema_refuse(r, v, "must begin with https:// (http:// only on loopback)");
        if (uri.has_fragment || uri.has_userinfo)
                return schema_refuse(r, v, "must have no \"#\" and no user name");
        return json_from_str(text);
}

static bool is_id_byte(char c, bool first)
{
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
                return true;
        return !first && (c == '-' || c == '_');
}

static json_t *convert_id(struct schema_reading *r, const struct schema_value *v, struct str text)
{
        bool good = text.len > 0 && text.len <= 64;
        for (size_t i = 0; i < text.len; i++)
                good = good && is_id_byte(text.data[i], i == 0);
        if (!good)
                return schema_refuse(r, v, "must be %s", schema_kind_name(v->field->kind));
        return json_from_str(text);
}

/* Relative to the folder of the settings file. */
static json_t *convert_file(struct schema_reading *r, const struct schema_value *v, struct str text)
{
        if (str_is_empty(text) || text.len > SCHEMA_LENGTH_MAX)
                return schema_refuse(r, v, "must be %s", schema_kind_name(v->field->kind));
        if (text.data[0] == '/')
                return json_from_str(text);
        size_t folder = r->file.len;
        while (folder > 0 && r->file.data[folder - 1] != '/')
                folder--;
        struct str head = str_head(r->file, folder);
        char here[PATH_MAX];
        if (str_starts(head, STR("/")) || !getcwd(here, sizeof(here)))
                return json_from_str(ARENA_JOIN(r->arena, head, text));
        return json_from_str(ARENA_JOIN(r->arena, str_from(here), STR("/"), head, text));
}

json_t *schema_convert_scalar(struct schema_reading *r, const struct schema_value *v, struct str text)
{
        static json_t *(*const converters[])(struct schema_reading *, const struct schema_value *, struct str) = {
                [SCHEMA_STRING] = convert_string,
                [SCHEMA_INT] = convert_int,
                [SCHEMA_BOOL] = convert_bool,
                [SCHEMA_DURATION] = convert_duration,
                [SCHEMA_ENUM] = convert_enum,
                [SCHEMA_URL] = convert_url,
                [SCHEMA_ID] = convert_id,
                [SCHEMA_FILE] = convert_file,
        };
        return converters[v->field->kind](r, v, text);
}
