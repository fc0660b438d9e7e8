/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The writer: durable records are there when their task goes on, a full disk is told and survived, files begin anew by
 * size and day, old ones go. */
#include "audit_folder.h"

#include <signal.h>
#include <sys/resource.h>

#include "server.h"

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

static size_t zero_cap(void *program, enum method method, struct str path)
{
        (void)program;
        (void)method;
        (void)path;
        return 0;
}

static const char *no_route(void *program, enum method method, struct str path)
{
        (void)program;
        (void)method;
        (void)path;
        return "test";
}

static void no_handler(struct task *t)
{
        (void)t;
}

static struct server *worker_start(struct audit_folder *f)
{
        const struct server_options options = {
                .host = STR("127.0.0.1"), .workers = 1, .max_tasks = 64, .max_connections = 64, .deadline_ms = 20000,
                .idle_timeout_s = 5, .max_header_bytes = 8192, .body_cap = zero_cap, .route_name = no_route,
                .handle = no_handler,
        };
        struct server *server;
        unit_check_result(server_start(f->arena, &options, &server), NULL, __FILE__, __LINE__);
        return server;
}

struct binding_try {
        struct audit *audit;
        struct audit_folder *folder;
        result r;
        bool on_disk; /* when the task went on */
};

static void bind(struct task *t, void *argument)
{
        struct binding_try *b = argument;
        struct audit_event e = { .kind = AUDIT_BINDING_MADE, .binding = STR("b-1") };
        b->r = audit_write(t, b->audit, &e);
        b->on_disk = is_ok(b->r) && memmem(audit_folder_read(b->folder, audit_folder_file(b->folder, 0).path).data,
                                           audit_folder_read(b->folder, audit_folder_file(b->folder, 0).path).len,
                                           "binding_made", 12);
}

static void test_a_durable_record_is_there_before_its_task_goes_on(void **state)
{
        struct audit_folder *f = *state;
        struct server *server = worker_start(f);
        struct binding_try b = { .audit = audit_folder_start(f), .folder = f };
        server_run_task(server, bind, &b);
        unit_check_result(b.r, NULL, __FILE__, __LINE__);
        assert_true(b.on_disk);
        server_stop(server);
        audit_stop(b.audit);
        struct audit_node node = { 0 };
        struct audit_fault fault = { 0 };
        assert_true(audit_folder_verify(f, &node, &fault));
}

static void test_without_an_audit_nothing_happens(void **state)
{
        struct server *server = worker_start(*state);
        struct binding_try b = { .audit = NULL, .folder = *state };
        struct audit_event e = { .kind = AUDIT_LOGIN };
        audit_note(NULL, &e);
        assert_false(audit_is_failing(NULL));
        audit_stop(b.audit);
        server_stop(server);
}

static void limit_files(rlim_t bytes)
{
        struct rlimit limit;
        assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
        limit.rlim_cur = bytes ? bytes : limit.rlim_max;
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* The limit stands in for a full disk: the write stops in the middle of a record. */
static void test_a_full_disk_fails_closed_and_is_survived(void **state)
{
        struct audit_folder *f = *state;
        signal(SIGXFSZ, SIG_IGN);
        struct server *server = worker_start(f);
        struct binding_try b = { .audit = audit_folder_start(f), .folder = f };
        server_run_task(server, bind, &b);
        unit_check_result(b.r, NULL, __FILE__, __LINE__);
        struct str before = audit_folder_read(f, audit_folder_file(f, 0).path);
        limit_files(before.len + 100);
        server_run_task(server, bind, &b);
        unit_check_result(b.r, &ERR_AUDIT_DOWN, __FILE__, __LINE__);
        assert_true(audit_is_failing(b.audit) && audit_figures(b.audit).failing && audit_figures(b.audit).failures > 0);
        audit_note(b.audit, &(struct audit_event){ .kind = AUDIT_LOGIN, .client = STR("kept") });
        limit_files(0);
        do
                server_run_task(server, bind, &b);
        while (!is_ok(b.r));
        assert_false(audit_is_failing(b.audit));
        server_stop(server);
        audit_stop(b.audit);
        struct audit_node node = { 0 };
        struct audit_fault fault = { 0 };
        assert_true(audit_folder_verify(f, &node, &fault));
        struct str content = audit_folder_read(f, audit_folder_file(f, 0).path);
        assert_non_null(memmem(content.data, content.len, "\"kept\"", 6));
        assert_non_null(memmem(content.data, content.len, "\"resumed\"", 9));
        assert_int_equal(memcmp(content.data, before.data, before.len), 0);
}

static size_t file_count(struct audit_folder *f)
{
        struct audit_file *files;
        size_t count;
        unit_check_result(audit_files_list(f->arena, f->options.directory, STR("gw1"), &files, &count), NULL, __FILE__,
                          __LINE__);
        return count;
}

static void test_files_begin_anew_by_size_and_day(void **state)
{
        struct audit_folder *f = *state;
        struct audit_node node = { 0 };
        struct audit_fault fault = { 0 };
        audit_folder_fill(f, 3);
        assert_int_equal(file_count(f), 1);
        audit_folder_set_clock(f, 86400);
        audit_folder_fill(f, 3);
        assert_int_equal(file_count(f), 2);
        f->options.file_bytes = 100;
        audit_folder_fill(f, 1);
        assert_int_equal(file_count(f), 3);
        assert_true(audit_folder_verify(f, &node, &fault));
        assert_int_equal(node.files, 3);
        struct stat status;
        assert_int_equal(stat(arena_cstr(f->arena, audit_folder_file(f, 0).path), &status), 0);
        assert_int_equal(status.st_mode & 0777, 0600);
}

static void test_old_files_go_and_the_chain_says_so(void **state)
{
        struct audit_folder *f = *state;
        struct audit_node node = { 0 };
        struct audit_fault fault = { 0 };
        for (int day = 0; day < 4; day++) {
                audit_folder_set_clock(f, day * 86400);
                audit_folder_fill(f, 3);
        }
        assert_int_equal(file_count(f), 4);
        audit_folder_set_clock(f, 199 * 86400);
        audit_folder_fill(f, 3);
        assert_int_equal(file_count(f), 5);
        audit_folder_set_clock(f, 202 * 86400 + 60);
        audit_folder_fill(f, 3);
        assert_int_equal(file_count(f), 4); /* those of the first two days are gone: each has a younger one after it */
        assert_true(audit_folder_verify(f, &node, &fault));
        assert_true(node.first > 1);
        unlink(arena_cstr(f->arena, audit_folder_file(f, 0).path));
        assert_false(audit_folder_verify(f, &node, &fault));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        const struct CMUnitTest tests[] = {
                CASE(test_a_durable_record_is_there_before_its_task_goes_on),
                CASE(test_without_an_audit_nothing_happens),
                CASE(test_a_full_disk_fails_closed_and_is_survived),
                CASE(test_files_begin_anew_by_size_and_day),
                CASE(test_old_files_go_and_the_chain_says_so),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
