/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* For tests of what is kept in the store: a real redis-server, a worker with a seal, a clock that the test moves (link
 * clock.c built with BAYGATE_TEST_CLOCK). Assertions jump, which a task's stack must not see, so inside tasks use
 * task_expect and its kin: they note what failed and return from the task; the test reports it. */
#pragma once

#include "unit.h"

#include <ftw.h>
#include <pthread.h>

#include "clock.h"
#include "log.h"
#include "redis_child.h"
#include "seal.h"
#include "server.h"
#include "store.h"

struct store_fixture {
        char directory[64];
        struct arena *arena;
        struct redis_child *redis;
        struct seal *seal;
        struct store_options store;
        struct server *server;
        void *program; /* what task_program gives */
};

/* The first thing that failed inside a task. */
static struct {
        const char *file, *what, *got;
        int line;
} task_failure;

static inline void task_note(const char *file, int line, const char *what, const char *got)
{
        if (task_failure.file)
                return;
        task_failure.what = what;
        task_failure.got = got;
        task_failure.line = line;
        task_failure.file = file;
}

#define task_expect(condition)                                                                                         \
        do {                                                                                                           \
                if (!(condition)) {                                                                                    \
                        task_note(__FILE__, __LINE__, #condition, "false");                                            \
                        return;                                                                                        \
                }                                                                                                      \
        } while (0)
#define task_expect_result(call, want)                                                                                 \
        do {                                                                                                           \
                result task_result_ = (call);                                                                          \
                if (task_result_.error != (want)) {                                                                    \
                        task_note(__FILE__, __LINE__, #call, task_result_.error ? task_result_.error->symbol : "OK");  \
                        return;                                                                                        \
                }                                                                                                      \
        } while (0)
#define task_ok(call) task_expect_result(call, NULL)
#define task_error(call, want) task_expect_result(call, &(want))

static inline void store_fixture_run(struct store_fixture *f, task_main *main)
{
        server_run_task(f->server, main, f);
        if (!task_failure.file)
                return;
        print_error("%s is %s\n", task_failure.what, task_failure.got);
        const char *file = task_failure.file;
        task_failure.file = NULL;
        _fail(file, task_failure.line);
}

/* "IN_TASK(name) { … }": a test whose body is a task on an empty store; `t` is the task. */
#define IN_TASK(name)                                                                                                  \
        static void name##_body(struct task *t, struct store_fixture *f);                                              \
        static void name##_task(struct task *t, void *argument)                                                        \
        {                                                                                                              \
                task_ok(store_flush(t));                                                                               \
                name##_body(t, argument);                                                                              \
        }                                                                                                              \
        static void name(void **state)                                                                                 \
        {                                                                                                              \
                store_fixture_shift(*state, 0);                                                                        \
                store_fixture_run(*state, name##_task);                                                                \
        }                                                                                                              \
        static void name##_body(struct task *t, __attribute__((unused)) struct store_fixture *f)

/* The gateway's clock from now on: this many seconds ahead of the machine's. */
static inline void store_fixture_shift(const struct store_fixture *f, int64_t seconds)
{
        char path[96];
        snprintf(path, sizeof(path), "%s/clock", f->directory);
        FILE *file = fopen(path, "w");
        if (!file)
                abort();
        fprintf(file, "%lld\n", (long long)seconds);
        fclose(file);
}

/* `main` in `count` tasks at once, all started together. */
struct store_race {
        struct store_fixture *fixture;
        task_main *main;
        pthread_barrier_t start;
};

static inline void *store_racer(void *argument)
{
        struct store_race *race = argument;
        pthread_barrier_wait(&race->start);
        server_run_task(race->fixture->server, race->main, race->fixture);
        return NULL;
}

static inline void store_fixture_race(struct store_fixture *f, task_main *main, unsigned count)
{
        struct store_race race = { .fixture = f, .main = main };
        pthread_t threads[16];
        pthread_barrier_init(&race.start, NULL, count);
        for (unsigned i = 0; i < count; i++)
                pthread_create(&threads[i], NULL, store_racer, &race);
        for (unsigned i = 0; i < count; i++)
                pthread_join(threads[i], NULL);
        pthread_barrier_destroy(&race.start);
        assert_null(task_failure.file);
}

static inline result store_flush(struct task *t)
{
        static const struct store_script flush = { "redis.call('FLUSHALL') return ''" };
        struct str ignored;
        return store_eval(t, &(struct store_call){ .script = &flush }, &ignored);
}

/* Everything that is there: "key=value" lines, raw. */
static inline result store_dump(struct task *t, struct str *ret_text)
{
        static const struct store_script dump = {
                "local out = '' for _, k in ipairs(redis.call('KEYS', '*')) do "
                "local v = redis.call('TYPE', k).ok == 'hash' and table.concat(redis.call('HGETALL', k), ' ') or redis.call('GET', k) "
                "out = out .. k .. '=' .. v .. '\\n' end return out",
        };
        return store_eval(t, &(struct store_call){ .script = &dump }, ret_text);
}

/* Keys outside "bg:d:" that live forever, and those within it that do not. */
static inline result store_wrong_lives(struct task *t, int64_t *ret_count)
{
        static const struct store_script wrong = {
                "local n = 0 for _, k in ipairs(redis.call('KEYS', '*')) do "
                "if (string.sub(k, 1, 5) == 'bg:d:') ~= (redis.call('TTL', k) == -1) then n = n + 1 end end return n",
        };
        struct str text;
        TRY(store_eval(t, &(struct store_call){ .script = &wrong }, &text));
        return str_to_int(text, ret_count) ? OK : fail(task_arena(t), ERR_MALFORMED, "no number");
}

/* The one key of this kind ("bg:code:"); empty when there are none or several. */
static inline result store_only_key(struct task *t, const char *prefix, struct str *ret_key)
{
        static const struct store_script find = {
                "local k = redis.call('KEYS', ARGV[1] .. '*') if #k == 1 then return k[1] end return ''",
        };
        const struct str args[] = { str_from(prefix) };
        return store_eval(t, &(struct store_call){ &find, NULL, 0, args, 1 }, ret_key);
}

static inline bool str_holds(struct str text, const char *part)
{
        return memmem(text.data ? text.data : "", text.len, part, strlen(part)) != NULL;
}

/* What must hold after any use of records: right lives, and none of `secrets` (NULL ends) to be read. */
#define task_expect_sealed(t, ...)                                                                                     \
        do {                                                                                                           \
                const char *const secrets_[] = { __VA_ARGS__, NULL };                                                  \
                struct str dump_;                                                                                      \
                int64_t wrong_ = -1;                                                                                   \
                task_ok(store_dump((t), &dump_));                                                                      \
                task_ok(store_wrong_lives((t), &wrong_));                                                              \
                task_expect(wrong_ == 0 && dump_.len > 0);                                                             \
                for (size_t i_ = 0; secrets_[i_]; i_++)                                                                \
                        task_expect(!str_holds(dump_, secrets_[i_]));                                                  \
        } while (0)

static inline void store_fixture_no_request(struct task *t)
{
        reply_body(t, 404, NULL, (struct str){ 0 });
}

static inline size_t store_fixture_body_cap(void *program, enum method method, struct str path)
{
        (void)program;
        (void)method;
        (void)path;
        return 1024;
}

static inline const char *store_fixture_route_name(void *program, enum method method, struct str path)
{
        (void)program;
        (void)method;
        (void)path;
        return "test";
}

static inline void store_fixture_serve(struct store_fixture *f)
{
        const struct server_options options = {
                .host = STR("127.0.0.1"),
                .workers = 1,
                .max_tasks = 64,
                .max_connections = 8,
                .deadline_ms = 20000,
                .idle_timeout_s = 10,
                .max_header_bytes = 8192,
                .body_cap = store_fixture_body_cap,
                .route_name = store_fixture_route_name,
                .handle = store_fixture_no_request,
                .program = f->program,
                .store = &f->store,
        };
        if (!is_ok(server_start(f->arena, &options, &f->server)))
                fail_msg("server_start: %.*s", STR_FMT(arena_reason(f->arena)));
}

/* `program` may be NULL. */
static inline struct store_fixture *store_fixture_new(void *program)
{
        struct store_fixture *f = calloc(1, sizeof(*f));
        char path[96];
        log_set_level(LOG_ERROR);
        snprintf(f->directory, sizeof(f->directory), "/tmp/baygate-records-XXXXXX");
        assert_non_null(mkdtemp(f->directory));
        snprintf(path, sizeof(path), "%s/clock", f->directory);
        setenv("BAYGATE_TEST_CLOCK", path, 1);
        store_fixture_shift(f, 0);
        f->arena = arena_new(65536);
        f->program = program;
        struct redis_child_options options = { .directory = str_from(f->directory), .start_timeout_ms = 10000 };
        if (!is_ok(redis_child_start(f->arena, &options, &f->redis)))
                fail_msg("redis: %.*s", STR_FMT(arena_reason(f->arena)));
        f->seal = seal_new(STR("0123456789abcdef0123456789abcdef"), STR("state"));
        f->store = (struct store_options){
                .unix_path = redis_child_socket(f->redis),
                .timeout_ms = 5000,
                .seal = f->seal,
        };
        store_fixture_serve(f);
        return f;
}

static inline int store_fixture_remove(const char *path, const struct stat *status, int flag, struct FTW *where)
{
        (void)status;
        (void)flag;
        (void)where;
        return remove(path);
}

static inline void store_fixture_free(struct store_fixture *f)
{
        server_stop(f->server);
        redis_child_stop(f->redis);
        nftw(f->directory, store_fixture_remove, 8, FTW_DEPTH | FTW_PHYS);
        seal_free(f->seal);
        arena_free(f->arena);
        free(f);
}

static inline int store_group_setup(void **state)
{
        *state = store_fixture_new(NULL);
        return 0;
}

static inline int store_group_teardown(void **state)
{
        store_fixture_free(*state);
        return 0;
}
