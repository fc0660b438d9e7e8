/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* uri_parse of any bytes: the parts put together give the input, and a parameter added to it changes neither origin
 * nor path nor fragment. uri_decode undoes uri_encode. */
#include "fuzz.h"

#include "uri.h"

static void check_parts(struct arena *a, struct str text, const struct uri *u)
{
        struct str put_together = ARENA_JOIN(a, u->origin, u->path, u->has_query ? STR("?") : STR(""), u->query,
                                             u->has_fragment ? STR("#") : STR(""), u->fragment);
        fuzz_expect(u->has_userinfo ? str_ends(text, put_together) : str_eq(text, put_together));
        fuzz_expect(u->has_userinfo == str_is_empty(u->origin));
        fuzz_expect(str_is_printable_ascii(text) && u->host.len > 0);
        fuzz_expect(u->path.len == 0 || u->path.data[0] == '/');
        fuzz_expect(u->port >= 0 && u->port <= 65535);
}

static void check_added(struct arena *a, struct str text, const struct uri *u)
{
        const struct param added = { .name = STR("state"), .value = STR("a&b #=\xe6\x99\xba") };
        struct str longer = uri_with_params(a, text, &added, 1);
        struct uri v;
        struct params params;
        if (longer.len > 2048)
                return;
        fuzz_expect(is_ok(uri_parse(a, longer, &v)));
        fuzz_expect(str_eq(u->origin, v.origin) && str_eq(u->path, v.path) && str_eq(u->fragment, v.fragment));
        fuzz_expect(str_starts(v.query, u->query));
        if (is_ok(params_parse(a, v.query, &params)))
                fuzz_expect(str_eq(params.items[params.count - 1].value, added.value));
}

static void check_encoding(struct arena *a, struct str bytes)
{
        struct buf b = buf_in(a, SIZE_MAX);
        uri_encode(&b, bytes);
        struct str back = { NULL, 0 };
        bool fine = is_ok(uri_decode(a, buf_str(&b), &back));
        fuzz_expect(fine == (str_find(bytes, '\0') == bytes.len));
        fuzz_expect(!fine || str_eq(back, bytes));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        auto_arena a = arena_new(FUZZ_ARENA_CAP);
        struct str text = str_slice(data, size);
        check_encoding(a, text);
        struct str decoded;
        ignore_failure(uri_decode(a, text, &decoded), "only that it ends well");

        struct uri u;
        if (!is_ok(uri_parse(a, text, &u)))
                return 0;
        check_parts(a, text, &u);
        check_added(a, text, &u);
        return 0;
}
