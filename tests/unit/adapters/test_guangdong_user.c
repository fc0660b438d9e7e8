/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The user object: complete, in its odder spellings, of legal persons, and broken. */
#include "unit.h"

#include "guangdong.h"

#define PERSON "\"useridcode\":\"u-1\",\"uid\":\"chan01\",\"usertype\":\"1\",\"isreal\":true"

static const struct guangdong settings = { .subject_member = STR("useridcode") };

static result read_with(struct arena *a, const struct guangdong *s, const char *text, struct assertion *assertion)
{
        json_t *answer = NULL;

        assert_ok(json_read_object(a, str_from(text), 65536, &answer));
        return guangdong_user(a, s, answer, assertion);
}

static result read_user(struct arena *a, const char *text, struct assertion *assertion)
{
        return read_with(a, &settings, text, assertion);
}

static void test_complete(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        struct assertion s = { .source = STR("guangdong"), .auth_time = 7 };

        assert_ok(
                read_user(a,
                          "{\"signdata\":\"x\",\"userobj\":{" PERSON ",\"cn\":\" 陈大文 \",\"idcardtype\":\"40\","
                          "\"idcardnumber\":\"H1234567801\",\"creditable_level_of_account\":\"L2\",\"extproperties\":["
                          "\"origin=gdbs\",\"accout_type=3\",\"birthday=1990-01-15\",\"sex=1\"]}}",
                          &s));
        assert_str_eq(s.subject, "u-1");
        assert_str_eq(s.native_level, "L2");
        assert_str_eq(s.method, "mca");
        assert_str_eq(s.attributes.name_native, "陈大文");
        assert_str_eq(s.attributes.document_type, "travel_permit");
        assert_str_eq(s.attributes.document_number, "H1234567801");
        assert_str_eq(s.attributes.birth_date, "1990-01-15");
        assert_str_eq(s.attributes.gender, "male");
        assert_str_eq(s.source, "guangdong"); /* what is not read stays */
        assert_int_equal(s.auth_time, 7);
}

static void test_level(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        static const struct {
                const char *members;
                const char *level;
        } rows[] = {
                { "\"isreal\":true,\"creditable_level_of_account\":\"L3\"", "L3" },
                { "\"isreal\":\"true\",\"creditable_level_of_account\":\"L2\"", "L2" },
                { "\"isreal\":\"TRUE\",\"creditable_level_of_account\":\"L1\"", "L1" },
                { "\"isreal\":true", "L1" }, /* verified is at least L1 */
                { "\"isreal\":true,\"creditable_level_of_account\":\"L0\"", "L0" },
                { "\"isreal\":false,\"creditable_level_of_account\":\"L3\"", "L0" },
                { "\"isreal\":\"false\",\"creditable_level_of_account\":\"L3\"", "L0" },
                { "\"isreal\":1,\"creditable_level_of_account\":\"L3\"", "L0" },
                { "\"creditable_level_of_account\":\"L3\"", "L0" },
                { "\"isreal\":\"yes\",\"creditable_level_of_account\":\"nonsense\"", "L0" },
        };

        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                struct assertion s = { 0 };
                struct str text =
                        arena_printf(a, "{\"userobj\":{\"useridcode\":\"u\",\"usertype\":\"1\",%s}}", rows[i].members);

                assert_ok(read_user(a, text.data, &s));
                assert_str_eq(s.native_level, rows[i].level);
        }
}

static void test_level_bad(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        static const char *const levels[] = { "L4", "L", "l2", "L22", "2", "L-1", "\xe4\xb8\xad" };
        struct assertion s = { .subject = STR("untouched") };

        for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
                assert_error(
                        read_user(a,
                                  arena_printf(a, "{\"userobj\":{" PERSON ",\"creditable_level_of_account\":\"%s\"}}",
                                               levels[i])
                                          .data,
                                  &s),
                        ERR_SOURCE_BAD_ANSWER);
        assert_str_eq(s.subject, "untouched");
}

static void test_subject(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        const struct guangdong by_uid = { .subject_member = STR("uid") };
        struct assertion s = { 0 };

        assert_ok(read_with(a, &by_uid, "{\"userobj\":{" PERSON "}}", &s));
        assert_str_eq(s.subject, "chan01");
        assert_error(read_user(a, "{\"userobj\":{\"usertype\":\"1\",\"isreal\":true}}", &s), ERR_SOURCE_BAD_ANSWER);
        assert_error(read_user(a, "{\"userobj\":{\"useridcode\":\" \",\"usertype\":\"1\"}}", &s),
                     ERR_SOURCE_BAD_ANSWER);
        assert_error(read_user(a, "{\"userobj\":{\"useridcode\":\"a\\nb\",\"usertype\":\"1\"}}", &s),
                     ERR_SOURCE_BAD_ANSWER);
        assert_error(read_user(a, "{\"userobj\":{\"useridcode\":\"陈\",\"usertype\":\"1\"}}", &s),
                     ERR_SOURCE_BAD_ANSWER);
        assert_error(read_user(a, "{\"userobj\":{\"useridcode\":[\"u\"],\"usertype\":\"1\"}}", &s),
                     ERR_SOURCE_BAD_ANSWER);
}

static void test_whose_account(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        struct assertion s = { 0 };

        assert_ok(read_user(a, "{\"userobj\":{\"useridcode\":\"u\",\"usertype\":1,\"isreal\":true}}", &s));
        assert_error(read_user(a, "{\"userobj\":{\"useridcode\":\"u\",\"usertype\":\"2\",\"isreal\":true}}", &s),
                     ERR_SOURCE_NOT_ALLOWED);
        assert_error(read_user(a, "{\"userobj\":{\"useridcode\":\"u\",\"usertype\":2,\"isreal\":true}}", &s),
                     ERR_SOURCE_NOT_ALLOWED);
        assert_error(read_user(a, "{\"userobj\":{\"useridcode\":\"u\",\"isreal\":true}}", &s), ERR_SOURCE_NOT_ALLOWED);
}

