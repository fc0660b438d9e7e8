/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* status_list_read and status_list_look of the claims of any list, compressed bits included: only places that the list has are told, and no
 * more is unpacked than was said. And bits that are the bytes themselves come back as they were. */
#include "fuzz.h"

#include "status_list.h"

#define PLACES 1024

static result check(struct arena *a, const json_t *claims, int64_t index, size_t max_size, bool *ret_revoked)
{
        struct str bits;
        TRY(status_list_read(a, claims, max_size, &bits));
        return status_list_look(a, bits, index, ret_revoked);
}

static void check_own(struct arena *a, struct str bits)
{
        static const struct config config = { .issuer = { "https://i", 9 }, .status_list = { .ttl = 5 } };
        const struct status_list list = { .bits = bits, .size = PLACES, .now = 1700000000, .life = 60 };
        json_t *claims;
        fuzz_expect(is_ok(status_list_render(a, &config, &list, &claims)));
        for (size_t i = 0; i < PLACES; i++) {
                bool want = i / 8 < bits.len && ((unsigned char)bits.data[i / 8] >> (i % 8) & 1), revoked;
                fuzz_expect(is_ok(check(a, claims, (int64_t)i, PLACES, &revoked)) && revoked == want);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        auto_arena a = arena_new(FUZZ_ARENA_CAP);
        struct str text = str_slice(data, size);
        json_t *claims;
        bool revoked;
        if (size <= 64)
                check_own(a, text);
        if (!is_ok(json_read_object(a, text, 16384, &claims)))
                return 0;
        fuzz_expect(!is_ok(check(a, claims, PLACES, PLACES, &revoked)));
        fuzz_expect(!is_ok(check(a, claims, -1, PLACES, &revoked)));
        if (is_ok(check(a, claims, 0, PLACES, &revoked)))
                fuzz_expect(json_int(json_object_get(claims, "status_list"), "bits", 0) == 1);
        return 0;
}
