/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The store against a real redis-server on a unix socket. */
#include "engine.h"

#include <arpa/inet.h>
#include <ftw.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "clock.h"
#include "redis_child.h"
#include "store.h"

struct fixture {
        char directory[64];
        struct arena *arena;
        struct redis_child *redis;
        struct store_options store;
        struct engine engine;
};

static void handle(struct task *t)
{
        reply_body(t, 200, "text/plain", STR(""));
}

static void redis_start(struct fixture *f)
{
        struct redis_child_options options = { .directory = str_from(f->directory), .start_timeout_ms = 10000 };
        result r = redis_child_start(f->arena, &options, &f->redis);
        if (!is_ok(r))
                fail_msg("redis: %.*s", STR_FMT(arena_reason(f->arena)));
}

static int setup(void **state)
{
        struct fixture *f = calloc(1, sizeof(*f));
        snprintf(f->directory, sizeof(f->directory), "/tmp/baygate-store-XXXXXX");
        assert_non_null(mkdtemp(f->directory));
        f->arena = arena_new(65536);
        redis_start(f);
        f->store.unix_path = redis_child_socket(f->redis);
        f->store.timeout_ms = 1000;
        f->store.seal = (const struct seal *)f;
        f->engine = engine_new(handle);
        f->engine.options.store = &f->store;
        engine_start(&f->engine);
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
        engine_stop(&f->engine);
        redis_child_stop(f->redis);
        nftw(f->directory, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
        arena_free(f->arena);
        free(f);
        return 0;
}

/* Assertions jump, which a task's stack must not see: tasks note, the test asserts. */
struct seen {
        bool found[4];
        bool created[2];
        bool dropped[2];
        int64_t ttl[3];
        char value[64];
        size_t value_len;
        const struct error *error;
        const void *seal;
};

static void note(struct seen *seen, result r)
{
        if (!is_ok(r) && !seen->error)
                seen->error = r.error;
}

static void use_words(struct task *t, void *argument)
{
        struct seen *s = argument;
        struct str key = STR("bg:test:a\0b");
        struct str value = STR("one\0\r\ntwo");
        struct str got = STR("");
        note(s, store_get(t, key, &got, &s->found[0]));
        note(s, store_set(t, key, value, 60));
        note(s, store_get(t, key, &got, &s->found[1]));
        s->value_len = got.len < sizeof(s->value) ? got.len : sizeof(s->value);
        memcpy(s->value, got.data, s->value_len);
        note(s, store_ttl(t, key, &s->ttl[0]));
        note(s, store_set_new(t, key, value, 60, &s->created[0]));
        note(s, store_drop(t, key, &s->dropped[0]));
        note(s, store_drop(t, key, &s->dropped[1]));
        note(s, store_set_new(t, key, STR(""), 60, &s->created[1]));
        note(s, store_take(t, key, &got, &s->found[2]));
        note(s, store_take(t, key, &got, &s->found[3]));
        note(s, store_set(t, STR("bg:d:binding"), value, 0));
        note(s, store_ttl(t, STR("bg:d:binding"), &s->ttl[1]));
        note(s, store_ttl(t, key, &s->ttl[2]));
        note(s, store_ping(t));
        note(s, store_drop(t, STR("bg:d:binding"), NULL));
        s->seal = store_seal(t);
}

static void test_words(void **state)
{
        struct fixture *f = *state;
        struct seen s = { 0 };
        server_run_task(f->engine.server, use_words, &s);
        if (s.error)
                fail_msg("%s", s.error->symbol);
        assert_false(s.found[0]);
        assert_true(s.found[1]);
        assert_int_equal(s.value_len, 9);
        assert_memory_equal(s.value, "one\0\r\ntwo", 9);
        assert_in_range(s.ttl[0], 58, 60);
        assert_false(s.created[0]);
        assert_true(s.dropped[0]);
        assert_false(s.dropped[1]);
        assert_true(s.created[1]);
        assert_true(s.found[2]);
        assert_false(s.found[3]);
        assert_int_equal(s.ttl[1], -1);
        assert_int_equal(s.ttl[2], -2);
        assert_ptr_equal(s.seal, f);
        struct server_figures figures = server_figures(f->engine.server);
        assert_true(figures.store_connected);
        assert_int_equal(figures.store_failures, 0);
        assert_int_equal(figures.store_commands, 15);
}

static void use_swap(struct task *t, void *argument)
{
        struct seen *s = argument;
        struct str key = STR("bg:test:swap"), got = STR("untouched");
        note(s, store_swap(t, key, STR("one"), 60, &got));
        s->found[0] = got.len > 0;
        note(s, store_swap(t, key, STR("two\0\r\n"), 30, &got));
        s->created[0] = str_is(got, "one");
        note(s, store_ttl(t, key, &s->ttl[0]));
        note(s, store_get(t, key, &got, &s->found[2]));
        s->created[1] = str_eq(got, STR("two\0\r\n"));
}

static void test_swap(void **state)
{
        struct fixture *f = *state;
        struct seen s = { 0 };
        server_run_task(f->engine.server, use_swap, &s);
        if (s.error)
                fail_msg("%s", s.error->symbol);
        assert_false(s.found[0]);
        assert_true(s.created[0]);
        assert_true(s.found[2] && s.created[1]);
        assert_in_range(s.ttl[0], 28, 30);
}

static void set_without_ttl(struct task *t, void *argument)
{
        (void)argument;
        ignore_failure(store_set(t, STR("bg:code:x"), STR("v"), 0), "it aborts");
}

static void volatile_without_ttl(void)
{
        struct engine e = engine_new(handle);
        struct store_options store = { .unix_path = STR("/nonexistent"), .timeout_ms = 100 };
        e.options.store = &store;
        engine_start(&e);
        server_run_task(e.server, set_without_ttl, NULL);
}

static void test_volatile_key_needs_ttl(void **state)
{
        (void)state;
        assert_true(unit_aborts(volatile_without_ttl));
}

struct race {
        struct server *server;
        atomic_uint found;
};

static void take_once(struct task *t, void *argument)
{
        struct race *race = argument;
        struct str value;
        bool found = false;
        if (is_ok(store_take(t, STR("bg:code:once"), &value, &found)) && found)
                atomic_fetch_add(&race->found, 1);
}

static void *racer(void *argument)
{
        struct race *race = argument;
        for (int i = 0; i < 50; i++)
                server_run_task(race->server, take_once, race);
        return NULL;
}

static void put_once(struct task *t, void *argument)
{
        *(bool *)argument = is_ok(store_set(t, STR("bg:code:once"), STR("v"), 60));
}

static void test_take_is_atomic(void **state)
{
        struct fixture *f = *state;
        struct race race = { .server = f->engine.server };
        bool put = false;
        server_run_task(f->engine.server, put_once, &put);
        assert_true(put);
        pthread_t threads[4];
        for (int i = 0; i < 4; i++)
                pthread_create(&threads[i], NULL, racer, &race);
        for (int i = 0; i < 4; i++)
                pthread_join(threads[i], NULL);
        assert_int_equal(atomic_load(&race.found), 1);
}

static const struct store_script add_script = {
        .source = "return redis.call('incrby', KEYS[1], ARGV[1]) .. ':' .. ARGV[2]",
};
static const struct store_script number_script = { .source = "return 7" };
static const struct store_script nil_script = { .source = "return false" };
static const struct store_script broken_script = { .source = "return redis.call('nonsense')" };

static void eval(struct task *t, void *argument)
{
        struct seen *s = argument;
        struct str keys[] = { STR("bg:{x}:n") };
        struct str args[] = { STR("5"), STR("a b") };
        struct str value = STR("");
        note(s, store_eval(t, &(struct store_call){ &add_script, keys, 1, args, 2 }, &value));
        snprintf(s->value, sizeof(s->value), "%.*s", STR_FMT(value));
        note(s, store_eval(t, &(struct store_call){ .script = &number_script }, &value));
        s->found[0] = str_is(value, "7");
        note(s, store_eval(t, &(struct store_call){ .script = &nil_script }, &value));
        s->found[1] = value.len == 0;
        s->found[2] = is_error(store_eval(t, &(struct store_call){ .script = &broken_script }, &value), &ERR_SERVER_ERROR);
}

static void restart(struct fixture *f)
{
        redis_child_stop(f->redis);
        redis_start(f);
}

static void ping(struct task *t, void *argument)
{
        *(const struct error **)argument = store_ping(t).error;
}

static void wait_until_served(struct fixture *f)
{
        const struct error *error = &ERR_STORE_DOWN;
        while (error) {
                server_run_task(f->engine.server, ping, &error);
                if (error)
                        usleep(2000);
        }
}

static void test_scripts(void **state)
{
        struct fixture *f = *state;
        struct seen s = { 0 };
        server_run_task(f->engine.server, eval, &s);
        assert_null(s.error);
        assert_string_equal(s.value, "5:a b");
        assert_true(s.found[0] && s.found[1] && s.found[2]);
        restart(f); /* which forgets the scripts, not the data */
        wait_until_served(f);
        server_run_task(f->engine.server, eval, &s);
        assert_null(s.error);
        assert_string_equal(s.value, "10:a b");
}

static void flush_scripts_behind_our_back(const struct fixture *f)
{
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        struct str path = redis_child_socket(f->redis);
        memcpy(address.sun_path, path.data, path.len);
        char reply[16];
        assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
        assert_int_equal(send(fd, "SCRIPT FLUSH\r\n", 14, 0), 14);
        assert_true(recv(fd, reply, sizeof(reply), 0) > 0);
        close(fd);
}

static void test_script_is_loaded_again(void **state)
{
        struct fixture *f = *state;
        struct seen s = { 0 };
        server_run_task(f->engine.server, eval, &s);
        flush_scripts_behind_our_back(f);
        server_run_task(f->engine.server, eval, &s);
        assert_null(s.error);
        assert_string_equal(s.value, "10:a b");
}

static void test_redis_goes_and_comes_back(void **state)
{
        struct fixture *f = *state;
        const struct error *error = NULL;
        server_run_task(f->engine.server, ping, &error);
        assert_null(error);
        redis_child_stop(f->redis);
        f->redis = NULL;
        int64_t start = clock_monotonic_ms();
        server_run_task(f->engine.server, ping, &error);
        assert_ptr_equal(error, &ERR_STORE_DOWN);
        assert_true(clock_monotonic_ms() - start < 1000); /* at once, not by a timeout */
        redis_start(f);
        wait_until_served(f);
        assert_true(server_figures(f->engine.server).store_connected);
        assert_true(server_figures(f->engine.server).store_failures > 0);
}

/* A Redis that greets, then reads commands and never answers. */
struct mute {
        int listener;
        int port;
        pthread_t thread;
        atomic_uint commands;
        atomic_bool hang_up;
};

static void mute_serve(struct mute *m, int fd)
{
        char bytes[1024];
        bool greeted = false;
        struct timeval turn = { .tv_usec = 5000 };
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &turn, sizeof(turn));
        while (!atomic_load(&m->hang_up)) {
                ssize_t len = recv(fd, bytes, sizeof(bytes), 0);
                if (len == 0)
                        break;
                if (len < 0)
                        continue;
                if (greeted)
                        atomic_fetch_add(&m->commands, 1);
                else
                        greeted = send(fd, "+PONG\r\n", 7, MSG_NOSIGNAL) == 7;
        }
        close(fd);
}

