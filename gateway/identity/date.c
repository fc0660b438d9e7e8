/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Calendar dates: see date.h. The proleptic Gregorian rule of leap years is enough for dates of birth. */
#include "date.h"

#define YEAR_MIN 1800
#define YEAR_MAX 2199

static bool digits(struct str s, size_t from, size_t count, int *ret_value)
{
        int value = 0;

        for (size_t i = from; i < from + count; i++) {
                if (s.data[i] < '0' || s.data[i] > '9')
                        return false;
                value = value * 10 + (s.data[i] - '0');
        }
        *ret_value = value;
        return true;
}

static int days_in(int year, int month)
{
        static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
        bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

        return days[month - 1] + (month == 2 && leap);
}

/* Reads "YYYY", "YYYY-MM" or "YYYY-MM-DD"; what is not written is 0. */
static bool read_date(struct str s, int *year, int *month, int *day)
{
        *month = *day = 0;
        if (s.len != 4 && s.len != 7 && s.len != 10)
                return false;
        if (!digits(s, 0, 4, year) || *year < YEAR_MIN || *year > YEAR_MAX)
                return false;
        if (s.len >= 7 && (s.data[4] != '-' || !digits(s, 5, 2, month) || *month > 12))
                return false;
        if (s.len == 10 && (s.data[7] != '-' || !digits(s, 8, 2, day)))
                return false;
        return *month == 0 ? *day == 0 : *day <= days_in(*year, *month);
}

bool date_is_real(struct str date)
{
        int year, month, day;

        return read_date(date, &year, &month, &day) && month > 0 && day > 0;
}

bool date_year(struct str date, int *ret_year)
{
        int year, month, day;

        if (!read_date(date, &year, &month, &day))
                return false;
        *ret_year = year;
        return true;
}
