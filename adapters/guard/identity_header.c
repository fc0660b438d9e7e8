/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Claims as values of headers (RFC 9110, section 5.5: printable ASCII is all that arrives everywhere). */
#include "identity_header.h"

#define VALUE_MAX 4096

/* Blanks at an end would be lost on the way (RFC 9110, section 5.5). */
static bool is_at_an_end(struct str text, size_t i)
{
        return i == 0 || i + 1 == text.len;
}

static void add_encoded(struct buf *b, struct str text, bool in_list)
{
        for (size_t i = 0; i < text.len; i++) {
                unsigned char c = (unsigned char)text.data[i];
                if (c < 0x20 || c > 0x7e || c == '%' || (in_list && c == ',') || (c == ' ' && is_at_an_end(text, i)))
                        buf_printf(b, "%%%02X", c);
                else
                        buf_add_char(b, (char)c);
        }
}

static void add_one(struct buf *b, struct arena *a, const json_t *claim, bool in_list)
{
        if (json_is_string(claim))
                add_encoded(b, json_text(claim), in_list);
        else if (json_is_object(claim) || json_is_array(claim))
                add_encoded(b, json_write(a, claim), in_list);
        else if (json_is_integer(claim))
                buf_add_int(b, json_integer_value(claim));
        else if (json_is_real(claim))
                buf_printf(b, "%.17g", json_real_value(claim));
        else if (json_is_boolean(claim))
                buf_add_text(b, json_is_true(claim) ? "true" : "false");
}

result identity_header_value(struct arena *a, const json_t *claim, struct str *ret_value)
{
        struct buf b = buf_in(a, VALUE_MAX);
        if (!json_is_array(claim))
                add_one(&b, a, claim, false);
        for (size_t i = 0; i < json_array_size(claim); i++) {
                buf_add_text(&b, i > 0 ? "," : "");
                add_one(&b, a, json_array_get(claim, i), true);
        }
        if (b.over)
                return fail(a, ERR_TOO_LARGE, "a claim is too long for a header");
        *ret_value = buf_str(&b);
        return OK;
}
