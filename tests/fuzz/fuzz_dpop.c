/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* dpop_check of any bytes: it ends well, and never accepts what was not signed by the key that is expected. */
#include "fuzz.h"

#include "dpop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        auto_arena a = arena_new(FUZZ_ARENA_CAP);
        const struct str origin = STR("https://a.example");
        const struct dpop_expect expect = {
                .method = STR("GET"),
                .origins = &origin,
                .origin_count = 1,
                .path = STR("/"),
                .access_token = STR("token"),
                .jkt = STR("a thumbprint that no key has"),
                .now = 1800000000,
                .window = 60,
        };
        struct str id = { 0 };
        fuzz_expect(!is_ok(dpop_check(a, str_slice(data, size), &expect, &id)));
        fuzz_expect(!id.data && arena_reason(a).len > 0);
        return 0;
}
