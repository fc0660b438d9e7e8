/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The connection to Redis: one per worker, asynchronous (hiredis on libev), pipelined, coming back by itself.
 *
 * Commands of one turn of the loop go out in one write (store_flush). A reply is copied into the task's arena in the
 * callback, since hiredis frees it afterwards. A task that gave up waiting detaches its command, whose reply is then
 * dropped. When the connection breaks, hiredis calls every command's callback with no reply: ERR_STORE_DOWN. */
#include <hiredis/async.h>
#include <hiredis/hiredis.h>
#ifdef HAVE_HIREDIS_SSL
#include <hiredis/hiredis_ssl.h>
#endif

#include "store_command.h"
#include "waiters.h"

#include <fcntl.h>

#include "log.h"

#define BACKOFF_FIRST_MS 50
#define BACKOFF_MAX_MS 2000
/* After so many timeouts without a reply in between, the connection is given up as dead. */
#define LATE_MAX 3

struct command {
        struct task *task; /* NULL: nobody waits any more */
        struct store *store;
        struct store_reply reply;
        char error[24]; /* first word of an error reply */
        bool ended;
        bool lost;
        struct command *next;
};

struct store {
        struct worker *worker;
        const struct store_options *options;
        redisAsyncContext *context; /* NULL while waiting to try again */
        bool connected;
        bool reported_down;
        bool pending; /* something to write */
        ev_io reading, writing;
        ev_timer retry; /* the next attempt, or the end of patience with this one */
        int backoff_ms;
        unsigned late;
        struct command *pool;
        struct {
                const struct store_script *script;
                char sha1[41];
        } scripts[STORE_SCRIPTS_MAX];
#ifdef HAVE_HIREDIS_SSL
        redisSSLContext *tls;
#endif
};

/* ---- hiredis on libev ---- */

static void add_read(void *data)
{
        struct store *s = data;
        ev_io_start(s->worker->loop, &s->reading);
}

static void del_read(void *data)
{
        struct store *s = data;
        ev_io_stop(s->worker->loop, &s->reading);
}

/* Once connected, writing waits for the end of this turn of the loop, without asking the kernel whether it may. */
static void add_write(void *data)
{
        struct store *s = data;
        s->pending = true;
        if (!s->connected)
                ev_io_start(s->worker->loop, &s->writing);
}

static void del_write(void *data)
{
        struct store *s = data;
        s->pending = false;
        ev_io_stop(s->worker->loop, &s->writing);
}

static void detach(void *data)
{
        del_read(data);
        del_write(data);
}

static void on_readable(struct ev_loop *loop, ev_io *io, int events)
{
        (void)loop;
        (void)events;
        struct store *s = io->data;
        redisAsyncHandleRead(s->context);
}

static void on_writable(struct ev_loop *loop, ev_io *io, int events)
{
        (void)loop;
        (void)events;
        struct store *s = io->data;
        redisAsyncHandleWrite(s->context);
}

void store_flush(struct store *s)
{
        if (!s->pending || !s->connected)
                return;
        s->pending = false;
        redisAsyncHandleWrite(s->context);
        if (s->pending && s->connected)
                ev_io_start(s->worker->loop, &s->writing); /* the kernel's buffer is full */
}

/* ---- the life of the connection ---- */

static void start_timer(struct store *s, int ms)
{
        ev_timer_stop(s->worker->loop, &s->retry);
        ev_timer_set(&s->retry, (double)ms / 1000.0, 0.);
        ev_timer_start(s->worker->loop, &s->retry);
}

/* hiredis has freed the context, or is about to. */
static void forget_context(struct store *s, const char *why)
{
        s->context = NULL;
        s->connected = false;
        s->pending = false;
        s->late = 0;
        memset(s->scripts, 0, sizeof(s->scripts));
        atomic_store_explicit(&s->worker->store_connected, false, memory_order_relaxed);
        if (!s->reported_down)
                log_event(LOG_WARNING, "store_down", LOG_INT("worker", s->worker->slot), LOG_TEXT("reason", why));
        s->reported_down = true;
        start_timer(s, s->backoff_ms);
        s->backoff_ms = s->backoff_ms * 2 < BACKOFF_MAX_MS ? s->backoff_ms * 2 : BACKOFF_MAX_MS;
}

