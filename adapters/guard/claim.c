/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Reading a NumericDate: huge numbers, fractions and text are no times (RFC 7519, section 2). */
#include "claim.h"

#define TIME_MAX INT64_C(253402300799) /* the last second of the year 9999 */

bool claim_time(const json_t *claims, const char *name, int64_t *ret_time)
{
        const json_t *value = json_object_get(claims, name);
        double number = json_number_value(value);
        if (!json_is_number(value) || !(number >= 0 && number <= (double)TIME_MAX))
                return false;
        int64_t seconds = json_is_integer(value) ? json_integer_value(value) : (int64_t)number;
        if ((double)seconds != number)
                return false;
        *ret_time = seconds;
        return true;
}
