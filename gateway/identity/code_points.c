/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Names as code points: decoding of UTF-8 (RFC 3629), cleaning and classes of characters. */
#include "code_points.h"

struct range {
        uint32_t first, last;
        uint32_t becomes; /* 0: goes */
};

/* What is replaced or goes. Sorted; all other code points stay. */
static const struct range replaced[] = {
        { 0x0009, 0x000d, ' ' },        { 0x0027, 0x0027, 0 },   { 0x002e, 0x002e, 0 },
        { 0x0060, 0x0060, 0 },          { 0x00a0, 0x00a0, ' ' }, { 0x00ad, 0x00ad, 0 },
        { 0x00b4, 0x00b4, 0 },          { 0x02b9, 0x02bf, 0 },   { 0x0300, 0x036f, 0 },
        { 0x2000, 0x200a, ' ' },        { 0x200b, 0x200f, 0 },   { 0x2010, 0x2015, '-' },
        { 0x2018, 0x2019, 0 },          { 0x2022, 0x2022, MIDDLE_DOT },
        { 0x2027, 0x2027, MIDDLE_DOT }, { 0x202f, 0x202f, ' ' }, { 0x2060, 0x2060, 0 },
        { 0x2212, 0x2212, '-' },        { 0x22c5, 0x22c5, MIDDLE_DOT },
        { 0x2e31, 0x2e31, MIDDLE_DOT }, { 0x3000, 0x3000, ' ' }, { 0x3001, 0x3001, ',' },
        { 0x30fb, 0x30fb, MIDDLE_DOT }, { 0xfe00, 0xfe0f, 0 },   { 0xfeff, 0xfeff, 0 },
        { 0xff65, 0xff65, MIDDLE_DOT }, { 0xe0100, 0xe01ef, 0 },
};

/* Base letters of U+00C0…U+017F and U+01CD…U+01DC (the vowels of Pinyin with tone marks); ' ' is no letter. */
static const char latin_1_and_extended_a[] =
        "AAAAAAACEEEEIIIIDNOOOOO OUUUUYTSAAAAAAACEEEEIIIIDNOOOOO OUUUUYTY"
        "AAAAAACCCCCCCCDDDDEEEEEEEEEEGGGGGGGGHHHHIIIIIIIIIIIIJJKKKLLLLLLLLLLNNNNNNNNN"
        "OOOOOOOORRRRRRSSSSSSSSTTTTTTUUUUUUUUUUUUWWYYYZZZZZZS";
static const char pinyin[] = "AAIIOOUUUUUUUUUU";

_Static_assert(sizeof(latin_1_and_extended_a) - 1 == 0x180 - 0xc0, "one base letter for each code point");
_Static_assert(sizeof(pinyin) - 1 == 0x1dd - 0x1cd, "one base letter for each code point");

/* The next code point of well-formed UTF-8. */
static uint32_t next(struct str s, size_t *at)
{
        unsigned char first = (unsigned char)s.data[(*at)++];

        if (first < 0x80)
                return first;
        int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
        uint32_t value = first & (0x3fU >> more);
        while (more--)
                value = value << 6 | ((unsigned char)s.data[(*at)++] & 0x3f);
        return value;
}

static uint32_t clean(uint32_t c)
{
        if (c >= 0xff01 && c <= 0xff5e)
                c -= 0xff01 - 0x21;
        for (size_t i = 0; i < sizeof(replaced) / sizeof(replaced[0]) && replaced[i].first <= c; i++)
                if (c <= replaced[i].last)
                        return replaced[i].becomes;
        return c;
}

bool code_points_read(struct str name, struct code_points *ret_points)
{
        size_t count = 0;

        if (name.len > NAME_BYTES_MAX || !str_is_utf8(name))
                return false;
        for (size_t at = 0; at < name.len;) {
                uint32_t c = clean(next(name, &at));
                if (c)
                        ret_points->at[count++] = c;
        }
        ret_points->count = count;
        return true;
}

bool code_point_is_unknown(uint32_t c)
{
        return (c >= 0xe000 && c <= 0xf8ff) || c >= 0xf0000 || c == 0xfffd || c == '*' || c == '?';
}

bool code_point_is_han(uint32_t c)
{
        return c == 0x3007 || (c >= 0x3400 && c <= 0x4dbf) || (c >= 0x4e00 && c <= 0x9fff) ||
               (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x3ffff);
}

char code_point_latin(uint32_t c)
{
        char base = 0;

        if (c >= 'A' && c <= 'Z')
                return (char)c;
        if (c >= 'a' && c <= 'z')
                return (char)(c - 'a' + 'A');
        if (c >= 0xc0 && c < 0x180)
                base = latin_1_and_extended_a[c - 0xc0];
        if (c >= 0x1cd && c < 0x1dd)
                base = pinyin[c - 0x1cd];
        return base == ' ' ? 0 : base;
}

/* Accented letters take part in no rule about capitals, so ASCII is enough. */
bool code_point_is_lower(uint32_t c)
{
        return c >= 'a' && c <= 'z';
}