static void test_documents(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        static const struct {
                const char *type, *number, *read;
        } rows[] = {
                { "\"10\"", "11010519491231002X", "resident_id" },
                { "10", "11010519491231002X", "resident_id" },
                { "\"20\"", "E12345678", "passport" },
                { "\"40\"", "H12345678", "travel_permit" },
                { "\"40\"", "m1234567801", "travel_permit" },
                { "\"40\"", "810000199001150011", "residence_permit" },
        };

        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                struct assertion s = { 0 };
                struct str text =
                        arena_printf(a, "{\"userobj\":{" PERSON ",\"idcardtype\":%s,\"idcardnumber\":\"%s\"}}",
                                     rows[i].type, rows[i].number);

                assert_ok(read_user(a, text.data, &s));
                assert_str_eq(s.attributes.document_type, rows[i].read);
                assert_str_eq(s.attributes.document_number, rows[i].number);
        }
}

/* A document that can't be told is left out: a number without a type compares with nothing. */
static void test_document_unknown(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        struct assertion s = { 0 };

        assert_ok(read_user(a, "{\"userobj\":{" PERSON ",\"idcardtype\":\"50\",\"idcardnumber\":\"91440000X\"}}", &s));
        assert_str_empty(s.attributes.document_type);
        assert_str_empty(s.attributes.document_number);
        assert_ok(read_user(a, "{\"userobj\":{" PERSON ",\"idcardtype\":\"40\",\"idcardnumber\":\"H1\"}}", &s));
        assert_str_empty(s.attributes.document_number);
}

static void check_extra(struct arena *a, const char *list, const char *birth_date, const char *gender,
                        const char *method)
{
        struct assertion s = { 0 };

        assert_ok(read_user(a, arena_printf(a, "{\"userobj\":{" PERSON ",\"extproperties\":%s}}", list).data, &s));
        assert_str_eq(s.attributes.birth_date, birth_date);
        assert_str_eq(s.attributes.gender, gender);
        assert_str_eq(s.method, method);
}

static void test_extproperties(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);

        check_extra(a, "[\"birthday=19900115\",\"sex=女\",\"accout_type=1\"]", "1990-01-15", "female", "pwd");
        check_extra(a, "[\" sex = F \",\"accout_type=2\"]", "", "female", "swk");
        check_extra(a, "[\"accout_type=4\",\"accout_type=1\"]", "", "", "mca"); /* the first counts */
        check_extra(a, "[\"sex=1=2\",\"birthday=\",\"accout_type\"]", "", "", "");
        check_extra(a, "[\"birthday=1990-1-15\",\"birthday=19900115\"]", "", "", "");
        check_extra(a, "[\"birthday=1990-ab-15\"]", "", "", "");
        check_extra(a, "[1,null,{},[],\"\",\"=\"]", "", "", "");
        check_extra(a, "\"sex=1\"", "", "", "");
        check_extra(a, "{\"sex\":\"1\"}", "", "", "");
}

/* The object may come as a string that holds it. */
static void test_object_as_text(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        static const char *const wrong[] = { "", "[]", "{", "{} x", "{\\\"useridcode\\\":\\\"u\\\"" };
        struct assertion s = { 0 };

        assert_ok(read_user(
                a, "{\"userobj\":\"{\\\"useridcode\\\":\\\"u-2\\\",\\\"usertype\\\":\\\"1\\\",\\\"isreal\\\":true}\"}",
                &s));
        assert_str_eq(s.subject, "u-2");
        for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
                assert_error(read_user(a, arena_printf(a, "{\"userobj\":\"%s\"}", wrong[i]).data, &s),
                             ERR_SOURCE_BAD_ANSWER);
}

static void test_broken(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        struct assertion s = { 0 };

        assert_error(read_user(a, "{}", &s), ERR_SOURCE_BAD_ANSWER);
        assert_error(read_user(a, "{\"userobj\":null}", &s), ERR_SOURCE_BAD_ANSWER);
        assert_error(read_user(a, "{\"userobj\":[]}", &s), ERR_SOURCE_BAD_ANSWER);
        assert_error(read_user(a, "{\"userobj\":\"{}\"}", &s), ERR_SOURCE_BAD_ANSWER);
        assert_error(read_user(a, "{\"errcode\":\"10001\"}", &s), ERR_SOURCE_FAILED);
        assert_error(read_user(a, "{\"errcode\":1,\"userobj\":{" PERSON "}}", &s), ERR_SOURCE_FAILED);
}

/* Refused without being quoted. */
static void test_oversized(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        struct assertion s = { 0 };
        struct buf b = buf_in(a, 4096);

        buf_add_text(&b, "{\"userobj\":{" PERSON ",\"cn\":\"");
        for (int i = 0; i < 513; i++)
                buf_add_char(&b, 'Q');
        buf_add_text(&b, "\"}}");
        assert_error(read_user(a, buf_str(&b).data, &s), ERR_SOURCE_BAD_ANSWER);
        assert_null(memmem(arena_reason(a).data, arena_reason(a).len, "QQ", 2));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_complete),         cmocka_unit_test(test_level),
                cmocka_unit_test(test_level_bad),        cmocka_unit_test(test_subject),
                cmocka_unit_test(test_whose_account),    cmocka_unit_test(test_documents),
                cmocka_unit_test(test_document_unknown), cmocka_unit_test(test_extproperties),
                cmocka_unit_test(test_object_as_text),   cmocka_unit_test(test_broken),
                cmocka_unit_test(test_oversized),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
