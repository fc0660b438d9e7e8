/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Tasks: stackful coroutines (ucontext), pooled with their stacks, on one worker's loop.
 *
 * A pooled coroutine never leaves coroutine_main: it runs one task, marks it ended, switches back and is given the
 * next. After a switch back only the task may be touched: what it served may be gone. AddressSanitizer is told of
 * every switch, valgrind of every stack. */
#include "worker.h"

#include <sys/mman.h>

#include "clock.h"

#if defined(__SANITIZE_ADDRESS__)
#define HAVE_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAVE_ASAN 1
#endif
#endif
#ifdef HAVE_ASAN
#include <sanitizer/common_interface_defs.h>
#else
#define __sanitizer_start_switch_fiber(fake_stack, bottom, size) ((void)0)
#define __sanitizer_finish_switch_fiber(fake_stack, bottom, size) ((void)0)
#endif

#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#else
#define VALGRIND_STACK_REGISTER(start, end) 0
#define VALGRIND_STACK_DEREGISTER(id) ((void)0)
#endif

#define STACK_SIZE ((size_t)256 * 1024)
#define GUARD_SIZE ((size_t)4096)
/* Above this many idle coroutines the stacks go back to the system. */
#define POOL_MAX 64

static _Thread_local struct task *entering;

static char *stack_bottom(const struct task *t)
{
        return (char *)t->stack + GUARD_SIZE;
}

/* From the loop into the task, until it waits or ends. */
static void switch_in(struct task *t)
{
        struct worker *w = t->worker;
        w->running = t;
        entering = t;
        __sanitizer_start_switch_fiber(&w->fake_stack, stack_bottom(t), STACK_SIZE);
        if (swapcontext(&w->context, &t->context) < 0)
                abort();
        __sanitizer_finish_switch_fiber(w->fake_stack, NULL, NULL);
        w->running = NULL;
}

static void switch_out(struct task *t)
{
        struct worker *w = t->worker;
        __sanitizer_start_switch_fiber(&t->fake_stack, w->stack_bottom, w->stack_size);
        if (swapcontext(&t->context, &w->context) < 0)
                abort();
        __sanitizer_finish_switch_fiber(t->fake_stack, &w->stack_bottom, &w->stack_size);
}

static void coroutine_main(void)
{
        struct task *t = entering;
        __sanitizer_finish_switch_fiber(NULL, &t->worker->stack_bottom, &t->worker->stack_size);
        for (;;) {
                t->start.main(t, t->start.argument);
                t->state = TASK_ENDED;
                switch_out(t);
        }
}

static void make_ready(struct task *t)
{
        struct worker *w = t->worker;
        t->state = TASK_READY;
        t->next = NULL;
        *w->ready_tail = t;
        w->ready_tail = &t->next;
}

static void on_timer(struct ev_loop *loop, ev_timer *timer, int events)
{
        (void)loop;
        (void)events;
        struct task *t = timer->data;
        if (t->state != TASK_WAITING)
                return;
        t->timed_out = true;
        make_ready(t);
}

