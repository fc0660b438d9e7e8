/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* schema_read of any bytes against a table with every kind: a refusal has mistakes and a place for each; a success has
 * none, and what it gives is within the table's bounds. */
#include "fuzz.h"

#include "schema.h"

static const struct schema_field inner_fields[] = {
        { .name = "id", .kind = SCHEMA_ID, .required = true },
        { .name = "port", .kind = SCHEMA_INT, .fallback = "80", .min = 1, .max = 65535 },
        { .kind = SCHEMA_END },
};
static const struct schema_field fields[] = {
        { .name = "text", .kind = SCHEMA_STRING, .min = 2, .max = 80 },
        { .name = "number", .kind = SCHEMA_INT },
        { .name = "flag", .kind = SCHEMA_BOOL, .fallback = "true" },
        { .name = "wait", .kind = SCHEMA_DURATION, .min = 5, .max = 86400, .fallback = "15m" },
        { .name = "colour", .kind = SCHEMA_ENUM, .words = "red green blue" },
        { .name = "address", .kind = SCHEMA_URL },
        { .name = "name", .kind = SCHEMA_ID },
        { .name = "file", .kind = SCHEMA_FILE },
        { .name = "inner", .kind = SCHEMA_OBJECT, .fields = inner_fields },
        { .name = "titles", .kind = SCHEMA_TITLES },
        { .name = "strings", .kind = SCHEMA_STRINGS, .min = 1, .max = 3 },
        { .name = "words", .kind = SCHEMA_WORDS, .words = "red green", .fallback = "[red, green]" },
        { .name = "addresses", .kind = SCHEMA_URLS },
        { .name = "items", .kind = SCHEMA_OBJECTS, .fields = inner_fields, .unique = "id" },
        { .name = "map", .kind = SCHEMA_MAP },
        { .name = "any", .kind = SCHEMA_ANY },
        { .kind = SCHEMA_END },
};

static void check_tree(const json_t *tree)
{
        int64_t wait = json_int(tree, "wait", 0);
        fuzz_expect(wait >= 5 && wait <= 86400);
        fuzz_expect(json_str(tree, "text").len <= 80);
        fuzz_expect(json_str(tree, "name").len <= 64);
        fuzz_expect(json_array_size(json_object_get(tree, "strings")) <= 3);
        fuzz_expect(json_object_get(tree, "titles") == NULL || json_object_size(json_object_get(tree, "titles")) == 3);
        const json_t *inner = json_object_get(tree, "inner");
        fuzz_expect(!inner || (json_int(inner, "port", 0) >= 1 && json_int(inner, "port", 0) <= 65535));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        auto_arena a = arena_new(FUZZ_ARENA_CAP);
        struct mistakes mistakes = { .arena = a };
        json_t *tree = NULL;
        result r = schema_read(STR("/t.yaml"), str_slice(data, size), fields, &mistakes, &tree);
        fuzz_expect(is_ok(r) == (mistakes.count == 0));
        for (size_t i = 0; i < mistakes.count; i++)
                fuzz_expect(str_starts(mistakes.items[i], STR("/t.yaml:")) &&
                            !str_starts(mistakes.items[i], STR("/t.yaml:0:")));
        if (!is_ok(r))
                return 0;
        check_tree(tree);
        const json_t *any = json_object_get(tree, "any");
        if (json_is_object(any))
                ignore_failure(schema_check(a, json_object_get(tree, "any"), inner_fields, &mistakes), "any verdict");
        return 0;
}
