/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Matching: the person of the two sides, every rule of the grades, and all combinations of verdicts. */
#include "unit.h"

#include "matching.h"

static const struct attributes chan_hk = {
        .name_native = STR("陳大文"), .name_latin = STR("CHAN, Tai Man"), .birth_date = STR("1990-01-15"),
        .gender = STR("male"),
};

static struct match match_with(const struct attributes *a, const struct attributes *b)
{
        struct match_side left = { .attributes = a, .document_type = DOCUMENT_HKID, .document_pseudonym = STR("h1") };
        struct match_side right = { .attributes = b, .document_type = DOCUMENT_TRAVEL_PERMIT,
                                    .document_pseudonym = STR("h2") };
        struct match match = match_of(&left, &right), turned = match_of(&right, &left);
        assert_memory_equal(&match, &turned, sizeof(match));
        return match;
}

/* An identity card here and a travel permit there: the usual case. */
static void strong_across_the_boundary(void **state)
{
        struct attributes gd = { .name_native = STR("陈大文"), .birth_date = STR("1990-01-15"), .gender = STR("male") };
        struct match m = match_with(&chan_hk, &gd);
        (void)state;
        assert_int_equal(m.grade, MATCH_STRONG);
        assert_int_equal(m.document, VERDICT_NOT_COMPARABLE);
        assert_int_equal(m.name_native, VERDICT_AGREE);
        assert_int_equal(m.name_latin, VERDICT_NOT_COMPARABLE);
        assert_int_equal(m.birth_date, VERDICT_AGREE);
        assert_int_equal(m.gender, VERDICT_AGREE);
}

static void romanised_name_in_the_field_for_any(void **state)
{
        struct attributes hk = { .name_latin = STR("SMITH, John Edward"), .birth_date = STR("1969-11-03"),
                                 .gender = STR("male") };
        struct attributes gd = { .name_native = STR("SMITH JOHN EDWARD"), .birth_date = STR("1969-11-03"),
                                 .gender = STR("male") };
        struct match m = match_with(&hk, &gd);
        (void)state;
        assert_int_equal(m.grade, MATCH_STRONG);
        assert_int_equal(m.name_latin, VERDICT_AGREE);
        assert_int_equal(m.name_native, VERDICT_MISSING);
}

static void other_birth_date(void **state)
{
        struct attributes gd = { .name_native = STR("陈大文"), .birth_date = STR("1990-01-16"), .gender = STR("male") };
        (void)state;
        assert_int_equal(match_with(&chan_hk, &gd).grade, MATCH_NONE);
}

static void partial_birth_dates(void **state)
{
        struct attributes gd = { .name_native = STR("陈大文"), .birth_date = STR("1990"), .gender = STR("male") };
        (void)state;
        assert_int_equal(match_with(&chan_hk, &gd).birth_date, VERDICT_NOT_COMPARABLE);
        assert_int_equal(match_with(&chan_hk, &gd).grade, MATCH_WEAK);
        gd.birth_date = STR("1991-00-00");
        assert_int_equal(match_with(&chan_hk, &gd).grade, MATCH_NONE);
        gd.birth_date = STR("15.1.1990");
        assert_int_equal(match_with(&chan_hk, &gd).birth_date, VERDICT_NOT_COMPARABLE);
        /* Equal, but no day that exists: nothing is learnt from it. */
        struct attributes both = { .name_native = STR("陈大文"), .birth_date = STR("1990-02-31") };
        assert_int_equal(match_with(&both, &both).birth_date, VERDICT_NOT_COMPARABLE);
}

static void names_that_cannot_be_compared(void **state)
{
        struct attributes hk = { .name_latin = STR("CHAN, Tai Man"), .birth_date = STR("1990-01-15"),
                                 .gender = STR("male") };
        struct attributes gd = { .name_native = STR("陈大文"), .birth_date = STR("1990-01-15"), .gender = STR("male") };
        struct match m = match_with(&hk, &gd);
        (void)state;
        assert_int_equal(m.name_native, VERDICT_NOT_COMPARABLE);
        assert_int_equal(m.name_latin, VERDICT_NOT_COMPARABLE);
        assert_int_equal(m.grade, MATCH_WEAK);
}

