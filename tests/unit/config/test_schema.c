/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The schema reader: every kind with good and bad values, the line of each mistake, several mistakes at once. */
#include "unit.h"

#include "schema.h"

static const struct schema_field inner_fields[] = {
        { .name = "host", .kind = SCHEMA_STRING, .fallback = "localhost", .doc = "Host." },
        { .name = "port", .kind = SCHEMA_INT, .fallback = "80", .min = 1, .max = 65535, .doc = "Port." },
        { .kind = SCHEMA_END },
};
static const struct schema_field item_fields[] = {
        { .name = "id", .kind = SCHEMA_ID, .required = true, .doc = "Id." },
        { .name = "inner", .kind = SCHEMA_OBJECT, .fields = inner_fields, .doc = "Nested." },
        { .kind = SCHEMA_END },
};
static const struct schema_field fields[] = {
        { .name = "text", .kind = SCHEMA_STRING, .min = 2, .max = 8, .doc = "Text." },
        { .name = "number", .kind = SCHEMA_INT, .min = -5, .max = 5, .doc = "Number." },
        { .name = "any_number", .kind = SCHEMA_INT, .doc = "Number." },
        { .name = "flag", .kind = SCHEMA_BOOL, .fallback = "true", .doc = "Flag." },
        { .name = "wait", .kind = SCHEMA_DURATION, .min = 5, .max = 86400, .fallback = "15m", .doc = "Time." },
        { .name = "colour", .kind = SCHEMA_ENUM, .words = "red green blue", .doc = "Colour." },
        { .name = "address", .kind = SCHEMA_URL, .doc = "URL." },
        { .name = "name", .kind = SCHEMA_ID, .doc = "Id." },
        { .name = "file", .kind = SCHEMA_FILE, .doc = "File." },
        { .name = "inner", .kind = SCHEMA_OBJECT, .fields = inner_fields, .fallback = "{}", .doc = "Nested." },
        { .name = "titles", .kind = SCHEMA_TITLES, .doc = "Titles." },
        { .name = "strings", .kind = SCHEMA_STRINGS, .min = 1, .max = 3, .doc = "List." },
        { .name = "words", .kind = SCHEMA_WORDS, .words = "red green", .fallback = "[red, green]", .doc = "Words." },
        { .name = "addresses", .kind = SCHEMA_URLS, .doc = "URLs." },
        { .name = "items", .kind = SCHEMA_OBJECTS, .fields = item_fields, .unique = "id", .doc = "Objects." },
        { .name = "map", .kind = SCHEMA_MAP, .doc = "Map." },
        { .name = "any", .kind = SCHEMA_ANY, .doc = "Anything." },
        { .name = "hidden", .kind = SCHEMA_ENUM, .secret = true, .words = "a b", .doc = "Secret." },
        { .kind = SCHEMA_END },
};
static const struct schema_field needed_fields[] = {
        { .name = "needed", .kind = SCHEMA_STRING, .required = true, .doc = "Needed." },
        { .kind = SCHEMA_END },
};

struct reading {
        struct arena *arena;
        struct mistakes mistakes;
        json_t *tree;
        result result;
};

static struct reading *read_with(const struct schema_field *table, struct str yaml)
{
        static struct reading r;
        arena_free(r.arena);
        r = (struct reading){ .arena = arena_new(16 << 20) };
        r.mistakes.arena = r.arena;
        r.result = schema_read(STR("/etc/t.yaml"), yaml, table, &r.mistakes, &r.tree);
        return &r;
}

static struct reading *read_yaml(const char *yaml)
{
        return read_with(fields, str_from(yaml));
}

static json_t *good(const char *yaml)
{
        struct reading *r = read_yaml(yaml);
        for (size_t i = 0; i < r->mistakes.count; i++)
                print_error("%.*s\n", STR_FMT(r->mistakes.items[i]));
        assert_ok(r->result);
        return r->tree;
}

/* Exactly one mistake, which begins with `start` (after the file's name). */
static void expect_mistake(const struct reading *r, const char *start)
{
        assert_error(r->result, ERR_CONFIG);
        for (size_t i = 1; i < r->mistakes.count; i++)
                print_error("also: %.*s\n", STR_FMT(r->mistakes.items[i]));
        assert_int_equal(r->mistakes.count, 1);
        struct str text = r->mistakes.items[0];
        assert_true(str_starts(text, STR("/etc/t.yaml:")));
        assert_str_eq(str_head(str_from_index(text, strlen("/etc/t.yaml:")), strlen(start)), start);
}

static void bad(const char *yaml, const char *start)
{
        expect_mistake(read_yaml(yaml), start);
}