static void *mute_main(void *argument)
{
        struct mute *m = argument;
        for (;;) {
                int fd = accept(m->listener, NULL, NULL);
                if (fd < 0)
                        return NULL;
                mute_serve(m, fd);
                atomic_store(&m->hang_up, false);
        }
}

static void mute_start(struct mute *m)
{
        struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
        socklen_t len = sizeof(address);
        m->listener = socket(AF_INET, SOCK_STREAM, 0);
        assert_int_equal(bind(m->listener, (struct sockaddr *)&address, len), 0);
        assert_int_equal(listen(m->listener, 4), 0);
        assert_int_equal(getsockname(m->listener, (struct sockaddr *)&address, &len), 0);
        m->port = ntohs(address.sin_port);
        pthread_create(&m->thread, NULL, mute_main, m);
}

static void mute_stop(struct mute *m)
{
        shutdown(m->listener, SHUT_RDWR);
        pthread_join(m->thread, NULL);
        close(m->listener);
}

static void *run_ping(void *argument)
{
        const struct error *error = NULL;
        server_run_task(argument, ping, &error);
        return (void *)(uintptr_t)error;
}

static struct engine engine_on(const struct mute *m, struct store_options *store, int timeout_ms)
{
        *store = (struct store_options){ .host = STR("127.0.0.1"), .port = m->port, .timeout_ms = timeout_ms };
        struct engine e = engine_new(handle);
        e.options.store = store;
        engine_start(&e);
        return e;
}

