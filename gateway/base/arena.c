/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The arena (arena.h): blocks that are handed out from front to back.
 *
 * What lies past `used` in a block is always zero: blocks come from calloc, and a reset overwrites what was used. So
 * handing out needs no clearing, and a reset costs what the request used, not what the block could hold. The arena
 * itself sits at the head of its first block. With AddressSanitizer, everything not handed out is poisoned and a gap
 * is left behind each piece, so that tests see an overrun of one byte. */
#include "arena.h"

#include <stdalign.h>
#include <stdio.h>

#include "secret.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISON 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ARENA_POISON 1
#endif

#ifdef ARENA_POISON
#include <sanitizer/asan_interface.h>
#define GAP 16
#else
#define ASAN_POISON_MEMORY_REGION(at, len) ((void)(at), (void)(len))
#define ASAN_UNPOISON_MEMORY_REGION(at, len) ((void)(at), (void)(len))
#define GAP 0
#endif

/* Small, so that a thousand waiting requests do not hold much more than they use. */
#define BLOCK_SIZE ((size_t)16 * 1024)
#define ALIGNMENT alignof(max_align_t)
/* A piece larger than this gets a block of its own and leaves the current one as it is. */
#define LARGE (BLOCK_SIZE / 4)
#define REASON_MAX 256

struct block {
        struct block *next; /* of the extra ones */
        size_t size;        /* bytes in `data` */
        size_t used;
        alignas(max_align_t) char data[];
};

struct owned {
        struct owned *next; /* the one owned before */
        void *object;
        void (*free_object)(void *);
};

struct arena {
        struct block *first;   /* holds the arena itself; stays when the rest goes */
        struct block *current; /* the one that small pieces come from */
        struct block *extra;   /* all but the first */
        struct owned *owned;
        size_t used;
        size_t soft_cap;
        size_t reason_len;
        char reason[REASON_MAX];
};

#define ARENA_ROOM ((sizeof(struct arena) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT)

static _Noreturn void out_of_memory(void)
{
        fputs("baygate: out of memory\n", stderr);
        abort();
}

static struct block *block_new(size_t size)
{
        struct block *block = size < SIZE_MAX / 2 ? calloc(1, sizeof(*block) + size) : NULL;
        if (!block)
                out_of_memory();
        block->size = size;
        ASAN_POISON_MEMORY_REGION(block->data, size);
        return block;
}

/* Overwrites what was used after the first `keep` bytes. */
static void block_wipe(struct block *block, size_t keep)
{
        ASAN_UNPOISON_MEMORY_REGION(block->data, block->used);
        wipe(block->data + keep, block->used - keep);
        block->used = keep;
        ASAN_POISON_MEMORY_REGION(block->data + keep, block->size - keep);
}

static void block_free(struct block *block)
{
        block_wipe(block, 0);
        ASAN_UNPOISON_MEMORY_REGION(block->data, block->size);
        free(block);
}

struct arena *arena_new(size_t soft_cap)
{
        struct block *first = block_new(BLOCK_SIZE - sizeof(struct block));
        ASAN_UNPOISON_MEMORY_REGION(first->data, ARENA_ROOM);
        first->used = ARENA_ROOM;
        struct arena *a = (struct arena *)(void *)first->data;
        a->first = first;
        a->current = first;
        a->soft_cap = soft_cap;
        return a;
}

void arena_reset(struct arena *a)
{
        while (a->owned) {
                struct owned *last = a->owned;
                a->owned = last->next;
                last->free_object(last->object);
        }
        while (a->extra) {
                struct block *extra = a->extra;
                a->extra = extra->next;
                block_free(extra);
        }
        a->current = a->first;
        block_wipe(a->first, ARENA_ROOM);
        a->used = 0;
        arena_clear_reason(a);
}

void arena_free(struct arena *a)
{
        if (!a)
                return;
        arena_reset(a);
        block_free(a->first);
}

