/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A name as code points (Unicode), cleaned of what does not count when names are compared. */
#pragma once

#include "names.h"

#define NAME_POINTS_MAX NAME_BYTES_MAX

enum { MIDDLE_DOT = 0xb7 };

struct code_points {
        uint32_t at[NAME_POINTS_MAX];
        size_t count;
};

/* Decodes `name` (UTF-8, at most NAME_BYTES_MAX): blanks become ' ', dashes '-', middle dots MIDDLE_DOT, full-width
 * forms ASCII; apostrophes, full stops, joiners, combining marks and variation selectors go. False when it is too
 * long or not UTF-8. */
bool code_points_read(struct str name, struct code_points *ret_points);
bool code_point_is_han(uint32_t c);
/* Stands for a character that cannot be known: private use, U+FFFD, '*' or '?'. */
bool code_point_is_unknown(uint32_t c);
/* The upper-case ASCII base letter of a Latin letter: 'E' for U+00E9; 0 when it is none. */
char code_point_latin(uint32_t c);
bool code_point_is_lower(uint32_t c);
