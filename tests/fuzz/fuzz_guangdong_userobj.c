/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The tokeninfo answer of Guangdong's platform: what is accepted has a subject, a level and well-formed attributes;
 * what is refused changes nothing. */
#include "fuzz.h"

#include "guangdong.h"

static void check_accepted(const struct assertion *s)
{
        const struct attributes *p = &s->attributes;

        fuzz_expect(s->subject.len > 0 && s->subject.len <= 512 && str_is_printable_ascii(s->subject));
        fuzz_expect(s->native_level.len == 2 && s->native_level.data[0] == 'L');
        fuzz_expect(s->native_level.data[1] >= '0' && s->native_level.data[1] <= '3');
        fuzz_expect(s->method.len == 0 || s->method.len == 3);
        fuzz_expect(p->birth_date.len == 0 || (p->birth_date.len == 10 && p->birth_date.data[7] == '-'));
        fuzz_expect(p->gender.len == 0 || str_is(p->gender, "male") || str_is(p->gender, "female"));
        fuzz_expect(p->document_type.len > 0 || p->document_number.len == 0);
        fuzz_expect(p->name_native.len <= 512);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        auto_arena a = arena_new(FUZZ_ARENA_CAP);
        const struct guangdong settings = { .subject_member = STR("useridcode") };
        struct assertion s = { .source = STR("guangdong"), .subject = STR("untouched") };
        json_t *answer = NULL;

        if (!is_ok(json_read_object(a, str_slice(data, size), 65536, &answer)))
                return 0;
        if (is_ok(guangdong_user(a, &settings, answer, &s)))
                check_accepted(&s);
        else
                fuzz_expect(str_is(s.subject, "untouched"));
        fuzz_expect(str_is(s.source, "guangdong"));
        return 0;
}
