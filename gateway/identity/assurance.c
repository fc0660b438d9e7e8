/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Assurance vectors: mapping, aging, joining, names. See assurance.h; the map itself is read in assurance_map.c. */
#include "assurance.h"

static int lesser_int(int a, int b)
{
        return a < b ? a : b;
}

/* The row of the source's id; else the one of its type, unless the source has rows of its own. */
static const struct level_row *row_of(const struct assurance_map *map, const struct source *source, struct str native)
{
        const struct level_row *of_type = NULL;
        bool has_own = false;

        for (size_t i = 0; i < map->level_count; i++) {
                const struct level_row *row = &map->levels[i];
                bool own = row->source.len && str_eq(row->source, source->id);
                has_own |= own;
                if (!str_eq(row->native, native))
                        continue;
                if (own)
                        return row;
                if (!row->source.len && str_is(row->type, source->adapter->name))
                        of_type = row;
        }
        return has_own ? NULL : of_type;
}

bool assurance_uses(const struct assurance_map *map, const struct source *source, const struct level_row *row)
{
        return row_of(map, source, row->native) == row;
}

static int aged_aal(const struct level_row *row, int64_t age)
{
        int aal = row->aal;

        for (size_t i = 0; i < row->aging_count && age >= row->aging[i].after; i++)
                aal = lesser_int(aal, row->aging[i].aal);
        return aal;
}

struct assurance assurance_of(const struct assurance_map *map, const struct source *source, struct str native_level,
                              int64_t auth_time, int64_t now)
{
        const struct level_row *row = row_of(map, source, native_level);
        struct assurance assurance = {
                .native = native_level,
                .map_version = map->version,
                /* A time in the future would keep the level fresh for longer than it is. */
                .auth_time = auth_time > now ? now : auth_time < 0 ? 0 : auth_time,
        };

        if (!row)
                return assurance;
        assurance.ial = row->ial;
        assurance.aal = aged_aal(row, now - assurance.auth_time);
        assurance.fal = row->fal;
        return assurance;
}

struct assurance assurance_capped(const struct assurance *login, const struct assurance *ceiling)
{
        struct assurance capped = *login;

        capped.ial = lesser_int(login->ial, ceiling->ial);
        capped.aal = lesser_int(login->aal, ceiling->aal);
        capped.fal = lesser_int(login->fal, ceiling->fal);
        return capped;
}

struct assurance assurance_aged(const struct assurance_map *map, const struct source *source,
                                const struct assurance *was, int64_t now)
{
        struct assurance is = assurance_of(map, source, was->native, was->auth_time, now);

        return assurance_capped(&is, was);
}

struct assurance assurance_lesser(const struct assurance *a, const struct assurance *b)
{
        struct assurance joined = assurance_capped(a, b);

        if (b->auth_time < a->auth_time)
                joined.auth_time = b->auth_time;
        if (!str_eq(a->native, b->native))
                joined.native = (struct str){ 0 };
        if (!str_eq(a->map_version, b->map_version))
                joined.map_version = (struct str){ 0 };
        return joined;
}

static bool reaches(const struct assurance *assurance, const struct acr_row *row)
{
        return assurance->ial >= row->ial && assurance->aal >= row->aal && assurance->fal >= row->fal;
}

struct str assurance_acr(const struct assurance_map *map, const struct assurance *assurance)
{
        struct str acr = { 0 };

        for (size_t i = 0; i < map->acr_count && reaches(assurance, &map->acrs[i]); i++)
                acr = map->acrs[i].acr;
        return acr;
}

static const struct acr_row *acr_row_of(const struct assurance_map *map, struct str acr)
{
        for (size_t i = 0; i < map->acr_count; i++)
                if (str_eq(map->acrs[i].acr, acr))
                        return &map->acrs[i];
        return NULL;
}

bool assurance_knows(const struct assurance_map *map, struct str acr)
{
        return acr_row_of(map, acr);
}

bool assurance_satisfies(const struct assurance_map *map, const struct assurance *assurance, struct str acr)
{
        const struct acr_row *row = acr_row_of(map, acr);

        return row && reaches(assurance, row);
}
