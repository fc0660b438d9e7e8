/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Tests of json.c: what is refused (RFC 8259 and our own limits), the typed getters, compact writing. */
#include "unit.h"

#include "json.h"

static void refuse(struct str text, const char *reason)
{
        auto_arena a = arena_new(1 << 20);
        json_t *json = NULL;
        assert_error(json_read(a, text, 4096, &json), ERR_MALFORMED);
        assert_null(json);
        assert_reason_has(a, reason);
}

static json_t *read_text(struct arena *a, const char *text)
{
        json_t *json = NULL;
        assert_ok(json_read(a, str_from(text), strlen(text), &json));
        return json;
}

static void reads_and_writes_in_order(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        json_t *json = read_text(a, " { \"z\" : [ 1 , true, null ] ,\n\t\"a\" : \"\\u667a方\" , \"m\":-1.5 } \r\n");
        assert_str_eq(json_write(a, json), "{\"z\":[1,true,null],\"a\":\"智方\",\"m\":-1.5}");
        assert_str_eq(json_write(a, read_text(a, "[]")), "[]");
        assert_str_eq(json_write(a, json_object_get(json, "a")), "\"智方\"");
}

static void refuses_what_is_not_json(void **state)
{
        (void)state;
        static const char *const bad[] = {
                "{",     "{\"a\"}",        "{'a':1}", "[1,]",       "{\"a\":1,}", "[01]",      "[+1]",
                "[.5]",  "[1.]",           "[NaN]",   "[Infinity]", "[\"\n\"]",   "[\"\\x\"]", "[\"\\ud800\"]",
                "[\"a]", "\xef\xbb\xbf{}", "[tru]",   "//c\n{}",    "]",          "[1 2]",     " "
        };
        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
                refuse(str_from(bad[i]), "JSON: ");
        refuse(STR(""), "empty");
        refuse((struct str){ NULL, 0 }, "empty");
        refuse(STR("[1"), "ends too early");
}

static void refuses_scalars(void **state)
{
        (void)state;
        refuse(STR("1"), "not well formed");
        refuse(STR("\"a\""), "not well formed");
        refuse(STR("null"), "not well formed");
}

static void refuses_what_parsers_disagree_about(void **state)
{
        (void)state;
        refuse(STR("{\"alg\":\"ES256\",\"alg\":\"none\"}"), "appears twice");
        refuse(STR("{\"a\":{\"b\":1,\"\\u0062\":2}}"), "appears twice");
        refuse(STR("{} {}"), "more follows");
        refuse(STR("{}x"), "more follows");
        refuse(STR("{}\0"), "more follows");
        refuse(STR("[\"\\u0000\"]"), "NUL");
        refuse(STR("{\"a\\u0000b\":1}"), "NUL");
        refuse(STR("[\"\0\"]"), "JSON: ");
        refuse(STR("[\"\xff\"]"), "not UTF-8");
        refuse(STR("[\"\xc0\x80\"]"), "not UTF-8");
        refuse(STR("[9223372036854775808]"), "too large");
        refuse(STR("[-9223372036854775809]"), "too large");
        refuse(STR("[1e999]"), "too large");
}

static void reasons_quote_nothing(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        json_t *json;
        assert_error(json_read(a, STR("{\"k\": hhhh}"), 100, &json), ERR_MALFORMED);
        assert_reason_has(a, "JSON: not well formed (line 1, column ");
        assert_int_equal(str_find(arena_reason(a), 'h'), arena_reason(a).len);
}

static void limits_size(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        json_t *json = NULL;
        assert_ok(json_read(a, STR("[123]"), 5, &json));
        json = NULL;
        assert_error(json_read(a, STR("[123]"), 4, &json), ERR_MALFORMED);
        assert_null(json);
        assert_reason_has(a, "larger than 4 bytes");
}

/* `depth` arrays or objects in one another. */
static struct str nested(struct arena *a, size_t depth, const char *open, const char *close)
{
        struct buf b = buf_in(a, SIZE_MAX);
        for (size_t i = 0; i < depth; i++)
                buf_add_text(&b, open);
        buf_add_text(&b, "[]");
        for (size_t i = 0; i < depth; i++)
                buf_add_text(&b, close);
        return buf_str(&b);
}

