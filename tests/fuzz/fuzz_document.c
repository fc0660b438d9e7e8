/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* document_parse of any bytes as every type: what it accepts stays the same when read again in its normalised form,
 * in lower case, and with blanks; and a reason never quotes the input. */
#include "fuzz.h"

#include "date.h"
#include "document.h"

static void check_accepted(struct arena *a, struct str type, const struct document *d)
{
        struct document again = { 0 };
        struct buf b = buf_in(a, 256);
        for (size_t i = 0; i < d->number.len; i++) {
                char c = d->number.data[i];
                buf_add_char(&b, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
                buf_add_text(&b, "\xe3\x80\x80 ");
        }
        fuzz_expect(d->type != DOCUMENT_NONE && d->person.len > 0 && str_starts(d->number, d->person));
        fuzz_expect(str_is_printable_ascii(d->number));
        fuzz_expect(!d->birth_date.len || date_is_real(d->birth_date));
        fuzz_expect(is_ok(document_parse(a, document_type_name(d->type), d->number, &again)));
        fuzz_expect(str_eq(again.number, d->number) && str_eq(again.person, d->person));
        fuzz_expect(is_ok(document_parse(a, type, buf_str(&b), &again)));
        fuzz_expect(str_eq(again.number, d->number) && again.type == d->type);
}

/* Four digits in a row are enough to be a part of a number. */
static void check_refused(const struct arena *a)
{
        struct str reason = arena_reason(a);
        size_t run = 0;
        fuzz_expect(reason.len > 0);
        for (size_t i = 0; i < reason.len; i++) {
                run = reason.data[i] >= '0' && reason.data[i] <= '9' ? run + 1 : 0;
                fuzz_expect(run < 4);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        for (enum document_type type = DOCUMENT_HKID; type <= DOCUMENT_PASSPORT; type++) {
                auto_arena a = arena_new(FUZZ_ARENA_CAP);
                struct document d = { 0 };
                if (is_ok(document_parse(a, document_type_name(type), str_slice(data, size), &d))) {
                        check_accepted(a, document_type_name(type), &d);
                } else {
                        fuzz_expect(d.type == DOCUMENT_NONE);
                        check_refused(a);
                }
        }
        return 0;
}
