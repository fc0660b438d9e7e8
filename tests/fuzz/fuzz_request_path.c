/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* request_path_parse of any bytes: what it accepts has no segment that anybody could read differently, is the same when
 * its encoding is taken off by other means, and is under each of its own beginnings by whole segments. */
#include "fuzz.h"

#include "request_path.h"
#include "uri.h"

static void check_segments(struct str path)
{
        struct str rest = str_from_index(path, 1), segment;
        size_t left = 0;
        while (str_split(&rest, '/', &segment)) {
                left++;
                fuzz_expect(!str_is(segment, ".") && !str_is(segment, ".."));
                fuzz_expect(segment.len > 0 || !rest.data);
                for (size_t i = 0; i < segment.len; i++)
                        fuzz_expect((unsigned char)segment.data[i] >= 0x20 && !strchr("\\%;\x7f", segment.data[i]));
        }
        fuzz_expect(left > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        auto_arena a = arena_new(FUZZ_ARENA_CAP);
        struct str target = str_slice(data, size), path = { 0 }, decoded = { 0 };
        if (!is_ok(request_path_parse(a, target, &path))) {
                fuzz_expect(!path.data && arena_reason(a).len > 0);
                return 0;
        }
        fuzz_expect(path.len > 0 && path.data[0] == '/' && str_is_utf8(path));
        fuzz_expect(is_ok(uri_decode(a, str_head(target, str_find(target, '?')), &decoded)) && str_eq(decoded, path));
        check_segments(path);
        for (size_t i = 1; i < path.len; i++)
                if (path.data[i] == '/')
                        fuzz_expect(request_path_is_under(path, str_head(path, i)));
        return 0;
}
