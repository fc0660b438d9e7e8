/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Escaping for HTML, and the judgement of addresses. */
#include "escape.h"

static struct str reference_of(char c)
{
        switch (c) {
        case '&':
                return STR("&amp;");
        case '<':
                return STR("&lt;");
        case '>':
                return STR("&gt;");
        case '"':
                return STR("&#34;");
        case '\'':
                return STR("&#39;");
        case '\t':
        case '\n':
                return STR("");
        default:
                return (unsigned char)c < 0x20 || c == 0x7f ? STR("\xef\xbf\xbd") : STR("");
        }
}

void escape_html(struct buf *b, struct str text)
{
        size_t done = 0;

        for (size_t i = 0; i < text.len; i++) {
                struct str reference = reference_of(text.data[i]);
                if (reference.len == 0)
                        continue;
                buf_add(b, str_slice(text.data + done, i - done));
                buf_add(b, reference);
                done = i + 1;
        }
        buf_add(b, str_from_index(text, done));
}

static bool is_scheme(struct str s)
{
        for (size_t i = 0; i < s.len; i++) {
                char c = s.data[i];
                bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
                bool other = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
                if (!letter && (i == 0 || !other))
                        return false;
        }
        return s.len > 0;
}

static bool runs_something(struct str scheme)
{
        static const char *const refused[] = { "javascript", "vbscript", "data", "blob", "file", "filesystem",
                                               "view-source" };

        for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
                if (str_eq_nocase(scheme, str_from(refused[i])))
                        return true;
        }
        return false;
}

static bool is_picture(struct str address)
{
        return str_starts(address, STR("data:image/png;base64,")) ||
               str_starts(address, STR("data:image/svg+xml;base64,"));
}

bool address_is_safe(struct str address)
{
        struct str scheme = str_head(address, str_find(address, ':'));
        struct str rest = str_from_index(address, scheme.len);

        if (str_starts(address, STR("/")))
                return !str_starts(address, STR("//")) && !str_starts(address, STR("/\\"));
        if (str_starts(address, STR("?")) || is_picture(address))
                return true;
        return str_starts(rest, STR("://")) && is_scheme(scheme) && !runs_something(scheme);
}
