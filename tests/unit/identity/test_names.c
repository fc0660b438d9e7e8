/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Comparing names: scripts, orders and spellings that agree, and near ones that must not. Every pair is compared both
 * ways round. */
#include "unit.h"

#include "names.h"

struct pair {
        const char *a, *b;
};

static void check(const struct pair *pairs, size_t count, enum verdict want)
{
        for (size_t i = 0; i < count; i++) {
                struct str a = str_from(pairs[i].a), b = str_from(pairs[i].b);
                if (name_compare(a, b) != want)
                        print_error("%s / %s\n", pairs[i].a, pairs[i].b);
                assert_int_equal(name_compare(a, b), want);
                assert_int_equal(name_compare(b, a), want);
        }
}
#define CHECK(pairs, want) check((pairs), sizeof(pairs) / sizeof((pairs)[0]), (want))

static void han_agrees(void **state)
{
        static const struct pair pairs[] = {
                { "陳大文", "陈大文" }, { "歐陽靜", "欧阳静" }, { "鍾衞國", "钟卫国" },   { "陳大文", "陈 大 文" },
                { "陳大文", "陈　大文" }, { "張詠詩", "张咏诗" }, { "申智能", "申智能" }, { "鄭𠮷", "郑𠮷" },
                { "劉𣲷", "刘𣲷" },     { "買買提·艾力", "买买提•艾力" }, { "葛󠄀城", "葛城" }, { "李顗", "李𫖮" },
                { "李乾", "李干" },     { "蕭昇", "萧升" },
        };
        (void)state;
        CHECK(pairs, VERDICT_AGREE);
}

static void han_differs(void **state)
{
        static const struct pair pairs[] = {
                { "黃志強", "黄志刚" }, { "陳大文", "陈大" },   { "鄭𠮷", "郑吉" },    { "鄭𠮷", "郑𠮶" },
                { "文大陳", "陈大文" }, { "陳喆", "陈哲" },     { "陳\xee\x80\x81文", "李大文" },
        };
        (void)state;
        CHECK(pairs, VERDICT_DIFFER);
}

/* A character that one side could not write is no proof either way. */
static void unknown_characters(void **state)
{
        static const struct pair pairs[] = {
                { "鄭\xee\x80\x81", "郑𠮷" }, { "郑\xef\xbf\xbd", "鄭𠮷" }, { "陈*文", "陳大文" }, { "陈**", "陳大文" },
                { "陈?文", "陈?文" },         { "*文", "陳大文" },          { "**", "***" },
        };
        (void)state;
        CHECK(pairs, VERDICT_NOT_COMPARABLE);
}

static void latin_agrees(void **state)
{
        static const struct pair pairs[] = {
                { "CHAN, Tai Man", "CHAN, Tai Man" },
                { "CHAN, Tai Man", "CHAN, TAI-MAN" },
                { "CHAN, Tai Man", "chan,tai  man" },
                { "CHAN, Tai Man", "Chan, Taiman" },
                { "CHAN, Tai Man", "CHAN TAI MAN" },
                { "CHAN, Tai Man", "TAI MAN CHAN" },
                { "CHAN, Tai Man", "Tai Man CHAN" },
                { "CHAN, Tai Man", "CHAN Tai-man" },
                { "CHAN, Tai Man", "CHANTAIMAN" },
                { "CHAN TAI MAN", "TAI MAN CHAN" },
                { "CHAN TAI MAN", "CHAN TAIMAN" },
                { "Tai Man CHAN", "CHAN TAI MAN" },
                { "AU YEUNG, Ching", "AUYEUNG, Ching" },
                { "AU YEUNG, Ching", "AU-YEUNG CHING" },
                { "AU YEUNG, Ching", "Ching AU YEUNG" },
                { "SMITH, John Edward", "SMITH JOHN EDWARD" },
                { "O'BRIEN, Seán", "O’Brien Sean" },
                { "ＣＨＡＮ，　Ｔａｉ　Ｍａｎ", "CHAN, Tai Man" },
                { "CHÁN, João", "CHAN, JOAO" },
                { "CHAN, Joa\xcc\x83o", "CHAN, João" },
                { "LǙ, Míng", "LU, MING" },
                { "CHAN", "Chan" },
                { "CHAN,", "CHAN" },
                { ", CHAN", "CHAN" },
        };
        (void)state;
        CHECK(pairs, VERDICT_AGREE);
}