/* Gives the connection up: hiredis calls back every command without a reply. */
static void drop_connection(struct store *s, const char *why)
{
        redisAsyncContext *context = s->context;
        forget_context(s, why);
        redisAsyncFree(context);
}

static void on_connect(const redisAsyncContext *context, int status)
{
        struct store *s = context->data;
        if (s->context != context)
                return;
        if (status != REDIS_OK) {
                forget_context(s, "cannot connect");
                return;
        }
        s->connected = true;
}

static void on_disconnect(const redisAsyncContext *context, int status)
{
        (void)status;
        struct store *s = context->data;
        if (s->context == context)
                forget_context(s, "the connection was lost");
}

/* The reply to the last command of the greeting: from now on the connection serves. */
static void on_greeted(redisAsyncContext *context, void *data, void *closure)
{
        struct store *s = closure;
        const redisReply *reply = data;
        if (!reply || s->context != context)
                return;
        if (reply->type == REDIS_REPLY_ERROR) {
                drop_connection(s, "Redis refused AUTH, SELECT or PING");
                return;
        }
        if (s->reported_down)
                log_event(LOG_INFO, "store_up", LOG_INT("worker", s->worker->slot));
        s->reported_down = false;
        s->backoff_ms = BACKOFF_FIRST_MS;
        ev_timer_stop(s->worker->loop, &s->retry);
        atomic_store_explicit(&s->worker->store_connected, true, memory_order_relaxed);
}

static void on_auth(redisAsyncContext *context, void *data, void *closure)
{
        struct store *s = closure;
        const redisReply *reply = data;
        if (reply && reply->type == REDIS_REPLY_ERROR && s->context == context)
                drop_connection(s, "Redis refused AUTH or SELECT");
}

static void greet(struct store *s)
{
        const struct store_options *o = s->options;
        const char *auth[3] = { "AUTH" };
        size_t lens[3] = { 4 };
        int count = 1;
        if (o->user.len > 0) {
                auth[count] = o->user.data;
                lens[count++] = o->user.len;
        }
        auth[count] = o->password.data;
        lens[count++] = o->password.len;
        if (o->password.len > 0)
                redisAsyncCommandArgv(s->context, on_auth, s, count, auth, lens);
        if (o->database != 0)
                redisAsyncCommand(s->context, on_auth, s, "SELECT %d", o->database);
        redisAsyncCommand(s->context, on_greeted, s, "PING");
}

static bool start_tls(struct store *s, redisAsyncContext *context)
{
#ifdef HAVE_HIREDIS_SSL
        return !s->tls || redisInitiateSSLWithContext(&context->c, s->tls) == REDIS_OK;
#else
        (void)s;
        (void)context;
        return true;
#endif
}

static void attach(struct store *s, redisAsyncContext *context)
{
        s->context = context;
        context->data = s;
        context->ev.data = s;
        context->ev.addRead = add_read;
        context->ev.delRead = del_read;
        context->ev.addWrite = add_write;
        context->ev.delWrite = del_write;
        context->ev.cleanup = detach;
        ev_io_init(&s->reading, on_readable, context->c.fd, EV_READ);
        ev_io_init(&s->writing, on_writable, context->c.fd, EV_WRITE);
        s->reading.data = s;
        s->writing.data = s;
        fcntl(context->c.fd, F_SETFD, FD_CLOEXEC);
        if (s->options->unix_path.len == 0)
                redisEnableKeepAlive(&context->c); /* an idle connection that a firewall forgot is found out */
        redisAsyncSetConnectCallback(context, on_connect);
        redisAsyncSetDisconnectCallback(context, on_disconnect);
}

