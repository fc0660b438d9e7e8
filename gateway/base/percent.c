/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Percent-encoding (percent.h; RFC 3986, sections 2.1 and 2.3). */
#include "percent.h"

bool percent_is_unreserved(char c)
{
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
                return true;
        return c == '-' || c == '.' || c == '_' || c == '~';
}

int percent_hex_value(char c)
{
        if (c >= '0' && c <= '9')
                return c - '0';
        if (c >= 'a' && c <= 'f')
                return c - 'a' + 10;
        if (c >= 'A' && c <= 'F')
                return c - 'A' + 10;
        return -1;
}

/* The byte behind the two digits at the front of `digits`; 0, which is refused, when they are none. */
static char decode_byte(struct str digits)
{
        int high = digits.len >= 2 ? percent_hex_value(digits.data[0]) : -1;
        int low = digits.len >= 2 ? percent_hex_value(digits.data[1]) : -1;
        return high < 0 || low < 0 ? '\0' : (char)(high << 4 | low);
}

bool percent_decode(struct str s, enum percent_plus plus, char *bytes, size_t *ret_len)
{
        size_t out = 0;
        for (size_t i = 0; i < s.len; i++) {
                char c = s.data[i];
                if (c == '%') {
                        c = decode_byte(str_from_index(s, i + 1));
                        i += 2;
                } else if (c == '+' && plus == PERCENT_PLUS_IS_SPACE) {
                        c = ' ';
                }
                if (c == '\0')
                        return false;
                bytes[out++] = c;
        }
        *ret_len = out;
        return true;
}
