/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See keys_show.h. */
#include "keys_show.h"

#include <time.h>

bool keys_is_live(const json_t *key)
{
        struct str state = json_str(key, "state");

        return !str_is(state, "dropped") && !str_is(state, "revoked");
}

struct str keys_time(struct arena *a, int64_t seconds)
{
        time_t t = (time_t)seconds;
        struct tm tm;
        char text[32];

        gmtime_r(&t, &tm);
        return arena_copy(a, str_slice(text, strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%SZ", &tm)));
}

static int print_json(struct arena *a, const char *name, json_t *list)
{
        json_t *o = json_new_object(a);
        struct str text;

        json_object_set(o, name, list);
        text = json_write(a, o);
        return printf("%.*s\n", STR_FMT(text)) > 0 && fflush(stdout) == 0 ? 0 : 1;
}

static struct str what_next(struct arena *a, const json_t *key)
{
        int64_t signs = json_int(key, "signs_from", 0), goes = json_int(key, "goes_at", 0);

        if (signs)
                return ARENA_JOIN(a, STR("can sign from "), keys_time(a, signs));
        if (goes)
                return ARENA_JOIN(a, STR("goes at "), keys_time(a, goes));
        return STR("signs");
}

static json_t *only_live(struct arena *a, const json_t *keys)
{
        json_t *live = json_new_array(a);

        for (size_t i = 0; i < json_array_size(keys); i++)
                if (keys_is_live(json_array_get(keys, i)))
                        json_array_append(live, json_array_get(keys, i));
        return live;
}

int keys_show_list(struct arena *a, const json_t *keys, bool json)
{
        json_t *live = only_live(a, keys);

        if (json)
                return print_json(a, "keys", live);
        printf("%-12s %-8s %-43s  %-20s  %s\n", "ALGORITHM", "STATE", "KID", "SINCE", "");
        for (size_t i = 0; i < json_array_size(live); i++) {
                const json_t *key = json_array_get(live, i);
                struct str since = keys_time(a, json_int(key, "state_since", 0)), next = what_next(a, key);

                printf("%-12.*s %-8.*s %-43.*s  %.*s  %.*s\n", STR_FMT(json_str(key, "alg")), STR_FMT(json_str(key, "state")),
                       STR_FMT(json_str(key, "kid")), STR_FMT(since), STR_FMT(next));
        }
        return fflush(stdout) == 0 ? 0 : 1;
}

/* A key without a first act is one of the ring that the gateway made at its first start. */
static void print_acts(struct arena *a, const json_t *key)
{
        const json_t *acts = json_object_get(key, "acts");
        struct str first = json_str(json_array_get(acts, 0), "act"), made = keys_time(a, json_int(key, "created_at", 0));

        if (!str_is(first, "stage") && !str_is(first, "import"))
                printf("  %.*s  made        at the gateway's first start\n", STR_FMT(made));
        for (size_t i = 0; i < json_array_size(acts); i++) {
                const json_t *act = json_array_get(acts, i);
                struct str at = keys_time(a, json_int(act, "at", 0));

                printf("  %.*s  %-10.*s  by %.*s\n", STR_FMT(at), STR_FMT(json_str(act, "act")), STR_FMT(json_str(act, "by")));
        }
}

int keys_show_history(struct arena *a, const json_t *keys, bool json)
{
        if (json)
                return print_json(a, "keys", arena_own_json(a, json_deep_copy(keys)));
        for (size_t i = 0; i < json_array_size(keys); i++) {
                const json_t *key = json_array_get(keys, i);

                printf("%.*s  %.*s  %.*s\n", STR_FMT(json_str(key, "kid")), STR_FMT(json_str(key, "alg")),
                       STR_FMT(json_str(key, "state")));
                print_acts(a, key);
        }
        return fflush(stdout) == 0 ? 0 : 1;
}

int keys_show_public(struct arena *a, const json_t *keys, bool all)
{
        json_t *list = json_new_array(a);

        for (size_t i = 0; i < json_array_size(keys); i++) {
                const json_t *key = json_array_get(keys, i);

                if (all || keys_is_live(key))
                        json_array_append(list, json_object_get(key, "jwk"));
        }
        return print_json(a, "keys", list);
}