static void limits_depth(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        json_t *json = NULL;
        assert_ok(json_read(a, nested(a, JSON_DEPTH_MAX - 1, "[", "]"), SIZE_MAX, &json));
        assert_ok(json_read(a, nested(a, JSON_DEPTH_MAX - 1, "{\"a\":", "}"), SIZE_MAX, &json));
        assert_error(json_read(a, nested(a, JSON_DEPTH_MAX, "[", "]"), SIZE_MAX, &json), ERR_MALFORMED);
        assert_reason_has(a, "nested deeper than 32");
        assert_error(json_read(a, nested(a, JSON_DEPTH_MAX, "{\"a\":", "}"), SIZE_MAX, &json), ERR_MALFORMED);
        assert_error(json_read(a, nested(a, 1000000, "[", ""), SIZE_MAX, &json), ERR_MALFORMED);
}

static void counts_depth_not_brackets(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct buf b = buf_in(a, SIZE_MAX);
        buf_add_text(&b, "[\"\\\\\",\"\\\"");
        for (int i = 0; i < 100; i++)
                buf_add_text(&b, "[{");
        buf_add_text(&b, "\"");
        for (int i = 0; i < 100; i++)
                buf_add_text(&b, ",[],{}");
        buf_add_text(&b, "]");
        json_t *json;
        assert_ok(json_read(a, buf_str(&b), SIZE_MAX, &json));
        assert_int_equal(json_array_size(json), 202);
}

static void wants_an_object(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        json_t *json = NULL;
        assert_error(json_read_object(a, STR("[]"), 100, &json), ERR_MALFORMED);
        assert_null(json);
        assert_reason_has(a, "not an object");
        assert_ok(json_read_object(a, STR("{}"), 100, &json));
        assert_true(json_is_object(json));
}

static void gets_by_type(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        const json_t *o =
                read_text(a, "{\"s\":\"text\",\"e\":\"\",\"i\":-7,\"r\":1.5,\"t\":true,\"f\":false,\"n\":null}");
        assert_str_eq(json_str(o, "s"), "text");
        assert_str_empty(json_str(o, "e"));
        assert_str_empty(json_str(o, "i"));
        assert_str_empty(json_str(o, "missing"));
        assert_str_empty(json_str(NULL, "s"));
        assert_int_equal(json_int(o, "i", 1), -7);
        assert_int_equal(json_int(o, "r", 1), 1);
        assert_int_equal(json_int(o, "s", 1), 1);
        assert_int_equal(json_int(o, "missing", 1), 1);
        assert_true(json_bool(o, "t", false));
        assert_false(json_bool(o, "f", true));
        assert_true(json_bool(o, "n", true));
        assert_true(json_bool(o, "i", true));
        assert_str_eq(json_text(json_object_get(o, "s")), "text");
        assert_str_empty(json_text(json_object_get(o, "i")));
        assert_str_empty(json_text(NULL));
}

static void needs_members(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        const json_t *o = read_text(a, "{\"s\":\"text\",\"e\":\"\",\"i\":7}");
        struct str text = STR("untouched");
        int64_t number = 99;
        assert_error(json_need_str(a, o, "i", &text), ERR_MALFORMED);
        assert_reason_has(a, "member i is not a string");
        arena_clear_reason(a);
        assert_error(json_need_str(a, o, "iss", &text), ERR_MALFORMED);
        assert_reason_has(a, "member iss is missing");
        assert_str_eq(text, "untouched");
        arena_clear_reason(a);
        assert_error(json_need_int(a, o, "s", &number), ERR_MALFORMED);
        assert_reason_has(a, "member s is not an integer");
        assert_error(json_need_int(a, o, "exp", &number), ERR_MALFORMED);
        assert_int_equal(number, 99);

        assert_ok(json_need_str(a, o, "s", &text));
        assert_str_eq(text, "text");
        assert_ok(json_need_str(a, o, "e", &text));
        assert_str_empty(text);
        assert_ok(json_need_int(a, o, "i", &number));
        assert_int_equal(number, 7);
}

