/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* How sure we are: a vector of identity, authenticator and federation assurance (NIST SP 800-63-4: IAL, AAL, FAL;
 * 0 is nothing) beside the native value of the source and the version of the map.
 *
 * The map is configuration (config/assurance.yaml). Everything here is monotone: mapping gives at most the row,
 * aging, capping and joining give at most what went in, and a map in which a level would rise with age is refused.
 * A native level without a row is worth nothing.
 *
 * How the parts are put together: the login at the source is mapped with assurance_of, and again whenever time has
 * passed (assurance_aged). Two accounts that are bound get the lesser of both; the vector of the ceremony is kept
 * with the binding, and later logins are capped by it (assurance_capped). What a client sees is the acr name. */
#pragma once

#include "adapter.h"

struct assurance {
        int ial, aal, fal;
        struct str native;      /* empty after joining two different ones */
        struct str map_version; /* the same */
        int64_t auth_time;      /* seconds; never later than when it was mapped */
};

struct aging_step {
        int64_t after; /* seconds since auth_time, from which on: */
        int aal;
};

struct level_row {
        struct str source;      /* id of a source; when empty: */
        struct str type;        /* name of an adapter: all its sources without rows of their own */
        struct str native;
        int ial, aal, fal;
        const struct aging_step *aging; /* times rise, levels fall */
        size_t aging_count;
};

struct acr_row {
        struct str acr; /* OpenID Connect Core 1.0, section 2: "0" or a URI */
        int ial, aal, fal;
};

/* Immutable. Views live in the arena and the tree that it was loaded from. */
struct assurance_map {
        struct str version;
        const struct level_row *levels;
        size_t level_count;
        const struct acr_row *acrs; /* lowest first; the first needs nothing; each includes the one before */
        size_t acr_count;
};

/* The fields of the map's file, for schema_read. */
extern const struct schema_field assurance_schema[];
/* Builds the map from a tree that schema_read made by assurance_schema, and checks what a table cannot say.
 * Errors: ERR_CONFIG, all mistakes with their lines in *mistakes. */
result assurance_map_load(struct arena *a, const json_t *tree, struct mistakes *mistakes,
                          const struct assurance_map **ret_map);

/* What a login with `native_level` at `source` at `auth_time` is worth at `now`. A row of the source's id goes before
 * one of its type. Unknown: all 0. An auth_time after `now` counts as `now`; 0 (not known) as very old. */
struct assurance assurance_of(const struct assurance_map *map, const struct source *source, struct str native_level,
                              int64_t auth_time, int64_t now);
/* Is `row` one of those by which logins at `source` are mapped? */
bool assurance_uses(const struct assurance_map *map, const struct source *source, const struct level_row *row);
/* What a vector that assurance_of made is worth later, under a map that may have changed: never more than it was.
 * Not for joined vectors: age the parts and join again. */
struct assurance assurance_aged(const struct assurance_map *map, const struct source *source,
                                const struct assurance *was, int64_t now);
/* The component-wise minimum; the earlier auth_time. */
struct assurance assurance_lesser(const struct assurance *a, const struct assurance *b);
/* `login` with no component above `ceiling`, otherwise as it is: a login through a binding made earlier. */
struct assurance assurance_capped(const struct assurance *login, const struct assurance *ceiling);

/* The highest acr that the vector satisfies; "0" or whatever the map's first row is called when no other. */
struct str assurance_acr(const struct assurance_map *map, const struct assurance *assurance);
/* Is `acr` a name of the map and satisfied? */
bool assurance_satisfies(const struct assurance_map *map, const struct assurance *assurance, struct str acr);
/* Is `acr` a name of the map? */
bool assurance_knows(const struct assurance_map *map, struct str acr);
