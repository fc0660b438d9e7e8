/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The protocol's published example values (made-up keys), and what must be refused. */
#include "unit.h"

#include "cipher.h"
#include "iamsmart_wire.h"

static const struct str client_id = STR("00112233445566778899aabbccddeeff");
static const struct str client_secret = STR("not-a-real-secret-0123456789abcdef");

static const struct str token_body =
        STR("{\"content\":\"AAAADKChoqOkpaanqKmqq506H0IhriCFQFXmtzZC9u1FnzokoIMhWqg2H7EZyBYx4kJzyswbMVxuvijqbgjilzNPPzgH8"
            "iBcICt/NssC7MrVyOwAXvqHj5CH3WX9BNZ11l9sKRg0ZrCoJa2q\"}");

static struct str cek_from(struct arena *a, int first)
{
        char *key = arena_alloc(a, CEK_SIZE);
        for (int i = 0; i < CEK_SIZE; i++)
                key[i] = (char)(first + i);
        return str_slice(key, CEK_SIZE);
}

static struct str iv_from(struct arena *a, int first)
{
        return str_head(cek_from(a, first), 12);
}

static void test_signature_of_empty_body(void **state)
{
        (void)state;
        auto_arena a = arena_new(65536);
        struct wire_signed message = { client_id, STR("1795320000000"), STR("6b1d7f9e-3c52-4a8e-9f10-2d3c4b5a6978"), STR("") };
        assert_same_str(wire_signature(a, client_secret, &message), STR("5VV%2Ffqx4fe7dTxTlObee70fyf6mXgDo32Ep0mC8kRXo%3D"));
        message.body = STR("{}");
        assert_same_str(wire_signature(a, client_secret, &message),
                   STR("DYrfhyfaHh3ldZPD%2B%2F0dp%2FH7jH5Y6qAGfOhJ1Qx5h5A%3D"));
}

static void test_signature_covers_the_body(void **state)
{
        (void)state;
        auto_arena a = arena_new(65536);
        struct wire_signed message = { client_id, STR("1795320001000"), STR("0f8fad5bd9cb469fa16570867728950e"), token_body };
        assert_same_str(wire_signature(a, client_secret, &message),
                   STR("BURowp5lCK8d%2FraBmboga9gmu8bi4ZRPBw%2FdIfWZkXg%3D"));
        message.body = str_head(token_body, token_body.len - 1);
        assert_false(str_is(wire_signature(a, client_secret, &message),
                            "BURowp5lCK8d%2FraBmboga9gmu8bi4ZRPBw%2FdIfWZkXg%3D"));
}

static void test_frame(void **state)
{
        (void)state;
        auto_arena a = arena_new(65536);
        struct str clear = STR("{\"code\":\"0ad186353c424c64897fcc00445c9ba1\",\"grantType\":\"authorization_code\"}");
        struct str frame = wire_frame(a, cek_from(a, 0), iv_from(a, 0xa0), clear);
        assert_same_str(ARENA_JOIN(a, STR("{\"content\":\""), frame, STR("\"}")), token_body);
        struct str opened;
        assert_true(is_ok(wire_unframe(a, cek_from(a, 0), frame, &opened)));
        assert_same_str(opened, clear);
}

static void test_callback_content(void **state)
{
        (void)state;
        auto_arena a = arena_new(65536);
        struct str clear;
        assert_true(is_ok(wire_unframe(
                a, cek_from(a, 0x40),
                STR("AAAADMDBwsPExcbHyMnKyyRmUrsJ81OOB8ptcomZgP75x2th6ksePJqLCl0ZHkl/5QYwt8KWI9nSAhEheA11EUGmO0FgCERqjZEa"
                    "FY1s1GM4zul3vHYfRO5mxkTvAYtAu/HlxvlESDMT6rVKXeTYQNiB6pgiRwWq4snWqIRqHlgUcRZA5aIZN+lHAi3/BnSgbUWbYgWg"
                    "cNgc6paTburNTWJiqnhlCts5w2QAM8Cfb+yfBEv+9HaGXTSpfZP9oxmOc0dpOJPCNPvsWLkdyoy+r+1pGj+ApSYu7o+ZhbwnLC5Q"
                    "Nts33DsvdbXORDGtFCwe/7lRX/Z1t4qeqH8Yb1WX55I+hI3h6/8qIx5sHPklHpjH"),
                &clear)));
        json_t *content;
        assert_true(is_ok(json_read_object(a, clear, 4096, &content)));
        assert_true(str_is(json_str(content, "businessID"), "3f2504e04f8911d39a0c0305e82c3301"));
        assert_true(str_is(json_str(json_object_get(content, "chName"), "ChineseName"), "陳大文"));
}

static void test_unframe_refuses(void **state)
{
        (void)state;
        auto_arena a = arena_new(65536);
        struct str clear, key = cek_from(a, 0);
        struct str frame = wire_frame(a, key, iv_from(a, 0xa0), STR("{}"));
        char *damaged = arena_cstr(a, frame);
        damaged[frame.len - 6] ^= 1;
        assert_true(is_error(wire_unframe(a, key, str_from(damaged), &clear), &ERR_VERIFY));
        assert_true(is_error(wire_unframe(a, cek_from(a, 1), frame, &clear), &ERR_VERIFY));
        assert_true(is_error(wire_unframe(a, key, STR(""), &clear), &ERR_VERIFY));
        assert_true(is_error(wire_unframe(a, key, STR("AAAADA=="), &clear), &ERR_VERIFY));
        assert_true(is_error(wire_unframe(a, key, STR("not base64!"), &clear), &ERR_VERIFY));
        /* An IV of 16 bytes announced. */
        assert_true(is_error(wire_unframe(a, key, ARENA_JOIN(a, STR("AAAAEA"), str_from_index(frame, 6)), &clear), &ERR_VERIFY));
}

static void test_envelope(void **state)
{
        (void)state;
        auto_arena a = arena_new(65536);
        json_t *envelope = wire_envelope(a, "D20004", str_from(wire_message("D20004")));
        struct str transaction = json_str(envelope, "txID");
        assert_int_equal(transaction.len, 36);
        assert_true(str_starts(transaction, STR("<T=")) && str_ends(transaction, STR(">")));
        assert_true(str_is(json_str(envelope, "message"), "duplicated request"));
}

static void test_pem(void **state)
{
        (void)state;
        auto_arena a = arena_new(65536);
        struct str der;
        assert_true(is_ok(wire_pem_read(a, STR("-----BEGIN PUBLIC KEY-----\r\nQUJD\r\nREVG\r\n-----END PUBLIC KEY-----\n"), &der)));
        assert_same_str(der, STR("ABCDEF"));
        assert_true(is_error(wire_pem_read(a, STR("-----BEGIN PUBLIC KEY-----\nQUJD\n"), &der), &ERR_CONFIG));
        assert_true(is_error(wire_pem_read(a, STR("QUJD"), &der), &ERR_CONFIG));
        assert_true(is_error(wire_pem_read(a, STR("-----BEGIN X-----\nQ*\n-----END X-----"), &der), &ERR_CONFIG));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_signature_of_empty_body), cmocka_unit_test(test_signature_covers_the_body),
                cmocka_unit_test(test_frame),                   cmocka_unit_test(test_callback_content),
                cmocka_unit_test(test_unframe_refuses),         cmocka_unit_test(test_envelope),
                cmocka_unit_test(test_pem),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
