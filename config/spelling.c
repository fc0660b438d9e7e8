/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The nearest known word, by optimal string alignment distance: one letter left out, added or changed, or two
 * neighbours swapped, counts one. Near means at most a quarter of the word and one more. */
#include "spelling.h"

#include "arena.h"

#define WORD_MAX 48

static size_t least(size_t a, size_t b)
{
        return a < b ? a : b;
}

static size_t spelling_distance(struct str a, struct str b)
{
        size_t rows[3][WORD_MAX + 1] = { 0 };
        for (size_t j = 0; j <= b.len; j++)
                rows[0][j] = j;
        for (size_t i = 1; i <= a.len; i++) {
                size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
                row[0] = i;
                for (size_t j = 1; j <= b.len; j++) {
                        size_t changed = above[j - 1] + (a.data[i - 1] != b.data[j - 1]);
                        row[j] = least(changed, least(above[j], row[j - 1]) + 1);
                        if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] && a.data[i - 2] == b.data[j - 1])
                                row[j] = least(row[j], two_above[j - 2] + 1);
                }
        }
        return rows[a.len % 3][b.len];
}

struct spelling spelling_of(struct str wrong)
{
        return (struct spelling){ .wrong = wrong, .distance = wrong.len / 4 + 2 };
}

void spelling_consider(struct spelling *s, struct str known)
{
        if (s->wrong.len > WORD_MAX || known.len > WORD_MAX)
                return;
        size_t distance = spelling_distance(s->wrong, known);
        if (distance >= s->distance)
                return;
        s->best = known;
        s->distance = distance;
}

void spelling_consider_words(struct spelling *s, const char *list)
{
        struct str rest = str_from(list), word;
        while (str_split(&rest, ' ', &word))
                spelling_consider(s, word);
}

struct str spelling_hint(struct arena *a, const struct spelling *s)
{
        if (str_is_empty(s->best))
                return STR("");
        return arena_printf(a, "; did you mean \"%.*s\"?", STR_FMT(s->best));
}