static void test_defaults_are_filled_in(void **state)
{
        (void)state;
        json_t *t = good("name: a\n");
        assert_true(json_bool(t, "flag", false));
        assert_int_equal(json_int(t, "wait", 0), 900);
        assert_int_equal(json_int(json_object_get(t, "inner"), "port", 0), 80);
        assert_int_equal(json_array_size(json_object_get(t, "words")), 2);
        assert_null(json_object_get(t, "text"));
}

static void test_scalars_become_what_the_table_asks_for(void **state)
{
        (void)state;
        json_t *t = good("text: 12345\nnumber: -5\nflag: false\nwait: 2h\ncolour: \"green\"\n"
                         "address: https://a.example/x?y\nname: no\nfile: sub/x.pem\n");
        assert_str_eq(json_str(t, "text"), "12345");
        assert_int_equal(json_int(t, "number", 0), -5);
        assert_false(json_bool(t, "flag", true));
        assert_int_equal(json_int(t, "wait", 0), 7200);
        assert_str_eq(json_str(t, "colour"), "green");
        assert_str_eq(json_str(t, "name"), "no");
        assert_str_eq(json_str(t, "file"), "/etc/sub/x.pem");
        assert_str_eq(json_str(good("file: /abs\n"), "file"), "/abs");
        assert_int_equal(json_int(good("any_number: 9223372036854775807\n"), "any_number", 0), INT64_MAX);
}

static void test_a_relative_settings_file_gives_absolute_paths(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct mistakes m = { .arena = a };
        json_t *t;
        assert_ok(schema_read(STR("conf/t.yaml"), STR("file: x"), fields, &m, &t));
        assert_true(str_starts(json_str(t, "file"), STR("/")));
        assert_true(str_ends(json_str(t, "file"), STR("/conf/x")));
}

static void test_bad_scalars(void **state)
{
        (void)state;
        bad("\ntext: a\n", "2: \"text\" is too short");
        bad("text: \"\"\n", "1: \"text\" is empty");
        bad("text: 123456789\n", "1: \"text\" is longer than 8");
        bad("text:\n", "1: \"text\" has no value");
        bad("text: ~\n", "1: \"text\" has no value");
        bad("text: [a]\n", "1: \"text\" must be text");
        bad("name: x\nnumber: 6\n", "2: \"number\" must be from -5 to 5");
        bad("number: 1.0\n", "1: \"number\" must be a whole number");
        bad("number: 0x1\n", "1: \"number\" must be a whole number");
        bad("any_number: 9223372036854775808\n", "1: \"any_number\" must be a whole number");
        bad("flag: yes\n", "1: \"flag\" must be true or false");
        bad("colour: gren\n", "1: \"colour\" must be one of: red green blue; did you mean \"green\"?");
        bad("colour: red green\n", "1: \"colour\" must be one of");
        bad("name: Upper\n", "1: \"name\" must be");
        bad("name: -a\n", "1: \"name\" must be");
        bad("file: \"\"\n", "1: \"file\" must be");
}

static void test_bad_durations(void **state)
{
        (void)state;
        bad("wait: 90\n", "1: \"wait\" must be a duration");
        bad("wait: s\n", "1: \"wait\" must be a duration");
        bad("wait: 1w\n", "1: \"wait\" must be a duration");
        bad("wait: -5s\n", "1: \"wait\" must be a duration");
        bad("wait: 1.5h\n", "1: \"wait\" must be a duration");
        bad("wait: 9223372036854775807d\n", "1: \"wait\" must be a duration");
        bad("wait: 4s\n", "1: \"wait\" must be from 5s to 1d");
        bad("wait: 25h\n", "1: \"wait\" must be from 5s to 1d");
}

static void test_addresses(void **state)
{
        (void)state;
        good("address: http://localhost:8080/x\n");
        good("address: http://127.0.0.1\n");
        bad("address: http://a.example/\n", "1: \"address\" must begin with https://");
        bad("address: ftp://localhost/\n", "1: \"address\" must begin with https://");
        bad("address: https://a.example/#x\n", "1: \"address\" must have no");
        bad("address: https://user@a.example/\n", "1: \"address\" must have no");
        bad("address: a.example\n", "1: \"address\" must be an absolute address");
        bad("addresses:\n  - https://a.example/\n  - http://b.example/\n", "3: \"addresses\" must begin with https://");
}

