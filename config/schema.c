/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Reading settings against a table: unknown members, missing ones, defaults, and every mistake with its place.
 * Single values are converted in schema_scalar.c and schema_list.c. */
#include "schema.h"

#include "schema_value.h"
#include "spelling.h"
#include "yaml_tree.h"

#define MISTAKES_MAX 1024

static void mistake_keep(struct mistakes *m, struct str text)
{
        if (m->count >= MISTAKES_MAX)
                return;
        /* The array grows when its count is a power of two. */
        if ((m->count & (m->count - 1)) == 0) {
                struct str *more = arena_new_array(m->arena, struct str, m->count ? m->count * 2 : 1);
                if (m->count)
                        memcpy(more, m->items, m->count * sizeof(*more));
                m->items = more;
        }
        m->items[m->count++] = text;
}

__attribute__((format(printf, 4, 0))) static void mistake_format(struct mistakes *m, struct str file, size_t line,
                                                                 const char *format, va_list args)
{
        struct buf b = buf_in(m->arena, 2048);
        buf_printf(&b, "%.*s:%zu: ", STR_FMT(file), line);
        buf_vprintf(&b, format, args);
        mistake_keep(m, buf_str(&b));
}

void mistake_add(struct mistakes *m, struct str file, size_t line, const char *format, ...)
{
        va_list args;
        va_start(args, format);
        mistake_format(m, file, line, format, args);
        va_end(args);
}

static size_t line_in(const json_t *json)
{
        return json_is_integer(json) ? (size_t)json_integer_value(json) : 0;
}

/* The line of a member, of one item of it (`item` from 1), or of the object when nothing better is known. */
static size_t line_at(const json_t *object, const char *member, size_t item)
{
        const json_t *line = member ? json_object_get(json_object_get(object, "$lines"), member) : NULL;
        if (json_is_array(line) && item < json_array_size(line))
                line = json_array_get(line, item);
        if (json_is_array(line))
                line = json_array_get(line, 0);
        return line ? line_in(line) : line_in(json_object_get(object, "$line"));
}

void mistake_at(struct mistakes *m, const json_t *object, const char *member, const char *format, ...)
{
        va_list args;
        va_start(args, format);
        mistake_format(m, json_str(object, "$file"), line_at(object, member, 0), format, args);
        va_end(args);
}

void mistake_at_item(struct mistakes *m, const json_t *object, const char *member, size_t index, struct str what)
{
        mistake_add(m, json_str(object, "$file"), line_at(object, member, index + 1), "\"%s\": %.*s", member,
                    STR_FMT(what));
}

json_t *schema_refuse(struct schema_reading *r, const struct schema_value *v, const char *format, ...)
{
        struct buf b = buf_in(r->arena, 1024);
        va_list args;
        va_start(args, format);
        buf_vprintf(&b, format, args);
        va_end(args);
        mistake_add(r->mistakes, r->file, v->line, "\"%s\" %.*s", v->field->name, STR_FMT(buf_str(&b)));
        return NULL;
}

static const struct schema_field *field_find(const struct schema_field *fields, const char *name)
{
        for (; fields->kind != SCHEMA_END; fields++)
                if (strcmp(fields->name, name) == 0)
                        return fields;
        return NULL;
}

static void check_known(struct schema_reading *r, const json_t *object, const struct schema_field *fields,
                        const char *name)
{
        if (name[0] == '$' || field_find(fields, name))
                return;
        struct spelling spelling = spelling_of(str_from(name));
        for (const struct schema_field *f = fields; f->kind != SCHEMA_END; f++)
                spelling_consider(&spelling, str_from(f->name));
        mistake_at(r->mistakes, object, name, "unknown setting \"%s\"%.*s", name,
                   STR_FMT(spelling_hint(r->arena, &spelling)));
}

