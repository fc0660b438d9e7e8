/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Signature, frame and envelope against known messages, and against broken ones. */
#include "unit.h"

#include "base64url.h"
#include "iamsmart_vectors.h"
#include "iamsmart_wire.h"

static char key_a[32], key_b[32];

static struct str key_of(const char *bytes)
{
        return str_slice(bytes, 32);
}

static void test_signature(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        struct iamsmart_signing s = {
                .client_id = STR(VECTOR_CLIENT_ID),
                .client_secret = STR(VECTOR_CLIENT_SECRET),
                .timestamp = STR("1795320000000"),
                .nonce = STR("6b1d7f9e-3c52-4a8e-9f10-2d3c4b5a6978"),
        };

        assert_str_eq(iamsmart_signature(a, &s), "5VV%2Ffqx4fe7dTxTlObee70fyf6mXgDo32Ep0mC8kRXo%3D");
        s.body = STR("{}");
        assert_str_eq(iamsmart_signature(a, &s), "DYrfhyfaHh3ldZPD%2B%2F0dp%2FH7jH5Y6qAGfOhJ1Qx5h5A%3D");
        s.timestamp = STR("1795320001000");
        s.nonce = STR("0f8fad5bd9cb469fa16570867728950e");
        s.body = STR(VECTOR_TOKEN_BODY);
        assert_str_eq(iamsmart_signature(a, &s), "BURowp5lCK8d%2FraBmboga9gmu8bi4ZRPBw%2FdIfWZkXg%3D");
}

static void test_frame_close(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        struct str iv = STR("\xa0\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xa8\xa9\xaa\xab");
        struct str frame = iamsmart_frame_close(a, key_of(key_a), iv, STR(VECTOR_TOKEN_CLEAR));

        assert_same_str(ARENA_JOIN(a, STR("{\"content\":\""), frame, STR("\"}")), STR(VECTOR_TOKEN_BODY));
}

static void test_frame_open(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        struct iamsmart_envelope e = { 0 };
        struct str plain = { 0 };

        assert_ok(iamsmart_envelope_parse(a, STR(VECTOR_REPLY_BODY), &e));
        assert_str_eq(e.code, "D00000");
        assert_str_eq(e.transaction, "00000000000000000000000000000003");
        assert_str_empty(e.secret_key);
        assert_ok(iamsmart_frame_open(a, key_of(key_a), json_text(e.content), &plain));
        assert_str_eq(plain, VECTOR_REPLY_CLEAR);
        assert_ok(iamsmart_frame_open(a, key_of(key_b), STR(VECTOR_CALLBACK_CONTENT), &plain));
        assert_str_eq(plain, VECTOR_CALLBACK_CLEAR);
}

static void test_frame_with_a_foreign_key(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        struct str plain = STR("untouched");

        assert_error(iamsmart_frame_open(a, key_of(key_a), STR(VECTOR_CALLBACK_CONTENT), &plain), ERR_VERIFY);
        assert_error(iamsmart_frame_open(a, STR("short"), STR(VECTOR_CALLBACK_CONTENT), &plain), ERR_VERIFY);
        assert_str_eq(plain, "untouched");
}

/* Every single bit counts: length, IV, ciphertext and tag. */
static void test_frame_with_a_flipped_bit(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 22);
        struct str bytes = { 0 }, plain = STR("untouched");

        assert_ok(base64_decode(a, STR(VECTOR_CALLBACK_CONTENT), &bytes));
        for (size_t bit = 0; bit < 8 * bytes.len; bit++) {
                char *copy = arena_cstr(a, bytes);

                copy[bit / 8] = (char)(copy[bit / 8] ^ (1 << (bit % 8)));
                assert_false(is_ok(
                        iamsmart_frame_open(a, key_of(key_b), base64_encode(a, str_slice(copy, bytes.len)), &plain)));
        }
        assert_str_eq(plain, "untouched");
}

static void test_frame_cut(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 22);
        struct str bytes = { 0 }, plain = { 0 };

        assert_ok(base64_decode(a, STR(VECTOR_CALLBACK_CONTENT), &bytes));
        for (size_t len = 0; len < bytes.len; len++)
                assert_false(
                        is_ok(iamsmart_frame_open(a, key_of(key_b), base64_encode(a, str_head(bytes, len)), &plain)));
        assert_false(
                is_ok(iamsmart_frame_open(a, key_of(key_b), base64_encode(a, ARENA_JOIN(a, bytes, STR("x"))), &plain)));
}