static void test_lists(void **state)
{
        (void)state;
        assert_int_equal(json_array_size(json_object_get(good("strings: [a, b]\n"), "strings")), 2);
        bad("strings: a\n", "1: \"strings\" must be a list");
        bad("strings: []\n", "1: \"strings\" must have from 1 to 3");
        bad("strings: [a, b, c, d]\n", "1: \"strings\" must have from 1 to 3");
        bad("strings:\n  - a\n  - \"\"\n", "3: \"strings\" is empty");
        bad("strings:\n  - a\n  - b\n  - a\n", "4: \"strings\" has \"a\" twice");
        bad("strings:\n  - a\n  -\n", "3: \"strings\" has no value");
        bad("strings:\n  - a\n  - [b]\n", "3: \"strings\" must be text");
        bad("words: [red, blue]\n", "1: \"words\" must be one of: red green");
}

static void test_objects_in_lists(void **state)
{
        (void)state;
        json_t *items = json_object_get(good("items:\n  - id: a\n  - id: b\n    inner: {port: 7}\n"), "items");
        assert_int_equal(json_int(json_object_get(json_array_get(items, 1), "inner"), "port", 0), 7);
        assert_null(json_object_get(json_array_get(items, 0), "inner"));
        assert_int_equal(json_int(json_array_get(items, 1), "$line", 0), 3);
        bad("items:\n  - id: a\n  - id: a\n", "3: \"items\" has \"a\" twice");
        bad("items:\n  - id: a\n  - inner: {}\n", "3: \"id\" is missing");
        bad("items:\n  - id: a\n    inner:\n      port: 0\n", "4: \"port\" must be from 1");
        bad("items:\n  - a\n", "2: \"items\" must be settings");
        bad("items:\n  - id: a\n    innr: {}\n", "3: unknown setting \"innr\"; did you mean \"inner\"?");
}

static void test_titles_and_maps(void **state)
{
        (void)state;
        json_t *t = good("titles: {en: A, zh-Hant: 甲, zh-Hans: 乙}\nmap: {a: b, c: d}\n");
        assert_int_equal(json_object_size(json_object_get(t, "titles")), 3);
        assert_int_equal(json_object_size(json_object_get(t, "map")), 2);
        assert_str_eq(json_str(json_object_get(t, "titles"), "zh-Hant"), "甲");
        bad("titles:\n  en: A\n  zh-Hant: 甲\n", "2: \"zh-Hans\" is missing");
        bad("titles:\n  en: A\n  zh-Hant: 甲\n  zh-Hans: 乙\n  fr: B\n", "5: unknown setting \"fr\"");
        bad("titles: A\n", "1: \"titles\" must be texts in the languages");
        bad("map:\n  a: b\n  c: [d]\n", "3: \"c\" must be text");
}

static void test_any_is_checked_by_a_later_table(void **state)
{
        (void)state;
        struct reading *r = read_yaml("name: x\nany:\n  host: h\n  port: 99999\n");
        assert_ok(r->result);
        json_t *any = json_object_get(r->tree, "any");
        assert_str_eq(json_str(any, "port"), "99999");
        r->result = schema_check(r->arena, any, inner_fields, &r->mistakes);
        expect_mistake(r, "4: \"port\" must be from 1 to 65535");

        r = read_yaml("any:\n  host: h\n");
        assert_ok(schema_check(r->arena, json_object_get(r->tree, "any"), inner_fields, &r->mistakes));
        assert_int_equal(json_int(json_object_get(r->tree, "any"), "port", 0), 80);
}

static void test_unknown_and_repeated_members(void **state)
{
        (void)state;
        bad("name: a\nnumbr: 1\n", "2: unknown setting \"numbr\"; did you mean \"number\"?");
        bad("nubmer: 1\n", "1: unknown setting \"nubmer\"; did you mean \"number\"?");
        bad("name: a\n\nname: b\n", "3: \"name\" is given twice");
        bad("inner:\n  port: 1\n  port: 2\n", "3: \"port\" is given twice");
        bad("$line: 1\n", "1: a name here must be plain text");
        bad("? [a]\n: b\n", "1: a name here must be plain text");
        struct reading *r = read_yaml("utterly_different: 1\n");
        expect_mistake(r, "1: unknown setting \"utterly_different\"");
        assert_true(str_ends(r->mistakes.items[0], STR("different\"")));
}

static void test_required(void **state)
{
        (void)state;
        expect_mistake(read_with(needed_fields, STR("# nothing\n{}\n")), "2: \"needed\" is missing");
        expect_mistake(read_with(needed_fields, STR("needed: \"\"\n")), "1: \"needed\" is empty");
        expect_mistake(read_with(needed_fields, STR("needed:\n")), "1: \"needed\" has no value");
}

static void test_many_mistakes_at_once(void **state)
{
        (void)state;
        struct reading *r = read_yaml("text: a\nnumber: x\nflag: 1\nname: ok\nname: again\nwat: 1\nitems: [{}]\n");
        assert_error(r->result, ERR_CONFIG);
        assert_int_equal(r->mistakes.count, 6);
        assert_non_null(r->tree);
        assert_str_eq(json_str(r->tree, "name"), "ok");
        assert_null(json_object_get(r->tree, "number"));
}

