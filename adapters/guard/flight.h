/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* One fetch on behalf of many: the first fetches, the others wait until it has ended. Everything but flight_tell is done
 * under the owner's lock, which nobody holds while waiting. */
#pragma once

#include "task.h"

/* On the heap: a task may give up, and its memory be gone, before it is told. */
struct flight_waiter;

/* Zeroed: nobody fetches. */
struct flight {
        bool runs;
        unsigned waiting;
        struct flight_waiter *waiters;
};

/* While a fetch runs: what to give to flight_wait once the lock is released. NULL when too many wait already. */
struct task_signal *flight_join(struct flight *f, struct task *t);
/* Waits until the fetch has ended, or the task's time is over. NULL is fine. */
void flight_wait(struct task_signal *signal);
/* The fetch has ended: those who waited, for flight_tell once the lock is released. */
struct flight_waiter *flight_end(struct flight *f);
/* Wakes them. NULL is fine. */
void flight_tell(struct flight_waiter *waiters);
