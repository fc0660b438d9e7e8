/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Tasks on a worker's loop: waiting, waking, deadlines, stacks. */
#include "engine.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "clock.h"

static void handle(struct task *t)
{
        reply_body(t, 200, "text/plain", STR("ok"));
}

static struct engine started(int deadline_ms)
{
        struct engine e = engine_new(handle);
        e.options.deadline_ms = deadline_ms;
        e.options.program = &log_set_level; /* any address */
        engine_start(&e);
        return e;
}

struct seen {
        const struct error *error;
        int64_t waited_ms;
        int64_t left_ms;
        bool woken;
        bool woken_again;
        bool program;
        size_t id_len;
};

static void sleep_short(struct task *t, void *argument)
{
        struct seen *seen = argument;
        int64_t start = clock_monotonic_ms();
        seen->error = task_sleep(t, 30).error;
        seen->waited_ms = clock_monotonic_ms() - start;
        seen->program = task_program(t) == (void *)&log_set_level && task_slot(t) == 0;
        seen->id_len = task_request_id(t).len;
}

static void test_sleep(void **state)
{
        (void)state;
        struct engine e = started(5000);
        struct seen seen = { 0 };
        server_run_task(e.server, sleep_short, &seen);
        assert_null(seen.error);
        assert_true(seen.waited_ms >= 30);
        assert_true(seen.program);
        assert_int_equal(seen.id_len, 32);
        engine_stop(&e);
}

static void sleep_past_deadline(struct task *t, void *argument)
{
        struct seen *seen = argument;
        int64_t start = clock_monotonic_ms();
        seen->error = task_sleep(t, 60000).error;
        seen->waited_ms = clock_monotonic_ms() - start;
        seen->left_ms = task_time_left_ms(t);
        seen->woken = task_wait(t, 1000); /* past the deadline nothing waits */
}

static void test_deadline(void **state)
{
        (void)state;
        struct engine e = started(50);
        struct seen seen = { 0 };
        server_run_task(e.server, sleep_past_deadline, &seen);
        assert_ptr_equal(seen.error, &ERR_DEADLINE);
        assert_in_range(seen.waited_ms, 49, 5000);
        assert_int_equal(seen.left_ms, 0);
        assert_false(seen.woken);
        engine_stop(&e);
}

static void wake_first(struct task *t, void *argument)
{
        struct seen *seen = argument;
        task_wake(t);
        seen->woken = task_wait(t, 1000);
        seen->woken_again = task_wait(t, 1);
}

static void test_wake_before_wait_counts_once(void **state)
{
        (void)state;
        struct engine e = started(5000);
        struct seen seen = { .woken_again = true };
        server_run_task(e.server, wake_first, &seen);
        assert_true(seen.woken);
        assert_false(seen.woken_again);
        engine_stop(&e);
}

/* ---- another thread ---- */

struct sender {
        struct task_signal *signal;
        pthread_t thread;
        bool good, late;
        atomic_bool given_up;
};

static void *send_signal(void *argument)
{
        struct sender *s = argument;
        while (s->late && !atomic_load(&s->given_up))
                sched_yield();
        task_signal_send(s->signal, s->good);
        return NULL;
}

static void wait_for_signal(struct task *t, void *argument)
{
        struct sender *s = argument;
        s->signal = task_signal_new(t);
        if (pthread_create(&s->thread, NULL, send_signal, s) != 0)
                abort();
        s->good = task_signal_wait(s->signal, s->late ? 20 : 5000);
        atomic_store(&s->given_up, true);
}

static bool signalled(struct engine *e, bool good, bool late)
{
        struct sender s = { .good = good, .late = late };
        server_run_task(e->server, wait_for_signal, &s);
        pthread_join(s.thread, NULL);
        return s.good;
}

static void test_another_thread_wakes_a_task(void **state)
{
        (void)state;
        struct engine e = started(5000);
        for (int i = 0; i < 200; i++)
                assert_true(signalled(&e, true, false));
        assert_false(signalled(&e, false, false));
        engine_stop(&e);
}

static void test_a_signal_that_comes_too_late_reaches_nobody(void **state)
{
        (void)state;
        struct engine e = started(5000);
        assert_false(signalled(&e, true, true));
        assert_true(signalled(&e, true, false));
        assert_false(signalled(&e, true, true));
        engine_stop(&e); /* which waits for what is on its way */
}

static __attribute__((noinline)) size_t use_stack(size_t left)
{
        volatile char frame[4096];
        frame[0] = (char)left;
        frame[4095] = 1;
        return left == 0 ? (size_t)frame[4095] : use_stack(left - 1) + (size_t)frame[4095];
}

static void deep(struct task *t, void *argument)
{
        (void)t;
        *(size_t *)argument = use_stack(40); /* 164 KiB and the sanitizers' share */
}

static void test_stack_is_deep_enough(void **state)
{
        (void)state;
        struct engine e = started(5000);
        size_t frames = 0;
        server_run_task(e.server, deep, &frames);
        assert_int_equal(frames, 41);
        engine_stop(&e);
}

static void test_bad_options(void **state)
{
        (void)state;
        struct engine e = engine_new(handle);
        e.options.workers = 0;
        assert_error(server_start(e.arena, &e.options, &e.server), ERR_CONFIG);
        e.options.workers = 1;
        e.options.host = STR("203.0.113.1"); /* RFC 5737: not ours */
        assert_error(server_start(e.arena, &e.options, &e.server), ERR_CONFIG);
        arena_free(e.arena);
}

int main(void)
{
        log_set_level(LOG_ERROR);
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_sleep),
                cmocka_unit_test(test_deadline),
                cmocka_unit_test(test_wake_before_wait_counts_once),
                cmocka_unit_test(test_another_thread_wakes_a_task),
                cmocka_unit_test(test_a_signal_that_comes_too_late_reaches_nobody),
                cmocka_unit_test(test_stack_is_deep_enough),
                cmocka_unit_test(test_bad_options),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
