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

/* Characters that do not stand for themselves. */
static const bool is_special[256] = { ['\0'] = true, ['%'] = true, ['+'] = true };

/* What the special character at *at stands for; moves *at to its last byte. */
static bool decode_special(struct str s, enum percent_plus plus, size_t *at, char *ret_c)
{
        if (s.data[*at] == '+') {
                *ret_c = plus == PERCENT_PLUS_IS_SPACE ? ' ' : '+';
                return true;
        }
        if (s.data[*at] == '\0' || s.len - *at < 3)
                return false;
        int high = percent_hex_value(s.data[*at + 1]);
        int low = percent_hex_value(s.data[*at + 2]);
        if (high < 0 || low < 0 || high + low == 0)
                return false;
        *ret_c = (char)(high << 4 | low);
        *at += 2;
        return true;
}

bool percent_decode(struct str s, enum percent_plus plus, char *bytes, size_t *ret_len)
{
        size_t out = 0;
        for (size_t i = 0; i < s.len; i++) {
                char c = s.data[i];
                if (is_special[(unsigned char)c] && !decode_special(s, plus, &i, &c))
                        return false;
                bytes[out++] = c;
        }
        *ret_len = out;
        return true;
}
