/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* JSON (RFC 8259) on jansson (json.h). Nesting is counted before jansson sees the text, because its parser calls
 * itself for each level and a task's stack is small. Reasons say where the text is wrong, never what it holds. */
#include "json.h"

/* Does nesting stay within JSON_DEPTH_MAX? Brackets in strings do not count. */
static bool depth_is_fine(struct str text)
{
        size_t depth = 0;
        bool in_string = false;
        for (size_t i = 0; i < text.len; i++) {
                char c = text.data[i];
                if (c == '"') {
                        in_string = !in_string;
                } else if (in_string) {
                        if (c == '\\')
                                i++;
                } else if (c == '{' || c == '[') {
                        if (++depth > JSON_DEPTH_MAX)
                                return false;
                } else if ((c == '}' || c == ']') && depth > 0) {
                        depth--;
                }
        }
        return true;
}

static const char *error_text(const json_error_t *error)
{
        switch (json_error_code(error)) {
        case json_error_duplicate_key:
                return "a member appears twice";
        case json_error_invalid_utf8:
                return "not UTF-8";
        case json_error_null_character:
        case json_error_null_byte_in_key:
                return "holds a NUL";
        case json_error_numeric_overflow:
                return "a number is too large";
        case json_error_premature_end_of_input:
                return "ends too early";
        case json_error_end_of_input_expected:
                return "more follows after the end";
        default:
                return "not well formed";
        }
}

result json_read(struct arena *a, struct str text, size_t max, json_t **ret_json)
{
        if (text.len == 0)
                return fail(a, ERR_MALFORMED, "JSON: empty");
        if (text.len > max)
                return fail(a, ERR_MALFORMED, "JSON: larger than %zu bytes", max);
        if (!depth_is_fine(text))
                return fail(a, ERR_MALFORMED, "JSON: nested deeper than %d levels", JSON_DEPTH_MAX);
        json_error_t error;
        json_t *json = json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES, &error);
        if (!json)
                return fail(a, ERR_MALFORMED, "JSON: %s (line %d, column %d)", error_text(&error), error.line,
                            error.column);
        *ret_json = arena_own_json(a, json);
        return OK;
}

result json_read_object(struct arena *a, struct str text, size_t max, json_t **ret_object)
{
        json_t *json;
        TRY(json_read(a, text, max, &json));
        if (!json_is_object(json))
                return fail(a, ERR_MALFORMED, "JSON: not an object");
        *ret_object = json;
        return OK;
}