static void differing_name_or_gender_is_weak_at_most(void **state)
{
        struct attributes gd = { .name_native = STR("陈大武"), .birth_date = STR("1990-01-15"), .gender = STR("male") };
        (void)state;
        assert_int_equal(match_with(&chan_hk, &gd).grade, MATCH_WEAK);
        gd.name_native = STR("陈大文");
        gd.gender = STR("female");
        assert_int_equal(match_with(&chan_hk, &gd).grade, MATCH_WEAK);
        gd.name_native = STR("陈大武");
        assert_int_equal(match_with(&chan_hk, &gd).grade, MATCH_NONE);
        /* One script agrees, the other does not: someone should look. */
        gd = (struct attributes){ .name_native = STR("陈大文"), .name_latin = STR("CHAN, Tai Mo"),
                                  .birth_date = STR("1990-01-15"), .gender = STR("male") };
        assert_int_equal(match_with(&chan_hk, &gd).grade, MATCH_WEAK);
}

static void missing_fields(void **state)
{
        struct attributes nothing = { 0 };
        struct attributes only_gender = { .gender = STR("male") };
        struct attributes only_name = { .name_native = STR("陈大文") };
        struct attributes no_gender = { .name_native = STR("陈大文"), .birth_date = STR("1990-01-15") };
        struct attributes odd_gender = { .name_native = STR("陈大文"), .birth_date = STR("1990-01-15"),
                                         .gender = STR("U") };
        (void)state;
        assert_int_equal(match_with(&chan_hk, &nothing).grade, MATCH_NONE);
        assert_int_equal(match_with(&nothing, &nothing).grade, MATCH_NONE);
        assert_int_equal(match_with(&chan_hk, &only_gender).grade, MATCH_NONE);
        assert_int_equal(match_with(&chan_hk, &only_name).grade, MATCH_WEAK);
        assert_int_equal(match_with(&chan_hk, &no_gender).grade, MATCH_WEAK);
        assert_int_equal(match_with(&chan_hk, &odd_gender).grade, MATCH_WEAK);
        assert_int_equal(match_with(&odd_gender, &odd_gender).gender, VERDICT_NOT_COMPARABLE);
}

static struct match match_documents(enum document_type type, const char *left, const char *right)
{
        struct attributes gd = { .name_native = STR("陈大文"), .birth_date = STR("1990-01-15") };
        struct match_side a = { .attributes = &chan_hk, .document_type = type, .document_pseudonym = str_from(left) };
        struct match_side b = { .attributes = &gd, .document_type = type, .document_pseudonym = str_from(right) };
        return match_of(&a, &b);
}

static void documents(void **state)
{
        (void)state;
        assert_int_equal(match_documents(DOCUMENT_TRAVEL_PERMIT, "h1", "h1").grade, MATCH_EXACT);
        assert_int_equal(match_documents(DOCUMENT_TRAVEL_PERMIT, "h1", "h2").grade, MATCH_NONE);
        assert_int_equal(match_documents(DOCUMENT_TRAVEL_PERMIT, "h1", "").document, VERDICT_MISSING);
        assert_int_equal(match_documents(DOCUMENT_TRAVEL_PERMIT, "", "").document, VERDICT_MISSING);
        assert_int_equal(match_documents(DOCUMENT_NONE, "h1", "h1").document, VERDICT_MISSING);
        assert_int_equal(match_documents(DOCUMENT_PASSPORT, "h1", "h2").document, VERDICT_NOT_COMPARABLE);
        assert_int_equal(match_documents(DOCUMENT_PASSPORT, "h1", "h1").grade, MATCH_EXACT);
}

