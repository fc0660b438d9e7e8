/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Tests of log.c. Standard error is a datagram socket meanwhile, so that each write(2) arrives as one piece. */
#include "unit.h"

#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>

#include "json.h"
#include "log.h"

static int saved_stderr;
static int receiver;

static int catch_stderr(void **state)
{
        (void)state;
        int pair[2];
        if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) != 0)
                return -1;
        saved_stderr = dup(STDERR_FILENO);
        receiver = pair[0];
        dup2(pair[1], STDERR_FILENO);
        close(pair[1]);
        log_set_level(LOG_INFO);
        return 0;
}

static int release_stderr(void **state)
{
        (void)state;
        dup2(saved_stderr, STDERR_FILENO);
        close(saved_stderr);
        close(receiver);
        return 0;
}

/* The next write to standard error, empty when there is none; its text lives until the next call. */
static struct str next_write(void)
{
        static char text[65536];
        ssize_t len = recv(receiver, text, sizeof(text), MSG_DONTWAIT);
        return str_slice(text, len > 0 ? (size_t)len : 0);
}

/* The next write is exactly one line of JSON. */
static json_t *next_line(struct arena *a)
{
        struct str line = next_write();
        json_t *json = NULL;
        assert_int_equal(str_find(line, '\n') + 1, line.len);
        assert_ok(json_read_object(a, line, 4096, &json));
        return json;
}

static void writes_one_line(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        log_event(LOG_WARNING, "request", LOG_TEXT("request_id", "r-1"), LOG_INT("status", -404),
                  LOG_STR("none", STR("")));
        const json_t *line = next_line(a);
        assert_str_empty(next_write());
        assert_str_eq(json_str(line, "level"), "warning");
        assert_str_eq(json_str(line, "event"), "request");
        assert_str_eq(json_str(line, "request_id"), "r-1");
        assert_int_equal(json_int(line, "status", 0), -404);
        assert_true(json_is_string(json_object_get(line, "none")));
        assert_int_equal(json_object_size(line), 6);
}

static void tells_the_time(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        time_t before = time(NULL);
        log_event(LOG_ERROR, "e");
        struct str text = json_str(next_line(a), "time");
        struct tm tm = { 0 };
        const char *rest = strptime(arena_cstr(a, text), "%Y-%m-%dT%H:%M:%S", &tm);
        assert_non_null(rest);
        assert_int_equal(strlen(rest), 5);
        assert_true(rest[0] == '.' && rest[4] == 'Z');
        assert_in_range(timegm(&tm) - before, 0, 5);
}

static void drops_lower_levels(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        log_event(LOG_DEBUG, "e");
        assert_str_empty(next_write());
        log_event(LOG_INFO, "e");
        assert_str_eq(json_str(next_line(a), "level"), "info");
        log_set_level(LOG_ERROR);
        log_event(LOG_WARNING, "e");
        assert_str_empty(next_write());
        log_event(LOG_ERROR, "e");
        assert_str_eq(json_str(next_line(a), "level"), "error");
        log_set_level(LOG_DEBUG);
        log_event(LOG_DEBUG, "e");
        assert_str_eq(json_str(next_line(a), "level"), "debug");
}

static void escapes(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        log_event(LOG_INFO, "e\"", LOG_TEXT("a", "\"\\\n\r\x1b[31m\x7f智方便"), LOG_TEXT("b", "ok\xff\xe6z"),
                  LOG_TEXT("c", "},{\"level\":\"forged\"}"));
        struct str raw = next_write();
        assert_true(str_is_utf8(raw));
        for (size_t i = 0; i + 1 < raw.len; i++)
                assert_true((unsigned char)raw.data[i] >= 0x20 && raw.data[i] != 0x7f);
        json_t *line = NULL;
        assert_ok(json_read_object(a, raw, 4096, &line));
        assert_str_eq(json_str(line, "event"), "e\"");
        assert_str_eq(json_str(line, "a"), "\"\\\n\r\x1b[31m\x7f智方便");
        assert_str_eq(json_str(line, "b"), "ok\xef\xbf\xbd\xef\xbf\xbdz");
        assert_str_eq(json_str(line, "level"), "info");
}

