/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Profile fields: complete, partial, and of every wrong form. */
#include "unit.h"

#include "iamsmart.h"
#include "iamsmart_vectors.h"

static result read_fields(struct arena *a, const char *text, struct attributes *attributes)
{
        json_t *fields = NULL;

        assert_ok(json_read_object(a, str_from(text), 65536, &fields));
        return iamsmart_attributes(a, fields, attributes);
}

static void test_complete(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        struct attributes p = { 0 };

        assert_ok(read_fields(a, VECTOR_CALLBACK_CLEAR, &p));
        assert_str_eq(p.name_native, "陳大文");
        assert_str_eq(p.name_latin, "CHAN, Tai Man");
        assert_str_eq(p.birth_date, "1990-01-15");
        assert_str_eq(p.gender, "male");
        assert_str_eq(p.document_type, "hkid");
        assert_str_eq(p.document_number, "A1234563");
        assert_str_empty(p.phone_number);
        assert_str_empty(p.email);
}

static void test_partial(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        struct attributes p = { .gender = STR("stale") };

        assert_ok(read_fields(a, "{}", &p));
        assert_str_empty(p.name_native);
        assert_str_empty(p.gender);
        assert_str_empty(p.document_type);
        assert_ok(read_fields(a, "{\"chName\":null,\"idNo\":null,\"birthDate\":null,\"gender\":\"U\"}", &p));
        assert_str_empty(p.gender);
        assert_ok(read_fields(a, "{\"chNameVerified\":\"𠮷田\",\"gender\":\"F\"}", &p)); /* beyond the basic plane */
        assert_str_eq(p.name_native, "𠮷田");
        assert_str_eq(p.gender, "female");
        assert_ok(read_fields(a, "{\"chName\":{\"ChineseName\":\"申智能\"},\"chNameVerified\":\"其他\"}", &p));
        assert_str_eq(p.name_native, "申智能");
}

static void test_document(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        struct attributes p = { 0 };

        assert_ok(read_fields(a, "{\"idNo\":{\"Identification\":\"AB987654\",\"CheckDigit\":\"3\"}}", &p));
        assert_str_eq(p.document_number, "AB9876543");
        assert_ok(read_fields(a, "{\"idNo\":{\"Identification\":\"G123456\",\"CheckDigit\":\"A\"}}", &p));
        assert_str_eq(p.document_number, "G123456A");
}

static void test_bad(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        static const char *const texts[] = {
                "{\"idNo\":\"A1234563\"}",
                "{\"idNo\":{}}",
                "{\"idNo\":{\"Identification\":\"A123456\"}}",
                "{\"idNo\":{\"Identification\":\"A123456\",\"CheckDigit\":3}}",
                "{\"idNo\":{\"Identification\":\"A123456\",\"CheckDigit\":\"33\"}}",
                "{\"idNo\":{\"Identification\":\"A123456\",\"CheckDigit\":\"B\"}}",
                "{\"idNo\":{\"Identification\":\"a123456\",\"CheckDigit\":\"3\"}}",
                "{\"idNo\":{\"Identification\":\"A12345\",\"CheckDigit\":\"3\"}}",
                "{\"idNo\":{\"Identification\":\"ABC123456\",\"CheckDigit\":\"3\"}}",
                "{\"idNo\":{\"Identification\":\"1234567\",\"CheckDigit\":\"3\"}}",
                "{\"birthDate\":\"1990\"}",
                "{\"birthDate\":\"199001\"}",
                "{\"birthDate\":\"1990-01-15\"}",
                "{\"birthDate\":\"19901301\"}",
                "{\"birthDate\":\"19900100\"}",
                "{\"birthDate\":\"19900132\"}",
                "{\"birthDate\":\"1990011x\"}",
                "{\"birthDate\":19900115}",
                "{\"gender\":1}",
                "{\"enName\":\"CHAN, Tai Man\"}",
                "{\"enName\":{\"UnstructuredName\":[]}}",
                "{\"chName\":{\"ChineseName\":{}}}",
        };
        struct attributes p = { .gender = STR("untouched") };

        for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
                assert_error(read_fields(a, texts[i], &p), ERR_SOURCE_BAD_ANSWER);
        assert_str_eq(p.gender, "untouched");
}

/* A name that no card could show is refused, and the reason does not quote it. */
static void test_oversized(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        char text[1024] = "{\"enName\":{\"UnstructuredName\":\"";
        size_t len = strlen(text);
        struct attributes p = { 0 };

        memset(text + len, 'Q', 600);
        memcpy(text + len + 600, "\"}}", 4);
        assert_error(read_fields(a, text, &p), ERR_SOURCE_BAD_ANSWER);
        assert_null(memmem(arena_reason(a).data, arena_reason(a).len, "QQ", 2));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_complete), cmocka_unit_test(test_partial),   cmocka_unit_test(test_document),
                cmocka_unit_test(test_bad),      cmocka_unit_test(test_oversized),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
