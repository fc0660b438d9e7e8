/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Workers: one thread, one libev loop, one HTTP daemon, one store connection, one fetcher each; their orderly start
 * and stop. What other threads want of a worker they post and wake it; everything else stays on its thread. */
#include "worker.h"

#include <errno.h>
#include <signal.h>
#include <sys/random.h>
#include <unistd.h>

#include "clock.h"
#include "http.h"
#include "listener.h"
#include "log.h"
#include "waiters.h"

#define WORKERS_MAX 256
/* Once no task runs any more, replies have this long to be taken at a stop. */
#define DRAIN_MS 2000
#define POST_ARENA_CAP ((size_t)8 * 1024 * 1024)

struct server {
        struct server_options options;
        struct store_options store_options;
        int port;
        unsigned started;
        struct worker workers[];
};

/* A task asked for by another thread. */
struct post {
        struct post *next;
        task_main *main;
        void *argument;
        struct arena *arena;
        pthread_mutex_t mutex;
        pthread_cond_t ended;
        bool has_ended;
};

static uint64_t next_random(uint64_t *state)
{
        uint64_t z = (*state += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
}

struct str worker_new_request_id(struct worker *w, struct arena *a)
{
        static const char digits[] = "0123456789abcdef";
        char id[32];
        for (size_t half = 0; half < 2; half++) {
                uint64_t bits = next_random(&w->id_state[half]);
                for (size_t i = 0; i < 16; i++, bits >>= 4)
                        id[half * 16 + i] = digits[bits & 15];
        }
        return arena_copy(a, str_slice(id, sizeof(id)));
}

/* ---- the loop ---- */

static void check_stopped(struct worker *w)
{
        if (!w->stopping || atomic_load_explicit(&w->tasks, memory_order_relaxed) > 0 || w->signals_out > 0)
                return;
        if (w->stop_by_ms == 0)
                w->stop_by_ms = clock_monotonic_ms() + DRAIN_MS;
        if (http_answering(w->http) == 0 || clock_monotonic_ms() >= w->stop_by_ms)
                ev_break(w->loop, EVBREAK_ALL);
}

static void on_prepare(struct ev_loop *loop, ev_prepare *prepare, int events)
{
        (void)loop;
        (void)events;
        struct worker *w = prepare->data;
        do {
                task_run_ready(w);
                http_run(w->http);
        } while (w->ready_head);
        if (w->store)
                store_flush(w->store);
        log_flush();
        check_stopped(w);
}

static void on_idle(struct ev_loop *loop, ev_idle *idle, int events)
{
        (void)loop;
        (void)idle;
        (void)events; /* being active is its work: the loop does not sleep */
}

static void on_stop_timer(struct ev_loop *loop, ev_timer *timer, int events)
{
        (void)loop;
        (void)timer;
        (void)events; /* a turn of the loop, so that check_stopped is asked again */
}

static void post_end(void *owner)
{
        struct post *post = owner;
        pthread_mutex_lock(&post->mutex);
        post->has_ended = true;
        pthread_cond_signal(&post->ended);
        pthread_mutex_unlock(&post->mutex);
}

static void post_begin(struct worker *w, struct post *post)
{
        struct task_start start = {
                .arena = post->arena,
                .request_id = worker_new_request_id(w, post->arena),
                .deadline_ms = w->options->deadline_ms,
                .main = post->main,
                .argument = post->argument,
                .on_end = post_end,
                .owner = post,
        };
        if (task_begin(w, &start))
                post_end(post);
}

/* ---- signals from other threads ---- */

struct task_signal {
        struct task_signal *next;
        struct worker *worker;
        struct task *task; /* NULL: it has given up */
        bool sent, good;
};

struct task_signal *task_signal_new(struct task *t)
{
        struct task_signal *s = calloc(1, sizeof(*s));
        if (!s)
                abort();
        s->task = t;
        s->worker = t->worker;
        t->worker->signals_out++;
        return s;
}

bool task_signal_wait(struct task_signal *s, int64_t timeout_ms)
{
        int64_t until = clock_monotonic_ms() + timeout_ms;
        while (!s->sent && task_wait(s->task, until - clock_monotonic_ms()))
                continue;
        if (!s->sent) {
                s->task = NULL; /* freed when it is sent */
                return false;
        }
        bool good = s->good;
        free(s);
        return good;
}

/* The worker takes signals under the same mutex, so it is there until this has returned. */
void task_signal_send(struct task_signal *s, bool good)
{
        struct worker *w = s->worker;
        pthread_mutex_lock(&w->post_mutex);
        s->good = good;
        s->next = w->signals;
        w->signals = s;
        ev_async_send(w->loop, &w->async);
        pthread_mutex_unlock(&w->post_mutex);
}

static void deliver(struct worker *w, struct task_signal *s)
{
        w->signals_out--;
        if (!s->task) {
                free(s);
                return;
        }
        s->sent = true;
        task_wake(s->task);
}

static void on_async(struct ev_loop *loop, ev_async *async, int events)
{
        (void)loop;
        (void)events;
        struct worker *w = async->data;
        pthread_mutex_lock(&w->post_mutex);
        struct post *posts = w->posts;
        struct task_signal *signals = w->signals;
        w->posts = NULL;
        w->signals = NULL;
        pthread_mutex_unlock(&w->post_mutex);
        while (signals) {
                struct task_signal *s = signals;
                signals = s->next;
                deliver(w, s);
        }
        while (posts) {
                struct post *post = posts;
                posts = post->next;
                post_begin(w, post);
        }
        if (!atomic_load(&w->stop_asked) || w->stopping)
                return;
        w->stopping = true;
        http_stop_accepting(w->http);
        ev_timer_start(w->loop, &w->stop_timer);
}

static void *worker_main(void *argument)
{
        struct worker *w = argument;
        log_gather();
        ev_run(w->loop, 0);
        log_flush();
        return NULL;
}

/* ---- start and stop ---- */

static void start_watchers(struct worker *w)
{
        ev_prepare_init(&w->prepare, on_prepare);
        w->prepare.data = w;
        ev_prepare_start(w->loop, &w->prepare);
        ev_idle_init(&w->idle, on_idle);
        ev_async_init(&w->async, on_async);
        w->async.data = w;
        ev_async_start(w->loop, &w->async);
        ev_timer_init(&w->stop_timer, on_stop_timer, 0.02, 0.02);
}

/* Owns `listen_socket`. */
static result worker_init(struct arena *a, struct worker *w, int listen_socket)
{
        pthread_mutex_init(&w->post_mutex, NULL);
        w->ready_tail = &w->ready_head;
        if (getrandom(w->id_state, sizeof(w->id_state), 0) != sizeof(w->id_state))
                abort();
        w->loop = ev_loop_new(EVBACKEND_EPOLL | EVFLAG_NOENV);
        if (!w->loop) {
                close(listen_socket);
                return fail(a, ERR_CONFIG, "cannot make an event loop: %s", strerror(errno));
        }
        start_watchers(w);
        TRY(http_new(a, w, listen_socket, &w->http));
        w->fetcher = fetcher_new(w);
        if (w->options->store)
                TRY(store_new(a, w, &w->store));
        return OK;
}

/* Accepts a half-built one. Its thread has ended or was never started. */
static void worker_done(struct worker *w)
{
        http_free(w->http);
        store_free(w->store);
        fetcher_free(w->fetcher);
        task_pool_done(w);
        if (w->loop)
                ev_loop_destroy(w->loop);
        pthread_mutex_destroy(&w->post_mutex);
}

static struct str heap_copy(struct str s)
{
        char *copy = malloc(s.len + 1);
        if (!copy)
                abort();
        if (s.len)
                memcpy(copy, s.data, s.len);
        copy[s.len] = '\0';
        return (struct str){ copy, s.len };
}

static void heap_drop(struct str s)
{
        free((void *)(uintptr_t)s.data);
}

static struct server *server_new(const struct server_options *options)
{
        struct server *s = calloc(1, sizeof(*s) + options->workers * sizeof(struct worker));
        if (!s)
                abort();
        s->options = *options;
        s->options.host = heap_copy(options->host);
        s->options.tls_certificate = heap_copy(options->tls_certificate);
        s->options.tls_private_key = heap_copy(options->tls_private_key);
        if (!options->store)
                return s;
        s->store_options = *options->store;
        s->store_options.host = heap_copy(options->store->host);
        s->store_options.unix_path = heap_copy(options->store->unix_path);
        s->store_options.user = heap_copy(options->store->user);
        s->store_options.password = heap_copy(options->store->password);
        s->options.store = &s->store_options;
        return s;
}

static void server_free(struct server *s)
{
        heap_drop(s->options.host);
        heap_drop(s->options.tls_certificate);
        heap_drop(s->options.tls_private_key);
        if (s->options.store) {
                heap_drop(s->store_options.host);
                heap_drop(s->store_options.unix_path);
                heap_drop(s->store_options.user);
                heap_drop(s->store_options.password);
        }
        free(s);
}

/* Signals go to the main thread; SIGPIPE, which a write of a library may raise, to nobody. */
static result start_threads(struct arena *a, struct server *s)
{
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        int failed = 0;
        while (!failed && s->started < s->options.workers) {
                struct worker *w = &s->workers[s->started];
                failed = pthread_create(&w->thread, NULL, worker_main, w);
                if (!failed)
                        s->started++;
        }
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        return failed ? fail(a, ERR_CONFIG, "cannot start a thread: %s", strerror(failed)) : OK;
}

static result start_all(struct arena *a, struct server *s)
{
        int sockets[WORKERS_MAX];
        TRY(listener_open(a, s->options.host, s->options.port, s->options.workers, sockets));
        s->port = listener_port(sockets[0]);
        for (unsigned i = 0; i < s->options.workers; i++) {
                struct worker *w = &s->workers[i];
                w->server = s;
                w->options = &s->options;
                w->slot = i;
                result made = worker_init(a, w, sockets[i]);
                if (is_ok(made))
                        continue;
                for (unsigned j = i + 1; j < s->options.workers; j++)
                        close(sockets[j]);
                return made;
        }
        return start_threads(a, s);
}

result server_start(struct arena *a, const struct server_options *options, struct server **ret_server)
{
        if (options->workers == 0 || options->workers > WORKERS_MAX)
                return fail(a, ERR_CONFIG, "the number of workers is not between 1 and %d", WORKERS_MAX);
        struct server *s = server_new(options);
        result started = start_all(a, s);
        if (!is_ok(started)) {
                server_stop(s);
                return started;
        }
        *ret_server = s;
        return OK;
}

void server_stop(struct server *s)
{
        if (!s)
                return;
        for (unsigned i = 0; i < s->started; i++) {
                atomic_store(&s->workers[i].stop_asked, true);
                ev_async_send(s->workers[i].loop, &s->workers[i].async);
        }
        for (unsigned i = 0; i < s->started; i++)
                pthread_join(s->workers[i].thread, NULL);
        for (unsigned i = 0; i < s->options.workers; i++)
                if (s->workers[i].server)
                        worker_done(&s->workers[i]);
        server_free(s);
}

int server_port(const struct server *s)
{
        return s->port;
}

void server_run_task(struct server *s, task_main *main, void *argument)
{
        struct worker *w = &s->workers[0];
        struct post post = {
                .main = main,
                .argument = argument,
                .arena = arena_new(POST_ARENA_CAP),
                .mutex = PTHREAD_MUTEX_INITIALIZER,
                .ended = PTHREAD_COND_INITIALIZER,
        };
        pthread_mutex_lock(&w->post_mutex);
        post.next = w->posts;
        w->posts = &post;
        pthread_mutex_unlock(&w->post_mutex);
        ev_async_send(w->loop, &w->async);
        pthread_mutex_lock(&post.mutex);
        while (!post.has_ended)
                pthread_cond_wait(&post.ended, &post.mutex);
        pthread_mutex_unlock(&post.mutex);
        arena_free(post.arena);
}

struct server_figures server_figures(const struct server *s)
{
        struct server_figures sum = { .store_connected = s->options.store != NULL };
        for (unsigned i = 0; i < s->started; i++) {
                const struct worker *w = &s->workers[i];
                sum.requests += atomic_load_explicit(&w->requests, memory_order_relaxed);
                sum.refused += atomic_load_explicit(&w->refused, memory_order_relaxed);
                sum.tasks += atomic_load_explicit(&w->tasks, memory_order_relaxed);
                sum.connections += atomic_load_explicit(&w->connections, memory_order_relaxed);
                sum.store_commands += atomic_load_explicit(&w->store_commands, memory_order_relaxed);
                sum.store_failures += atomic_load_explicit(&w->store_failures, memory_order_relaxed);
                sum.store_connected &= atomic_load_explicit(&w->store_connected, memory_order_relaxed);
        }
        return sum;
}
