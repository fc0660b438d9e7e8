/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Random values: their form, and that none is handed out twice, to another thread or to a child. */
#include "vectors.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "digest.h"

static void test_form(void **state)
{
        (void)state;
        auto_arena a = arena_new(65536);
        assert_int_equal(random_bytes(a, 0).len, 0);
        assert_int_equal(random_token(a, 32).len, 43);
        for (int i = 0; i < 50; i++) {
                struct str uuid = random_uuid(a);
                assert_int_equal(uuid.len, 36);
                assert_int_equal(strspn(uuid.data, "0123456789abcdef-"), 36);
                assert_true(uuid.data[8] == '-' && uuid.data[13] == '-' && uuid.data[18] == '-' &&
                            uuid.data[23] == '-');
                assert_int_equal(uuid.data[14], '4');
                assert_non_null(strchr("89ab", uuid.data[19]));
        }
        assert_false(str_eq(random_uuid(a), random_uuid(a)));
}

static int compare(const void *one, const void *other)
{
        return memcmp(one, other, 8);
}

/* Sizes that do not divide the supply, and one beyond it. */
static void test_nothing_twice(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        static const size_t sizes[] = { 8, 12, 16, 24, 32, 64, 65, 4096 };
        static unsigned char seen[40000][8];
        size_t count = 0;
        for (size_t round = 0; round < 50; round++)
                for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
                        struct str bytes = random_bytes(a, sizes[i]);
                        assert_int_equal(bytes.len, sizes[i]);
                        for (size_t at = 0; at + 8 <= bytes.len; at += 8)
                                memcpy(seen[count++], bytes.data + at, 8);
                }
        assert_in_range(count, 25000, 40000);
        qsort(seen, count, 8, compare);
        for (size_t i = 1; i < count; i++)
                assert_int_not_equal(compare(seen[i - 1], seen[i]), 0);
}

static void *draw_in_thread(void *arena)
{
        random_bytes(arena, 16);
        struct str bytes = random_bytes(arena, 32);
        struct str *answer = arena_new_of(arena, struct str);
        *answer = bytes;
        return answer;
}

static void test_threads_differ(void **state)
{
        (void)state;
        auto_arena a = arena_new(65536);
        pthread_t thread;
        void *answer;
        assert_int_equal(pthread_create(&thread, NULL, draw_in_thread, a), 0);
        assert_int_equal(pthread_join(thread, &answer), 0);
        random_bytes(a, 16);
        assert_false(str_eq(*(struct str *)answer, random_bytes(a, 32)));
}

static void test_child_differs(void **state)
{
        (void)state;
        auto_arena a = arena_new(65536);
        int ends[2], status;
        char drawn[32];
        random_bytes(a, 16); /* now there is a supply */
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        if (child == 0)
                _exit(write(ends[1], random_bytes(a, 32).data, 32) == 32 ? 0 : 1);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
        assert_int_equal(read(ends[0], drawn, 32), 32);
        assert_false(str_eq(str_slice(drawn, 32), random_bytes(a, 32)));
        close(ends[0]);
        close(ends[1]);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_form),
                cmocka_unit_test(test_nothing_twice),
                cmocka_unit_test(test_threads_differ),
                cmocka_unit_test(test_child_differs),
        };
        return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
