/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Matching of two persons: verdicts of the fields, then the grade by the rules of matching.h, in their order. */
#include "matching.h"

#include "date.h"

static enum verdict compare_birth_dates(struct str a, struct str b)
{
        int year, other;

        if (!a.len || !b.len)
                return VERDICT_MISSING;
        if (!date_year(a, &year) || !date_year(b, &other))
                return VERDICT_NOT_COMPARABLE;
        if (date_is_real(a) && date_is_real(b))
                return str_eq(a, b) ? VERDICT_AGREE : VERDICT_DIFFER;
        return year == other ? VERDICT_NOT_COMPARABLE : VERDICT_DIFFER;
}

static bool is_gender(struct str s)
{
        return str_is(s, "male") || str_is(s, "female");
}

static enum verdict compare_genders(struct str a, struct str b)
{
        if (!a.len || !b.len)
                return VERDICT_MISSING;
        if (!is_gender(a) || !is_gender(b))
                return VERDICT_NOT_COMPARABLE;
        return str_eq(a, b) ? VERDICT_AGREE : VERDICT_DIFFER;
}

/* The name in `script`, in whichever field the source put it: some have one field for both scripts. */
static struct str name_in(const struct attributes *a, enum name_script script)
{
        struct str preferred = script == NAME_HAN ? a->name_native : a->name_latin;
        struct str other = script == NAME_HAN ? a->name_latin : a->name_native;

        if (name_script(preferred) == script)
                return preferred;
        return name_script(other) == script ? other : (struct str){ 0 };
}

static bool has_name(const struct attributes *a)
{
        return a->name_native.len || a->name_latin.len;
}

/* Both sides have a name, but not both in this script: not comparable rather than missing. */
static enum verdict compare_names(const struct attributes *a, const struct attributes *b, enum name_script script)
{
        struct str left = name_in(a, script), right = name_in(b, script);

        if (left.len && right.len)
                return name_compare(left, right);
        if ((left.len && has_name(b)) || (right.len && has_name(a)))
                return VERDICT_NOT_COMPARABLE;
        return VERDICT_MISSING;
}

static enum verdict compare_documents(const struct match_side *a, const struct match_side *b)
{
        if (a->document_type == DOCUMENT_NONE || b->document_type == DOCUMENT_NONE)
                return VERDICT_MISSING;
        if (!a->document_pseudonym.len || !b->document_pseudonym.len)
                return VERDICT_MISSING;
        if (a->document_type != b->document_type)
                return VERDICT_NOT_COMPARABLE;
        if (str_eq_secret(a->document_pseudonym, b->document_pseudonym))
                return VERDICT_AGREE;
        return a->document_type == DOCUMENT_PASSPORT ? VERDICT_NOT_COMPARABLE : VERDICT_DIFFER;
}

static enum match_grade grade_of(const struct match *m)
{
        bool name_agrees = m->name_native == VERDICT_AGREE || m->name_latin == VERDICT_AGREE;
        bool name_differs = m->name_native == VERDICT_DIFFER || m->name_latin == VERDICT_DIFFER;
        bool document_agrees = m->document == VERDICT_AGREE;
        bool born_alike = m->birth_date == VERDICT_AGREE;

        if (m->birth_date == VERDICT_DIFFER || m->document == VERDICT_DIFFER)
                return MATCH_NONE;
        if (!born_alike && !name_agrees && !document_agrees)
                return MATCH_NONE;
        if (m->gender == VERDICT_DIFFER && name_differs && !document_agrees)
                return MATCH_NONE;
        if (m->gender == VERDICT_DIFFER || name_differs)
                return MATCH_WEAK;
        if (document_agrees && born_alike && name_agrees)
                return MATCH_EXACT;
        if (born_alike && m->gender == VERDICT_AGREE && name_agrees)
                return MATCH_STRONG;
        return MATCH_WEAK;
}

struct match match_of(const struct match_side *a, const struct match_side *b)
{
        struct match match = {
                .birth_date = compare_birth_dates(a->attributes->birth_date, b->attributes->birth_date),
                .gender = compare_genders(a->attributes->gender, b->attributes->gender),
                .name_native = compare_names(a->attributes, b->attributes, NAME_HAN),
                .name_latin = compare_names(a->attributes, b->attributes, NAME_LATIN),
                .document = compare_documents(a, b),
        };

        match.grade = grade_of(&match);
        return match;
}

struct str match_grade_name(enum match_grade grade)
{
        static const char *const names[] = { "none", "weak", "strong", "exact" };

        return str_from(names[grade]);
}

struct str verdict_name(enum verdict verdict)
{
        static const char *const names[] = { "missing", "not_comparable", "differ", "agree" };

        return str_from(names[verdict]);
}