/* The default as if it stood in the file, on the line of what lacks it. */
static json_t *fallback_value(struct schema_reading *r, const struct schema_value *v)
{
        json_t *value = NULL;
        struct str text = str_from(v->field->fallback);
        if (!is_ok(yaml_tree_read(r->arena, r->file, text, r->mistakes, &value)))
                return NULL;
        if (json_is_object(value))
                json_object_set_new(value, "$line", json_integer((json_int_t)v->line));
        return value;
}

static void check_member(struct schema_reading *r, json_t *object, const struct schema_field *field)
{
        struct schema_value v = { .field = field, .raw = json_object_get(object, field->name) };
        v.line = line_at(object, field->name, 0);
        v.lines = json_object_get(json_object_get(object, "$lines"), field->name);
        if (!v.raw && field->required)
                mistake_add(r->mistakes, r->file, v.line, "\"%s\" is missing", field->name);
        if (!v.raw && field->fallback)
                v.raw = fallback_value(r, &v);
        if (!v.raw)
                return;
        json_t *value = schema_convert(r, &v);
        if (!value)
                json_object_del(object, field->name);
        else
                json_object_set_new(object, field->name, value);
}

void schema_object_check(struct schema_reading *r, json_t *object, const struct schema_field *fields)
{
        const char *name;
        json_t *value;
        json_object_foreach(object, name, value)
                check_known(r, object, fields, name);
        for (; fields->kind != SCHEMA_END; fields++)
                check_member(r, object, fields);
}

json_t *schema_convert(struct schema_reading *r, const struct schema_value *v)
{
        if (json_is_false(v->raw)) /* reported by the YAML reader */
                return NULL;
        if (v->field->kind == SCHEMA_ANY)
                return json_incref(v->raw);
        if (json_is_null(v->raw))
                return schema_refuse(r, v, "has no value");
        bool wants_list = v->field->kind >= SCHEMA_STRINGS && v->field->kind <= SCHEMA_OBJECTS;
        bool wants_object = v->field->kind == SCHEMA_OBJECT || v->field->kind == SCHEMA_TITLES ||
                            v->field->kind == SCHEMA_MAP;
        if (wants_list != json_is_array(v->raw) || wants_object != json_is_object(v->raw))
                return schema_refuse(r, v, "must be %s", schema_kind_name(v->field->kind));
        if (wants_list)
                return schema_convert_list(r, v);
        if (wants_object)
                return schema_convert_object(r, v);
        return schema_convert_scalar(r, v, json_text(v->raw));
}

void schema_strip(json_t *object)
{
        json_object_del(object, "$file");
        json_object_del(object, "$line");
        json_object_del(object, "$lines");
}

result schema_check(struct arena *a, json_t *object, const struct schema_field *fields, struct mistakes *mistakes)
{
        size_t before = mistakes->count;
        struct schema_reading r = { .arena = a, .mistakes = mistakes, .file = json_str(object, "$file") };
        schema_object_check(&r, object, fields);
        if (mistakes->count > before)
                return fail(a, ERR_CONFIG, "%zu mistakes in the settings", mistakes->count - before);
        return OK;
}

result schema_read(struct str file, struct str yaml, const struct schema_field *fields, struct mistakes *mistakes,
                   json_t **ret_tree)
{
        struct arena *a = mistakes->arena;
        size_t before = mistakes->count;
        *ret_tree = NULL;
        json_t *tree = NULL;
        TRY(yaml_tree_read(a, file, yaml, mistakes, &tree));
        if (!json_is_object(tree)) {
                mistake_add(mistakes, file, 1, "must be settings of the form \"name: value\"");
                return fail(a, ERR_CONFIG, "the settings are not a mapping");
        }
        *ret_tree = tree;
        ignore_failure(schema_check(a, tree, fields, mistakes), "the mistakes are counted below, with the reader's");
        if (mistakes->count > before)
                return fail(a, ERR_CONFIG, "%zu mistakes in the settings", mistakes->count - before);
        return OK;
}
