/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Comparing names: Han by folded code points, Latin by words with the surname put first where it is known. */
#include "names.h"

#include "code_points.h"
#include "han_fold.h"

/* A Latin name: its words one after the other, surname first where `surname` says how many words it has. */
struct latin_name {
        char text[NAME_BYTES_MAX];
        size_t start[NAME_WORDS_MAX + 1]; /* start[words] is the end */
        bool capitals[NAME_WORDS_MAX];    /* at least two letters, none of them lower-case */
        size_t words;
        size_t surname;                   /* 0: not known */
};

static bool separates(uint32_t c)
{
        return c == ' ' || c == '-' || c == ',' || c == MIDDLE_DOT;
}

static enum name_script script_of(const struct code_points *p)
{
        bool han = false, latin = false, unknown = false;

        for (size_t i = 0; i < p->count; i++) {
                if (separates(p->at[i]))
                        continue;
                if (code_point_is_han(p->at[i]))
                        han = true;
                else if (code_point_latin(p->at[i]))
                        latin = true;
                else if (code_point_is_unknown(p->at[i]))
                        unknown = true;
                else
                        return NAME_OTHER;
        }
        if (latin)
                return han || unknown ? NAME_OTHER : NAME_LATIN;
        return han || unknown ? NAME_HAN : NAME_EMPTY;
}

enum name_script name_script(struct str name)
{
        struct code_points p;

        return code_points_read(name, &p) ? script_of(&p) : NAME_OTHER;
}

/* Only the characters, folded. */
static void han_only(struct code_points *p)
{
        size_t count = 0;

        for (size_t i = 0; i < p->count; i++)
                if (!separates(p->at[i]))
                        p->at[count++] = han_fold(p->at[i]);
        p->count = count;
}

static enum verdict compare_han(struct code_points *a, struct code_points *b)
{
        bool unknown = false, differ;

        han_only(a);
        han_only(b);
        for (size_t i = 0; i < a->count; i++)
                unknown |= code_point_is_unknown(a->at[i]);
        for (size_t i = 0; i < b->count; i++)
                unknown |= code_point_is_unknown(b->at[i]);
        differ = a->count != b->count;
        if (differ)
                return unknown ? VERDICT_NOT_COMPARABLE : VERDICT_DIFFER;
        for (size_t i = 0; i < a->count; i++)
                if (!code_point_is_unknown(a->at[i]) && !code_point_is_unknown(b->at[i]))
                        differ |= a->at[i] != b->at[i];
        if (differ)
                return VERDICT_DIFFER;
        return unknown ? VERDICT_NOT_COMPARABLE : VERDICT_AGREE;
}

/* Cuts into words. False when there are too many. A comma after the first word ends the surname. */
static bool cut_words(const struct code_points *p, struct latin_name *n)
{
        size_t len = 0, letters = 0, lower = 0;

        *n = (struct latin_name){ 0 };
        for (size_t i = 0; i <= p->count; i++) {
                uint32_t c = i < p->count ? p->at[i] : ' ';
                if (!separates(c)) {
                        n->text[len++] = code_point_latin(c);
                        letters++;
                        lower += code_point_is_lower(c);
                        continue;
                }
                if (letters) {
                        if (n->words == NAME_WORDS_MAX)
                                return false;
                        n->capitals[n->words] = letters > 1 && !lower;
                        n->start[++n->words] = len;
                        letters = lower = 0;
                }
                if (c == ',' && !n->surname)
                        n->surname = n->words;
        }
        return true;
}

/* The words from `from` to `to`, without blanks. */
static struct str words(const struct latin_name *n, size_t from, size_t to)
{
        return str_slice(n->text + n->start[from], n->start[to] - n->start[from]);
}

/* Number of words written in capitals at the front, or at the end. */
static size_t capitals_run(const struct latin_name *n, bool front)
{
        size_t run = 0;

        while (run < n->words && n->capitals[front ? run : n->words - 1 - run])
                run++;
        return run;
}

/* The last `count` words move to the front. */
static void surname_to_front(struct latin_name *n, size_t count)
{
        struct latin_name moved = { .words = n->words, .surname = count };
        size_t len = 0;

        for (size_t i = 0; i < n->words; i++) {
                struct str word = words(n, (i + n->words - count) % n->words, (i + n->words - count) % n->words + 1);
                memcpy(moved.text + len, word.data, word.len);
                len += word.len;
                moved.start[i + 1] = len;
        }
        *n = moved;
}

/* Without a comma, capitals among words that have none tell the surname: "CHAN Tai Man", "Tai Man CHAN". */
static void find_surname(struct latin_name *n)
{
        size_t capitals = 0, front = capitals_run(n, true), back = capitals_run(n, false);

        for (size_t i = 0; i < n->words; i++)
                capitals += n->capitals[i];
        if (n->surname || capitals == n->words)
                return;
        if (front && front == capitals)
                n->surname = front;
        else if (back && back == capitals)
                surname_to_front(n, back);
}

/* `a` cut after `i` words and `b` after `j`: the same parts in the same order, or crosswise? */
static bool same_parts(const struct latin_name *a, size_t i, const struct latin_name *b, size_t j, bool crosswise)
{
        struct str front = words(b, 0, j), back = words(b, j, b->words);

        return str_eq(words(a, 0, i), crosswise ? back : front) &&
               str_eq(words(a, i, a->words), crosswise ? front : back);
}

/* Is there a cut between words of `b` that gives the parts of `a` cut after `i`, in either order? */
static bool any_order(const struct latin_name *a, size_t i, const struct latin_name *b)
{
        for (size_t j = 0; j <= b->words; j++)
                if (same_parts(a, i, b, j, false) || same_parts(a, i, b, j, true))
                        return true;
        return false;
}

static bool same_latin(const struct latin_name *a, const struct latin_name *b)
{
        if (a->surname && b->surname)
                return same_parts(a, a->surname, b, b->surname, false);
        if ((a->words == 1 || b->words == 1) && str_eq(words(a, 0, a->words), words(b, 0, b->words)))
                return true;
        if (a->surname)
                return any_order(a, a->surname, b);
        if (b->surname)
                return any_order(b, b->surname, a);
        for (size_t i = 1; i < a->words; i++)
                if (any_order(a, i, b))
                        return true;
        return false;
}

static enum verdict compare_latin(const struct code_points *a, const struct code_points *b)
{
        struct latin_name left, right;

        if (!cut_words(a, &left) || !cut_words(b, &right))
                return VERDICT_NOT_COMPARABLE;
        find_surname(&left);
        find_surname(&right);
        return same_latin(&left, &right) ? VERDICT_AGREE : VERDICT_DIFFER;
}

enum verdict name_compare(struct str a, struct str b)
{
        struct code_points left, right;

        if (!a.len || !b.len)
                return VERDICT_MISSING;
        if (!code_points_read(a, &left) || !code_points_read(b, &right))
                return VERDICT_NOT_COMPARABLE;
        enum name_script script = script_of(&left), other = script_of(&right);
        if (script == NAME_EMPTY || other == NAME_EMPTY)
                return VERDICT_MISSING;
        if (script != other || script == NAME_OTHER)
                return VERDICT_NOT_COMPARABLE;
        return script == NAME_HAN ? compare_han(&left, &right) : compare_latin(&left, &right);
}
