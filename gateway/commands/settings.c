/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Loading settings for `serve` and `config check`: see settings.h. */
#include "settings.h"

#include <stdio.h>

#include "adapter.h"
#include "assurance.h"

const struct config_source_type *config_types_of_adapters(struct arena *a)
{
        size_t count = 0;
        while (adapter_registry[count])
                count++;
        struct config_source_type *types = arena_new_array(a, struct config_source_type, count + 1);
        for (size_t i = 0; i < count; i++)
                types[i] = (struct config_source_type){ adapter_registry[i]->name, adapter_registry[i]->schema };
        return types;
}

/* What only the loaded map can tell. */
static void check_levels(const struct config *c, const struct assurance_map *map, struct mistakes *mistakes)
{
        for (size_t i = 0; i < c->client_count; i++) {
                struct str acr = c->clients[i].acr_minimum;
                if (!str_is_empty(acr) && !assurance_knows(map, acr))
                        mistake_add(mistakes, c->file, c->clients[i].line,
                                    "\"acr_minimum\": the assurance map has no \"%.*s\"", STR_FMT(acr));
        }
}

static void check_items(const struct config *c, const struct assurance_map *map, struct mistakes *mistakes)
{
        for (size_t i = 0; i < c->catalogue.count; i++) {
                const struct catalogue_item *item = &c->catalogue.items[i];
                if (!str_is_empty(item->acr_minimum) && !assurance_knows(map, item->acr_minimum))
                        mistake_add(mistakes, item->file, item->line,
                                    "\"acr_minimum\": the assurance map has no \"%.*s\"", STR_FMT(item->acr_minimum));
        }
}

static void check_assurance(struct arena *a, const struct config *c, struct mistakes *mistakes)
{
        const struct assurance_map *map;
        if (!c->assurance)
                mistake_add(mistakes, c->file, 1, "\"assurance\" is missing, and there is no assurance.yaml beside");
        else if (is_ok(assurance_map_load(a, c->assurance, mistakes, &map))) {
                check_levels(c, map, mistakes);
                check_items(c, map, mistakes);
        }
}

result settings_read(struct arena *a, struct str file, struct mistakes *mistakes, struct config **ret_config)
{
        __attribute__((cleanup(config_cleanup))) struct config *c = NULL;
        TRY(config_load(file, config_types_of_adapters(a), assurance_schema, mistakes, &c));
        check_assurance(a, c, mistakes);
        if (mistakes->count)
                return fail(a, ERR_CONFIG, "%zu mistakes in the settings", mistakes->count);
        *ret_config = c;
        c = NULL;
        return OK;
}

result settings_load(struct arena *a, const char *file, struct config **ret_config)
{
        struct mistakes mistakes = { .arena = a };
        result loaded = settings_read(a, str_from(file), &mistakes, ret_config);
        for (size_t i = 0; i < mistakes.count; i++)
                fprintf(stderr, "%.*s\n", STR_FMT(mistakes.items[i]));
        return loaded;
}
