/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See audit.h. The queue between tasks and the writing thread; the thread itself. What it does to files is in
 * audit_disk.c. */
#include "audit.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "audit_disk.h"
#include "clock.h"
#include "log.h"

#define QUEUE_MAX 16384
#define BATCH_MAX 512
#define WAIT_MS 5000   /* a durable record */
#define SYNC_MS 200    /* other records, at the latest */
#define RETRY_MS 1000  /* while the disk refuses */
#define SCRATCH_MAX (16 * 1024 * 1024)

struct entry {
        struct entry *next;
        struct task_signal *signal; /* NULL: nobody waits */
        int64_t time;
        size_t len;
        char body[];
};

struct audit {
        struct audit_disk *disk; /* the thread's */
        pthread_t thread;
        pthread_mutex_t mutex;
        pthread_cond_t changed;
        /* under the mutex */
        struct entry *first, **last;
        unsigned queued;
        bool stopping;
        struct key *key; /* just given; NULL afterwards */
        uint64_t lost, lost_noted;

        atomic_uint_least64_t records, failures;
        atomic_bool failing;
};

/* ---- the side of the tasks ---- */

static struct entry *entry_new(struct str body, struct task_signal *signal)
{
        struct entry *e = malloc(sizeof(*e) + body.len);

        if (!e)
                abort();
        *e = (struct entry){ .signal = signal, .time = clock_now(), .len = body.len };
        memcpy(e->body, body.data, body.len);
        return e;
}

static bool push(struct audit *audit, struct entry *e)
{
        bool room;

        pthread_mutex_lock(&audit->mutex);
        room = audit->queued < QUEUE_MAX;
        if (room) {
                *audit->last = e;
                audit->last = &e->next;
                audit->queued++;
                pthread_cond_signal(&audit->changed);
        } else {
                audit->lost++;
        }
        pthread_mutex_unlock(&audit->mutex);
        if (room)
                return true;
        if (e->signal)
                task_signal_send(e->signal, false);
        free(e);
        return false;
}

result audit_write(struct task *t, struct audit *audit, const struct audit_event *e)
{
        struct arena *a = task_arena(t);
        struct audit_event event = *e;
        struct task_signal *signal;
        struct str body;

        if (!audit)
                return OK;
        event.request = task_request_id(t);
        body = audit_event_render(a, &event);
        if (body.len > AUDIT_LINE_MAX / 2)
                return fail(a, ERR_TOO_LARGE, "an audit record would be too long");
        signal = audit_kind_is_durable(event.kind) ? task_signal_new(t) : NULL;
        if (!push(audit, entry_new(body, signal)) && !signal)
                return fail(a, ERR_AUDIT_DOWN, "the audit's queue is full");
        if (signal && !task_signal_wait(signal, WAIT_MS))
                return fail(a, ERR_AUDIT_DOWN, "the audit could not be written");
        return OK;
}

void audit_note(struct audit *audit, const struct audit_event *e)
{
        auto_arena a = arena_new(AUDIT_LINE_MAX * 4);

        if (audit)
                (void)push(audit, entry_new(audit_event_render(a, e), NULL));
}

bool audit_is_failing(const struct audit *audit)
{
        return audit && atomic_load(&audit->failing);
}

struct audit_figures audit_figures(const struct audit *audit)
{
        struct audit *own = (struct audit *)(uintptr_t)audit; /* the mutex is not part of what is read */
        struct audit_figures f = { .records = atomic_load(&audit->records),
                                   .failures = atomic_load(&audit->failures),
                                   .failing = atomic_load(&audit->failing) };

        pthread_mutex_lock(&own->mutex);
        f.queued = own->queued;
        f.lost = own->lost;
        pthread_mutex_unlock(&own->mutex);
        return f;
}

void audit_sign_with(struct audit *audit, struct key *key)
{
        if (!audit)
                return;
        pthread_mutex_lock(&audit->mutex);
        key_unref(audit->key);
        audit->key = key_ref(key);
        pthread_cond_signal(&audit->changed);
        pthread_mutex_unlock(&audit->mutex);
}

/* ---- the thread ---- */

static struct timespec after_ms(int64_t ms)
{
        struct timespec t;

        clock_gettime(CLOCK_MONOTONIC, &t);
        t.tv_sec += ms / 1000;
        t.tv_nsec += (ms % 1000) * 1000000;
        if (t.tv_nsec >= 1000000000) {
                t.tv_sec++;
                t.tv_nsec -= 1000000000;
        }
        return t;
}

/* The first entries of the queue, at most BATCH_MAX; they stay in it, for they may have to be written again. */
static size_t peek(struct audit *audit, struct entry **ret_entries)
{
        size_t count = 0;

        for (struct entry *e = audit->first; e && count < BATCH_MAX; e = e->next)
                ret_entries[count++] = e;
        return count;
}

static void drop_first(struct audit *audit, size_t count)
{
        while (count-- > 0) {
                struct entry *e = audit->first;

                audit->first = e->next;
                audit->queued--;
                free(e);
        }
        if (!audit->first)
                audit->last = &audit->first;
}

/* Those that wait hear that it failed, and their records are taken out: what they were about does not happen. */
static void refuse_durable(struct audit *audit)
{
        struct entry **at = &audit->first;

        while (*at) {
                struct entry *e = *at;

                if (!e->signal) {
                        at = &e->next;
                        continue;
                }
                *at = e->next;
                audit->queued--;
                task_signal_send(e->signal, false);
                free(e);
        }
        audit->last = at;
}

