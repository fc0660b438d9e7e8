/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A folder is whole, or the first fault is named with its place: each record deleted, edited, swapped, cut off. */
#include "audit_folder.h"

#include "digest.h"

#define LINES 64

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

static void test_what_was_written_is_whole(void **state)
{
        struct audit_folder *f = *state;
        struct audit_node node = { 0 };
        struct audit_fault fault = { 0 };
        audit_folder_fill(f, 10);
        audit_folder_fill(f, 3);
        assert_true(audit_folder_verify(f, &node, &fault));
        unit_check_str(node.node, STR("gw1"), __FILE__, __LINE__);
        assert_int_equal(node.first, 1);
        assert_true(node.last >= 13 && node.checkpoints >= 3);
        assert_int_equal(node.signed_to, node.last);
        assert_int_equal(node.files, 1);
}

static struct str joined(struct audit_folder *f, const struct str *lines, size_t count)
{
        return arena_concat(f->arena, lines, count);
}

static void expect_fault(struct audit_folder *f, struct str path, size_t least, size_t most)
{
        struct audit_node node = { 0 };
        struct audit_fault fault = { 0 };
        if (audit_folder_verify(f, &node, &fault))
                fail_msg("not found: a change at line %zu", least);
        unit_check_str(fault.file, path, __FILE__, __LINE__);
        if (fault.line < least || fault.line > most)
                fail_msg("the fault is at line %zu, not %zu: %.*s", fault.line, least, STR_FMT(fault.what));
}

static void test_each_deletion_is_found_where_it_was(void **state)
{
        struct audit_folder *f = *state;
        struct str lines[LINES], some[LINES];
        audit_folder_fill(f, 12);
        struct audit_file file = audit_folder_file(f, 0);
        size_t count = audit_folder_lines(audit_folder_read(f, file.path), lines, LINES);
        for (size_t gone = 0; gone < count; gone++) {
                for (size_t i = 0, n = 0; i < count; i++)
                        if (i != gone)
                                some[n++] = lines[i];
                audit_folder_write(f, file.path, joined(f, some, count - 1));
                expect_fault(f, file.path, gone + 1, gone + 1);
        }
}

static void test_each_truncation_is_found(void **state)
{
        struct audit_folder *f = *state;
        struct str lines[LINES];
        audit_folder_fill(f, 12);
        struct audit_file file = audit_folder_file(f, 0);
        struct str content = audit_folder_read(f, file.path);
        size_t count = audit_folder_lines(content, lines, LINES);
        for (size_t kept = 0; kept < count; kept++) {
                audit_folder_write(f, file.path, joined(f, lines, kept));
                expect_fault(f, file.path, kept ? kept + 1 : 0, kept + 1);
        }
        audit_folder_write(f, file.path, str_head(content, content.len - 7));
        expect_fault(f, file.path, count, count);
}

static void test_each_edit_is_found_where_it_was(void **state)
{
        struct audit_folder *f = *state;
        struct str lines[LINES];
        audit_folder_fill(f, 12);
        struct audit_file file = audit_folder_file(f, 0);
        struct str content = audit_folder_read(f, file.path);
        size_t count = audit_folder_lines(content, lines, LINES);
        for (size_t n = 0; n < count; n++) {
                struct str edited = arena_copy(f->arena, content);
                char *byte = (char *)(uintptr_t)edited.data + (lines[n].data - content.data) + 30; /* in its time */
                *byte = *byte == '1' ? '2' : '1';
                audit_folder_write(f, file.path, edited);
                expect_fault(f, file.path, n + 1, n + 1);
        }
}

static void test_each_swap_is_found_where_it_was(void **state)
{
        struct audit_folder *f = *state;
        struct str lines[LINES], some[LINES];
        audit_folder_fill(f, 12);
        struct audit_file file = audit_folder_file(f, 0);
        size_t count = audit_folder_lines(audit_folder_read(f, file.path), lines, LINES);
        for (size_t n = 0; n + 1 < count; n++) {
                memcpy(some, lines, sizeof(some));
                some[n] = lines[n + 1];
                some[n + 1] = lines[n];
                audit_folder_write(f, file.path, joined(f, some, count));
                expect_fault(f, file.path, n + 1, n + 1);
        }
}

