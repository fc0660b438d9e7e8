/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Inside io/ only: the worker (thread, loop, pools) and the tasks on it, as the other files of this folder see them.
 *
 * One turn of the loop: the prepare watcher runs the tasks that are ready, then libmicrohttpd when something is due,
 * until neither has work; then the store's pending commands go out in one write; then the loop sleeps. Callbacks of
 * libev, hiredis and curl never switch to a task, they only mark it ready, so a task always runs at one shallow
 * place of the thread's stack and may call back into any of these libraries. */
#pragma once

#include <ev.h>
#include <pthread.h>
#include <stdatomic.h>
#include <ucontext.h>

#include "server.h"

struct http;
struct store;
struct fetcher;
struct exchange;
struct post;

enum task_state { TASK_IDLE = 0, TASK_RUNNING, TASK_WAITING, TASK_READY, TASK_ENDED };

/* What a task is started with. */
struct task_start {
        struct arena *arena;
        struct str request_id;
        struct exchange *exchange; /* NULL when it serves no request */
        int deadline_ms;
        task_main *main;
        void *argument;
        /* Called from the loop when the task ended after having waited; not when it ended at once. */
        void (*on_end)(void *owner);
        void *owner;
};

struct task {
        ucontext_t context;
        void *stack;
        void *fake_stack; /* AddressSanitizer's */
        unsigned valgrind_stack;
        struct worker *worker;
        struct task_start start;
        ev_timer timer;
        int64_t deadline_ms; /* on the monotonic clock */
        enum task_state state;
        bool woken;     /* task_wake came before task_wait */
        bool timed_out;
        struct task *next;
};

struct worker {
        struct ev_loop *loop;
        struct server *server;
        const struct server_options *options;
        unsigned slot;
        pthread_t thread;

        ev_prepare prepare;
        ev_idle idle;
        ev_async async;

        ucontext_t context; /* of the loop, while a task runs */
        void *fake_stack;
        const void *stack_bottom;
        size_t stack_size;
        struct task *running;
        struct task *ready_head, **ready_tail;
        struct task *pool;
        unsigned pooled;

        struct http *http;
        struct store *store; /* NULL: none */
        struct fetcher *fetcher;
        uint64_t id_state[2]; /* request ids */

        pthread_mutex_t post_mutex;
        struct post *posts;
        struct task_signal *signals; /* sent, not yet delivered; under post_mutex */
        unsigned signals_out;        /* not yet delivered: somebody still holds this worker */
        atomic_bool stop_asked;
        bool stopping;
        int64_t stop_by_ms;
        ev_timer stop_timer;

        /* Read by server_figures from another thread. */
        atomic_uint tasks;
        atomic_uint connections;
        atomic_uint_least64_t requests, refused, store_commands, store_failures;
        atomic_bool store_connected;
};

/* Counters have one writer each, so a plain load and store do. */
#define FIGURE_ADD(figure, n) \
        atomic_store_explicit(&(figure), atomic_load_explicit(&(figure), memory_order_relaxed) + (n), \
                              memory_order_relaxed)

/* Starts a task and runs it until it waits or ends. True: it has ended (and on_end is not called). */
bool task_begin(struct worker *w, const struct task_start *start);
/* Runs every task that is ready, including those made ready meanwhile. */
void task_run_ready(struct worker *w);
/* Unmaps the pooled stacks. */
void task_pool_done(struct worker *w);

/* 32 hexadecimal digits, unique but not secret. */
struct str worker_new_request_id(struct worker *w, struct arena *a);