static void try_connect(struct store *s)
{
        const struct store_options *o = s->options;
        redisAsyncContext *context = o->unix_path.len > 0 ? redisAsyncConnectUnix(o->unix_path.data)
                                                          : redisAsyncConnect(o->host.data, o->port);
        if (!context)
                abort();
        if (context->err || !start_tls(s, context)) {
                redisAsyncFree(context);
                forget_context(s, "cannot connect");
                return;
        }
        start_timer(s, o->timeout_ms);
        attach(s, context);
        greet(s);
}

static void on_retry(struct ev_loop *loop, ev_timer *timer, int events)
{
        (void)loop;
        (void)events;
        struct store *s = timer->data;
        if (s->context)
                drop_connection(s, "no answer to the greeting in time");
        else
                try_connect(s);
}

/* ---- commands ---- */

static struct command *command_new(struct store *s, struct task *t)
{
        struct command *c = s->pool;
        if (c)
                s->pool = c->next;
        else
                c = malloc(sizeof(*c));
        if (!c)
                abort();
        *c = (struct command){ .task = t, .store = s };
        return c;
}

static void command_free(struct command *c)
{
        c->next = c->store->pool;
        c->store->pool = c;
}

/* Only the first word: what follows may quote keys or arguments. */
static void keep_error(struct command *c, const redisReply *reply)
{
        struct str word = str_slice(reply->str, (size_t)reply->len);
        word = str_head(word, str_find(word, ' '));
        word = str_head(word, sizeof(c->error) - 1);
        memcpy(c->error, word.data, word.len);
}

static void keep_reply(struct command *c, const redisReply *reply)
{
        switch (reply->type) {
        case REDIS_REPLY_STRING:
        case REDIS_REPLY_STATUS:
                c->reply.kind = STORE_TEXT;
                c->reply.text = arena_copy(task_arena(c->task), str_slice(reply->str, (size_t)reply->len));
                break;
        case REDIS_REPLY_INTEGER:
                c->reply.kind = STORE_INTEGER;
                c->reply.integer = reply->integer;
                break;
        case REDIS_REPLY_NIL:
                c->reply.kind = STORE_NIL;
                break;
        case REDIS_REPLY_ERROR:
                keep_error(c, reply);
                break;
        default:
                memcpy(c->error, "ARRAY", 6);
                break;
        }
}

static void on_reply(redisAsyncContext *context, void *data, void *closure)
{
        (void)context;
        struct command *c = closure;
        if (data)
                c->store->late = 0;
        if (!c->task) {
                command_free(c);
                return;
        }
        c->ended = true;
        c->lost = !data;
        if (data)
                keep_reply(c, data);
        task_wake(c->task);
}

/* Words with which Redis says that it cannot serve now, rather than that the command is wrong. */
static bool means_down(struct str word)
{
        struct str words = STR("LOADING READONLY OOM MASTERDOWN CLUSTERDOWN TRYAGAIN NOAUTH BUSY MISCONF NOREPLICAS");
        return str_has_word(words, word);
}

static result verdict(struct task *t, struct command *c, struct store_reply *ret_reply)
{
        if (c->lost)
                return fail(task_arena(t), ERR_STORE_DOWN, "the connection to Redis was lost");
        struct str error = str_from(c->error);
        if (str_eq(error, STR("NOSCRIPT"))) {
                *ret_reply = (struct store_reply){ .kind = STORE_NOSCRIPT };
                return OK;
        }
        if (means_down(error))
                return fail(task_arena(t), ERR_STORE_DOWN, "Redis answered %s", c->error);
        if (error.len > 0)
                return fail(task_arena(t), ERR_SERVER_ERROR, "Redis refused a command: %s", c->error);
        *ret_reply = c->reply;
        return OK;
}

/* Nobody waits for `c` any more; a connection on which nothing answers is dead. A task whose own time ran out first
 * says nothing about Redis. */
