/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* How an audit goes on from what is there: after an orderly end, after a crash, after somebody's hand. */
#include "audit_folder.h"

static int setup(void **state)
{
        *state = audit_folder_new();
        return 0;
}

static int teardown(void **state)
{
        audit_folder_free(*state);
        return 0;
}

static size_t count_of(struct audit_folder *f, const char *event)
{
        struct str content = audit_folder_read(f, audit_folder_file(f, 0).path), line;
        struct str word = arena_printf(f->arena, "\"event\":\"%s\"", event);
        size_t count = 0;
        while (str_split(&content, '\n', &line))
                count += line.len > 0 && memmem(line.data, line.len, word.data, word.len) != NULL;
        return count;
}

static void test_a_torn_last_line_is_cut_and_told(void **state)
{
        struct audit_folder *f = *state;
        struct audit_node node = { 0 };
        struct audit_fault fault = { 0 };
        audit_folder_fill(f, 5);
        struct audit_file file = audit_folder_file(f, 0);
        struct str content = audit_folder_read(f, file.path);
        audit_folder_write(f, file.path, ARENA_JOIN(f->arena, content, STR("{\"seq\":99,\"ti")));
        assert_false(audit_folder_verify(f, &node, &fault));
        audit_folder_fill(f, 1);
        assert_true(audit_folder_verify(f, &node, &fault));
        assert_int_equal(count_of(f, "tail_cut"), 1);
        assert_int_equal(count_of(f, "login"), 6);
}

static void expect_refused(struct audit_folder *f, const char *reason)
{
        auto_arena a = arena_new(1 << 20);
        struct audit *audit = NULL;
        unit_check_result(audit_start(a, &f->options, &audit), &ERR_VERIFY, __FILE__, __LINE__);
        unit_check_reason(a, reason, __FILE__, __LINE__);
}

static void test_it_does_not_go_on_from_what_was_altered(void **state)
{
        struct audit_folder *f = *state;
        audit_folder_fill(f, 5);
        struct audit_file file = audit_folder_file(f, 0);
        struct str content = audit_folder_read(f, file.path), edited = arena_copy(f->arena, content);
        *(char *)(uintptr_t)(edited.data + 60) ^= 1;
        audit_folder_write(f, file.path, edited);
        expect_refused(f, ".jsonl:1: the record was altered");
        audit_folder_write(f, file.path, str_head(content, str_find(content, '\n') + 1));
        expect_refused(f, "missing at the end");
        unlink(arena_cstr(f->arena, file.path));
        expect_refused(f, "missing at the end");
        audit_folder_write(f, file.path, content);
        audit_folder_fill(f, 1);
}

static void test_a_file_without_a_record_is_no_fault(void **state)
{
        struct audit_folder *f = *state;
        struct audit_node node = { 0 };
        struct audit_fault fault = { 0 };
        audit_folder_fill(f, 5);
        assert_true(audit_folder_verify(f, &node, &fault));
        struct str name = audit_file_name(f->arena, STR("gw1"), node.last + 1);
        audit_folder_write(f, ARENA_JOIN(f->arena, f->options.directory, STR("/"), name), STR(""));
        audit_folder_fill(f, 1);
        assert_true(audit_folder_verify(f, &node, &fault));
        assert_int_equal(count_of(f, "login"), 6);
}

static void test_two_of_one_name_are_refused(void **state)
{
        struct audit_folder *f = *state;
        auto_arena a = arena_new(1 << 20);
        struct audit *first = audit_folder_start(f), *second = NULL;
        unit_check_result(audit_start(a, &f->options, &second), &ERR_CONFIG, __FILE__, __LINE__);
        unit_check_reason(a, "another gateway", __FILE__, __LINE__);
        f->options.node = STR("gw2");
        second = audit_folder_start(f);
        audit_stop(second);
        audit_stop(first);
}

static void test_names_of_files(void **state)
{
        (void)state;
        assert_true(audit_node_is_good(STR("gw-1.example")));
        assert_false(audit_node_is_good(STR("")));
        assert_false(audit_node_is_good(STR("../x")));
        assert_false(audit_node_is_good(STR("a/b")));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        const struct CMUnitTest tests[] = {
                CASE(test_a_torn_last_line_is_cut_and_told),
                CASE(test_it_does_not_go_on_from_what_was_altered),
                CASE(test_a_file_without_a_record_is_no_fault),
                CASE(test_two_of_one_name_are_refused),
                CASE(test_names_of_files),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
