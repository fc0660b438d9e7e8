/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Inside of the schema reader: how one object is checked, and how one value becomes what its field asks for. */
#pragma once

#include "schema.h"

#define SCHEMA_LENGTH_MAX 4096

struct schema_reading {
        struct arena *arena;
        struct mistakes *mistakes;
        struct str file;
};

/* One value as YAML gave it, with its line and, for a list, "$lines" of its items (NULL when it comes from a
 * fallback). */
struct schema_value {
        const struct schema_field *field;
        json_t *raw;
        size_t line;
        const json_t *lines;
};

/* Checks members and converts them in place; members that are wrong are taken out. */
void schema_object_check(struct schema_reading *r, json_t *object, const struct schema_field *fields);
/* A new reference to the converted value, or NULL after a mistake. */
json_t *schema_convert(struct schema_reading *r, const struct schema_value *v);
/* Takes "$file", "$line" and "$lines" out of an object that is shown to others as data. */
void schema_strip(json_t *object);
/* A mistake at the value; the message begins with the field's name in quotes. */
json_t *schema_refuse(struct schema_reading *r, const struct schema_value *v, const char *format, ...)
        __attribute__((format(printf, 3, 4)));
/* Scalars (schema_scalar.c) and lists and objects (schema_list.c); NULL for kinds that belong to the other. */
json_t *schema_convert_scalar(struct schema_reading *r, const struct schema_value *v, struct str text);
json_t *schema_convert_list(struct schema_reading *r, const struct schema_value *v);
json_t *schema_convert_object(struct schema_reading *r, const struct schema_value *v);
/* "text", "a list of addresses": the kind in words, for mistakes and the reference. */
const char *schema_kind_name(enum schema_kind kind);
