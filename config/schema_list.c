/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Lists, nested objects, titles in the three languages, and maps. A list is converted item by item as if each stood
 * alone, so that the mistakes name the item's own line. */
#include "schema_value.h"

static const struct schema_field titles_fields[] = {
        { .name = "en", .kind = SCHEMA_STRING, .required = true, .max = 200, .doc = "English." },
        { .name = "zh-Hant", .kind = SCHEMA_STRING, .required = true, .max = 200, .doc = "Traditional Chinese." },
        { .name = "zh-Hans", .kind = SCHEMA_STRING, .required = true, .max = 200, .doc = "Simplified Chinese." },
        { .kind = SCHEMA_END },
};

json_t *schema_convert_object(struct schema_reading *r, const struct schema_value *v)
{
        if (v->field->kind == SCHEMA_OBJECT) {
                schema_object_check(r, v->raw, v->field->fields);
                return json_incref(v->raw);
        }
        size_t before = r->mistakes->count;
        if (v->field->kind == SCHEMA_TITLES)
                schema_object_check(r, v->raw, titles_fields);
        const char *name;
        json_t *value;
        json_object_foreach(v->raw, name, value)
                if (name[0] != '$' && !json_is_string(value))
                        mistake_at(r->mistakes, v->raw, name, "\"%s\" must be text", name);
        if (r->mistakes->count > before)
                return NULL;
        schema_strip(v->raw);
        return json_incref(v->raw);
}

/* What an item of the list must be, seen as a field by itself. */
static struct schema_field item_field(const struct schema_field *list)
{
        struct schema_field item = { .name = list->name, .secret = list->secret, .words = list->words };
        item.required = true; /* not empty */
        item.fields = list->fields;
        switch (list->kind) {
        case SCHEMA_WORDS:
                item.kind = SCHEMA_ENUM;
                return item;
        case SCHEMA_URLS:
                item.kind = SCHEMA_URL;
                return item;
        case SCHEMA_FILES:
                item.kind = SCHEMA_FILE;
                return item;
        case SCHEMA_OBJECTS:
                item.kind = SCHEMA_OBJECT;
                return item;
        default:
                item.kind = SCHEMA_STRING;
                return item;
        }
}

/* What must differ between items: the item, or the member that the field names. */
static const json_t *identity_of(const struct schema_field *field, const json_t *item)
{
        if (field->kind != SCHEMA_OBJECTS)
                return item;
        return field->unique ? json_object_get(item, field->unique) : NULL;
}

/* Is it the first with its identity? `known` collects them. */
static bool is_new(json_t *known, const json_t *identity)
{
        const char *text = json_string_value(identity);
        if (!text)
                return true;
        if (json_object_get(known, text))
                return false;
        json_object_set_new(known, text, json_true());
        return true;
}

static void convert_item(struct schema_reading *r, const struct schema_value *list, size_t i, json_t *known,
                         json_t *items)
{
        struct schema_field field = item_field(list->field);
        struct schema_value v = { .field = &field, .raw = json_array_get(list->raw, i), .line = list->line };
        if (json_is_array(list->lines))
                v.line = (size_t)json_integer_value(json_array_get(list->lines, i + 1));
        json_t *item = schema_convert(r, &v);
        if (!item)
                return;
        const json_t *identity = identity_of(list->field, item);
        if (!is_new(known, identity) && !field.secret)
                schema_refuse(r, &v, "has \"%s\" twice", json_string_value(identity));
        json_array_append_new(items, item);
}

json_t *schema_convert_list(struct schema_reading *r, const struct schema_value *v)
{
        size_t count = json_array_size(v->raw);
        size_t most = v->field->max ? (size_t)v->field->max : SCHEMA_LENGTH_MAX;
        if (count < (size_t)v->field->min || count > most)
                return schema_refuse(r, v, "must have from %lld to %zu items", (long long)v->field->min, most);
        json_t *items = json_array();
        json_t *known = json_object();
        for (size_t i = 0; i < count; i++)
                convert_item(r, v, i, known, items);
        json_decref(known);
        return items;
}