/* The number in clear must not decide anything. */
static void clear_numbers_are_not_compared(void **state)
{
        struct attributes a = { .document_type = STR("hkid"), .document_number = STR("A1234563") };
        struct match m = match_with(&a, &a);
        (void)state;
        assert_int_equal(m.document, VERDICT_NOT_COMPARABLE);
        assert_int_equal(m.grade, MATCH_NONE);
}

static const struct attributes other_sides[] = {
        { .name_native = STR("陈大文"), .name_latin = STR("CHAN TAI MAN"), .birth_date = STR("1990-01-15"),
          .gender = STR("male") },
        { .name_native = STR("陈大武"), .name_latin = STR("CHAN TAI MO"), .birth_date = STR("1990-01-16"),
          .gender = STR("female") },
        { .name_native = STR("Иван"), .name_latin = STR("Иван"), .birth_date = STR("?"), .gender = STR("U") },
        { .gender = STR("") },
};

static void check_combination(const struct match *m)
{
        bool name_differs = m->name_native == VERDICT_DIFFER || m->name_latin == VERDICT_DIFFER;
        bool differs = m->gender == VERDICT_DIFFER || name_differs;
        bool name = m->name_native == VERDICT_AGREE || m->name_latin == VERDICT_AGREE;
        if (m->birth_date == VERDICT_DIFFER || m->document == VERDICT_DIFFER)
                assert_int_equal(m->grade, MATCH_NONE);
        if (differs)
                assert_true(m->grade <= MATCH_WEAK);
        if (m->grade >= MATCH_STRONG)
                assert_true(m->birth_date == VERDICT_AGREE && name);
        if (m->grade == MATCH_STRONG)
                assert_int_equal(m->gender, VERDICT_AGREE);
        assert_int_equal(m->grade == MATCH_EXACT,
                         m->document == VERDICT_AGREE && m->birth_date == VERDICT_AGREE && name && !differs);
}

/* 4 choices for each of 5 fields. */
static void all_combinations(void **state)
{
        static const char *const hashes[] = { "h1", "h2", "h1", "" };
        int grades[4] = { 0 };
        (void)state;
        for (int i = 0; i < 1024; i++) {
                struct attributes b = {
                        .name_native = other_sides[i & 3].name_native,
                        .name_latin = other_sides[i >> 2 & 3].name_latin,
                        .birth_date = other_sides[i >> 4 & 3].birth_date,
                        .gender = other_sides[i >> 6 & 3].gender,
                };
                int d = i >> 8;
                struct match_side left = { &chan_hk, DOCUMENT_HKID, STR("h1") };
                struct match_side right = { &b, d == 2 ? DOCUMENT_PASSPORT : DOCUMENT_HKID, str_from(hashes[d]) };
                struct match match = match_of(&left, &right), turned = match_of(&right, &left);
                assert_memory_equal(&match, &turned, sizeof(match));
                check_combination(&match);
                grades[match.grade]++;
        }
        for (int i = 0; i < 4; i++)
                assert_true(grades[i] > 0);
}

static void names_of_grades(void **state)
{
        (void)state;
        assert_str_eq(match_grade_name(MATCH_NONE), "none");
        assert_str_eq(match_grade_name(MATCH_EXACT), "exact");
        assert_str_eq(verdict_name(VERDICT_MISSING), "missing");
        assert_str_eq(verdict_name(VERDICT_NOT_COMPARABLE), "not_comparable");
        assert_str_eq(verdict_name(VERDICT_AGREE), "agree");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(strong_across_the_boundary),
                cmocka_unit_test(romanised_name_in_the_field_for_any),
                cmocka_unit_test(other_birth_date),
                cmocka_unit_test(partial_birth_dates),
                cmocka_unit_test(names_that_cannot_be_compared),
                cmocka_unit_test(differing_name_or_gender_is_weak_at_most),
                cmocka_unit_test(missing_fields),
                cmocka_unit_test(documents),
                cmocka_unit_test(clear_numbers_are_not_compared),
                cmocka_unit_test(all_combinations),
                cmocka_unit_test(names_of_grades),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
