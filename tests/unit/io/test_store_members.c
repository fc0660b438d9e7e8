/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Hashes in the store, against a real redis-server: members are binary, each is written by itself, and the life of the
 * key is only ever made longer. */
#include "engine.h"

#include <ftw.h>

#include "redis_child.h"
#include "store.h"

#define KEY STR("bg:test:members")
#define KEPT STR("bg:d:test:members")

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

static int setup(void **state)
{
        struct fixture *f = calloc(1, sizeof(*f));
        snprintf(f->directory, sizeof(f->directory), "/tmp/baygate-members-XXXXXX");
        assert_non_null(mkdtemp(f->directory));
        f->arena = arena_new(65536);
        struct redis_child_options options = { .directory = str_from(f->directory), .start_timeout_ms = 10000 };
        assert_ok(redis_child_start(f->arena, &options, &f->redis));
        f->store = (struct store_options){ .unix_path = redis_child_socket(f->redis), .timeout_ms = 1000 };
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

/* Assertions jump, which a task's stack must not see: a body returns what went wrong, the test asserts. */
struct run {
        const char *(*body)(struct task *t);
        const char *wrong;
};

static void run_task(struct task *t, void *argument)
{
        struct run *run = argument;
        run->wrong = run->body(t);
}

static void run(void **state, const char *(*body)(struct task *t))
{
        struct fixture *f = *state;
        struct run r = { body, "it did not run" };
        server_run_task(f->engine.server, run_task, &r);
        if (r.wrong)
                fail_msg("%s", r.wrong);
}

#define EXPECT(condition)                      \
        do {                                   \
                if (!(condition))              \
                        return #condition;     \
        } while (0)

static result set(struct task *t, struct str name, struct str value, int64_t ttl_s, int64_t *ret_count)
{
        return store_member_set(t, KEY, &(struct store_member){ name, value }, ttl_s, ret_count);
}

static bool has(const struct store_member *members, size_t count, struct str name, struct str value)
{
        for (size_t i = 0; i < count; i++)
                if (str_eq(members[i].name, name) && str_eq(members[i].value, value))
                        return true;
        return false;
}

static const char *use_words(struct task *t)
{
        const struct str name = STR("a\0:\r\n"), value = STR("12:\0\xff\xfe$-1\r\n");
        struct store_member *members;
        struct str got = STR("untouched");
        int64_t count;
        size_t found_count;
        bool found;

        EXPECT(is_ok(store_member_get(t, KEY, name, &got, &found)) && !found && got.len == 0);
        EXPECT(is_ok(set(t, name, value, 60, &count)) && count == 1);
        EXPECT(is_ok(set(t, STR("b"), STR(""), 60, &count)) && count == 2);
        EXPECT(is_ok(set(t, STR(""), STR("7"), 60, &count)) && count == 3);
        EXPECT(is_ok(store_member_get(t, KEY, name, &got, &found)) && found && str_eq(got, value));
        EXPECT(is_ok(store_member_get(t, KEY, STR("b"), &got, &found)) && found && got.len == 0);
        EXPECT(is_ok(store_members(t, KEY, &members, &found_count)) && found_count == 3);
        EXPECT(has(members, 3, name, value) && has(members, 3, STR("b"), STR("")) && has(members, 3, STR(""), STR("7")));
        EXPECT(is_ok(set(t, STR("b"), STR("new"), 60, &count)) && count == 3); /* in the place of the old one */
        EXPECT(is_ok(store_member_get(t, KEY, STR("b"), &got, &found)) && found && str_is(got, "new"));
        EXPECT(is_ok(store_member_drop(t, KEY, STR("b"))) && is_ok(store_member_drop(t, KEY, STR("b"))));
        EXPECT(is_ok(store_member_get(t, KEY, STR("b"), &got, &found)) && !found);
        EXPECT(is_ok(store_member_get(t, KEY, name, &got, &found)) && found); /* nobody else went along */
        return NULL;
}

static void test_words(void **state)
{
        run(state, use_words);
}

static const char *empty(struct task *t)
{
        struct store_member *members = NULL;
        size_t count = 9;
        int64_t there, ttl;

        EXPECT(is_ok(store_members(t, KEY, &members, &count)) && count == 0 && members);
        EXPECT(is_ok(store_member_drop(t, KEY, STR("a"))));
        EXPECT(is_ok(set(t, STR("a"), STR("1"), 60, &there)));
        EXPECT(is_ok(store_member_drop(t, KEY, STR("a"))));
        EXPECT(is_ok(store_ttl(t, KEY, &ttl)) && ttl == -2); /* the key is gone with its last member */
        return NULL;
}

static void test_empty(void **state)
{
        run(state, empty);
}

static const char *life(struct task *t)
{
        int64_t count, ttl;

        EXPECT(is_ok(set(t, STR("a"), STR("1"), 600, &count)));
        EXPECT(is_ok(store_ttl(t, KEY, &ttl)) && ttl > 590 && ttl <= 600);
        EXPECT(is_ok(set(t, STR("b"), STR("2"), 60, &count)));
        EXPECT(is_ok(store_ttl(t, KEY, &ttl)) && ttl > 590);
        EXPECT(is_ok(set(t, STR("a"), STR("3"), 60, &count))); /* a member that ends earlier now does not shorten it */
        EXPECT(is_ok(store_ttl(t, KEY, &ttl)) && ttl > 590);
        EXPECT(is_ok(set(t, STR("b"), STR("4"), 6000, &count)));
        EXPECT(is_ok(store_ttl(t, KEY, &ttl)) && ttl > 5990 && ttl <= 6000);
        EXPECT(is_ok(store_member_set(t, KEPT, &(struct store_member){ STR("a"), STR("1") }, 0, &count)) && count == 1);
        EXPECT(is_ok(store_ttl(t, KEPT, &ttl)) && ttl == -1);
        return NULL;
}

static void test_life_only_grows(void **state)
{
        run(state, life);
}

static const char *many(struct task *t)
{
        char big[3000];
        struct store_member *members;
        int64_t there;
        size_t count;

        memset(big, ':', sizeof(big));
        for (int i = 0; i < 300; i++) {
                struct str name = arena_printf(task_arena(t), "%d", i);
                EXPECT(is_ok(set(t, name, str_slice(big, (size_t)i * 10), 60, &there)) && there == i + 1);
        }
        EXPECT(is_ok(store_members(t, KEY, &members, &count)) && count == 300);
        EXPECT(has(members, count, STR("299"), str_slice(big, 2990)) && has(members, count, STR("0"), STR("")));
        return NULL;
}

static void test_many(void **state)
{
        run(state, many);
}

/* A key of another type fails, and nothing is given out. */
static const char *foreign(struct task *t)
{
        struct store_member *members = NULL;
        struct str got = STR("untouched");
        size_t count = 9;
        int64_t there = 9;
        bool found = true;

        EXPECT(is_ok(store_set(t, KEY, STR("a string"), 60)));
        EXPECT(is_error(set(t, STR("a"), STR("1"), 60, &there), &ERR_SERVER_ERROR) && there == 9);
        EXPECT(is_error(store_member_get(t, KEY, STR("a"), &got, &found), &ERR_SERVER_ERROR));
        EXPECT(str_is(got, "untouched") && found);
        EXPECT(is_error(store_member_drop(t, KEY, STR("a")), &ERR_SERVER_ERROR));
        EXPECT(is_error(store_members(t, KEY, &members, &count), &ERR_SERVER_ERROR) && count == 9 && !members);
        return NULL;
}

static void test_foreign_type(void **state)
{
        run(state, foreign);
}

static const char *endless(struct task *t)
{
        int64_t count;

        ignore_failure(set(t, STR("a"), STR("1"), 0, &count), "it aborts");
        return NULL;
}

static void volatile_without_life(void)
{
        struct fixture f = { .store = { .unix_path = STR("/nonexistent"), .timeout_ms = 100 } };
        void *state = &f;

        f.engine = engine_new(handle);
        f.engine.options.store = &f.store;
        engine_start(&f.engine);
        run(&state, endless);
}

static void test_volatile_key_needs_life(void **state)
{
        (void)state;
        assert_true(unit_aborts(volatile_without_life));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_words, setup, teardown),
                cmocka_unit_test_setup_teardown(test_empty, setup, teardown),
                cmocka_unit_test_setup_teardown(test_life_only_grows, setup, teardown),
                cmocka_unit_test_setup_teardown(test_many, setup, teardown),
                cmocka_unit_test_setup_teardown(test_foreign_type, setup, teardown),
                cmocka_unit_test(test_volatile_key_needs_life),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
