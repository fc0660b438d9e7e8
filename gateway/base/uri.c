/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* URIs (uri.h; RFC 3986, section 3 and appendix A).
 *
 * Stricter than the grammar where programs disagree about its meaning: the host is a plain name, an IPv4 address or an
 * IPv6 address (no percent-encoding, no sub-delims, not empty), and a port that is written has a value. */
#include "uri.h"

#include <arpa/inet.h>

#include "percent.h"

#define URI_MAX 2048

static bool is_digit(char c)
{
        return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Is `c` one of `list`, which is never asked for NUL? */
static bool is_one_of(char c, const char *list)
{
        return c && strchr(list, c);
}

/* scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." ) */
static bool scheme_is_fine(struct str s)
{
        if (s.len == 0 || !is_letter(s.data[0]))
                return false;
        for (size_t i = 1; i < s.len; i++)
                if (!is_letter(s.data[i]) && !is_digit(s.data[i]) && !is_one_of(s.data[i], "+-."))
                        return false;
        return true;
}

/* Only unreserved and sub-delims, ':', '@', whole percent-encodings and the characters of `more`? */
static bool chars_are_fine(struct str s, const char *more)
{
        for (size_t i = 0; i < s.len; i++) {
                char c = s.data[i];
                if (percent_is_unreserved(c) || is_one_of(c, "!$&'()*+,;=:@") || is_one_of(c, more))
                        continue;
                if (c != '%' || s.len - i < 3)
                        return false;
                if (percent_hex_value(s.data[i + 1]) < 0 || percent_hex_value(s.data[i + 2]) < 0)
                        return false;
                i += 2;
        }
        return true;
}

static bool read_address(int family, struct str host, void *ret_address)
{
        char text[INET6_ADDRSTRLEN] = "";
        if (host.len >= sizeof(text) || !str_is_printable_ascii(host))
                return false;
        memcpy(text, host.data, host.len);
        return inet_pton(family, text, ret_address) == 1;
}

static bool host_is_name(struct str host)
{
        for (size_t i = 0; i < host.len; i++)
                if (!is_letter(host.data[i]) && !is_digit(host.data[i]) && !is_one_of(host.data[i], "-._"))
                        return false;
        return host.len > 0;
}

/* Takes the host off the front of *rest. */
static bool take_host(struct str *rest, struct str *ret_host)
{
        struct in6_addr address;
        if (!str_starts(*rest, STR("["))) {
                size_t end = str_find(*rest, ':');
                *ret_host = str_head(*rest, end);
                *rest = str_from_index(*rest, end);
                return host_is_name(*ret_host);
        }
        size_t end = str_find(*rest, ']');
        if (end == rest->len)
                return false;
        *ret_host = str_slice(rest->data + 1, end - 1);
        *rest = str_from_index(*rest, end + 1);
        return read_address(AF_INET6, *ret_host, &address);
}

/* authority = [ userinfo "@" ] host [ ":" port ] */
static bool parse_authority(struct str authority, struct uri *u)
{
        size_t at = str_find(authority, '@');
        u->has_userinfo = at < authority.len;
        struct str rest = u->has_userinfo ? str_from_index(authority, at + 1) : authority;
        if (u->has_userinfo && !chars_are_fine(str_head(authority, at), ""))
                return false;
        if (!take_host(&rest, &u->host))
                return false;
        if (rest.len == 0)
                return true;
        int64_t port;
        if (rest.data[0] != ':' || !str_to_int(str_from_index(rest, 1), &port) || port < 1 || port > 65535)
                return false;
        u->port = (int)port;
        return true;
}

/* Takes the part that starts with `mark` off the end of *rest. */
static bool take_tail(struct str *rest, char mark, struct str *ret_part)
{
        size_t at = str_find(*rest, mark);
        if (at == rest->len)
                return false;
        *ret_part = str_from_index(*rest, at + 1);
        *rest = str_head(*rest, at);
        return true;
}

static size_t authority_len(struct str rest)
{
        return str_find(str_head(rest, str_find(rest, '?')), '/');
}

static bool parse(struct str text, struct uri *u)
{
        struct str rest = text;
        u->has_fragment = take_tail(&rest, '#', &u->fragment);
        u->has_query = take_tail(&rest, '?', &u->query);
        u->scheme = str_head(rest, str_find(rest, ':'));
        rest = str_from_index(rest, u->scheme.len);
        if (!scheme_is_fine(u->scheme) || !str_starts(rest, STR("://")))
                return false;
        rest = str_from_index(rest, 3);
        struct str authority = str_head(rest, authority_len(rest));
        u->path = str_from_index(rest, authority.len);
        if (!parse_authority(authority, u))
                return false;
        if (!u->has_userinfo)
                u->origin = str_head(text, u->scheme.len + 3 + authority.len);
        return chars_are_fine(u->path, "/") && chars_are_fine(u->query, "/?") && chars_are_fine(u->fragment, "/?");
}

result uri_parse(struct arena *a, struct str text, struct uri *ret_uri)
{
        if (text.len > URI_MAX)
                return fail(a, ERR_MALFORMED, "URI: longer than %d bytes", URI_MAX);
        struct uri u = { 0 };
        if (!parse(text, &u))
                return fail(a, ERR_MALFORMED, "URI: not an absolute URI with a host");
        *ret_uri = u;
        return OK;
}

bool uri_is_loopback(const struct uri *u)
{
        struct in_addr v4;
        struct in6_addr v6;
        if (str_eq_nocase(u->host, STR("localhost")))
                return true;
        if (read_address(AF_INET, u->host, &v4))
                return ntohl(v4.s_addr) >> 24 == 127;
        return read_address(AF_INET6, u->host, &v6) && IN6_IS_ADDR_LOOPBACK(&v6);
}

bool uri_is_https(const struct uri *u)
{
        return str_eq_nocase(u->scheme, STR("https"));
}

void uri_encode(struct buf *b, struct str s)
{
        static const char digits[] = "0123456789ABCDEF";
        size_t plain = 0; /* start of what has not been added yet */
        for (size_t i = 0; i < s.len; i++) {
                if (percent_is_unreserved(s.data[i]))
                        continue;
                unsigned char c = (unsigned char)s.data[i];
                buf_add(b, str_slice(s.data + plain, i - plain));
                buf_add(b, str_slice((const char[]){ '%', digits[c >> 4], digits[c & 15] }, 3));
                plain = i + 1;
        }
        buf_add(b, str_from_index(s, plain));
}

result uri_decode(struct arena *a, struct str s, struct str *ret_text)
{
        char *text = arena_alloc(a, s.len + 1);
        size_t len;
        if (!percent_decode(s, PERCENT_PLUS_STAYS, text, &len))
                return fail(a, ERR_MALFORMED, "URI: broken percent-encoding");
        *ret_text = str_slice(text, len);
        return OK;
}

struct str uri_with_params(struct arena *a, struct str uri, const struct param *params, size_t count)
{
        if (count == 0)
                return arena_copy(a, uri);
        size_t end = str_find(uri, '#');
        struct str front = str_head(uri, end);
        struct buf b = buf_in(a, SIZE_MAX);
        buf_add(&b, front);
        if (str_find(front, '?') == front.len)
                buf_add_char(&b, '?');
        for (size_t i = 0; i < count; i++)
                form_add(&b, arena_cstr(a, params[i].name), params[i].value);
        buf_add(&b, str_from_index(uri, end));
        return buf_str(&b);
}
