/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* params_parse of any bytes: what it accepts is UTF-8 without NUL, as sent and decoded, and encoding and parsing it again changes nothing. */
#include "fuzz.h"

#include "form.h"

static void check_param(struct arena *a, const struct params *p, size_t i)
{
        const char *name = arena_cstr(a, p->items[i].name);
        fuzz_expect(str_is_utf8(p->items[i].name) && str_is_utf8(p->items[i].value));
        fuzz_expect(params_has(p, name));
        size_t first = 0;
        while (!str_eq(p->items[first].name, p->items[i].name))
                first++;
        fuzz_expect(str_eq(params_get(p, name), p->items[first].value));
        fuzz_expect(first == i || params_is_repeated(p, name));
        fuzz_expect(first == i || params_is_repeated(p, arena_cstr(a, params_first_repeated(p))));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        auto_arena a = arena_new(FUZZ_ARENA_CAP);
        struct params p = { .count = 77 };
        if (!is_ok(params_parse(a, str_slice(data, size), &p))) {
                fuzz_expect(p.count == 77 && arena_reason(a).len > 0);
                return 0;
        }
        fuzz_expect(p.count <= PARAMS_MAX);
        fuzz_expect(str_is_utf8(p.text) && p.text.len == size && (size == 0 || !memchr(p.text.data, 0, size)));
        struct buf b = buf_in(a, SIZE_MAX);
        for (size_t i = 0; i < p.count; i++) {
                check_param(a, &p, i);
                form_add(&b, arena_cstr(a, p.items[i].name), p.items[i].value);
        }
        fuzz_expect(str_is_printable_ascii(buf_str(&b)));

        struct params again;
        fuzz_expect(is_ok(params_parse(a, buf_str(&b), &again)));
        fuzz_expect(again.count == p.count);
        for (size_t i = 0; i < p.count; i++) {
                fuzz_expect(str_eq(again.items[i].name, p.items[i].name));
                fuzz_expect(str_eq(again.items[i].value, p.items[i].value));
        }
        return 0;
}