static void latin_differs(void **state)
{
        static const struct pair pairs[] = {
                { "CHAN, Tai Man", "CHEN, DAWEN" },
                { "CHAN, Tai Man", "MAN, Chan Tai" },
                { "CHAN, Tai Man", "TAI MAN, Chan" },
                { "CHAN, Tai Man", "CHAN, Tai" },
                { "CHAN, Tai Man", "CHANT AI MAN" },
                { "CHAN, Tai Man", "TAI CHAN MAN" },
                { "CHAN, Tai Man", "CHAN Tai MAN KEI" },
                { "CHA, NTAI MAN", "CHAN, TAI MAN" },
                { "CHAN TAI MAN", "TAI CHAN MAN" },
                { "CHAN TAI MAN", "CHA NTAIMAN" },
                { "CHAN", "CHANG" },
                { "Tai MAN", "MAN, Ta" },
        };
        (void)state;
        CHECK(pairs, VERDICT_DIFFER);
}

static void across_scripts(void **state)
{
        static const struct pair pairs[] = {
                { "陳大文", "CHAN, Tai Man" }, { "陈大文", "CHEN DAWEN" }, { "陳大文", "Иван" }, { "Иван", "Иван" },
                { "陳Tai", "陳Tai" },          { "CHAN 2", "CHAN 2" },     { "C*** T**", "CHAN TAI" },
                { "CHAN \xff", "CHAN" },
        };
        (void)state;
        CHECK(pairs, VERDICT_NOT_COMPARABLE);
}

static void missing(void **state)
{
        static const struct pair pairs[] = { { "", "陳大文" }, { "", "" }, { " , - ", "CHAN" }, { "　", "陳大文" } };
        (void)state;
        CHECK(pairs, VERDICT_MISSING);
}

static void too_long(void **state)
{
        char letters[NAME_BYTES_MAX + 1], pairs[2 * NAME_WORDS_MAX + 2];
        (void)state;
        memset(letters, 'A', sizeof(letters));
        struct str over = str_slice(letters, sizeof(letters)), most = str_slice(letters, NAME_BYTES_MAX);
        assert_int_equal(name_compare(over, over), VERDICT_NOT_COMPARABLE);
        assert_int_equal(name_compare(most, most), VERDICT_AGREE);
        for (size_t i = 0; i < sizeof(pairs); i++)
                pairs[i] = i % 2 ? ' ' : 'B';
        struct str words_over = str_slice(pairs, sizeof(pairs)), words_most = str_head(words_over, sizeof(pairs) - 2);
        assert_int_equal(name_compare(words_over, words_over), VERDICT_NOT_COMPARABLE);
        assert_int_equal(name_compare(words_most, words_most), VERDICT_AGREE);
}

static void scripts(void **state)
{
        (void)state;
        assert_int_equal(name_script(STR("")), NAME_EMPTY);
        assert_int_equal(name_script(STR(" -, ")), NAME_EMPTY);
        assert_int_equal(name_script(STR("陳大文")), NAME_HAN);
        assert_int_equal(name_script(STR("𠮷〇")), NAME_HAN);
        assert_int_equal(name_script(STR("CHAN, Tai Man")), NAME_LATIN);
        assert_int_equal(name_script(STR("João")), NAME_LATIN);
        assert_int_equal(name_script(STR("陳 Peter")), NAME_OTHER);
        assert_int_equal(name_script(STR("ひらがな")), NAME_OTHER);
        assert_int_equal(name_script(STR("\xc0\x80")), NAME_OTHER);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(han_agrees),
                cmocka_unit_test(han_differs),
                cmocka_unit_test(unknown_characters),
                cmocka_unit_test(latin_agrees),
                cmocka_unit_test(latin_differs),
                cmocka_unit_test(across_scripts),
                cmocka_unit_test(missing),
                cmocka_unit_test(too_long),
                cmocka_unit_test(scripts),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
