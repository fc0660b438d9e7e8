/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Comparing names of persons across scripts and spellings.
 *
 * Han: Traditional and Simplified are folded (han_fold.h); blanks, middle dots and variation selectors do not count;
 * characters beyond the Basic Multilingual Plane count like any other. A character that a source could not write or
 * hides (private use, U+FFFD, '*', '?') can make a name not comparable, never make it agree.
 *
 * Latin: case, hyphens, apostrophes, accents, full-width forms and the spacing inside the surname and inside the
 * given names do not count. The surname is known from a comma ("CHAN, Tai Man") or from capitals ("Tai Man CHAN");
 * where both are known, surname and given names must agree each. Where one is not known, either order agrees, split
 * between words.
 *
 * One name in Han and one in Latin cannot be compared: that is a verdict of its own and no mismatch, for a
 * romanisation does not follow from the characters. Nothing here allocates. */
#pragma once

#include "str.h"

/* What a comparison of one field says. */
enum verdict {
        VERDICT_MISSING = 0,    /* one side or both say nothing */
        VERDICT_NOT_COMPARABLE, /* both say something, in ways that cannot be compared */
        VERDICT_DIFFER,
        VERDICT_AGREE,
};

enum name_script {
        NAME_EMPTY = 0,
        NAME_HAN,
        NAME_LATIN,
        NAME_OTHER, /* another script, mixed, too long or not UTF-8 */
};

#define NAME_BYTES_MAX 256
#define NAME_WORDS_MAX 16

enum name_script name_script(struct str name);
enum verdict name_compare(struct str a, struct str b);