static void test_frame_with_another_iv_length(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        struct str bytes = { 0 }, plain = { 0 };

        assert_ok(base64_decode(a, STR(VECTOR_CALLBACK_CONTENT), &bytes));
        for (int len = 0; len < 256; len++) {
                char *copy = arena_cstr(a, bytes);

                copy[3] = (char)len;
                if (len != 12)
                        assert_error(iamsmart_frame_open(a, key_of(key_b), base64_encode(a, str_slice(copy, bytes.len)),
                                                         &plain),
                                     ERR_MALFORMED);
        }
}

static void test_frame_is_strict_base64(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        static const char *const texts[] = {
                "", "AAAADA", "AAAADA==", "AAAADMDB\nwsPE", "AAAADMDB wsPE", "====", "\xff"
        };
        struct str plain = { 0 };

        for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
                assert_error(iamsmart_frame_open(a, key_of(key_a), str_from(texts[i]), &plain), ERR_MALFORMED);
}

static void test_envelope_bad(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        static const char *const texts[] = {
                "",
                "[]",
                "\"D00000\"",
                "{}",
                "{\"code\":0}",
                "{\"code\":null}",
                "{\"code\":\"D00000\",\"code\":\"D00000\"}",
                "{\"code\":\"D00000000000000000\"}",
                "{\"code\":\"D0\\u0000\"}",
                "{\"code\":\"D\\n\"}",
                "{\"code\":\"D00000\",\"txID\":\"\\u001b[31m\"}",
                "{\"code\":\"D00000\"} x",
                "{\"code\":\"D00000\"",
        };
        struct iamsmart_envelope e = { .code = STR("untouched") };

        for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
                assert_error(iamsmart_envelope_parse(a, str_from(texts[i]), &e), ERR_MALFORMED);
        assert_str_eq(e.code, "untouched");
}

static void test_envelope_too_large(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 22);
        struct iamsmart_envelope e = { 0 };
        struct buf b = buf_in(a, 1 << 20);

        buf_add_text(&b, "{\"code\":\"D00000\",\"txID\":\"");
        for (int i = 0; i < 129; i++)
                buf_add_char(&b, 'x');
        buf_add_text(&b, "\"}");
        assert_error(iamsmart_envelope_parse(a, buf_str(&b), &e), ERR_MALFORMED);
        b = buf_in(a, 1 << 20);
        buf_add_text(&b, "{\"code\":\"D00000\",\"content\":\"");
        for (int i = 0; i < IAMSMART_REPLY_MAX; i++)
                buf_add_char(&b, 'A');
        buf_add_text(&b, "\"}");
        assert_error(iamsmart_envelope_parse(a, buf_str(&b), &e), ERR_MALFORMED);
}

static void test_envelope_transaction(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        static const char *const rows[][2] = {
                { "<T=abc>", "abc" }, { "<T=>", "" }, { "abc", "abc" }, { "<T=abc", "<T=abc" }, { "<T=", "<T=" },
        };
        struct iamsmart_envelope e = { 0 };

        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                struct str text = arena_printf(a, "{\"txID\":\"%s\",\"code\":\"D20001\",\"msg\":\"x\"}", rows[i][0]);

                assert_ok(iamsmart_envelope_parse(a, text, &e));
                assert_str_eq(e.transaction, rows[i][1]);
                assert_null(e.content);
        }
}

static void test_expiry(void **state)
{
        (void)state;
        assert_int_equal(iamsmart_expiry(1795320001200, 86400000), 1795406401200);
        assert_int_equal(iamsmart_expiry(1795320001200, 1795406401200), 1795406401200); /* a moment */
        assert_int_equal(iamsmart_expiry(1795320001200, 0), 1795320001200);
        assert_int_equal(iamsmart_expiry(-1, 86400000), 0);
        assert_int_equal(iamsmart_expiry(1795320001200, -1), 0);
        assert_int_equal(iamsmart_expiry(INT64_MAX, INT64_MAX), 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_signature),
                cmocka_unit_test(test_frame_close),
                cmocka_unit_test(test_frame_open),
                cmocka_unit_test(test_frame_with_a_foreign_key),
                cmocka_unit_test(test_frame_with_a_flipped_bit),
                cmocka_unit_test(test_frame_cut),
                cmocka_unit_test(test_frame_with_another_iv_length),
                cmocka_unit_test(test_frame_is_strict_base64),
                cmocka_unit_test(test_envelope_bad),
                cmocka_unit_test(test_envelope_too_large),
                cmocka_unit_test(test_envelope_transaction),
                cmocka_unit_test(test_expiry),
        };
        vector_key(0x00, key_a);
        vector_key(0x40, key_b);
        return cmocka_run_group_tests(tests, NULL, NULL);
}
