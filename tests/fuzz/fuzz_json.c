/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* json_read of any bytes: what it accepts is within the depth, and writing and reading it again changes nothing. */
#include "fuzz.h"

#include "json.h"

static size_t larger(size_t a, size_t b)
{
        return a > b ? a : b;
}

static size_t depth_of(json_t *json)
{
        size_t deepest = 0;
        size_t i;
        const char *name;
        json_t *value;
        if (!json_is_object(json) && !json_is_array(json))
                return 0;
        json_object_foreach(json, name, value) deepest = larger(deepest, depth_of(value));
        json_array_foreach(json, i, value) deepest = larger(deepest, depth_of(value));
        return deepest + 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        auto_arena a = arena_new(FUZZ_ARENA_CAP);
        json_t *json = NULL;
        if (!is_ok(json_read(a, str_slice(data, size), size, &json))) {
                fuzz_expect(!json);
                fuzz_expect(arena_reason(a).len > 0);
                return 0;
        }
        fuzz_expect(depth_of(json) <= JSON_DEPTH_MAX);
        fuzz_expect(!is_ok(json_read(a, str_slice(data, size), size - 1, &json)));

        struct str text = json_write(a, json);
        json_t *again = NULL;
        fuzz_expect(is_ok(json_read(a, text, text.len, &again)));
        fuzz_expect(json_equal(json, again));
        fuzz_expect(str_eq(json_write(a, again), text));
        return 0;
}
