/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The language is chosen as language.h says, and odd input chooses nothing. */
#include "unit.h"

#include "language.h"

struct row {
        const char *input;
        const char *want; /* NULL: none */
};

static void check_tag(const struct row *row)
{
        enum language language = LANGUAGE_COUNT;
        bool found = language_of_tag(str_from(row->input), &language);

        if (!row->want && !found)
                return;
        if (!found || !row->want || !str_is(language_tag(language), row->want))
                fail_msg("tag \"%s\"", row->input);
}

static void tags(void **state)
{
        static const struct row rows[] = {
                { "zh-HK", "zh-Hant" },         { "zh-TW", "zh-Hant" },      { "zh-MO", "zh-Hant" },
                { "zh-Hant", "zh-Hant" },       { "zh-Hant-CN", "zh-Hant" }, { "zh-hant-hk", "zh-Hant" },
                { "yue", "zh-Hant" },           { "yue-Hans", "zh-Hans" },   { "zh", "zh-Hans" },
                { "zh-CN", "zh-Hans" },         { "zh-SG", "zh-Hans" },      { "ZH-HANS-HK", "zh-Hans" },
                { "cmn-Hant", "zh-Hant" },      { "en", "en" },              { "en-GB", "en" },
                { "EN-us", "en" },              { "zh-x-HK", "zh-Hans" },    { "en-u-ca-buddhist", "en" },
                { "pt", NULL },                 { "", NULL },                { "*", NULL },
                { "e", NULL },                  { "en-", NULL },             { "-en", NULL },
                { "en--GB", NULL },             { "en_GB", NULL },           { "english", NULL },
                { "zh-toolongsubtag", NULL },   { "en GB", NULL },           { "zh-HK<", NULL },
                { "en-aaaaaaaa-bbbbbbbb-cccccccc-dddddddd", NULL },
        };

        (void)state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                check_tag(&rows[i]);
}

static void accept_language(void **state)
{
        static const struct row rows[] = {
                { "en-GB,en;q=0.9,zh-HK;q=0.8", "en" },
                { "fr, zh-CN;q=0.5, en;q=0.4", "zh-Hans" },
                { "en;q=0.1, zh-TW;q=0.9", "zh-Hant" },
                { "en;q=0.5 , zh-CN;q=0.5", "en" },
                { "en;q=0, zh-CN;q=0.001", "zh-Hans" },
                { "en;q=1.000", "en" },
                { "EN ; Q=0.2", "en" },
                { "en;q=0", "zh-Hant" },
                { "en;q=1.001", "zh-Hant" },
                { "en;q=2", "zh-Hant" },
                { "en;q=0.1234", "zh-Hant" },
                { "en;q=.5", "zh-Hant" },
                { "en;q=-1", "zh-Hant" },
                { "en;level=1", "zh-Hant" },
                { "en;q=", "zh-Hant" },
                { "*", "zh-Hant" },
                { ",,,en", "en" },
                { ";;;", "zh-Hant" },
        };

        (void)state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                struct language_wish wish = { .accept_language = str_from(rows[i].input) };
                if (!str_is(language_tag(language_choose(&wish)), rows[i].want))
                        fail_msg("Accept-Language \"%s\"", rows[i].input);
        }
}

static void the_strongest_wish_wins(void **state)
{
        struct language_wish wish = { .chosen = STR("zh-Hans"),
                                      .ui_locales = STR("fr en-GB zh-HK"),
                                      .remembered = STR("zh-Hant"),
                                      .accept_language = STR("zh-CN") };

        (void)state;
        assert_int_equal(language_choose(&wish), LANGUAGE_ZH_HANS);
        wish.chosen = STR("klingon");
        assert_int_equal(language_choose(&wish), LANGUAGE_EN);
        wish.ui_locales = STR("fr de");
        assert_int_equal(language_choose(&wish), LANGUAGE_ZH_HANT);
        wish.remembered = STR("");
        assert_int_equal(language_choose(&wish), LANGUAGE_ZH_HANS);
        wish.accept_language = STR("");
        assert_int_equal(language_choose(&wish), LANGUAGE_ZH_HANT);
}

static void long_lists_count_as_absent(void **state)
{
        char text[600];
        struct language_wish wish = { .ui_locales = { text, sizeof(text) }, .accept_language = { text, sizeof(text) } };

        (void)state;
        memset(text, ' ', sizeof(text));
        text[0] = 'e';
        text[1] = 'n';
        assert_int_equal(language_choose(&wish), LANGUAGE_ZH_HANT);
        wish.ui_locales.len = 512;
        assert_int_equal(language_choose(&wish), LANGUAGE_EN);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(tags),
                cmocka_unit_test(accept_language),
                cmocka_unit_test(the_strongest_wish_wins),
                cmocka_unit_test(long_lists_count_as_absent),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
