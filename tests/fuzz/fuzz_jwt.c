/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* jwt_check_claims of any JSON: what it accepts holds what was expected, times included. */
#include "fuzz.h"

#include "jwt.h"

#define NOW 1700000000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        const struct jwt_expect expect = { .type = "JWT",
                                           .issuer = STR("i"),
                                           .audience = STR("a"),
                                           .subject_unchecked = true,
                                           .now = NOW,
                                           .leeway = 10,
                                           .max_age = 600,
                                           .max_life = 3600,
                                           .exp_required = true };
        auto_arena a = arena_new(FUZZ_ARENA_CAP);
        json_t *claims = NULL;
        if (!is_ok(json_read(a, str_slice(data, size), 65536, &claims)))
                return 0;
        if (!is_ok(jwt_check_claims(a, claims, &expect))) {
                fuzz_expect(arena_reason(a).len > 0);
                return 0;
        }
        double expires = json_number_value(json_object_get(claims, "exp"));
        fuzz_expect(expires > NOW - 10 && expires <= NOW + 3600);
        fuzz_expect(str_is(json_str(claims, "iss"), "i"));
        const json_t *issued = json_object_get(claims, "iat");
        fuzz_expect(!issued || (json_number_value(issued) >= NOW - 610 && json_number_value(issued) <= NOW + 10));
        const json_t *audience = json_object_get(claims, "aud");
        fuzz_expect(str_is(json_text(audience), "a") || json_array_size(audience) > 0);
        return 0;
}