static void builds(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        json_t *o = json_new_object(a);
        json_put_str(o, "s", STR("a\"\\\n\x7f/智"));
        json_put_str(o, "empty", STR(""));
        json_put_int(o, "i", INT64_MIN);
        json_put_bool(o, "b", false);
        json_t *list = json_new_array(a);
        assert_int_equal(json_array_append_new(list, json_from_str(STR(""))), 0);
        assert_int_equal(json_object_set(o, "l", list), 0);
        json_put_bool(o, "b", true);
        assert_str_eq(json_write(a, o),
                      "{\"s\":\"a\\\"\\\\\\n\x7f/智\",\"i\":-9223372036854775808,\"b\":true,\"l\":[\"\"]}");
}

/* Each value alone, as a member's name and inside an array, is written as jansson would. */
static void writes_as_jansson(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        json_t *all = json_new_array(a), *names = json_new_object(a);
        for (int c = 1; c < 0x80; c++) {
                char text[] = { 'x', (char)c, (char)c, 'y', '\0' };
                json_array_append_new(all, json_string(text));
                json_array_append_new(all, json_string(text + 1));
                json_object_set_new(names, text, json_null());
        }
        json_array_append(all, names);
        json_array_append_new(all, json_pack("[{}, [], [[]], {s: {}}, f, f, f]", "o", 0.1, -1e300, 3.0));
        json_array_append_new(all, json_pack("[I, I, b, n]", (json_int_t)INT64_MAX, (json_int_t)INT64_MIN, 1));
        json_array_append_new(all, json_string("\u00e9\u667a\U0001f600"));
        char *expected = json_dumps(all, JSON_COMPACT);
        assert_str_eq(json_write(a, all), expected);
        free(expected);
}

/* Member after member as from a tree of them. */
static void adds_members(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct buf b = buf_in(a, 1000);
        json_t *inner = json_new_object(a);
        json_put_int(inner, "n", -7);
        json_add_str(&b, "empty", STR(""));
        json_add(&b, "none", NULL);
        assert_str_empty(buf_str(&b));
        json_add_int(&b, "least", INT64_MIN);
        json_add_str(&b, "a\"b", STR("x\"\\\n\x01智"));
        json_add(&b, "inner", inner);
        json_add(&b, "yes", json_true());
        json_add_int(&b, "zero", 0);
        assert_str_eq(buf_str(&b), "\"least\":-9223372036854775808,\"a\\\"b\":\"x\\\"\\\\\\n\\u0001智\","
                                   "\"inner\":{\"n\":-7},\"yes\":true,\"zero\":0");
        b = buf_in(a, 10);
        json_add_str(&b, "long", STR("0123456789"));
        assert_true(b.over);
}

static void members_that_are_not_utf8(void)
{
        auto_arena a = arena_new(1 << 20);
        struct buf b = buf_in(a, 1000);
        json_add_str(&b, "a", STR("\xff"));
}

static void from_bytes_that_are_not_utf8(void)
{
        json_decref(json_from_str(STR("\xff")));
}

static void on_what_is_not_an_object(void)
{
        json_put_int(json_true(), "a", 1);
}

static void aborts_on_misuse(void **state)
{
        (void)state;
        assert_true(unit_aborts(from_bytes_that_are_not_utf8));
        assert_true(unit_aborts(members_that_are_not_utf8));
        assert_true(unit_aborts(on_what_is_not_an_object));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(reads_and_writes_in_order),
                cmocka_unit_test(refuses_what_is_not_json),
                cmocka_unit_test(refuses_scalars),
                cmocka_unit_test(refuses_what_parsers_disagree_about),
                cmocka_unit_test(reasons_quote_nothing),
                cmocka_unit_test(limits_size),
                cmocka_unit_test(limits_depth),
                cmocka_unit_test(counts_depth_not_brackets),
                cmocka_unit_test(wants_an_object),
                cmocka_unit_test(gets_by_type),
                cmocka_unit_test(needs_members),
                cmocka_unit_test(builds),
                cmocka_unit_test(writes_as_jansson),
                cmocka_unit_test(adds_members),
                cmocka_unit_test(aborts_on_misuse),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
