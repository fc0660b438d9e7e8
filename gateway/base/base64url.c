/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* base64url, base64 (RFC 4648, sections 4 and 5) and hex (section 8). The decoders accept exactly one text for each
 * sequence of bytes, so that two different tokens never mean the same. */
#include "base64url.h"

/* The value of each character in the low six bits; above them, who may not use it. */
#define NOT_IN_URL 0x40
#define NOT_IN_STANDARD 0x80

/* clang-format off */
static const unsigned char values[256] = {
        0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0,
        0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0,
        0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0x7e, 0xc0, 0xbe, 0xc0, 0x7f,
        0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x3b, 0x3c, 0x3d, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0,
        0xc0, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e,
        0x0f, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0xc0, 0xc0, 0xc0, 0xc0, 0xbf,
        0xc0, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28,
        0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f, 0x30, 0x31, 0x32, 0x33, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0,
        [128 ... 255] = NOT_IN_URL | NOT_IN_STANDARD,
};
/* clang-format on */

#define LETTERS_AND_DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/* The characters for `bytes`, without padding; returns how many. */
static size_t encode(const char *alphabet, struct str bytes, char *text)
{
        const unsigned char *p = (const unsigned char *)bytes.data;
        size_t out = 0;
        size_t i = 0;
        for (; i + 3 <= bytes.len; i += 3) {
                unsigned int group = (unsigned int)p[i] << 16 | (unsigned int)p[i + 1] << 8 | p[i + 2];
                text[out++] = alphabet[group >> 18];
                text[out++] = alphabet[group >> 12 & 63];
                text[out++] = alphabet[group >> 6 & 63];
                text[out++] = alphabet[group & 63];
        }
        size_t left = bytes.len - i;
        if (left == 0)
                return out;
        unsigned int group = (unsigned int)p[i] << 16 | (left == 2 ? (unsigned int)p[i + 1] << 8 : 0);
        text[out++] = alphabet[group >> 18];
        text[out++] = alphabet[group >> 12 & 63];
        if (left == 2)
                text[out++] = alphabet[group >> 6 & 63];
        return out;
}

/* Room for `len` bytes as text with padding and NUL; a length that makes no sense ends in arena_alloc's abort. */
static char *encode_room(struct arena *a, size_t len)
{
        return arena_alloc_array(a, len / 3 + 2, 4);
}

struct str base64url_encode(struct arena *a, struct str bytes)
{
        char *text = encode_room(a, bytes.len);
        return str_slice(text, encode(LETTERS_AND_DIGITS "-_", bytes, text));
}

struct str base64_encode(struct arena *a, struct str bytes)
{
        char *text = encode_room(a, bytes.len);
        size_t len = encode(LETTERS_AND_DIGITS "+/", bytes, text);
        while (len % 4)
                text[len++] = '=';
        return str_slice(text, len);
}

/* Decodes whole groups of four into three bytes each; returns the high bits of all values seen. */
static unsigned int decode_groups(const unsigned char *p, size_t groups, char *bytes)
{
        unsigned int seen = 0;
        for (size_t i = 0; i < groups; i++, p += 4, bytes += 3) {
                unsigned int a = values[p[0]];
                unsigned int b = values[p[1]];
                unsigned int c = values[p[2]];
                unsigned int d = values[p[3]];
                unsigned int group = (a & 63) << 18 | (b & 63) << 12 | (c & 63) << 6 | (d & 63);
                seen |= a | b | c | d;
                bytes[0] = (char)(group >> 16);
                bytes[1] = (char)(group >> 8);
                bytes[2] = (char)group;
        }
        return seen;
}

/* Text without padding. Characters with a bit of `foreign` are refused, and so are bits left over at the end. */
static bool decode(struct str text, unsigned int foreign, char *bytes, size_t *ret_len)
{
        *ret_len = 0;
        if (str_is_empty(text)) /* which may have no address to count from */
                return true;
        size_t groups = text.len / 4;
        size_t left = text.len % 4;
        const unsigned char *tail = (const unsigned char *)text.data + 4 * groups;
        unsigned int seen = decode_groups((const unsigned char *)text.data, groups, bytes);
        unsigned int bits = 0;
        for (size_t i = 0; i < left; i++) {
                seen |= values[tail[i]];
                bits = bits << 6 | (values[tail[i]] & 63);
        }
        if (seen & foreign || left == 1 || (left == 2 && bits & 15) || (left == 3 && bits & 3))
                return false;
        if (left == 2)
                bytes[3 * groups] = (char)(bits >> 4);
        if (left == 3) {
                bytes[3 * groups] = (char)(bits >> 10);
                bytes[3 * groups + 1] = (char)(bits >> 2);
        }
        *ret_len = 3 * groups + (left ? left - 1 : 0);
        return true;
}

static result decode_in(struct arena *a, struct str text, unsigned int foreign, struct str *ret_bytes)
{
        char *bytes = arena_alloc(a, text.len / 4 * 3 + 3);
        size_t len;
        if (!decode(text, foreign, bytes, &len))
                return fail(a, ERR_MALFORMED, "%s: not well formed", foreign == NOT_IN_URL ? "base64url" : "base64");
        *ret_bytes = str_slice(bytes, len);
        return OK;
}

result base64url_decode(struct arena *a, struct str text, struct str *ret_bytes)
{
        return decode_in(a, text, NOT_IN_URL, ret_bytes);
}

result base64_decode(struct arena *a, struct str text, struct str *ret_bytes)
{
        if (text.len % 4)
                return fail(a, ERR_MALFORMED, "base64: wrong padding");
        for (int i = 0; i < 2 && str_ends(text, STR("=")); i++)
                text.len--;
        return decode_in(a, text, NOT_IN_STANDARD, ret_bytes);
}

struct str hex_encode(struct arena *a, struct str bytes)
{
        static const char digits[] = "0123456789abcdef";
        char *text = arena_alloc_array(a, bytes.len + 1, 2);
        for (size_t i = 0; i < bytes.len; i++) {
                text[2 * i] = digits[(unsigned char)bytes.data[i] >> 4];
                text[2 * i + 1] = digits[bytes.data[i] & 15];
        }
        return str_slice(text, 2 * bytes.len);
}
