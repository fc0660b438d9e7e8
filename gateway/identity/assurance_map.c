/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The assurance map: its fields, and the checks that keep it monotone. Each mistake names its line. */
#include "assurance.h"

#define LEVEL_MAX 3
#define AGE_MAX (10LL * 365 * 24 * 3600)

#define LEVEL_FIELD(name_, doc_)                                                                                       \
        {                                                                                                              \
                .name = (name_), .kind = SCHEMA_INT, .required = true, .min = 0, .max = LEVEL_MAX, .doc = (doc_)       \
        }

static const struct schema_field aging_fields[] = {
        { .name = "after", .kind = SCHEMA_DURATION, .required = true, .min = 1, .max = AGE_MAX,
          .doc = "Time since the person authenticated." },
        LEVEL_FIELD("aal", "The authenticator assurance from then on; not above the one before."),
        { 0 },
};

static const struct schema_field level_fields[] = {
        { .name = "source", .kind = SCHEMA_ID,
          .doc = "Id of a source; its own rows replace those of its type. Either this or `type`." },
        { .name = "type", .kind = SCHEMA_ID, .doc = "Type of source (name of its adapter)." },
        { .name = "native", .kind = SCHEMA_STRING, .required = true, .doc = "The level as the source says it." },
        LEVEL_FIELD("ial", "Identity assurance, 0 to 3."),
        LEVEL_FIELD("aal", "Authenticator assurance right after the login, 0 to 3."),
        LEVEL_FIELD("fal", "Federation assurance, 0 to 3."),
        { .name = "aging", .kind = SCHEMA_OBJECTS, .fields = aging_fields,
          .doc = "Steps by which the authenticator assurance falls with time, soonest first." },
        { 0 },
};

static const struct schema_field acr_fields[] = {
        { .name = "acr", .kind = SCHEMA_STRING, .required = true,
          .doc = "The name that clients ask for and see: `0` or a URI." },
        LEVEL_FIELD("ial", "Least identity assurance."),
        LEVEL_FIELD("aal", "Least authenticator assurance."),
        LEVEL_FIELD("fal", "Least federation assurance."),
        { 0 },
};

const struct schema_field assurance_schema[] = {
        { .name = "version", .kind = SCHEMA_STRING, .required = true,
          .doc = "Version of the map; recorded beside each level that it gives." },
        { .name = "levels", .kind = SCHEMA_OBJECTS, .required = true, .min = 1, .fields = level_fields,
          .doc = "What each native level of each source is worth. A level without a row is worth nothing." },
        { .name = "acr", .kind = SCHEMA_OBJECTS, .required = true, .min = 1, .fields = acr_fields, .unique = "acr",
          .doc = "Names of levels, lowest first; the first needs nothing, each includes the one before." },
        { 0 },
};

static int level_in(const json_t *object, const char *name)
{
        return (int)json_int(object, name, 0);
}

static void load_aging(struct arena *a, const json_t *steps, struct mistakes *mistakes, struct level_row *row)
{
        size_t count = json_array_size(steps);
        struct aging_step *aging = arena_new_array(a, struct aging_step, count);

        for (size_t i = 0; i < count; i++) {
                const json_t *step = json_array_get(steps, i);
                int before = i ? aging[i - 1].aal : row->aal;
                aging[i] = (struct aging_step){ json_int(step, "after", 0), level_in(step, "aal") };
                if (aging[i].aal > before)
                        mistake_at(mistakes, step, "aal", "\"aal\" rises with age: %d after %d", aging[i].aal, before);
                if (i && aging[i].after <= aging[i - 1].after)
                        mistake_at(mistakes, step, "after", "\"after\" must be later than in the step before");
        }
        row->aging = aging;
        row->aging_count = count;
}

static bool same_level(const struct level_row *a, const struct level_row *b)
{
        return str_eq(a->source, b->source) && str_eq(a->type, b->type) && str_eq(a->native, b->native);
}

static void load_level(struct arena *a, const json_t *object, struct mistakes *mistakes, struct level_row *ret_row)
{
        *ret_row = (struct level_row){
                .source = json_str(object, "source"),
                .type = json_str(object, "type"),
                .native = json_str(object, "native"),
                .ial = level_in(object, "ial"),
                .aal = level_in(object, "aal"),
                .fal = level_in(object, "fal"),
        };
        if (!ret_row->source.len == !ret_row->type.len)
                mistake_at(mistakes, object, NULL, "a level needs either \"source\" or \"type\"");
        load_aging(a, json_object_get(object, "aging"), mistakes, ret_row);
}

static void load_levels(struct arena *a, const json_t *list, struct mistakes *mistakes, struct assurance_map *map)
{
        size_t count = json_array_size(list);
        struct level_row *rows = arena_new_array(a, struct level_row, count);

        for (size_t i = 0; i < count; i++) {
                const json_t *object = json_array_get(list, i);
                load_level(a, object, mistakes, &rows[i]);
                for (size_t j = 0; j < i; j++)
                        if (same_level(&rows[i], &rows[j]))
                                mistake_at(mistakes, object, "native", "this level is there twice");
        }
        map->levels = rows;
        map->level_count = count;
}

static bool includes(const struct acr_row *row, const struct acr_row *lower)
{
        return row->ial >= lower->ial && row->aal >= lower->aal && row->fal >= lower->fal;
}

static void load_acrs(struct arena *a, const json_t *list, struct mistakes *mistakes, struct assurance_map *map)
{
        size_t count = json_array_size(list);
        struct acr_row *rows = arena_new_array(a, struct acr_row, count);

        for (size_t i = 0; i < count; i++) {
                const json_t *object = json_array_get(list, i);
                struct acr_row *row = &rows[i];
                *row = (struct acr_row){ json_str(object, "acr"), level_in(object, "ial"), level_in(object, "aal"),
                                         level_in(object, "fal") };
                if (str_find(row->acr, ' ') < row->acr.len)
                        mistake_at(mistakes, object, "acr", "\"acr\" must have no blanks");
                if (i == 0 && (row->ial || row->aal || row->fal))
                        mistake_at(mistakes, object, NULL, "the first acr must need nothing: ial, aal and fal 0");
                if (i > 0 && (!includes(row, row - 1) || includes(row - 1, row)))
                        mistake_at(mistakes, object, NULL, "an acr must need more than the one before, nothing less");
        }
        map->acrs = rows;
        map->acr_count = count;
}

result assurance_map_load(struct arena *a, const json_t *tree, struct mistakes *mistakes,
                          const struct assurance_map **ret_map)
{
        struct assurance_map *map = arena_new_of(a, struct assurance_map);
        size_t before = mistakes->count;

        if (!tree)
                return fail(a, ERR_CONFIG, "there is no assurance map");
        map->version = json_str(tree, "version");
        load_levels(a, json_object_get(tree, "levels"), mistakes, map);
        load_acrs(a, json_object_get(tree, "acr"), mistakes, map);
        if (mistakes->count > before)
                return fail(a, ERR_CONFIG, "the assurance map has %zu mistakes", mistakes->count - before);
        *ret_map = map;
        return OK;
}
