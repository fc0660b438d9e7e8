/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Folding of Han characters by binary search in the sorted pairs of han_fold.def. */
#include "han_fold.h"

#include <uchar.h>

/* One string: code point, its fold, code point, its fold, … */
static const char32_t pairs[] =
#include "han_fold.def"
        ;

size_t han_fold_count(void)
{
        return (sizeof(pairs) / sizeof(pairs[0]) - 1) / 2;
}

void han_fold_pair(size_t index, uint32_t *ret_from, uint32_t *ret_to)
{
        *ret_from = pairs[2 * index];
        *ret_to = pairs[2 * index + 1];
}

uint32_t han_fold(uint32_t code_point)
{
        size_t low = 0, high = han_fold_count();

        while (low < high) {
                size_t middle = low + (high - low) / 2;
                if (pairs[2 * middle] == code_point)
                        return pairs[2 * middle + 1];
                if (pairs[2 * middle] < code_point)
                        low = middle + 1;
                else
                        high = middle;
        }
        return code_point;
}
