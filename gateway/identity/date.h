/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Calendar dates as text: "YYYY-MM-DD" (ISO 8601; OpenID Connect Core 1.0, section 5.1, birthdate).
 *
 * Documents of older people may carry only a year; such a date is written with zeros ("1950-00-00") or cut short
 * ("1950", "1950-07"). */
#pragma once

#include "str.h"

/* A day that exists in the Gregorian calendar, year 1800…2199, in exactly the form "YYYY-MM-DD"? */
bool date_is_real(struct str date);
/* The year of a full or partial date; false when the text is neither. */
bool date_year(struct str date, int *ret_year);
