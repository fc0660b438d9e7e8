/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* One task per request: a stackful coroutine on its worker's event loop (docs/engine.md).
 *
 * A function that may wait takes `struct task *` first. A task is never killed: it ends by returning, and every
 * wait ends at the latest at the task's deadline. One worker = one thread = one loop; a task stays on its worker. */
#pragma once

#include "result.h"

struct task;
struct worker;

typedef void task_main(struct task *t, void *argument);

/* The arena of this task: ends with it. */
struct arena *task_arena(struct task *t);
/* Index of the worker this task runs on, 0 … workers-1: names the worker's own slot in prepared tables. */
unsigned task_slot(const struct task *t);
struct worker *task_worker(const struct task *t);
/* What the program gave the worker at its start (worker_options.program). */
void *task_program(const struct task *t);
/* The request id: from X-Request-Id when well formed, else made. Sent upstream, logged, shown on error pages. */
struct str task_request_id(const struct task *t);

/* Milliseconds until the deadline; never negative. */
int64_t task_time_left_ms(const struct task *t);

/* For the parts of io/ that wait. `task_wait` gives the loop to others until `task_wake` is called for this task
 * or `timeout_ms` or the deadline has passed; false means that time ran out. The OpenSSL error queue must be empty. */
bool task_wait(struct task *t, int64_t timeout_ms);
void task_wake(struct task *t);

/* Waits for `ms` milliseconds (bounded by the deadline). Errors: ERR_DEADLINE when the deadline came first. */
result task_sleep(struct task *t, int64_t ms);

/* A wait for another thread. Between `task_signal_new` and `task_signal_wait` the task waits for nothing else; the other
 * thread calls `task_signal_send` exactly once, also when the task has given up meanwhile: a worker does not end
 * before. True: it was sent in time, and as good. */
struct task_signal;
struct task_signal *task_signal_new(struct task *t);
bool task_signal_wait(struct task_signal *s, int64_t timeout_ms);
void task_signal_send(struct task_signal *s, bool good);
