/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* String views and capped builders (str.h).
 *
 * A builder in an arena doubles its room; what it leaves behind goes with the arena. After the first piece that does
 * not fit, a builder takes nothing more, so that what it holds is always a prefix of what was asked for. */
#include "str.h"

#include <stdio.h>

#include "arena.h"

#define BUF_FIRST_ROOM 128

struct str str_from(const char *text)
{
        return (struct str){ text, text ? strlen(text) : 0 };
}

struct str str_slice(const void *data, size_t len)
{
        return (struct str){ data, len };
}

bool str_is_empty(struct str s)
{
        return s.len == 0;
}

bool str_eq(struct str a, struct str b)
{
        return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

bool str_is(struct str a, const char *text)
{
        return str_eq(a, str_from(text));
}

static unsigned char lower(char c)
{
        return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool str_eq_nocase(struct str a, struct str b)
{
        if (a.len != b.len)
                return false;
        for (size_t i = 0; i < a.len; i++)
                if (lower(a.data[i]) != lower(b.data[i]))
                        return false;
        return true;
}

bool str_starts(struct str s, struct str prefix)
{
        return s.len >= prefix.len && str_eq(str_head(s, prefix.len), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
        return s.len >= suffix.len && str_eq(str_from_index(s, s.len - suffix.len), suffix);
}

size_t str_find(struct str s, char c)
{
        const char *found = s.len ? memchr(s.data, c, s.len) : NULL;
        return found ? (size_t)(found - s.data) : s.len;
}

struct str str_from_index(struct str s, size_t from)
{
        if (s.len == 0)
                return s;
        if (from > s.len)
                from = s.len;
        return (struct str){ s.data + from, s.len - from };
}

struct str str_head(struct str s, size_t len)
{
        return (struct str){ s.data, len < s.len ? len : s.len };
}

static bool is_blank(char c)
{
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
        while (s.len && is_blank(s.data[s.len - 1]))
                s.len--;
        while (s.len && is_blank(s.data[0]))
                s = str_from_index(s, 1);
        return s;
}

/* "a," is two pieces, the second one empty: after the last separator an empty view with data is left, after the last
 * piece one without. */
bool str_split(struct str *rest, char separator, struct str *ret_piece)
{
        if (!rest->data)
                return false;
        size_t at = str_find(*rest, separator);
        *ret_piece = str_head(*rest, at);
        *rest = at < rest->len ? str_from_index(*rest, at + 1) : (struct str){ NULL, 0 };
        return true;
}

bool str_has_word(struct str list, struct str word)
{
        if (word.len == 0 || str_find(word, ' ') < word.len)
                return false;
        struct str piece;
        while (str_split(&list, ' ', &piece))
                if (str_eq(piece, word))
                        return true;
        return false;
}

bool str_to_int(struct str s, int64_t *ret_value)
{
        if (s.len == 0 || (s.len > 1 && s.data[0] == '0'))
                return false;
        int64_t value = 0;
        for (size_t i = 0; i < s.len; i++) {
                if (s.data[i] < '0' || s.data[i] > '9')
                        return false;
                if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, s.data[i] - '0', &value))
                        return false;
        }
        *ret_value = value;
        return true;
}

/* How many of the first bytes are plain ASCII other than NUL; looks at eight at a time. */
static size_t ascii_run(const unsigned char *p, size_t len)
{
        size_t i = 0;
        for (; i + 8 <= len; i += 8) {
                uint64_t eight;
                memcpy(&eight, p + i, 8);
                /* The high bit of a byte is set by that byte itself, or by the borrow that starts at a zero byte. */
                if ((eight | (eight - 0x0101010101010101U)) & 0x8080808080808080U)
                        break;
        }
        while (i < len && p[i] && p[i] < 0x80)
                i++;
        return i;
}

/* Length of the sequence that a byte starts; 0 for one that starts none of more than one byte. */
static size_t utf8_length(unsigned char lead)
{
        if (lead >= 0xc2 && lead <= 0xdf)
                return 2;
        if (lead >= 0xe0 && lead <= 0xef)
                return 3;
        return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/* Length of the multi-byte sequence at `p` (RFC 3629, section 4), 0 when it is not well formed. */
static size_t utf8_sequence(const unsigned char *p, size_t len)
{
        unsigned char lead = p[0];
        size_t need = utf8_length(lead);
        if (!need || need > len)
                return 0;
        for (size_t i = 1; i < need; i++)
                if ((p[i] & 0xc0) != 0x80)
                        return 0;
        /* Overlong forms, surrogates, and what lies past U+10FFFF */
        if ((lead == 0xe0 && p[1] < 0xa0) || (lead == 0xed && p[1] > 0x9f))
                return 0;
        if ((lead == 0xf0 && p[1] < 0x90) || (lead == 0xf4 && p[1] > 0x8f))
                return 0;
        return need;
}

bool str_is_utf8(struct str s)
{
        const unsigned char *p = (const unsigned char *)s.data;
        for (size_t i = 0; i < s.len;) {
                i += ascii_run(p + i, s.len - i);
                if (i == s.len)
                        break;
                size_t sequence = utf8_sequence(p + i, s.len - i);
                if (!sequence)
                        return false;
                i += sequence;
        }
        return true;
}

bool str_is_printable_ascii(struct str s)
{
        for (size_t i = 0; i < s.len; i++)
                if (s.data[i] < 0x20 || s.data[i] > 0x7e)
                        return false;
        return true;
}

struct buf buf_in(struct arena *arena, size_t max)
{
        /* Half of the address space is as good as no cap, and keeps the sums below from overflowing. */
        return (struct buf){ .arena = arena, .max = max < SIZE_MAX / 2 ? max : SIZE_MAX / 2 };
}

struct buf buf_over(void *storage, size_t size)
{
        struct buf b = { .data = size ? storage : NULL, .room = size, .max = size ? size - 1 : 0 };
        if (size)
                b.data[0] = '\0';
        return b;
}

/* Makes room for `more` bytes and the terminator; false, with the sticky mark set, when they would pass the cap. */
static bool buf_reserve(struct buf *b, size_t more)
{
        if (b->over || more > b->max - b->len) {
                b->over = true;
                return false;
        }
        size_t need = b->len + more + 1;
        if (need <= b->room)
                return true;
        size_t room = b->room ? 2 * b->room : BUF_FIRST_ROOM;
        if (room > b->max + 1)
                room = b->max + 1;
        if (room < need)
                room = need;
        char *data = arena_alloc(b->arena, room);
        if (b->len)
                memcpy(data, b->data, b->len);
        b->data = data;
        b->room = room;
        return true;
}

void buf_add(struct buf *b, struct str s)
{
        if (s.len == 0 || !buf_reserve(b, s.len))
                return;
        memcpy(b->data + b->len, s.data, s.len);
        b->len += s.len;
        b->data[b->len] = '\0';
}

void buf_add_text(struct buf *b, const char *text)
{
        buf_add(b, str_from(text));
}

void buf_add_char(struct buf *b, char c)
{
        buf_add(b, (struct str){ &c, 1 });
}

void buf_add_int(struct buf *b, int64_t number)
{
        char digits[20];
        size_t at = sizeof(digits);
        uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
        do
                digits[--at] = (char)('0' + rest % 10);
        while ((rest /= 10) > 0);
        if (number < 0)
                buf_add_char(b, '-');
        buf_add(b, str_slice(digits + at, sizeof(digits) - at));
}

void buf_printf(struct buf *b, const char *format, ...)
{
        va_list args;
        va_start(args, format);
        buf_vprintf(b, format, args);
        va_end(args);
}

void buf_vprintf(struct buf *b, const char *format, va_list args)
{
        if (b->over)
                return;
        va_list again;
        va_copy(again, args);
        size_t room = b->room - b->len;
        int n = vsnprintf(room ? b->data + b->len : NULL, room, format, args);
        if (n < 0 || !buf_reserve(b, (size_t)n)) {
                b->over = true;
                if (room)
                        b->data[b->len] = '\0';
        } else {
                if ((size_t)n >= room)
                        vsnprintf(b->data + b->len, (size_t)n + 1, format, again);
                b->len += (size_t)n;
        }
        va_end(again);
}

struct str buf_str(const struct buf *b)
{
        return (struct str){ b->data ? b->data : "", b->len };
}