static void cuts_values(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        char text[1000];
        memset(text, 'a', sizeof(text));
        log_event(LOG_INFO, "e", LOG_STR("v", str_slice(text, 513)), LOG_STR("w", str_slice(text, 512)));
        const json_t *line = next_line(a);
        assert_int_equal(json_str(line, "v").len, 512);
        assert_int_equal(json_str(line, "w").len, 512);

        /* Three bytes from 511 on: cut before them, not within. */
        memcpy(text + 511, "\xe6\x99\xba", 3);
        log_event(LOG_INFO, "e", LOG_STR("v", str_slice(text, 1000)));
        assert_int_equal(json_str(next_line(a), "v").len, 511);
}

static void leaves_out_what_does_not_fit(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        char text[512];
        memset(text, 1, sizeof(text));
        struct str value = str_slice(text, sizeof(text));
        log_event(LOG_INFO, "e", LOG_TEXT("first", "1"), LOG_STR("second", value), LOG_STR("third", value),
                  LOG_TEXT("fourth", "4"));
        struct str raw = next_write();
        assert_true(raw.len <= 4096);
        json_t *line = NULL;
        assert_ok(json_read_object(a, raw, 4096, &line));
        assert_str_eq(json_str(line, "first"), "1");
        assert_null(json_object_get(line, "third"));
        assert_true(json_bool(line, "cut", false));
        assert_str_eq(json_str(line, "event"), "e");
}

static void keeps_errno(void **state)
{
        (void)state;
        close(receiver);
        errno = ENOENT;
        log_event(LOG_INFO, "e");
        int after = errno;
        receiver = -1;
        assert_int_equal(after, ENOENT);
}

static void *write_many(void *number)
{
        for (int i = 0; i < 100; i++)
                log_event(LOG_INFO, "thread", LOG_INT("number", *(int *)number), LOG_INT("i", i),
                          LOG_TEXT("padding",
                                   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
        return NULL;
}

static void threads_do_not_mix_lines(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 24);
        pthread_t threads[4];
        int numbers[4] = { 0, 1, 2, 3 };
        int next[4] = { 0 };
        for (int i = 0; i < 4; i++)
                assert_int_equal(pthread_create(&threads[i], NULL, write_many, &numbers[i]), 0);
        /* The socket holds few lines: reading them keeps the threads going. */
        struct timeval patience = { .tv_sec = 20 };
        setsockopt(receiver, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
        for (int count = 0; count < 400; count++) {
                char text[4096];
                ssize_t len = recv(receiver, text, sizeof(text), 0);
                json_t *line = NULL;
                assert_true(len > 0);
                assert_ok(json_read_object(a, str_slice(text, (size_t)len), 4096, &line));
                int64_t number = json_int(line, "number", -1);
                assert_in_range(number, 0, 3);
                assert_int_equal(json_int(line, "i", -1), next[number]++);
        }
        for (int i = 0; i < 4; i++)
                pthread_join(threads[i], NULL);
        assert_str_empty(next_write());
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(writes_one_line, catch_stderr, release_stderr),
                cmocka_unit_test_setup_teardown(tells_the_time, catch_stderr, release_stderr),
                cmocka_unit_test_setup_teardown(drops_lower_levels, catch_stderr, release_stderr),
                cmocka_unit_test_setup_teardown(escapes, catch_stderr, release_stderr),
                cmocka_unit_test_setup_teardown(cuts_values, catch_stderr, release_stderr),
                cmocka_unit_test_setup_teardown(leaves_out_what_does_not_fit, catch_stderr, release_stderr),
                cmocka_unit_test_setup_teardown(keeps_errno, catch_stderr, release_stderr),
                cmocka_unit_test_setup_teardown(threads_do_not_mix_lines, catch_stderr, release_stderr),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
