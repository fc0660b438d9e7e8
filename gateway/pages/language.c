/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See language.h. */
#include "language.h"

#define TAG_MAX 35      /* RFC 5646, section 4.4.1: a length that buffers should hold */
#define LIST_MAX 512    /* bytes of a list; a longer one counts as absent */
#define ENTRIES_MAX 32  /* entries of a list that are read */

struct str language_tag(enum language language)
{
        switch (language) {
        case LANGUAGE_EN:
                return STR("en");
        case LANGUAGE_ZH_HANS:
                return STR("zh-Hans");
        default:
                return STR("zh-Hant");
        }
}

struct str language_name(enum language language)
{
        switch (language) {
        case LANGUAGE_EN:
                return STR("English");
        case LANGUAGE_ZH_HANS:
                return STR("简体中文");
        default:
                return STR("繁體中文");
        }
}

static bool is_letter(char c)
{
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* RFC 5646, section 2.1: 1 to 8 letters and digits; the first only letters, 2 or more. */
static bool is_subtag(struct str s, bool first)
{
        for (size_t i = 0; i < s.len; i++) {
                bool digit = s.data[i] >= '0' && s.data[i] <= '9';
                if (!is_letter(s.data[i]) && (first || !digit))
                        return false;
        }
        return s.len >= (first ? 2 : 1) && s.len <= 8;
}

static bool is_tag(struct str tag)
{
        struct str rest = tag;
        struct str subtag = { NULL, 0 };

        if (str_is_empty(tag) || tag.len > TAG_MAX || tag.data[tag.len - 1] == '-')
                return false;
        for (bool first = true; str_split(&rest, '-', &subtag); first = false) {
                if (!is_subtag(subtag, first))
                        return false;
        }
        return true;
}

static bool has_subtag(struct str tag, const char *wanted)
{
        struct str rest = tag;
        struct str subtag = { NULL, 0 };

        while (str_split(&rest, '-', &subtag)) {
                if (subtag.len == 1)
                        return false; /* extensions and private use follow */
                if (str_eq_nocase(subtag, str_from(wanted)))
                        return true;
        }
        return false;
}

static enum language chinese_of_tag(struct str tag, bool cantonese)
{
        if (has_subtag(tag, "Hans"))
                return LANGUAGE_ZH_HANS;
        if (cantonese || has_subtag(tag, "Hant") || has_subtag(tag, "HK") || has_subtag(tag, "TW") ||
            has_subtag(tag, "MO"))
                return LANGUAGE_ZH_HANT;
        return LANGUAGE_ZH_HANS;
}

bool language_of_tag(struct str tag, enum language *ret_language)
{
        struct str primary = str_head(tag, str_find(tag, '-'));
        bool cantonese = str_eq_nocase(primary, STR("yue"));

        if (!is_tag(tag))
                return false;
        if (str_eq_nocase(primary, STR("en"))) {
                *ret_language = LANGUAGE_EN;
                return true;
        }
        if (cantonese || str_eq_nocase(primary, STR("zh")) || str_eq_nocase(primary, STR("cmn"))) {
                *ret_language = chinese_of_tag(tag, cantonese);
                return true;
        }
        return false;
}

static bool choose_from_locales(struct str list, enum language *ret_language)
{
        struct str rest = list;
        struct str tag = { NULL, 0 };

        if (list.len > LIST_MAX)
                return false;
        for (size_t i = 0; i < ENTRIES_MAX && str_split(&rest, ' ', &tag); i++) {
                if (language_of_tag(tag, ret_language))
                        return true;
        }
        return false;
}

/* RFC 9110, section 12.4.2: "0", "1", with up to three digits behind a point; in thousandths. */
static bool read_weight(struct str s, int *ret_weight)
{
        int weight = 0;
        int unit = 100;

        if (s.len < 1 || s.len > 5 || (s.data[0] != '0' && s.data[0] != '1') || (s.len > 1 && s.data[1] != '.'))
                return false;
        for (size_t i = 2; i < s.len; i++, unit /= 10) {
                if (s.data[i] < '0' || s.data[i] > '9')
                        return false;
                weight += (s.data[i] - '0') * unit;
        }
        weight += s.data[0] == '1' ? 1000 : 0;
        if (weight > 1000)
                return false;
        *ret_weight = weight;
        return true;
}

static bool read_entry(struct str entry, enum language *ret_language, int *ret_weight)
{
        struct str rest = entry;
        struct str tag = { NULL, 0 };
        int weight = 1000;

        if (!str_split(&rest, ';', &tag))
                return false;
        struct str parameter = str_trim(rest);
        if (parameter.len > 0) {
                bool is_weight = str_eq_nocase(str_head(parameter, 2), STR("q="));
                if (!is_weight || !read_weight(str_from_index(parameter, 2), &weight))
                        return false;
        }
        if (weight == 0 || !language_of_tag(str_trim(tag), ret_language))
                return false;
        *ret_weight = weight;
        return true;
}

/* The entry with the greatest weight; the first of equals. */
static bool choose_from_header(struct str header, enum language *ret_language)
{
        struct str rest = header;
        struct str entry = { NULL, 0 };
        int best = 0;

        if (header.len > LIST_MAX)
                return false;
        for (size_t i = 0; i < ENTRIES_MAX && str_split(&rest, ',', &entry); i++) {
                enum language language = LANGUAGE_ZH_HANT;
                int weight = 0;
                if (!read_entry(str_trim(entry), &language, &weight) || weight <= best)
                        continue;
                best = weight;
                *ret_language = language;
        }
        return best > 0;
}

enum language language_choose(const struct language_wish *wish)
{
        enum language language = LANGUAGE_ZH_HANT;

        if (language_of_tag(wish->chosen, &language))
                return language;
        if (choose_from_locales(wish->ui_locales, &language))
                return language;
        if (language_of_tag(wish->remembered, &language))
                return language;
        if (choose_from_header(wish->accept_language, &language))
                return language;
        return LANGUAGE_ZH_HANT;
}