static void make_context(struct task *t)
{
        t->stack = mmap(NULL, GUARD_SIZE + STACK_SIZE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (t->stack == MAP_FAILED || mprotect(t->stack, GUARD_SIZE, PROT_NONE) < 0 || getcontext(&t->context) < 0)
                abort();
        t->valgrind_stack = VALGRIND_STACK_REGISTER(stack_bottom(t), stack_bottom(t) + STACK_SIZE);
        t->context.uc_stack.ss_sp = stack_bottom(t);
        t->context.uc_stack.ss_size = STACK_SIZE;
        t->context.uc_link = NULL;
        makecontext(&t->context, coroutine_main, 0);
}

static struct task *coroutine_new(struct worker *w)
{
        struct task *t = calloc(1, sizeof(*t));
        if (!t)
                abort();
        t->worker = w;
        make_context(t);
        ev_init(&t->timer, on_timer);
        t->timer.data = t;
        return t;
}

static void coroutine_free(struct task *t)
{
        VALGRIND_STACK_DEREGISTER(t->valgrind_stack);
        munmap(t->stack, GUARD_SIZE + STACK_SIZE);
        free(t);
}

static struct task *pool_take(struct worker *w)
{
        struct task *t = w->pool;
        if (!t)
                return coroutine_new(w);
        w->pool = t->next;
        w->pooled--;
        return t;
}

static void pool_give(struct task *t)
{
        struct worker *w = t->worker;
        t->state = TASK_IDLE;
        t->start = (struct task_start){ 0 };
        if (w->pooled >= POOL_MAX) {
                coroutine_free(t);
                return;
        }
        t->next = w->pool;
        w->pool = t;
        w->pooled++;
}

void task_pool_done(struct worker *w)
{
        while (w->pool) {
                struct task *t = w->pool;
                w->pool = t->next;
                coroutine_free(t);
        }
        w->pooled = 0;
}

bool task_begin(struct worker *w, const struct task_start *start)
{
        if (w->running)
                abort(); /* tasks are started by the loop, never by a task */
        struct task *t = pool_take(w);
        t->start = *start;
        t->deadline_ms = clock_monotonic_ms() + start->deadline_ms;
        t->woken = false;
        t->state = TASK_RUNNING;
        FIGURE_ADD(w->tasks, 1);
        switch_in(t);
        if (t->state != TASK_ENDED)
                return false;
        FIGURE_ADD(w->tasks, -1U);
        pool_give(t);
        return true;
}

static void run_on(struct task *t)
{
        struct worker *w = t->worker;
        t->state = TASK_RUNNING;
        switch_in(t);
        if (t->state != TASK_ENDED)
                return;
        void (*on_end)(void *) = t->start.on_end;
        void *owner = t->start.owner;
        FIGURE_ADD(w->tasks, -1U);
        pool_give(t);
        on_end(owner);
}

void task_run_ready(struct worker *w)
{
        while (w->ready_head) {
                struct task *t = w->ready_head;
                w->ready_head = t->next;
                if (!w->ready_head)
                        w->ready_tail = &w->ready_head;
                run_on(t);
        }
}

struct arena *task_arena(struct task *t)
{
        return t->start.arena;
}

unsigned task_slot(const struct task *t)
{
        return t->worker->slot;
}

struct worker *task_worker(const struct task *t)
{
        return t->worker;
}

void *task_program(const struct task *t)
{
        return t->worker->options->program;
}

struct str task_request_id(const struct task *t)
{
        return t->start.request_id;
}

int64_t task_time_left_ms(const struct task *t)
{
        int64_t left = t->deadline_ms - clock_monotonic_ms();
        return left > 0 ? left : 0;
}

/* Seconds since the loop last looked at the clock: a task that computed for long (made an RSA key) must not find that
 * its next wait is over before it began. */
static double age_of_now(struct ev_loop *loop)
{
        double age = ev_time() - ev_now(loop);
        return age > 0 ? age : 0;
}

bool task_wait(struct task *t, int64_t timeout_ms)
{
        if (t->woken) {
                t->woken = false;
                return true;
        }
        int64_t left = task_time_left_ms(t);
        int64_t wait_ms = timeout_ms < left ? timeout_ms : left;
        if (wait_ms <= 0)
                return false;
        t->timed_out = false;
        t->state = TASK_WAITING;
        ev_timer_set(&t->timer, (double)wait_ms / 1000.0 + age_of_now(t->worker->loop), 0.);
        ev_timer_start(t->worker->loop, &t->timer);
        switch_out(t);
        ev_timer_stop(t->worker->loop, &t->timer);
        return !t->timed_out;
}

void task_wake(struct task *t)
{
        if (t->state == TASK_WAITING)
                make_ready(t);
        else if (t->state == TASK_RUNNING)
                t->woken = true;
        /* Time ran out in the same turn of the loop in which the answer came: the answer counts. */
        t->timed_out = false;
}

result task_sleep(struct task *t, int64_t ms)
{
        int64_t until = clock_monotonic_ms() + ms;
        /* Nobody wakes a sleeping task; timers may be early by the age of the loop's idea of the time. */
        for (int64_t left = ms; left > 0; left = until - clock_monotonic_ms()) {
                if (task_time_left_ms(t) == 0)
                        return fail(task_arena(t), ERR_DEADLINE, "the deadline came while sleeping");
                (void)task_wait(t, left);
        }
        return OK;
}