static void test_secret_values_are_not_quoted(void **state)
{
        (void)state;
        struct reading *r = read_yaml("hidden: hunter2\n");
        assert_int_equal(r->mistakes.count, 1);
        assert_null(memmem(r->mistakes.items[0].data, r->mistakes.items[0].len, "hunter2", 7));
}

static void test_what_yaml_may_not_do(void **state)
{
        (void)state;
        bad("any: &x {a: b}\nmap: *x\n", "2: aliases");
        bad("any: &x [*x]\n", "1: aliases");
        bad("text: !!binary aGVsbG8=\n", "1: tags");
        bad("text: !local x\n", "1: tags");
        bad("name: a\n---\nname: b\n", "3: a second document");
        bad("name: a\n---\n[\n", "");
        bad("", "1: the file is empty");
        bad("# only a comment\n", "1: the file is empty");
        bad("- a\n", "1: must be settings of the form");
        bad("just text\n", "1: must be settings of the form");
        bad("name: a\nnumber: [1\n", "3: not YAML");
        bad("name: a\n\tnumber: 1\n", "2: not YAML");
        bad("name: a\n# \xff\n", "2: not YAML");
        bad("text: \"a\\0b\"\n", "1: text must be UTF-8 without NUL");
}

static void test_size_and_depth(void **state)
{
        (void)state;
        auto_arena a = arena_new(8 << 20);
        struct buf b = buf_in(a, 4 << 20);
        buf_add_text(&b, "name: a\n#");
        while (b.len < 1024 * 1024)
                buf_add_char(&b, 'x');
        struct str whole = buf_str(&b);
        assert_ok(read_with(fields, whole)->result);
        buf_add_char(&b, 'x');
        expect_mistake(read_with(fields, buf_str(&b)), "1: larger than 1048576 bytes");

        bad("any: [[[[[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]]]]\n", "1: nested too deeply");
        b = buf_in(a, 1 << 20);
        buf_add_text(&b, "any: ");
        for (int i = 0; i < 100000; i++)
                buf_add_char(&b, '[');
        assert_error(read_with(fields, buf_str(&b))->result, ERR_CONFIG);
}

static void test_mistakes_are_bounded(void **state)
{
        (void)state;
        auto_arena a = arena_new(8 << 20);
        struct buf b = buf_in(a, 1 << 20);
        for (int i = 0; i < 5000; i++)
                buf_printf(&b, "unknown_%d: 1\n", i);
        struct reading *r = read_with(fields, buf_str(&b));
        assert_int_equal(r->mistakes.count, 1024);
        assert_true(str_starts(r->mistakes.items[1023], STR("/etc/t.yaml:1024: ")));
}

static void test_the_reference_has_every_setting(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct str text = schema_reference(a, "Things", fields);
        assert_true(str_starts(text, STR("## Things\n")));
        const char *rows[] = { "| `wait` | a duration | `15m` | Time. |", "| `inner.port` | a whole number | `80` |",
                               "| `items[].id` |", "| `items[].inner.port` |", "**required**",
                               "one of the words: `red`, `green`, `blue`" };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                if (!memmem(text.data, text.len, rows[i], strlen(rows[i])))
                        fail_msg("no row %s", rows[i]);
}

static int cleanup(void **state)
{
        (void)state;
        struct reading *r = read_yaml("name: a\n");
        arena_free(r->arena);
        r->arena = NULL;
        return 0;
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_defaults_are_filled_in),
                cmocka_unit_test(test_scalars_become_what_the_table_asks_for),
                cmocka_unit_test(test_a_relative_settings_file_gives_absolute_paths),
                cmocka_unit_test(test_bad_scalars),
                cmocka_unit_test(test_bad_durations),
                cmocka_unit_test(test_addresses),
                cmocka_unit_test(test_lists),
                cmocka_unit_test(test_objects_in_lists),
                cmocka_unit_test(test_titles_and_maps),
                cmocka_unit_test(test_any_is_checked_by_a_later_table),
                cmocka_unit_test(test_unknown_and_repeated_members),
                cmocka_unit_test(test_required),
                cmocka_unit_test(test_many_mistakes_at_once),
                cmocka_unit_test(test_secret_values_are_not_quoted),
                cmocka_unit_test(test_what_yaml_may_not_do),
                cmocka_unit_test(test_size_and_depth),
                cmocka_unit_test(test_mistakes_are_bounded),
                cmocka_unit_test(test_the_reference_has_every_setting),
        };
        return cmocka_run_group_tests(tests, NULL, cleanup);
}
