/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See step_up.h. */
#include "step_up.h"

#include "login.h"

bool level_need_met(const struct assurance_map *map, const struct level_need *need, const struct assurance *level)
{
        struct str wanted = need->any, acr;
        bool met = str_is_empty(wanted);

        while (str_split(&wanted, ' ', &acr))
                met = met || assurance_satisfies(map, level, acr);
        for (size_t n = 0; n < sizeof(need->least) / sizeof(need->least[0]); n++)
                met = met && (str_is_empty(need->least[n]) || assurance_satisfies(map, level, need->least[n]));
        return met;
}

/* What `native` is worth right after the login, before any aging. */
static struct assurance fresh_level(const struct step_up *s, const struct source *source, struct str native)
{
        return assurance_of(s->map, source, native, 1, 1);
}

static bool is_mapped(const struct step_up *s, const struct source *source, struct str native)
{
        for (size_t n = 0; n < s->map->level_count; n++)
                if (str_eq(s->map->levels[n].native, native) && assurance_uses(s->map, source, &s->map->levels[n]))
                        return true;
        return false;
}

static bool reaches(const struct step_up *s, const struct source *source, struct str native,
                    const struct assurance *ceiling)
{
        struct assurance level = fresh_level(s, source, native);

        if (ceiling)
                level = assurance_capped(&level, ceiling);
        return is_mapped(s, source, native) && level_need_met(s->map, s->need, &level);
}

static struct str next_level(struct arena *a, const struct source *source, struct str native, bool step_up)
{
        if (source->adapter->next_level)
                return source->adapter->next_level(a, source, native, step_up);
        if (step_up)
                return (struct str){ 0 };
        return native;
}

/* Can a plain login at `source` give what this row maps? */
static bool is_plain(struct arena *a, const struct step_up *s, const struct source *source, const struct level_row *row)
{
        return assurance_uses(s->map, source, row) && str_eq(next_level(a, source, row->native, false), row->native);
}

static const struct source *find_source(const struct step_up *s, struct str id)
{
        for (size_t n = 0; n < s->source_count; n++)
                if (str_eq(s->sources[n].id, id))
                        return &s->sources[n];
        return NULL;
}

/* The plain login first: it asks less of the person. */
static enum step_up_kind way_at_own_source(struct arena *a, const struct step_up *s)
{
        struct str plain = next_level(a, s->source, s->native, false);
        struct str stronger = next_level(a, s->source, s->native, true);

        if (!s->is_stale && !str_is_empty(plain) && reaches(s, s->source, plain, s->ceiling))
                return STEP_UP_AGAIN;
        if ((s->source->adapter->traits & ADAPTER_STEP_UP) && !str_is_empty(stronger) &&
            reaches(s, s->source, stronger, s->ceiling))
                return STEP_UP_REAUTHENTICATE;
        return STEP_UP_NONE;
}

/* Would some account at `bound`, to which a login with `native` will be bound, leave enough? */
static bool reaches_bound(struct arena *a, const struct step_up *s, const struct source *source, struct str native,
                          const struct source *bound)
{
        for (size_t n = 0; n < s->map->level_count; n++) {
                const struct level_row *row = &s->map->levels[n];
                struct assurance ceiling = fresh_level(s, bound, row->native);

                if (is_plain(a, s, bound, row) && reaches(s, source, native, &ceiling))
                        return true;
        }
        return false;
}

/* Who the person is there, and so how sure that source is, is not known yet: the best row counts. */
static bool other_source_reaches(struct arena *a, const struct step_up *s, const struct source *source)
{
        struct str binding = s->client->binding_source;
        bool is_bound = !str_is_empty(binding) && !str_eq(binding, source->id);
        const struct source *bound = find_source(s, binding);

        for (size_t n = 0; n < s->map->level_count; n++) {
                const struct level_row *row = &s->map->levels[n];

                if (!is_plain(a, s, source, row))
                        continue;
                if (is_bound ? bound && reaches_bound(a, s, source, row->native, bound)
                             : reaches(s, source, row->native, NULL))
                        return true;
        }
        return false;
}

static enum step_up_kind way_at(struct arena *a, const struct step_up *s, const struct source *source)
{
        if (!login_offers(s->client, source->id))
                return STEP_UP_NONE;
        if (source == s->source)
                return way_at_own_source(a, s);
        return other_source_reaches(a, s, source) ? STEP_UP_OTHER : STEP_UP_NONE;
}

size_t step_up_ways(struct arena *a, const struct step_up *s, struct step_up_way *ret_ways)
{
        size_t count = 0;

        if (s->is_tried)
                return 0;
        for (int own = 1; own >= 0; own--)
                for (size_t n = 0; n < s->source_count; n++) {
                        const struct source *source = &s->sources[n];
                        enum step_up_kind kind = own == (source == s->source) ? way_at(a, s, source) : STEP_UP_NONE;

                        if (kind)
                                ret_ways[count++] = (struct step_up_way){ kind, source };
                }
        return count;
}
