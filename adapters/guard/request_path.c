/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Reading the path of a request (RFC 3986, sections 2.1, 3.3 and 6.2.2): see request_path.h for what is refused. */
#include "request_path.h"

#include "percent.h"

static result refuse(struct arena *a, const char *why)
{
        return fail(a, ERR_ACCESS_DENIED, "the path is refused: %s", why);
}

/* Bytes that stand for themselves in a path: RFC 3986, section 3.3, without ";", "%" and "/". */
static bool is_plain(char c)
{
        return percent_is_unreserved(c) || (c && strchr("!$&'()*+,=:@", c));
}

static bool is_ambiguous_once_decoded(char c)
{
        return (unsigned char)c < 0x20 || c == 0x7f || strchr("/\\%;", c);
}

/* Takes the byte or the %XX at *at; moves *at to its last byte. */
static result decode_one(struct arena *a, struct str s, size_t *at, char *ret_c)
{
        char c = s.data[*at];
        if (c == '/' || is_plain(c)) {
                *ret_c = c;
                return OK;
        }
        int high = c == '%' && *at + 2 < s.len ? percent_hex_value(s.data[*at + 1]) : -1;
        int low = high >= 0 ? percent_hex_value(s.data[*at + 2]) : -1;
        if (low < 0)
                return refuse(a, "it has a byte that may not be there as it is, or a broken percent-encoding");
        c = (char)(high << 4 | low);
        if (is_ambiguous_once_decoded(c))
                return refuse(a, "it has an encoded slash, backslash, percent sign, semicolon or control character");
        *at += 2;
        *ret_c = c;
        return OK;
}

static result check_segments(struct arena *a, struct str path)
{
        struct str rest = str_from_index(path, 1), segment;
        while (str_split(&rest, '/', &segment)) {
                if (str_is_empty(segment) && rest.data)
                        return refuse(a, "it has an empty segment");
                if (str_is(segment, ".") || str_is(segment, ".."))
                        return refuse(a, "it has a dot segment");
        }
        return OK;
}

result request_path_parse(struct arena *a, struct str target, struct str *ret_path)
{
        struct str raw = str_head(target, str_find(target, '?'));
        if (raw.len == 0 || raw.len > REQUEST_PATH_MAX || raw.data[0] != '/')
                return refuse(a, "it does not begin with \"/\" or is too long");
        struct buf decoded = buf_in(a, REQUEST_PATH_MAX);
        for (size_t i = 0; i < raw.len; i++) {
                char c = 0;
                TRY(decode_one(a, raw, &i, &c));
                buf_add_char(&decoded, c);
        }
        struct str path = buf_str(&decoded);
        if (!str_is_utf8(path))
                return refuse(a, "it is not UTF-8");
        TRY(check_segments(a, path));
        *ret_path = path;
        return OK;
}

bool request_path_is_under(struct str path, struct str prefix)
{
        if (str_is(prefix, "/"))
                return true;
        return str_starts(path, prefix) && (path.len == prefix.len || path.data[prefix.len] == '/');
}
