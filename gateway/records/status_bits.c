/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See status_bits.h. */
#include "status_bits.h"

#include "clock.h"
#include "store.h"

#define NEXT_KEY STR("bg:d:status")
/* Verifiers take a token for a little longer than it lives, and their copies of the list may be old (leeway, ttl, clocks). */
#define MARGIN 3600
/* Where counting begins when there is no counter: past whatever was given out before one was lost, as long as that was not
 * more than this many each second since EPOCH. */
#define EPOCH INT64_C(1767225600) /* the beginning of 2026 */
#define PLACES_A_SECOND 1024

/* Redis numbers the bits of a byte from the most significant on, the lists from the least. So what it keeps are the bytes
 * of the list. */
static int64_t redis_bit(int64_t place)
{
        int64_t bit = place % STATUS_LIST_SIZE;

        return bit - bit % 8 + (7 - bit % 8);
}

static struct str list_key(struct arena *a, int64_t list)
{
        return arena_printf(a, "bg:status:%lld", (long long)list);
}

static const struct store_script place_script = {
        "local place = redis.call('INCR', KEYS[1]) "
        "if place == 1 then redis.call('SET', KEYS[1], ARGV[1]) place = ARGV[1] end "
        "return place"
};

result status_bits_place(struct task *t, int64_t *ret_place)
{
        struct arena *a = task_arena(t);
        int64_t first = clock_now() > EPOCH ? (clock_now() - EPOCH) * PLACES_A_SECOND : 1;
        const struct str key = NEXT_KEY, start = arena_printf(a, "%lld", (long long)first);
        struct str place;

        TRY(store_eval(t, &(struct store_call){ &place_script, &key, 1, &start, 1 }, &place));
        return str_to_int(place, ret_place) ? OK : fail(a, ERR_SERVER_ERROR, "Redis gave no place in a status list");
}

static const struct store_script set_script = {
        "redis.call('SETBIT', KEYS[1], ARGV[1], 1) "
        "local life = tonumber(ARGV[2]) "
        "if redis.call('TTL', KEYS[1]) < life then redis.call('EXPIRE', KEYS[1], life) end "
        "return 1"
};

result status_bits_set(struct task *t, int64_t place, int64_t until)
{
        struct arena *a = task_arena(t);
        struct str key = list_key(a, place / STATUS_LIST_SIZE), done;
        int64_t life = until - clock_now() + MARGIN;
        const struct str args[] = {
                arena_printf(a, "%lld", (long long)redis_bit(place)),
                arena_printf(a, "%lld", (long long)(life > 0 ? life : 1)),
        };

        return store_eval(t, &(struct store_call){ &set_script, &key, 1, args, 2 }, &done);
}

result status_bits_get(struct task *t, int64_t list, struct str *ret_bits, bool *ret_found)
{
        struct str next, bits;
        int64_t count = 0;
        bool given, any;

        TRY(store_get(t, NEXT_KEY, &next, &given));
        given = given && str_to_int(next, &count) && list * STATUS_LIST_SIZE <= count;
        if (given) {
                TRY(store_get(t, list_key(task_arena(t), list), &bits, &any));
                *ret_bits = any ? bits : (struct str){ 0 };
        }
        *ret_found = given;
        return OK;
}
