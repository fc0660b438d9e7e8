/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* "Did you mean …?": the nearest of some known words, counting letters left out, added, changed and swapped. */
#pragma once

#include "str.h"

struct spelling {
        struct str wrong;
        struct str best;  /* empty while nothing is near enough */
        size_t distance;  /* of `best` */
};

/* Ready to be told the known words. */
struct spelling spelling_of(struct str wrong);
void spelling_consider(struct spelling *s, struct str known);
/* Each of the space-separated words of `list`. */
void spelling_consider_words(struct spelling *s, const char *list);
/* "; did you mean \"…\"?", or nothing when no word is near. */
struct str spelling_hint(struct arena *a, const struct spelling *s);
