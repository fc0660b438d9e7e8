/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Strings as slices and capped builders.
 *
 * `struct str` is a view: pointer and length, never owning, not NUL-terminated unless said so. A view lives as long
 * as the arena or literal behind it. `struct buf` builds a string in an arena up to a cap; past the cap it sets a
 * sticky mark and keeps what it had, so that only the end of the building needs a check. */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "banned.h"

struct arena;

struct str {
        const char *data;
        size_t len;
};

/* A view of a string literal, usable in initialisers. */
#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
/* For printf: "%.*s", STR_FMT(s). */
#define STR_FMT(s) ((int)(s).len), ((s).len ? (s).data : "")

/* View of a C string; NULL gives the empty view. */
struct str str_from(const char *text);
struct str str_slice(const void *data, size_t len);
bool str_is_empty(struct str s);
bool str_eq(struct str a, struct str b);
/* Equality with a C string. */
bool str_is(struct str a, const char *text);
/* ASCII letters compare without case; other bytes must be equal. */
bool str_eq_nocase(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Index of the first `c`, or s.len. */
size_t str_find(struct str s, char c);
/* Part from `from` (clamped) to the end; first `len` bytes (clamped). */
struct str str_from_index(struct str s, size_t from);
struct str str_head(struct str s, size_t len);
/* Without leading and trailing ASCII blanks (space, tab, CR, LF). */
struct str str_trim(struct str s);
/* Takes the piece up to `separator` off the front of *rest. False when nothing is left. Pieces may be empty: "a," has
 * two, "" has one; only the view without data (NULL) has none. */
bool str_split(struct str *rest, char separator, struct str *ret_piece);
/* Is `word` one of the space-separated words of `list` (RFC 6749, section 3.3)? */
bool str_has_word(struct str list, struct str word);
/* Decimal without sign, blanks or leading zeros, at most INT64_MAX; false otherwise. */
bool str_to_int(struct str s, int64_t *ret_value);
/* Well-formed UTF-8 (RFC 3629) without NUL? */
bool str_is_utf8(struct str s);
/* Only bytes 0x20..0x7e? */
bool str_is_printable_ascii(struct str s);

struct buf {
        struct arena *arena; /* where it grows; NULL for fixed storage */
        char *data;
        size_t len;
        size_t room;         /* allocated */
        size_t max;          /* never longer than this */
        bool over;           /* sticky: something did not fit and was left out */
};

/* An empty builder in `arena` that never grows past `max` bytes. */
struct buf buf_in(struct arena *arena, size_t max);
/* An empty builder over the caller's storage. */
struct buf buf_over(void *storage, size_t size);
void buf_add(struct buf *b, struct str s);
void buf_add_text(struct buf *b, const char *text);
void buf_add_char(struct buf *b, char c);
void buf_add_int(struct buf *b, int64_t number);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
/* What was built; always NUL-terminated one byte past the view (the terminator is not counted). */
struct str buf_str(const struct buf *b);
