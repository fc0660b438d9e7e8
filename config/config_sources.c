/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Identity sources: the type is known and the settings are what its adapter asks for. */
#include "config_load.h"
#include "spelling.h"

static const struct config_source_type *type_find(const struct config_source_type *types, struct str name)
{
        for (; types->type; types++)
                if (str_is(name, types->type))
                        return types;
        return NULL;
}

static void refuse_type(struct config_loading *l, const json_t *source, struct str name)
{
        struct spelling spelling = spelling_of(name);
        for (const struct config_source_type *t = l->types; t->type; t++)
                spelling_consider(&spelling, str_from(t->type));
        mistake_at(l->mistakes, source, "type", "unknown type of source \"%.*s\"%.*s", STR_FMT(name),
                   STR_FMT(spelling_hint(l->arena, &spelling)));
}

static void check_settings(struct config_loading *l, const json_t *source, struct str name)
{
        const struct config_source_type *type = type_find(l->types, name);
        json_t *settings = json_object_get(source, "settings");
        if (!type && !str_is_empty(name))
                refuse_type(l, source, name);
        if (settings && !json_is_object(settings)) {
                mistake_at(l->mistakes, source, "settings", "\"settings\" must be settings of the source's own");
                return;
        }
        if (type && settings)
                ignore_failure(schema_check(l->arena, settings, type->schema, l->mistakes), "in l->mistakes");
}

void config_load_sources(struct config_loading *l, const json_t *tree)
{
        const json_t *list = json_object_get(tree, "sources");
        size_t count = json_array_size(list);
        struct source_config *sources = arena_new_array(l->arena, struct source_config, count + 1);
        for (size_t i = 0; i < count; i++) {
                const json_t *source = json_array_get(list, i);
                sources[i].id = config_str(l->arena, source, "id");
                sources[i].type = config_str(l->arena, source, "type");
                sources[i].jurisdiction = config_jurisdiction(l, source);
                sources[i].titles = json_object_get(source, "titles");
                sources[i].trust_framework = config_str(l->arena, source, "trust_framework");
                check_settings(l, source, sources[i].type);
                sources[i].settings = json_object_get(source, "settings");
        }
        l->config->sources = sources;
        l->config->source_count = count;
}
