/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Are two assertions about the same person? A grade, and the verdict of each field, so that a page can say what
 * did not agree.
 *
 * The rules, first that applies:
 *   none    the date of birth or the document differs; or nothing that tells people apart agrees (date of birth, a
 *           name, the document); or gender and a name both differ without an agreeing document
 *   weak    gender or a name differs
 *   exact   the document, the date of birth and a name agree
 *   strong  date of birth, gender and a name agree
 *   weak    the rest: nothing differs, but too much is missing or cannot be compared
 *
 * A document is compared with one of its own type only: the two sides of a boundary usually show different ones (an
 * identity card here, a travel permit there), which says nothing. Passports are renewed under new numbers, so two
 * that differ say nothing either. A weak match is never a yes by itself: strong is the least that two careful
 * registers reach without a common document, and policy says what a binding needs. */
#pragma once

#include "document.h"
#include "names.h"

enum match_grade {
        MATCH_NONE = 0,
        MATCH_WEAK,
        MATCH_STRONG,
        MATCH_EXACT,
};

/* One side. The document's number in `attributes` is not looked at. */
struct match_side {
        const struct attributes *attributes;
        enum document_type document_type; /* DOCUMENT_NONE: the source showed none */
        struct str document_pseudonym;    /* document_pseudonym(), both sides from the same seal */
};

struct match {
        enum match_grade grade;
        enum verdict birth_date;
        enum verdict gender;
        enum verdict name_native; /* Han */
        enum verdict name_latin;
        enum verdict document;
};

/* Symmetric: match_of(a, b) equals match_of(b, a). */
struct match match_of(const struct match_side *a, const struct match_side *b);

/* "none", "weak", "strong", "exact"; "missing", "not_comparable", "differ", "agree". */
struct str match_grade_name(enum match_grade grade);
struct str verdict_name(enum verdict verdict);
