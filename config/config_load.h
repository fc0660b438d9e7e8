/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Inside of config_load: the tables, and the parts of loading. Each part reads its branch of the tree, reports what
 * the tables can't say, and fills its structs; members that were wrong are absent from the tree and stay zero. */
#pragma once

#include "config.h"

/* The tables, which are the manual (config_schema.c). */
extern const struct schema_field config_schema[];

struct config_loading {
        struct arena *arena;      /* the snapshot's */
        struct mistakes *mistakes;
        struct config *config;
        const struct config_source_type *types;
};

/* An empty snapshot with its arena (config.c). */
struct config *config_new(void);

/* config_clients.c, config_sources.c, config_redis.c, config_policies.c. Clients come last but for the policies' cross
 * checks: they name sources. */
void config_load_clients(struct config_loading *l, const json_t *tree);
void config_load_sources(struct config_loading *l, const json_t *tree);
void config_load_policies(struct config_loading *l, const json_t *tree);
/* config_catalogue.c, after clients and policies: items name them. */
void config_load_catalogue(struct config_loading *l, const json_t *tree);
void config_load_redis(struct config_loading *l, const json_t *redis);

/* A whole file of at most `max` bytes; a mistake at `member` of `object` when it can't be read. */
result config_read_file(struct config_loading *l, const json_t *object, const char *member, size_t max,
                        struct str *ret_content);
/* The same for any path, without a mistake: 0, or an errno; EFBIG when there is more. */
int config_read_path(struct arena *a, struct str path, size_t max, struct str *ret_content);
/* The strings of list `member`; *ret_count is 0 when it is absent. */
const struct str *config_strings(struct arena *a, const json_t *object, const char *member, size_t *ret_count);
/* A copy of a string member; empty when absent. */
struct str config_str(struct arena *a, const json_t *object, const char *member);
/* Two capital letters (ISO 3166-1); anything else is a mistake. */
struct str config_jurisdiction(struct config_loading *l, const json_t *object);
/* Builds the lookup table when the clients are there. */
void config_index_clients(struct config *c);