static void test_in_flight_commands_fail_when_the_connection_breaks(void **state)
{
        (void)state;
        struct mute m = { 0 };
        struct store_options store;
        mute_start(&m);
        struct engine e = engine_on(&m, &store, 4000);
        while (!server_figures(e.server).store_connected)
                usleep(1000);
        pthread_t thread;
        pthread_create(&thread, NULL, run_ping, e.server);
        while (atomic_load(&m.commands) == 0)
                usleep(1000);
        int64_t start = clock_monotonic_ms();
        atomic_store(&m.hang_up, true);
        void *error = NULL;
        pthread_join(thread, &error);
        assert_ptr_equal(error, &ERR_STORE_DOWN);
        assert_true(clock_monotonic_ms() - start < 2000); /* by the break, not by its timeout */
        engine_stop(&e);
        mute_stop(&m);
}

static void test_no_answer_in_time(void **state)
{
        (void)state;
        struct mute m = { 0 };
        struct store_options store;
        mute_start(&m);
        struct engine e = engine_on(&m, &store, 50);
        while (!server_figures(e.server).store_connected)
                usleep(1000);
        for (int i = 0; i < 3; i++) /* the third drops the connection, detached commands and all */
                assert_ptr_equal(run_ping(e.server), &ERR_STORE_DOWN);
        assert_false(server_figures(e.server).store_connected);
        engine_stop(&e);
        mute_stop(&m);
}

