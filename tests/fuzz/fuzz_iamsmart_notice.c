/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What iAM Smart posts to us, read as notice, frame and fields: a frame that opens closes again to the same bytes, an
 * envelope's parts have the form that the rest relies on, and attributes are well-formed. The content in clear is tried
 * too, since no fuzzer guesses a frame's tag. */
#include "fuzz.h"

#include "base64url.h"
#include "iamsmart.h"

static struct str key(void)
{
        return STR("0123456789abcdef0123456789abcdef");
}

static void check_frame(struct arena *a, struct str frame)
{
        struct str plain = { 0 }, bytes = { 0 };

        if (!is_ok(iamsmart_frame_open(a, key(), frame, &plain)))
                return;
        fuzz_expect(is_ok(base64_decode(a, frame, &bytes)) && bytes.len == plain.len + 32);
        fuzz_expect(str_eq(iamsmart_frame_close(a, key(), str_slice(bytes.data + 4, 12), plain), frame));
}

static void check_attributes(struct arena *a, const json_t *fields)
{
        struct attributes p = { .email = STR("untouched") };

        if (!is_ok(iamsmart_attributes(a, fields, &p))) {
                fuzz_expect(str_is(p.email, "untouched"));
                return;
        }
        fuzz_expect(p.birth_date.len == 0 || (p.birth_date.len == 10 && p.birth_date.data[4] == '-'));
        fuzz_expect(p.gender.len == 0 || str_is(p.gender, "male") || str_is(p.gender, "female"));
        fuzz_expect((p.document_type.len > 0) == (p.document_number.len > 0));
        fuzz_expect(p.document_number.len <= 9 && str_is_printable_ascii(p.document_number));
        fuzz_expect(p.name_native.len <= 512 && p.name_latin.len <= 512);
}

static void check_own_frame(struct arena *a, struct str plain)
{
        struct str frame = iamsmart_frame_close(a, key(), STR("0123456789ab"), plain), again = { 0 };

        fuzz_expect(is_ok(iamsmart_frame_open(a, key(), frame, &again)) && str_eq(again, plain));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        auto_arena a = arena_new(FUZZ_ARENA_CAP);
        struct str text = str_slice(data, size);
        struct iamsmart_envelope e = { 0 };

        check_frame(a, text);
        check_own_frame(a, text);
        if (!is_ok(iamsmart_envelope_parse(a, text, &e)))
                return 0;
        fuzz_expect(e.code.len <= 16 && str_is_printable_ascii(e.code));
        fuzz_expect(e.transaction.len <= 128 && str_is_printable_ascii(e.transaction));
        fuzz_expect(iamsmart_code_error(e.code) || str_is(e.code, "D00000"));
        fuzz_expect(iamsmart_expiry(json_int(e.content, "issueAt", 0), json_int(e.content, "expiresIn", 0)) >= 0);
        check_frame(a, json_text(e.content));
        check_attributes(a, e.content);
        return 0;
}
