/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The embedded redis-server: its start, its end, its data, and who may share its directory. */
#include "unit.h"

#include <ftw.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "redis_child.h"

struct fixture {
        char directory[128];
        struct arena *arena;
        struct redis_child_options options;
};

static int setup(void **state)
{
        struct fixture *f = calloc(1, sizeof(*f));
        snprintf(f->directory, sizeof(f->directory), "/tmp/baygate-child-XXXXXX");
        assert_non_null(mkdtemp(f->directory));
        snprintf(f->directory + strlen(f->directory), 16, "/state");
        f->arena = arena_new(65536);
        f->options = (struct redis_child_options){ .directory = str_from(f->directory), .start_timeout_ms = 10000 };
        *state = f;
        return 0;
}

static int remove_entry(const char *path, const struct stat *status, int flag, struct FTW *where)
{
        (void)status;
        (void)flag;
        (void)where;
        return remove(path);
}

static int teardown(void **state)
{
        struct fixture *f = *state;
        *strrchr(f->directory, '/') = '\0';
        nftw(f->directory, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
        arena_free(f->arena);
        free(f);
        return 0;
}

/* Sends one inline command; the reply into `reply`. */
static void ask(struct redis_child *child, const char *command, char *reply, size_t size)
{
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        struct str path = redis_child_socket(child);
        memcpy(address.sun_path, path.data, path.len);
        assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
        assert_int_equal(send(fd, command, strlen(command), 0), (ssize_t)strlen(command));
        ssize_t len = recv(fd, reply, size - 1, 0);
        reply[len > 0 ? len : 0] = '\0';
        close(fd);
}

static void test_data_survives_a_restart(void **state)
{
        struct fixture *f = *state;
        struct redis_child *child = NULL;
        char reply[256];
        assert_ok(redis_child_start(f->arena, &f->options, &child));
        assert_true(redis_child_is_running(child));
        ask(child, "SET a 1\r\n", reply, sizeof(reply));
        assert_string_equal(reply, "+OK\r\n");
        ask(child, "CONFIG GET appendfsync\r\n", reply, sizeof(reply));
        assert_non_null(strstr(reply, "everysec"));
        ask(child, "CONFIG GET port\r\n", reply, sizeof(reply));
        assert_non_null(strstr(reply, "\r\n0\r\n"));
        redis_child_stop(child);
        f->options.sync_always = true;
        assert_ok(redis_child_start(f->arena, &f->options, &child));
        ask(child, "GET a\r\n", reply, sizeof(reply));
        assert_string_equal(reply, "$1\r\n1\r\n");
        ask(child, "CONFIG GET appendfsync\r\n", reply, sizeof(reply));
        assert_non_null(strstr(reply, "always"));
        redis_child_stop(child);
}

static void test_directory_is_private(void **state)
{
        struct fixture *f = *state;
        struct redis_child *child = NULL;
        struct stat status;
        assert_ok(redis_child_start(f->arena, &f->options, &child));
        assert_int_equal(stat(f->directory, &status), 0);
        assert_int_equal(status.st_mode & 0777, 0700);
        assert_int_equal(stat(redis_child_socket(child).data, &status), 0);
        assert_int_equal(status.st_mode & 077, 0);
        redis_child_stop(child);
}

static void test_second_gateway_is_refused(void **state)
{
        struct fixture *f = *state;
        struct redis_child *first = NULL, *second = NULL;
        assert_ok(redis_child_start(f->arena, &f->options, &first));
        f->options.start_timeout_ms = 50;
        assert_error(redis_child_start(f->arena, &f->options, &second), ERR_CONFIG);
        assert_reason_has(f->arena, "is locked");
        assert_true(redis_child_is_running(first));
        redis_child_stop(first);
        f->options.start_timeout_ms = 10000;
        assert_ok(redis_child_start(f->arena, &f->options, &second));
        redis_child_stop(second);
}

static void test_crashed_gateway_takes_its_redis_along(void **state)
{
        struct fixture *f = *state;
        pid_t gateway = fork();
        if (gateway == 0) {
                struct redis_child *child = NULL;
                result r = redis_child_start(f->arena, &f->options, &child);
                if (is_ok(r))
                        raise(SIGKILL);
                _exit(1);
        }
        int status = 0;
        assert_int_equal(waitpid(gateway, &status, 0), gateway);
        assert_true(WIFSIGNALED(status));
        /* The socket file of the dead one is still there or being removed; the new one waits for the lock. */
        struct redis_child *child = NULL;
        char reply[64];
        assert_ok(redis_child_start(f->arena, &f->options, &child));
        ask(child, "PING\r\n", reply, sizeof(reply));
        assert_string_equal(reply, "+PONG\r\n");
        redis_child_stop(child);
}

static void test_end_of_the_child_is_noticed(void **state)
{
        struct fixture *f = *state;
        struct redis_child *child = NULL;
        assert_ok(redis_child_start(f->arena, &f->options, &child));
        char reply[64];
        ask(child, "SHUTDOWN\r\n", reply, sizeof(reply));
        while (redis_child_is_running(child))
                usleep(1000);
        redis_child_stop(child);
}

static void test_bad_settings(void **state)
{
        struct fixture *f = *state;
        struct redis_child *child = NULL;
        f->options.program = STR("/nonexistent/redis-server");
        assert_error(redis_child_start(f->arena, &f->options, &child), ERR_CONFIG);
        assert_reason_has(f->arena, "not installed");
        arena_clear_reason(f->arena);
        f->options.program = STR("/bin/false");
        assert_error(redis_child_start(f->arena, &f->options, &child), ERR_CONFIG);
        assert_reason_has(f->arena, "redis.log");
        arena_clear_reason(f->arena);
        f->options.directory = STR("/proc/none");
        assert_error(redis_child_start(f->arena, &f->options, &child), ERR_CONFIG);
        arena_clear_reason(f->arena);
        f->options.directory = arena_printf(f->arena, "%s%0100d", f->directory, 0);
        assert_error(redis_child_start(f->arena, &f->options, &child), ERR_CONFIG);
        assert_reason_has(f->arena, "too long");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_data_survives_a_restart, setup, teardown),
                cmocka_unit_test_setup_teardown(test_directory_is_private, setup, teardown),
                cmocka_unit_test_setup_teardown(test_second_gateway_is_refused, setup, teardown),
                cmocka_unit_test_setup_teardown(test_crashed_gateway_takes_its_redis_along, setup, teardown),
                cmocka_unit_test_setup_teardown(test_end_of_the_child_is_noticed, setup, teardown),
                cmocka_unit_test_setup_teardown(test_bad_settings, setup, teardown),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