/* Who edits a record and makes all hashes after it anew fails at the next signature. */
static void test_a_chain_made_anew_fails_at_its_checkpoint(void **state)
{
        struct audit_folder *f = *state;
        struct str lines[LINES];
        audit_folder_fill(f, 12);
        struct audit_file file = audit_folder_file(f, 0);
        struct buf forged = buf_in(f->arena, 1 << 20);
        size_t count = audit_folder_lines(audit_folder_read(f, file.path), lines, LINES), first_checkpoint = 0;
        struct audit_link link = audit_link_first();
        for (size_t n = 0; n < count; n++) {
                json_t *record, *body;
                unit_check_result(json_read_object(f->arena, str_trim(lines[n]), 1 << 16, &record), NULL, __FILE__, __LINE__);
                body = json_new_object(f->arena);
                json_put_str(body, "event", json_str(record, "event"));
                json_put_str(body, "client", n == 1 ? STR("another") : json_str(record, "client"));
                json_put_str(body, "jws", json_str(record, "jws"));
                if (!first_checkpoint && n > 1 && str_is(json_str(record, "event"), "checkpoint"))
                        first_checkpoint = n + 1;
                struct str text = json_write(f->arena, body);
                struct str line = audit_line(f->arena, &link, STR("gw1"), 1800000000, str_slice(text.data + 1, text.len - 2));
                unit_check_result(audit_line_check(f->arena, str_trim(line), &link, &record), NULL, __FILE__, __LINE__);
                buf_add(&forged, line);
        }
        audit_folder_write(f, file.path, buf_str(&forged));
        expect_fault(f, file.path, 1, first_checkpoint);
}

static void test_signatures_of_another_key_are_refused(void **state)
{
        struct audit_folder *f = *state;
        struct audit_node node = { 0 };
        struct audit_fault fault = { 0 };
        audit_folder_fill(f, 6);
        f->jwks.count = 0;
        assert_false(audit_folder_verify(f, &node, &fault));
        assert_true(memmem(fault.what.data, fault.what.len, "signature", 9));
}

static void test_a_missing_file_is_found(void **state)
{
        struct audit_folder *f = *state;
        struct audit_node node = { 0 };
        struct audit_fault fault = { 0 };
        f->options.file_bytes = 2000;
        for (int i = 0; i < 6; i++)
                audit_folder_fill(f, 8);
        assert_true(audit_folder_verify(f, &node, &fault));
        assert_true(node.files >= 4);
        for (size_t n = 0; n < node.files; n++) {
                struct audit_file gone = audit_folder_file(f, n);
                struct str content = audit_folder_read(f, gone.path);
                unlink(arena_cstr(f->arena, gone.path));
                assert_false(audit_folder_verify(f, &node, &fault));
                audit_folder_write(f, gone.path, content);
                assert_true(audit_folder_verify(f, &node, &fault));
        }
}

static void test_a_missing_or_foreign_head_is_found(void **state)
{
        struct audit_folder *f = *state;
        struct audit_node node = { 0 };
        struct audit_fault fault = { 0 };
        audit_folder_fill(f, 6);
        struct str head = ARENA_JOIN(f->arena, f->options.directory, STR("/gw1.head"));
        audit_folder_write(f, head, STR("x.y.z\n"));
        assert_false(audit_folder_verify(f, &node, &fault));
        unlink(arena_cstr(f->arena, head));
        assert_false(audit_folder_verify(f, &node, &fault));
}

static void test_an_empty_folder_proves_nothing(void **state)
{
        struct audit_folder *f = *state;
        struct audit_node node = { 0 };
        struct audit_fault fault = { 0 };
        assert_false(audit_folder_verify(f, &node, &fault));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        const struct CMUnitTest tests[] = {
                CASE(test_what_was_written_is_whole),
                CASE(test_each_deletion_is_found_where_it_was),
                CASE(test_each_truncation_is_found),
                CASE(test_each_edit_is_found_where_it_was),
                CASE(test_each_swap_is_found_where_it_was),
                CASE(test_a_chain_made_anew_fails_at_its_checkpoint),
                CASE(test_signatures_of_another_key_are_refused),
                CASE(test_a_missing_file_is_found),
                CASE(test_a_missing_or_foreign_head_is_found),
                CASE(test_an_empty_folder_proves_nothing),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