static void set_failing(struct audit *audit, bool failing, struct arena *a)
{
        if (failing)
                atomic_fetch_add(&audit->failures, 1);
        if (atomic_exchange(&audit->failing, failing) == failing)
                return;
        if (failing)
                log_event(LOG_ERROR, "audit_failing", LOG_STR("reason", arena_reason(a)));
        else
                log_event(LOG_WARNING, "audit_recovered", LOG_TEXT("reason", "records are written again"));
}

static result add_event(struct audit *audit, struct arena *a, enum audit_kind kind, uint64_t count)
{
        struct audit_event e = { .kind = kind, .count = (int64_t)count };

        return audit_disk_add(audit->disk, a, audit_event_render(a, &e), clock_now());
}

static result write_entries(struct audit *audit, struct arena *a, struct entry **entries, size_t count, uint64_t lost)
{
        bool failing = atomic_load(&audit->failing), sync = failing;

        if (failing)
                TRY(add_event(audit, a, AUDIT_RESUMED, atomic_load(&audit->failures)));
        if (lost)
                TRY(add_event(audit, a, AUDIT_RECORDS_LOST, lost));
        for (size_t i = 0; i < count; i++) {
                TRY(audit_disk_add(audit->disk, a, str_slice(entries[i]->body, entries[i]->len), entries[i]->time));
                sync = sync || entries[i]->signal;
        }
        return audit_disk_write(audit->disk, a, sync);
}

/* Under the mutex, which it lets go while it writes: others only add at the queue's end meanwhile. */
static void write_batch(struct audit *audit, struct arena *a)
{
        struct entry *entries[BATCH_MAX];
        size_t count = peek(audit, entries);
        uint64_t lost = audit->lost - audit->lost_noted;
        result r;

        pthread_mutex_unlock(&audit->mutex);
        arena_reset(a);
        r = write_entries(audit, a, entries, count, lost);
        if (!is_ok(r))
                audit_disk_undo(audit->disk);
        set_failing(audit, !is_ok(r), a);
        for (size_t i = 0; is_ok(r) && i < count; i++)
                if (entries[i]->signal)
                        task_signal_send(entries[i]->signal, true);
        pthread_mutex_lock(&audit->mutex);
        if (!is_ok(r)) {
                refuse_durable(audit);
                return;
        }
        audit->lost_noted += lost;
        atomic_fetch_add(&audit->records, count);
        drop_first(audit, count);
}

/* What is due besides records: a key that was given, a sync. */
static void look_after(struct audit *audit, struct arena *a)
{
        struct key *key = audit->key;

        audit->key = NULL;
        pthread_mutex_unlock(&audit->mutex);
        arena_reset(a);
        if (key)
                audit_disk_sign_with(audit->disk, key);
        if (audit_disk_sync_is_due(audit->disk, SYNC_MS)) {
                result r = audit_disk_sync(audit->disk, a);

                set_failing(audit, !is_ok(r), a);
        }
        pthread_mutex_lock(&audit->mutex);
}

static void wait_for_work(struct audit *audit)
{
        struct timespec until;

        if (atomic_load(&audit->failing))
                until = after_ms(RETRY_MS);
        else if (audit->first || audit->key || audit->stopping)
                return;
        else
                until = after_ms(audit_disk_is_synced(audit->disk) ? RETRY_MS : SYNC_MS / 4);
        while (!audit->stopping && (!audit->first || atomic_load(&audit->failing)) && !audit->key)
                if (pthread_cond_timedwait(&audit->changed, &audit->mutex, &until) == ETIMEDOUT)
                        break;
}

static void *thread_main(void *argument)
{
        struct audit *audit = argument;
        auto_arena a = arena_new(SCRATCH_MAX);

        pthread_mutex_lock(&audit->mutex);
        while (!audit->stopping || (audit->first && !atomic_load(&audit->failing))) {
                wait_for_work(audit);
                look_after(audit, a);
                if (audit->first || atomic_load(&audit->failing))
                        write_batch(audit, a);
        }
        look_after(audit, a);
        refuse_durable(audit);
        if (audit->queued > 0)
                log_event(LOG_ERROR, "audit_lost", LOG_INT("records", audit->queued));
        pthread_mutex_unlock(&audit->mutex);
        arena_reset(a);
        if (!is_ok(audit_disk_close(audit->disk, a)))
                log_event(LOG_ERROR, "audit_failing", LOG_STR("reason", arena_reason(a)));
        return NULL;
}

static void audit_free(struct audit *audit)
{
        drop_first(audit, audit->queued);
        audit_disk_free(audit->disk);
        key_unref(audit->key);
        pthread_cond_destroy(&audit->changed);
        pthread_mutex_destroy(&audit->mutex);
        free(audit);
}

result audit_start(struct arena *a, const struct audit_options *options, struct audit **ret_audit)
{
        struct audit_disk *disk;
        pthread_condattr_t attributes;
        struct audit *audit;

        TRY(audit_disk_open(a, options, &disk));
        audit = calloc(1, sizeof(*audit));
        if (!audit)
                abort();
        audit->disk = disk;
        audit->last = &audit->first;
        pthread_mutex_init(&audit->mutex, NULL);
        pthread_condattr_init(&attributes);
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
        pthread_cond_init(&audit->changed, &attributes);
        pthread_condattr_destroy(&attributes);
        if (pthread_create(&audit->thread, NULL, thread_main, audit) != 0) {
                audit_free(audit);
                return fail(a, ERR_CONFIG, "cannot start a thread");
        }
        *ret_audit = audit;
        return OK;
}

void audit_stop(struct audit *audit)
{
        if (!audit)
                return;
        pthread_mutex_lock(&audit->mutex);
        audit->stopping = true;
        pthread_cond_signal(&audit->changed);
        pthread_mutex_unlock(&audit->mutex);
        pthread_join(audit->thread, NULL);
        audit_free(audit);
}
