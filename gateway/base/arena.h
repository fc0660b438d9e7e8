/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Memory that lives as long as one request (or one loading of settings).
 *
 * Nobody frees single pieces. Past its soft cap the arena still allocates but sets a sticky mark, which the edge
 * turns into ERR_TOO_LARGE; a true out-of-memory aborts. The arena also keeps the private reason of the first
 * failure (see result.h). Not for use by two threads at once. */
#pragma once

#include <jansson.h>

#include "str.h"

struct arena;

/* A new arena; `soft_cap` in bytes. */
struct arena *arena_new(size_t soft_cap);
/* NULL is fine. Runs the finalisers, last owned first, and wipes what was used. */
void arena_free(struct arena *a);
/* As free and new at once: empties the arena, keeps its first block for the next user. */
void arena_reset(struct arena *a);

/* `size` zeroed bytes, aligned for any type; never NULL. */
void *arena_alloc(struct arena *a, size_t size) __attribute__((malloc, returns_nonnull, alloc_size(2)));
#define arena_new_of(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_new_array(a, type, count) ((type *)arena_alloc_array((a), (count), sizeof(type)))
void *arena_alloc_array(struct arena *a, size_t count, size_t size) __attribute__((malloc, returns_nonnull));
/* A copy, NUL-terminated one byte past the view. */
struct str arena_copy(struct arena *a, struct str s);
/* The same as a C string. */
char *arena_cstr(struct arena *a, struct str s) __attribute__((returns_nonnull));
struct str arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Joins `count` views. */
struct str arena_concat(struct arena *a, const struct str *parts, size_t count);
#define ARENA_JOIN(a, ...) \
        arena_concat((a), (const struct str[]){ __VA_ARGS__ }, \
                     sizeof((const struct str[]){ __VA_ARGS__ }) / sizeof(struct str))

/* The arena calls `free_object(object)` when it ends. NULL object is ignored. */
void arena_own(struct arena *a, void *object, void (*free_object)(void *));
/* Takes over one reference of `json`; returns it. */
json_t *arena_own_json(struct arena *a, json_t *json);

/* Has more been allocated than the soft cap? */
bool arena_is_over(const struct arena *a);
/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *a);

/* The private reason of the first failure; "" when none. For the log only. */
void arena_set_reason(struct arena *a, struct str reason);
struct str arena_reason(const struct arena *a);
void arena_clear_reason(struct arena *a);

void arena_cleanup(struct arena **a);
#define auto_arena __attribute__((cleanup(arena_cleanup))) struct arena *
