/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The table of test persons and the two check-digit rules that a unit test holds it to. */
#include "persons.h"

const struct person persons[] = {
        { .id = "chan",
          .purpose = "iAM Smart+; Guangdong L2 by travel permit; a strong match across scripts",
          .hk = { "A123456", "3", "CHAN, Tai Man", "陳大文", "19900115", "M", "sign", 1735689600000 },
          .gd = { "gd7c1f0a52e6b94d01", "陈大文", "40", "H1234567800", "19900115", "M", "13800138000", 2, "YSS" } },
        { .id = "lee",
          .purpose = "iAM Smart+; Guangdong L3 by residence permit; a strong match",
          .hk = { "E364912", "5", "LEE, Mei Ling", "李美玲", "19851231", "F", "sign", 1717200000000 },
          .gd = { "gd2ab94e7710c35f02", "李美玲", "10", "810000198512310027", "19851231", "F", "13800138000", 3,
                  "GW" } },
        { .id = "wong",
          .purpose = "iAM Smart; Guangdong L2; a weak match: no gender, and one character of the name differs",
          .hk = { "P131609", "9", "WONG, Chi Keung", "黃志強", "19780804", "M", "default", 1704067200000 },
          .gd = { "gd91d3c6e80b724a03", "黄志刚", "40", "H2345678901", "19780804", NULL, "13800138000", 2, "YSS" } },
        { .id = "cheung",
          .purpose = "iAM Smart+; Guangdong L2; no match: another date of birth",
          .hk = { "D288754", "2", "CHEUNG, Wing Sze", "張詠詩", "19950622", "F", "sign", 1727740800000 },
          .gd = { "gd4e80f7a3d1962b04", "张咏诗", "40", "H3456789002", "19930622", "F", "13800138000", 2, "YSS" } },
        { .id = "smith",
          .purpose = "iAM Smart; no Chinese name; Guangdong L2 under the romanised name",
          .hk = { "AB987654", "3", "SMITH, John Edward", NULL, "19691103", "M", "default", 1711929600000 },
          .gd = { "gd60b5d2c94f83e105", "SMITH JOHN EDWARD", "40", "H4567890100", "19691103", "M", "13800138000", 2,
                  "YSS" } },
        { .id = "lam",
          .purpose = "iAM Smart; Guangdong L1: below what most services ask for",
          .hk = { "G123456", "A", "LAM, Kwok Wah", "林國華", "19560229", "M", "default", 1698796800000 },
          .gd = { "gd3f72a9e0c8d64b06", "林国华", "40", "H5678901203", "19560229", "M", "13800138000", 1, "IDV" } },
        { .id = "auyeung",
          .purpose = "iAM Smart+; two-character surname; Guangdong L3 by travel permit",
          .hk = { "L555555", "0", "AU YEUNG, Ching", "歐陽靜", "20010917", "F", "sign", 1730419200000 },
          .gd = { "gdd8e1604b7f2a9c07", "欧阳静", "40", "H6789012300", "20010917", "F", "13800138000", 3, "GW" } },
        { .id = "cheng",
          .purpose = "iAM Smart; a name outside the basic plane of Unicode; no Guangdong account",
          .hk = { "AB123456", "9", "CHENG, Kat", "鄭𠮷", "19880510", "M", "default", 1722470400000 } },
};

const size_t person_count = sizeof persons / sizeof persons[0];

const struct person *person_find(struct str id)
{
        for (size_t i = 0; i < person_count; i++)
                if (str_is(id, persons[i].id))
                        return &persons[i];
        return NULL;
}

static int hkid_letter(char c)
{
        return c >= 'A' && c <= 'Z' ? c - 'A' + 10 : -1;
}

char hkid_check_digit(struct str identifier)
{
        if (identifier.len != 7 && identifier.len != 8)
                return 0;
        size_t letters = identifier.len - 6;
        int sum = letters == 1 ? 36 * 9 : 0;
        for (size_t i = 0; i < identifier.len; i++) {
                char c = identifier.data[i];
                int value = i < letters ? hkid_letter(c) : c >= '0' && c <= '9' ? c - '0' : -1;
                if (value < 0)
                        return 0;
                sum += value * (int)(identifier.len + 1 - i);
        }
        return "0A987654321"[sum % 11];
}

char residence_check_character(struct str number)
{
        static const int weights[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
        if (number.len < 17)
                return 0;
        int sum = 0;
        for (size_t i = 0; i < 17; i++) {
                if (number.data[i] < '0' || number.data[i] > '9')
                        return 0;
                sum += (number.data[i] - '0') * weights[i];
        }
        return "10X98765432"[sum % 11];
}