/* An extra block with room for `size`: the new current one, unless it is made for a single large piece. */
static struct block *arena_grow(struct arena *a, size_t size)
{
        bool large = size > LARGE;
        struct block *block = block_new(large ? size : BLOCK_SIZE - sizeof(struct block));
        block->next = a->extra;
        a->extra = block;
        if (!large)
                a->current = block;
        return block;
}

/* `size` zeroed bytes at a multiple of `alignment`. */
static void *arena_take(struct arena *a, size_t size, size_t alignment)
{
        struct block *block = a->current;
        size_t at = (block->used + alignment - 1) & ~(alignment - 1);
        if (size > SIZE_MAX / 4)
                out_of_memory();
        if (at > block->size || size + GAP > block->size - at) {
                block = arena_grow(a, size + GAP);
                at = 0;
        }
        block->used = at + size + GAP;
        a->used += size;
        ASAN_UNPOISON_MEMORY_REGION(block->data + at, size);
        return block->data + at;
}

void *arena_alloc(struct arena *a, size_t size)
{
        return arena_take(a, size, ALIGNMENT);
}

void *arena_alloc_array(struct arena *a, size_t count, size_t size)
{
        size_t total;
        if (__builtin_mul_overflow(count, size, &total))
                out_of_memory();
        return arena_take(a, total, ALIGNMENT);
}

char *arena_cstr(struct arena *a, struct str s)
{
        char *copy = arena_take(a, s.len + 1, 1);
        if (s.len)
                memcpy(copy, s.data, s.len);
        return copy;
}

struct str arena_copy(struct arena *a, struct str s)
{
        return (struct str){ arena_cstr(a, s), s.len };
}

struct str arena_printf(struct arena *a, const char *format, ...)
{
        /* Most results are short: one formatting, one copy. */
        char text[256];
        va_list args;
        va_start(args, format);
        int len = vsnprintf(text, sizeof(text), format, args);
        va_end(args);
        if (len < 0)
                return (struct str){ "", 0 };
        if ((size_t)len < sizeof(text))
                return arena_copy(a, str_slice(text, (size_t)len));
        char *copy = arena_take(a, (size_t)len + 1, 1);
        va_start(args, format);
        vsnprintf(copy, (size_t)len + 1, format, args);
        va_end(args);
        return str_slice(copy, (size_t)len);
}

struct str arena_concat(struct arena *a, const struct str *parts, size_t count)
{
        size_t len = 0;
        for (size_t i = 0; i < count; i++)
                len += parts[i].len;
        char *joined = arena_take(a, len + 1, 1);
        size_t at = 0;
        for (size_t i = 0; i < count; i++) {
                if (parts[i].len)
                        memcpy(joined + at, parts[i].data, parts[i].len);
                at += parts[i].len;
        }
        return (struct str){ joined, len };
}

void arena_own(struct arena *a, void *object, void (*free_object)(void *))
{
        if (!object)
                return;
        struct owned *owned = arena_new_of(a, struct owned);
        *owned = (struct owned){ .next = a->owned, .object = object, .free_object = free_object };
        a->owned = owned;
}

static void decref_json(void *json)
{
        json_decref(json);
}

json_t *arena_own_json(struct arena *a, json_t *json)
{
        arena_own(a, json, decref_json);
        return json;
}

bool arena_is_over(const struct arena *a)
{
        return a->used > a->soft_cap;
}

size_t arena_used(const struct arena *a)
{
        return a->used;
}

void arena_set_reason(struct arena *a, struct str reason)
{
        if (a->reason_len)
                return;
        a->reason_len = reason.len < REASON_MAX ? reason.len : REASON_MAX;
        for (size_t i = 0; i < a->reason_len; i++) {
                char c = reason.data[i];
                a->reason[i] = c >= 0x20 && c <= 0x7e ? c : '?';
        }
}

struct str arena_reason(const struct arena *a)
{
        return (struct str){ a->reason, a->reason_len };
}

void arena_clear_reason(struct arena *a)
{
        wipe(a->reason, a->reason_len);
        a->reason_len = 0;
}

void arena_cleanup(struct arena **a)
{
        arena_free(*a);
        *a = NULL;
}
