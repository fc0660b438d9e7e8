/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Tests of base64url.c: the vectors of RFC 4648, section 10, and what a strict decoder refuses. */
#include "unit.h"

#include "base64url.h"

static const struct {
        const char *bytes;
        const char *standard;
        const char *url;
        const char *hex;
} vectors[] = {
        { "", "", "", "" },
        { "f", "Zg==", "Zg", "66" },
        { "fo", "Zm8=", "Zm8", "666f" },
        { "foo", "Zm9v", "Zm9v", "666f6f" },
        { "foob", "Zm9vYg==", "Zm9vYg", "666f6f62" },
        { "fooba", "Zm9vYmE=", "Zm9vYmE", "666f6f6261" },
        { "foobar", "Zm9vYmFy", "Zm9vYmFy", "666f6f626172" },
        { "\xfb\xff\xfe", "+//+", "-__-", "fbfffe" },
};

static void agrees_with_the_vectors(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
                struct str bytes = str_from(vectors[i].bytes);
                struct str decoded;
                assert_str_eq(base64_encode(a, bytes), vectors[i].standard);
                assert_str_eq(base64url_encode(a, bytes), vectors[i].url);
                assert_str_eq(hex_encode(a, bytes), vectors[i].hex);
                assert_ok(base64_decode(a, str_from(vectors[i].standard), &decoded));
                assert_same_str(decoded, bytes);
                assert_ok(base64url_decode(a, str_from(vectors[i].url), &decoded));
                assert_same_str(decoded, bytes);
        }
}

static void keeps_every_byte(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        char bytes[256];
        for (int i = 0; i < 256; i++)
                bytes[i] = (char)i;
        for (size_t from = 0; from < 4; from++) {
                struct str all = str_slice(bytes + from, 256 - from);
                struct str back;
                assert_ok(base64url_decode(a, base64url_encode(a, all), &back));
                assert_same_str(back, all);
                assert_ok(base64_decode(a, base64_encode(a, all), &back));
                assert_same_str(back, all);
        }
        assert_str_eq(str_head(hex_encode(a, str_slice(bytes, 256)), 6), "000102");
}

static void refuses_bad_base64url(void **state)
{
        (void)state;
        static const char *const bad[] = { "A",     "AAAAA",  "Zg==",    "Zg=",  "Zm8=", "+//+",       "-_/-",
                                           "Zm9v ", " Zm9v",  "Zm\n9v",  "Zh",   "Zo",   "Zm-",        "Zn",
                                           "Zm9",   "Zm9vYh", "Zm9vYmF", "Z*==", "Zm.v", "\303\251AA", "====" };
        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
                auto_arena a = arena_new(1 << 20);
                struct str bytes = STR("untouched");
                assert_error(base64url_decode(a, str_from(bad[i]), &bytes), ERR_MALFORMED);
                assert_str_eq(bytes, "untouched");
                assert_str_eq(arena_reason(a), "base64url: not well formed");
        }
}

static void refuses_bad_base64(void **state)
{
        (void)state;
        static const char *const bad[] = {
                "A",        "AA",     "AAA",  "AAA=A", "A===",     "====",     "=",
                "==",       "Zg=",    "Zg",   "Zh==",  "Zo==",     "Zm+=",     "Zm9=",
                "Zg==Zg==", "Zg==\n", "Zm=v", "-__-",  "Zm9v====", "Zm9vA===", "Zm9v\n\n\n\n"
        };
        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
                auto_arena a = arena_new(1 << 20);
                struct str bytes = STR("untouched");
                assert_error(base64_decode(a, str_from(bad[i]), &bytes), ERR_MALFORMED);
                assert_str_eq(bytes, "untouched");
                assert_reason_has(a, "base64: ");
        }
        auto_arena a = arena_new(1 << 20);
        struct str bytes;
        assert_error(base64_decode(a, STR("Zm\0v"), &bytes), ERR_MALFORMED);
        assert_error(base64url_decode(a, STR("Zm9v\0"), &bytes), ERR_MALFORMED);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(agrees_with_the_vectors),
                cmocka_unit_test(keeps_every_byte),
                cmocka_unit_test(refuses_bad_base64url),
                cmocka_unit_test(refuses_bad_base64),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
