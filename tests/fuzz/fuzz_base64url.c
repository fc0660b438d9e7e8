/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* base64url and base64: encoding any bytes and decoding gives them back; a text that decodes is the one text that
 * encodes to it. */
#include "fuzz.h"

#include "base64url.h"

struct coding {
        struct str (*encode)(struct arena *a, struct str bytes);
        result (*decode)(struct arena *a, struct str text, struct str *ret_bytes);
};

static void check(struct arena *a, const struct coding *coding, struct str input)
{
        struct str bytes = { NULL, 77 };
        fuzz_expect(is_ok(coding->decode(a, coding->encode(a, input), &bytes)));
        fuzz_expect(str_eq(bytes, input));

        bytes = (struct str){ NULL, 77 };
        if (is_ok(coding->decode(a, input, &bytes)))
                fuzz_expect(str_eq(coding->encode(a, bytes), input));
        else
                fuzz_expect(bytes.len == 77);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        auto_arena a = arena_new(FUZZ_ARENA_CAP);
        check(a, &(struct coding){ base64url_encode, base64url_decode }, str_slice(data, size));
        check(a, &(struct coding){ base64_encode, base64_decode }, str_slice(data, size));
        return 0;
}
