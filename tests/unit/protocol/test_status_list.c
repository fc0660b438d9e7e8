/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Status lists: claims, the order of the bits as in the example of the IETF's text, and lists that are none or unpack to
 * more than they should. */
#include "unit.h"

#include <zlib.h>

#include "base64url.h"
#include "status_list.h"

#define NOW 1700000000
#define SIZE 65536

static const struct config config = {
        .issuer = { "https://gateway.example", 23 },
        .status_list = { .enabled = true, .ttl = 5 },
};

static json_t *rendered(struct arena *a, struct str bits, size_t size)
{
        const struct status_list list = { .number = 7, .bits = bits, .size = size, .now = NOW, .life = 3600 };
        json_t *claims = NULL;

        assert_ok(status_list_render(a, &config, &list, &claims));
        return claims;
}

/* As a service does it: unpacks, then looks. */
static result check(struct arena *a, const json_t *claims, int64_t index, size_t max_size, bool *ret_revoked)
{
        struct str bits;

        TRY(status_list_read(a, claims, max_size, &bits));
        return status_list_look(a, bits, index, ret_revoked);
}

static bool is_revoked(struct arena *a, const json_t *claims, int64_t index)
{
        bool revoked = false;

        assert_ok(check(a, claims, index, SIZE, &revoked));
        return revoked;
}

static void test_claims(void **state)
{
        auto_arena a = arena_new(1 << 20);
        json_t *claims = rendered(a, STR(""), SIZE), *place = status_list_claim(a, &config, 7, 65535);
        (void)state;
        assert_str_eq(json_str(claims, "iss"), "https://gateway.example");
        assert_str_eq(json_str(claims, "sub"), "https://gateway.example/status_lists/7");
        assert_int_equal(json_int(claims, "iat", 0), NOW);
        assert_int_equal(json_int(claims, "exp", 0), NOW + 3600);
        assert_int_equal(json_int(claims, "ttl", 0), 5);
        assert_int_equal(json_int(json_object_get(claims, "status_list"), "bits", 0), 1);
        assert_str_eq(json_write(a, place),
                      "{\"status_list\":{\"idx\":65535,\"uri\":\"https://gateway.example/status_lists/7\"}}");
}

/* The example of the IETF's text: 0xB9 and 0xA3, places 0 to 15. */
static void test_order_of_bits(void **state)
{
        static const bool want[] = { 1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1 };
        auto_arena a = arena_new(1 << 20);
        json_t *claims = rendered(a, STR("\xB9\xA3"), 16), *text = json_new_object(a), *list = json_object();
        (void)state;
        for (int64_t i = 0; i < 16; i++)
                assert_int_equal(is_revoked(a, claims, i), want[i]);
        /* and its "lst", made by another program */
        json_object_set_new(text, "status_list", list);
        json_put_int(list, "bits", 1);
        json_put_str(list, "lst", STR("eNrbuRgAAhcBXQ"));
        for (int64_t i = 0; i < 16; i++)
                assert_int_equal(is_revoked(a, text, i), want[i]);
}

/* A list says nothing by its length: places that nobody wrote are there. */
static void test_whole(void **state)
{
        auto_arena a = arena_new(1 << 20);
        json_t *claims = rendered(a, STR("\x01"), SIZE);
        bool revoked = true;
        (void)state;
        assert_true(is_revoked(a, claims, 0));
        assert_false(is_revoked(a, claims, 1));
        assert_false(is_revoked(a, claims, SIZE - 1));
        assert_error(check(a, claims, SIZE, SIZE, &revoked), ERR_VERIFY);
        assert_error(check(a, claims, -1, SIZE, &revoked), ERR_VERIFY);
        assert_error(check(a, claims, INT64_MIN, SIZE, &revoked), ERR_VERIFY);
        assert_error(check(a, claims, INT64_MAX, SIZE, &revoked), ERR_VERIFY);
        assert_true(revoked); /* untouched */
}

/* Even a list that can't be compressed fits into a JWS. */
static void test_worst_size(void **state)
{
        auto_arena a = arena_new(1 << 20);
        char noise[SIZE / 8];
        unsigned seed = 1;
        (void)state;
        for (size_t i = 0; i < sizeof(noise); i++)
                noise[i] = (char)((seed = seed * 1103515245 + 12345) >> 16);
        struct str text = json_write(a, rendered(a, str_slice(noise, sizeof(noise)), SIZE));
        assert_true(text.len > SIZE / 8);
        assert_true(text.len * 4 / 3 + 400 < 16384);
}

/* A list with this "lst"; empty: without one. */
static json_t *with_list(struct arena *a, struct str lst)
{
        json_t *claims = rendered(a, STR("\x01"), SIZE);

        json_object_del(json_object_get(claims, "status_list"), "lst");
        json_put_str(json_object_get(claims, "status_list"), "lst", lst);
        return claims;
}

static struct str packed(struct arena *a, size_t len)
{
        uLongf room = compressBound(len);
        unsigned char *bits = arena_new_array(a, unsigned char, len), *out = arena_new_array(a, unsigned char, room);

        assert_int_equal(compress2(out, &room, bits, len, 9), Z_OK);
        return base64url_encode(a, str_slice(out, room));
}

/* Not a byte more than asked for is unpacked, however little it takes to say so. */
static void test_bombs(void **state)
{
        auto_arena a = arena_new(64 << 20);
        struct str bomb = packed(a, 8 << 20);
        bool revoked = true;
        (void)state;
        assert_true(bomb.len < 16384);
        assert_false(is_revoked(a, with_list(a, packed(a, SIZE / 8)), 5));
        assert_error(check(a, with_list(a, packed(a, SIZE / 8 + 1)), 5, SIZE, &revoked), ERR_VERIFY);
        assert_error(check(a, with_list(a, bomb), 5, SIZE, &revoked), ERR_VERIFY);
        assert_true(revoked);
}

static void test_malformed(void **state)
{
        auto_arena a = arena_new(16 << 20);
        struct str good = packed(a, SIZE / 8);
        const struct str lists[] = { STR(""), STR("*"), STR("eA"), str_head(good, good.len - 3), str_head(good, good.len / 2),
                                     ARENA_JOIN(a, good, STR("=")), ARENA_JOIN(a, STR("AAAA"), good), packed(a, 0) };
        static const char *const claims[] = {
                "{}", "{\"status_list\":null}", "{\"status_list\":[]}", "{\"status_list\":{}}",
                "{\"status_list\":{\"bits\":2,\"lst\":\"eNrbuRgAAhcBXQ\"}}", "{\"status_list\":{\"bits\":\"1\",\"lst\":\"eNrbuRgAAhcBXQ\"}}",
                "{\"status_list\":{\"bits\":1,\"lst\":7}}", "{\"status_list\":{\"lst\":\"eNrbuRgAAhcBXQ\"}}",
        };
        bool revoked = true;
        (void)state;
        for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
                assert_error(check(a, with_list(a, lists[i]), 0, SIZE, &revoked), ERR_VERIFY);
        for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
                json_t *parsed;
                assert_ok(json_read(a, str_from(claims[i]), 4096, &parsed));
                assert_error(check(a, parsed, 0, SIZE, &revoked), ERR_VERIFY);
        }
        assert_error(check(a, NULL, 0, SIZE, &revoked), ERR_VERIFY);
        assert_true(revoked);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_claims), cmocka_unit_test(test_order_of_bits), cmocka_unit_test(test_whole),
                cmocka_unit_test(test_worst_size), cmocka_unit_test(test_bombs), cmocka_unit_test(test_malformed),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
