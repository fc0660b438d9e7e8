/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See flight.h. */
#include "flight.h"

#include <stdlib.h>

/* More than this don't wait for one fetch: what a stranger makes up must not take all tasks while the issuer is slow. */
#define WAITERS_MAX 256
#define WAIT_MS 60000 /* longer than a fetch may take; the task's deadline comes first */

struct flight_waiter {
        struct task_signal *signal;
        struct flight_waiter *next;
};

struct task_signal *flight_join(struct flight *f, struct task *t)
{
        if (f->waiting == WAITERS_MAX)
                return NULL;
        struct flight_waiter *waiter = calloc(1, sizeof(*waiter));
        if (!waiter)
                abort();
        f->waiting++;
        *waiter = (struct flight_waiter){ task_signal_new(t), f->waiters };
        f->waiters = waiter;
        return waiter->signal;
}

void flight_wait(struct task_signal *signal)
{
        if (signal)
                (void)task_signal_wait(signal, WAIT_MS);
}

struct flight_waiter *flight_end(struct flight *f)
{
        struct flight_waiter *waiters = f->waiters;
        *f = (struct flight){ 0 };
        return waiters;
}

void flight_tell(struct flight_waiter *waiters)
{
        while (waiters) {
                struct flight_waiter *next = waiters->next;
                task_signal_send(waiters->signal, true);
                free(waiters);
                waiters = next;
        }
}
