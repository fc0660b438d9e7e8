/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Folding of Han characters, so that a name written in Traditional characters in one place and in Simplified ones in
 * another compares equal.
 *
 * Each code point goes to one representative, the simplified form. Where Simplified writing merged several
 * characters (鍾 and 鐘, 後 and 后), these compare equal too: the difference is lost on one side anyway. Characters that
 * are in use as they are on both sides (喆, 堃, 祐) are not folded, and neither are characters outside of the table. */
#pragma once

#include <stddef.h>
#include <stdint.h>

uint32_t han_fold(uint32_t code_point);
/* Number of pairs in the table, and one of them: for tests. */
size_t han_fold_count(void);
void han_fold_pair(size_t index, uint32_t *ret_from, uint32_t *ret_to);
