/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Step-up, pure: what a request needs of a level, and which ways could reach it, told from the assurance map alone. A way
 * is proposed only if a row of the map, capped by the binding that will hold, would do right after a fresh login.
 * Nothing here raises a level: whatever a way leads to is mapped, capped and checked like any other login.
 * docs/assurance.md has the picture. */
#pragma once

#include "assurance.h"
#include "config.h"

/* acr values: one of `any` must be reached if that is not empty (an essential acr claim: OpenID Connect Core 1.0, section
 * 5.5.1.1), and each of `least` (the client's minimum, the item's) that is not empty. */
struct level_need {
        struct str any; /* separated by blanks */
        struct str least[2];
};
bool level_need_met(const struct assurance_map *map, const struct level_need *need, const struct assurance *level);

enum step_up_kind {
        STEP_UP_NONE = 0,
        STEP_UP_AGAIN = 1,      /* a plain login at the same source: only time had made the level too low */
        STEP_UP_REAUTHENTICATE, /* the same source, asked for more (ADAPTER_STEP_UP) */
        STEP_UP_OTHER,          /* a login at another source */
};

struct step_up_way {
        enum step_up_kind kind;
        const struct source *source;
};

/* A login whose level is too low, and where it could go instead. */
struct step_up {
        const struct assurance_map *map;
        const struct level_need *need;
        const struct client *client;
        const struct source *sources; /* all that there are */
        size_t source_count;
        const struct source *source;  /* of the login; NULL: gone from the settings */
        struct str native;            /* its level, as the source said it */
        const struct assurance *ceiling; /* what the other side of the binding is worth; NULL: none is needed */
        bool is_stale;                /* the source told of a login older than max_age: it would say the same again */
        bool is_tried;                /* once is enough: no way is left */
};

/* The ways, at most one for each source, the login's own first; room for source_count of them. Returns their number. */
size_t step_up_ways(struct arena *a, const struct step_up *s, struct step_up_way *ret_ways);