static result give_up(struct task *t, struct command *c, bool short_of_time)
{
        struct store *s = c->store;
        c->task = NULL;
        if (!short_of_time && ++s->late >= LATE_MAX && s->context)
                drop_connection(s, "no answers");
        return fail(task_arena(t), ERR_STORE_DOWN, "Redis did not answer in time");
}

static result run_command(struct task *t, struct store *s, const struct str *args, struct store_reply *ret_reply,
                          size_t count)
{
        const char *argv[STORE_ARGS_MAX];
        size_t lens[STORE_ARGS_MAX];
        for (size_t i = 0; i < count; i++) {
                argv[i] = args[i].len ? args[i].data : "";
                lens[i] = args[i].len;
        }
        struct command *c = command_new(s, t);
        if (redisAsyncCommandArgv(s->context, on_reply, c, (int)count, argv, lens) != REDIS_OK) {
                command_free(c);
                return fail(task_arena(t), ERR_STORE_DOWN, "the connection to Redis is closing");
        }
        bool short_of_time = task_time_left_ms(t) < s->options->timeout_ms;
        task_wait(t, s->options->timeout_ms);
        if (!c->ended)
                return give_up(t, c, short_of_time);
        result r = verdict(t, c, ret_reply);
        command_free(c);
        return r;
}

result store_command(struct task *t, const struct str *args, size_t count, struct store_reply *ret_reply)
{
        struct worker *w = task_worker(t);
        struct store *s = w->store;
        if (!s)
                return fail(task_arena(t), ERR_STORE_DOWN, "this server has no store");
        FIGURE_ADD(w->store_commands, 1);
        result r = s->context ? run_command(t, s, args, ret_reply, count)
                              : fail(task_arena(t), ERR_STORE_DOWN, "there is no connection to Redis");
        if (!is_ok(r))
                FIGURE_ADD(w->store_failures, 1);
        return r;
}

char *store_script_sha1(struct task *t, const struct store_script *script)
{
        struct store *s = task_worker(t)->store;
        for (size_t i = 0; s && i < STORE_SCRIPTS_MAX; i++) {
                if (!s->scripts[i].script)
                        s->scripts[i].script = script;
                if (s->scripts[i].script == script)
                        return s->scripts[i].sha1;
        }
        return arena_alloc(task_arena(t), 41); /* no room to remember: loaded each time */
}

const struct seal *store_seal(const struct task *t)
{
        const struct store_options *options = task_worker(t)->options->store;
        return options ? options->seal : NULL;
}

/* ---- start and end ---- */

static result init_tls(struct arena *a, struct store *s)
{
        if (!s->options->tls)
                return OK;
#ifdef HAVE_HIREDIS_SSL
        redisInitOpenSSL();
        s->tls = redisCreateSSLContext(NULL, "/etc/ssl/certs", NULL, NULL, s->options->host.data, NULL);
        return s->tls ? OK : fail(a, ERR_CONFIG, "cannot prepare TLS to Redis");
#else
        return fail(a, ERR_CONFIG, "TLS to Redis is not built in: this hiredis has none");
#endif
}

result store_new(struct arena *a, struct worker *w, struct store **ret_store)
{
        struct store *s = calloc(1, sizeof(*s));
        if (!s)
                abort();
        s->worker = w;
        s->options = w->options->store;
        s->backoff_ms = BACKOFF_FIRST_MS;
        ev_init(&s->retry, on_retry);
        s->retry.data = s;
        result tls = init_tls(a, s);
        if (!is_ok(tls)) {
                free(s);
                return tls;
        }
        try_connect(s);
        *ret_store = s;
        return OK;
}

void store_free(struct store *s)
{
        if (!s)
                return;
        s->reported_down = true; /* this end is wanted */
        if (s->context)
                drop_connection(s, "");
        ev_timer_stop(s->worker->loop, &s->retry);
        while (s->pool) {
                struct command *c = s->pool;
                s->pool = c->next;
                free(c);
        }
#ifdef HAVE_HIREDIS_SSL
        if (s->tls)
                redisFreeSSLContext(s->tls);
#endif
        free(s);
}