static void test_password_and_database(void **state)
{
        struct fixture *f = *state;
        struct store_options wrong = f->store;
        wrong.password = STR("wrong"); /* this Redis has none: AUTH is refused */
        wrong.timeout_ms = 200;
        struct engine e = engine_new(handle);
        e.options.store = &wrong;
        engine_start(&e);
        assert_ptr_equal(run_ping(e.server), &ERR_STORE_DOWN);
        assert_false(server_figures(e.server).store_connected);
        engine_stop(&e);
        struct store_options beyond = f->store;
        beyond.database = 99;
        e = engine_new(handle);
        e.options.store = &beyond;
        engine_start(&e);
        assert_ptr_equal(run_ping(e.server), &ERR_STORE_DOWN);
        engine_stop(&e);
}

static void test_tls_needs_hiredis_ssl(void **state)
{
        (void)state;
#ifndef HAVE_HIREDIS_SSL
        struct store_options store = { .host = STR("127.0.0.1"), .port = 1, .tls = true };
        struct engine e = engine_new(handle);
        e.options.store = &store;
        assert_error(server_start(e.arena, &e.options, &e.server), ERR_CONFIG);
        assert_reason_has(e.arena, "not built in");
        arena_free(e.arena);
#else
        skip();
#endif
}

int main(void)
{
        log_set_level(LOG_ERROR);
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_words, setup, teardown),
                cmocka_unit_test_setup_teardown(test_swap, setup, teardown),
                cmocka_unit_test(test_volatile_key_needs_ttl),
                cmocka_unit_test_setup_teardown(test_take_is_atomic, setup, teardown),
                cmocka_unit_test_setup_teardown(test_scripts, setup, teardown),
                cmocka_unit_test_setup_teardown(test_script_is_loaded_again, setup, teardown),
                cmocka_unit_test_setup_teardown(test_redis_goes_and_comes_back, setup, teardown),
                cmocka_unit_test(test_in_flight_commands_fail_when_the_connection_breaks),
                cmocka_unit_test(test_no_answer_in_time),
                cmocka_unit_test_setup_teardown(test_password_and_database, setup, teardown),
                cmocka_unit_test(test_tls_needs_hiredis_ssl),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
