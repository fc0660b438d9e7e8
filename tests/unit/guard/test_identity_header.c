/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Claims as headers: decoding gives back what the token said, and nothing breaks out of its line. */
#include "unit.h"

#include "identity_header.h"

static void expect(const char *json, const char *want)
{
        auto_arena a = arena_new(1 << 16);
        json_t *object = NULL;
        struct str value;
        assert_ok(json_read_object(a, arena_printf(a, "{\"c\":%s}", json), 65536, &object));
        assert_ok(identity_header_value(a, json_object_get(object, "c"), &value));
        assert_str_eq(value, want);
}

static void test_values(void **state)
{
        (void)state;
        expect("\"urn:baygate:acr:high\"", "urn:baygate:acr:high");
        expect("\"a b,c\"", "a b,c");
        expect("\" a \"", "%20a%20");
        expect("\"100%\"", "100%25");
        expect("\"陳\"", "%E9%99%B3");
        expect("\"a\\r\\nX-Admin: 1\\u007f\"", "a%0D%0AX-Admin: 1%7F");
        expect("12345678901", "12345678901");
        expect("true", "true");
        expect("false", "false");
        expect("null", "");
        expect("\"\"", "");
        expect("[]", "");
        expect("[\"a\",\"b,c\",3,true]", "a,b%2Cc,3,true");
        expect("{\"a\":\"陳\"}", "{\"a\":\"%E9%99%B3\"}");
        expect("[[1,2]]", "[1%2C2]");
}

static void test_absent_and_too_long(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct str value = STR("x");
        char text[5000];
        assert_ok(identity_header_value(a, NULL, &value));
        assert_str_empty(value);
        memset(text, 'a', sizeof(text));
        json_t *object = json_new_object(a);
        json_put_str(object, "c", str_slice(text, sizeof(text)));
        assert_error(identity_header_value(a, json_object_get(object, "c"), &value), ERR_TOO_LARGE);
}

int main(void)
{
        const struct CMUnitTest tests[] = { cmocka_unit_test(test_values), cmocka_unit_test(test_absent_and_too_long) };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