static void write_escaped(struct buf *b, char c)
{
        static const char special[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
        const char *at = memchr(special, c, sizeof(special) - 1);
        if (at)
                buf_add(b, str_slice((const char[]){ '\\', letters[at - special] }, 2));
        else
                buf_printf(b, "\\u%04X", (unsigned)c);
}

/* As a JSON string (RFC 8259, section 7): what needs no escape goes in by whole runs. */
static void write_string(struct buf *b, struct str s)
{
        size_t plain = 0; /* start of what has not been added yet */
        buf_add_char(b, '"');
        for (size_t i = 0; i < s.len; i++) {
                unsigned char c = (unsigned char)s.data[i];
                if (c >= 0x20 && c != '"' && c != '\\')
                        continue;
                buf_add(b, str_slice(s.data + plain, i - plain));
                write_escaped(b, s.data[i]);
                plain = i + 1;
        }
        buf_add(b, str_from_index(s, plain));
        buf_add_char(b, '"');
}

/* Reals and what is neither text nor number are jansson's to write. */
static void write_scalar(struct buf *b, const json_t *value)
{
        char text[64];
        size_t len = json_dumpb(value, text, sizeof(text), JSON_ENCODE_ANY);
        if (len == 0 || len > sizeof(text))
                abort();
        buf_add(b, str_slice(text, len));
}

static void write_value(struct buf *b, const json_t *value);

static void write_object(struct buf *b, const json_t *object)
{
        const char *separator = "{", *name;
        json_t *value;
        json_object_foreach((json_t *)object, name, value) {
                buf_add_text(b, separator);
                write_string(b, str_from(name));
                buf_add_char(b, ':');
                write_value(b, value);
                separator = ",";
        }
        buf_add_text(b, json_object_size(object) > 0 ? "}" : "{}");
}

static void write_array(struct buf *b, const json_t *array)
{
        const json_t *value;
        size_t i;
        buf_add_char(b, '[');
        json_array_foreach(array, i, value) {
                if (i > 0)
                        buf_add_char(b, ',');
                write_value(b, value);
        }
        buf_add_char(b, ']');
}

/* Calls itself as deep as the value is nested: what was read is within JSON_DEPTH_MAX, what we build far below. */
static void write_value(struct buf *b, const json_t *value)
{
        if (json_is_object(value))
                write_object(b, value);
        else if (json_is_array(value))
                write_array(b, value);
        else if (json_is_string(value))
                write_string(b, json_text(value));
        else if (json_is_integer(value))
                buf_add_int(b, json_integer_value(value));
        else
                write_scalar(b, value);
}

/* Not by jansson's own writer, which takes twice as long: it keeps a table of all containers, to notice one inside
 * itself, and looks at each character by itself. */
struct str json_write(struct arena *a, const json_t *json)
{
        struct buf b = buf_in(a, SIZE_MAX);
        write_value(&b, json);
        return buf_str(&b);
}

static void add_name(struct buf *members, const char *name)
{
        if (members->len > 0)
                buf_add_char(members, ',');
        write_string(members, str_from(name));
        buf_add_char(members, ':');
}

void json_add_str(struct buf *members, const char *name, struct str s)
{
        if (str_is_empty(s))
                return;
        if (!str_is_utf8(s))
                abort();
        add_name(members, name);
        write_string(members, s);
}

void json_add_int(struct buf *members, const char *name, int64_t value)
{
        add_name(members, name);
        buf_add_int(members, value);
}

void json_add(struct buf *members, const char *name, const json_t *value)
{
        if (!value)
                return;
        add_name(members, name);
        write_value(members, value);
}

struct str json_text(const json_t *value)
{
        return str_slice(json_string_value(value), json_string_length(value));
}

struct str json_str(const json_t *object, const char *name)
{
        return json_text(json_object_get(object, name));
}

int64_t json_int(const json_t *object, const char *name, int64_t fallback)
{
        const json_t *value = json_object_get(object, name);
        return json_is_integer(value) ? json_integer_value(value) : fallback;
}

bool json_bool(const json_t *object, const char *name, bool fallback)
{
        const json_t *value = json_object_get(object, name);
        return json_is_boolean(value) ? json_is_true(value) : fallback;
}

result json_need_str(struct arena *a, const json_t *object, const char *name, struct str *ret_value)
{
        const json_t *value = json_object_get(object, name);
        if (!json_is_string(value))
                return fail(a, ERR_MALFORMED, "JSON: member %s is %s", name, value ? "not a string" : "missing");
        *ret_value = json_text(value);
        return OK;
}

result json_need_int(struct arena *a, const json_t *object, const char *name, int64_t *ret_value)
{
        const json_t *value = json_object_get(object, name);
        if (!json_is_integer(value))
                return fail(a, ERR_MALFORMED, "JSON: member %s is %s", name, value ? "not an integer" : "missing");
        *ret_value = json_integer_value(value);
        return OK;
}

/* Building fails only when memory is out or the caller is wrong. */
static json_t *must(json_t *json)
{
        if (!json)
                abort();
        return json;
}

static void put(json_t *object, const char *name, json_t *value)
{
        if (json_object_set_new(object, name, must(value)) < 0)
                abort();
}

json_t *json_new_object(struct arena *a)
{
        return arena_own_json(a, must(json_object()));
}

json_t *json_new_array(struct arena *a)
{
        return arena_own_json(a, must(json_array()));
}

json_t *json_from_str(struct str s)
{
        return must(json_stringn(s.len ? s.data : "", s.len));
}

void json_put_str(json_t *object, const char *name, struct str s)
{
        if (!str_is_empty(s))
                put(object, name, json_from_str(s));
}

void json_put_int(json_t *object, const char *name, int64_t value)
{
        put(object, name, json_integer(value));
}

void json_put_bool(json_t *object, const char *name, bool value)
{
        put(object, name, json_boolean(value));
}
