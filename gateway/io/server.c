/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* HTTP in (RFC 9110, RFC 9112): one libmicrohttpd daemon per worker in external epoll mode.
 *
 * Its rules: run it again at once while MHD_get_timeout() is 0, and keep the loop from sleeping meanwhile; suspend a
 * connection only from the access handler; the memory of a request dies in NOTIFY_COMPLETED, which may run as soon as
 * the reply is queued; never stop a daemon that has suspended connections. */
#include "http.h"

#include <microhttpd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "exchange.h"
#include "log.h"

/* A request that needs more than this in its arena has gone wrong. */
#define ARENA_SOFT_CAP ((size_t)8 * 1024 * 1024)
#define EXCHANGE_POOL_MAX 64
/* What libmicrohttpd needs of a connection's memory beside the request's header. */
#define CONNECTION_MEMORY_EXTRA ((size_t)8 * 1024)
#define DROPPED_MAX ((size_t)256 * 1024)
#define SWEEP_SECONDS 0.5

#define TLS_PRIORITIES                                                                                     \
        "NONE:+VERS-TLS1.3:+VERS-TLS1.2:+AES-256-GCM:+AES-128-GCM:+CHACHA20-POLY1305:+AEAD:+ECDHE-ECDSA:" \
        "+ECDHE-RSA:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1:+SIGN-ALL:+COMP-NULL:%SERVER_PRECEDENCE"

/* A connection. */
struct link {
        struct link *next, **back;
        int fd;
        bool busy;          /* a task works for it */
        int64_t since_ms;   /* it has been the client's turn since */
        struct exchange *exchange;
};

struct http {
        struct worker *worker;
        struct MHD_Daemon *daemon;
        ev_io io;
        ev_timer timer; /* libmicrohttpd's next timeout */
        ev_timer sweep; /* cuts off slow clients */
        int64_t timer_at_ms;
        bool due;
        bool accepting;
        unsigned answering;
        struct link *links;
        struct exchange *pool;
        unsigned pooled;
};

static struct exchange *exchange_new(struct http *h)
{
        struct exchange *x = h->pool;
        if (x) {
                h->pool = x->next;
                h->pooled--;
        } else {
                x = calloc(1, sizeof(*x));
                if (!x)
                        abort();
                x->arena = arena_new(ARENA_SOFT_CAP);
        }
        return x;
}

static void exchange_free(struct exchange *x)
{
        struct http *h = x->http;
        struct arena *arena = x->arena;
        if (h->pooled >= EXCHANGE_POOL_MAX) {
                arena_free(arena);
                free(x);
                return;
        }
        arena_reset(arena);
        *x = (struct exchange){ .http = h, .arena = arena, .next = h->pool };
        h->pool = x;
        h->pooled++;
}

struct header_search {
        struct str name;
        struct str first;
        size_t count;
};

static enum MHD_Result match_header(void *closure, enum MHD_ValueKind kind, const char *name, const char *value)
{
        (void)kind;
        struct header_search *search = closure;
        if (!str_eq_nocase(str_from(name), search->name))
                return MHD_YES;
        if (search->count++ == 0)
                search->first = str_from(value);
        return MHD_YES;
}

struct str exchange_header(const struct exchange *x, const char *name, size_t *ret_count)
{
        if (!ret_count)
                return str_from(MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, name));
        struct header_search search = { .name = str_from(name) };
        MHD_get_connection_values(x->connection, MHD_HEADER_KIND, match_header, &search);
        *ret_count = search.count;
        return search.first;
}

static const char *route_of(struct exchange *x)
{
        const struct server_options *o = x->http->worker->options;
        if (!x->route)
                x->route = o->route_name ? o->route_name(o->program, x->method, x->path) : "";
        return x->route;
}

/* The one line of this request in the log. */
static void log_request(struct exchange *x, int status, int64_t now_us)
{
        struct str reason = arena_reason(x->arena);
        struct log_field fields[8] = {
                LOG_STR("request_id", x->request_id),
                LOG_TEXT("method", x->method_name),
                LOG_TEXT("route", route_of(x)),
                LOG_INT("status", status),
                LOG_INT("duration_us", now_us - x->started_us),
        };
        if (reason.len > 0)
                fields[5] = LOG_STR("reason", reason);
        log_write(status >= 500 ? LOG_WARNING : LOG_INFO, "request", fields);
}

/* Libmicrohttpd takes no empty value; one of a blank is the same (RFC 9110, section 5.5). */
static const char *header_value(const char *value)
{
        return *value ? value : " ";
}

static void add_headers(struct exchange *x, struct MHD_Response *response)
{
        bool ok = MHD_add_response_header(response, "X-Request-Id", x->request_id.data) == MHD_YES;
        if (x->content_type)
                ok &= MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, x->content_type) == MHD_YES;
        for (size_t i = 0; i < x->header_count; i++)
                ok &= MHD_add_response_header(response, x->headers[i].name, header_value(x->headers[i].value)) == MHD_YES;
        if (!x->http->accepting)
                ok &= MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close") == MHD_YES;
        if (!ok)
                log_event(LOG_ERROR, "reply_header_refused", LOG_STR("request_id", x->request_id));
}

/* Hands the reply to libmicrohttpd. The exchange may be gone afterwards. */
static enum MHD_Result answer(struct exchange *x)
{
        if (x->status == 0)
                exchange_refuse(x, &ERR_SERVER_ERROR, "the handler gave no reply");
        if (arena_is_over(x->arena))
                exchange_refuse(x, &ERR_SERVER_ERROR, "the request used too much memory");
        struct MHD_Response *response =
                MHD_create_response_from_buffer(x->reply.len, (void *)(uintptr_t)x->reply.data, MHD_RESPMEM_PERSISTENT);
        if (!response)
                return MHD_NO;
        add_headers(x, response);
        int status = x->status;
        x->phase = EXCHANGE_ANSWERED;
        x->link->busy = false;
        int64_t now_us = clock_monotonic_us();
        x->link->since_ms = now_us / 1000;
        x->http->answering++;
        FIGURE_ADD(x->http->worker->requests, 1);
        log_request(x, status, now_us);
        enum MHD_Result queued = MHD_queue_response(x->connection, (unsigned)status, response);
        MHD_destroy_response(response);
        return queued;
}

static enum MHD_Result refuse(struct exchange *x, const struct error *error, const char *reason)
{
        FIGURE_ADD(x->http->worker->refused, 1);
        exchange_refuse(x, error, reason);
        return answer(x);
}

/* The task has ended after having waited: from the loop, outside libmicrohttpd. */
static void on_task_end(void *owner)
{
        struct exchange *x = owner;
        x->phase = EXCHANGE_ENDED;
        x->http->due = true;
        MHD_resume_connection(x->connection);
}

static void run_handler(struct task *t, void *argument)
{
        (void)argument;
        task_worker(t)->options->handle(t);
}

static enum MHD_Result serve(struct exchange *x)
{
        struct worker *w = x->http->worker;
        if (x->too_large)
                return refuse(x, &ERR_TOO_LARGE, "the body is over the cap of this route");
        if (atomic_load_explicit(&w->tasks, memory_order_relaxed) >= w->options->max_tasks) {
                exchange_reply_header(x, "Retry-After", STR("1"));
                return refuse(x, &ERR_BUSY, "too many requests are running");
        }
        x->phase = EXCHANGE_RUNNING;
        x->link->busy = true;
        struct task_start start = {
                .arena = x->arena,
                .request_id = x->request_id,
                .exchange = x,
                .deadline_ms = w->options->deadline_ms,
                .main = run_handler,
                .on_end = on_task_end,
                .owner = x,
        };
        if (task_begin(w, &start))
                return answer(x);
        MHD_suspend_connection(x->connection);
        return MHD_YES;
}

static enum method method_from(const char *name)
{
        static const struct {
                const char *name;
                enum method method;
        } methods[] = {
                { "GET", METHOD_GET }, { "HEAD", METHOD_HEAD },     { "POST", METHOD_POST },
                { "PUT", METHOD_PUT }, { "DELETE", METHOD_DELETE }, { "OPTIONS", METHOD_OPTIONS },
        };
        for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
                if (strcmp(name, methods[i].name) == 0)
                        return methods[i].method;
        return METHOD_OTHER;
}

/* 8 to 64 letters, digits, '-', '_' or '.': safe in headers, logs and pages. */
static bool is_request_id(struct str id)
{
        if (id.len < 8 || id.len > 64)
                return false;
        for (size_t i = 0; i < id.len; i++) {
                char c = id.data[i];
                bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
                if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '.')
                        return false;
        }
        return true;
}

static bool header_is_too_large(const struct exchange *x)
{
        const union MHD_ConnectionInfo *info =
                MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
        return info && info->header_size > x->http->worker->options->max_header_bytes;
}

struct framing {
        size_t lengths, codings, hosts;
        bool chunked;
        bool torn; /* a blank between a name and its colon */
};

static enum MHD_Result count_framing(void *closure, enum MHD_ValueKind kind, const char *name, const char *value)
{
        (void)kind;
        struct framing *f = closure;
        struct str header = str_from(name);
        f->torn |= header.len == 0 || str_trim(header).len < header.len;
        f->hosts += str_eq_nocase(header, STR("Host"));
        f->lengths += str_eq_nocase(header, STR("Content-Length"));
        if (!str_eq_nocase(header, STR("Transfer-Encoding")))
                return MHD_YES;
        f->codings++;
        f->chunked = str_eq_nocase(str_from(value), STR("chunked"));
        return MHD_YES;
}

/* Where the request ends must be beyond doubt: what a proxy in front and libmicrohttpd read differently would be taken
 * for another person's request (RFC 9112, sections 3.2, 5.1, 6.1 and 6.3). */
static bool framing_is_ambiguous(const struct exchange *x)
{
        struct framing f = { 0 };
        MHD_get_connection_values(x->connection, MHD_HEADER_KIND, count_framing, &f);
        return f.torn || f.hosts > 1 || f.lengths + f.codings > 1 || f.chunked != (f.codings == 1);
}

/* The header is complete: what can be refused without reading the body is. */
static enum MHD_Result on_head(struct exchange *x, const char *method)
{
        const struct server_options *o = x->http->worker->options;
        x->phase = EXCHANGE_BODY;
        x->method_name = method;
        x->method = method_from(method);
        struct str id = exchange_header(x, "X-Request-Id", NULL);
        if (is_request_id(id))
                x->request_id = id;
        if (header_is_too_large(x))
                return refuse(x, &ERR_HEADERS_TOO_LARGE, "the header is over the cap");
        if (framing_is_ambiguous(x)) {
                exchange_reply_header(x, "Connection", STR("close"));
                return refuse(x, &ERR_INVALID_REQUEST, "the headers leave it open where the request ends");
        }
        size_t cap = o->body_cap ? o->body_cap(o->program, x->method, x->path) : 0;
        int64_t announced = 0;
        bool known = str_to_int(exchange_header(x, "Content-Length", NULL), &announced);
        if (known && (uint64_t)announced > cap)
                return refuse(x, &ERR_TOO_LARGE, "the announced body is over the cap of this route");
        if (known && announced > 0)
                x->body = buf_over(arena_alloc(x->arena, (size_t)announced + 1), (size_t)announced + 1);
        else
                x->body = buf_in(x->arena, cap);
        return MHD_YES;
}

/* Libmicrohttpd cannot answer in the middle of a body, so one without announced length is read on for a while and
 * dropped; then the connection goes. */
static enum MHD_Result on_body(struct exchange *x, const char *data, size_t *len)
{
        if (!x->too_large)
                buf_add(&x->body, str_slice(data, *len));
        x->too_large = x->body.over;
        if (x->too_large)
                x->dropped += *len;
        if (x->dropped > DROPPED_MAX)
                return MHD_NO;
        *len = 0;
        return MHD_YES;
}

static enum MHD_Result on_access(void *closure, struct MHD_Connection *connection, const char *url,
                                 const char *method, const char *version, const char *data, size_t *len,
                                 void **exchange)
{
        (void)closure;
        (void)connection;
        (void)url;
        (void)version;
        struct exchange *x = *exchange;
        switch (x->phase) {
        case EXCHANGE_HEAD:
                return on_head(x, method);
        case EXCHANGE_BODY:
                return *len > 0 ? on_body(x, data, len) : serve(x);
        case EXCHANGE_ENDED:
                return answer(x);
        case EXCHANGE_RUNNING:
        case EXCHANGE_ANSWERED:
                break;
        }
        return MHD_NO;
}

static struct link *link_of(struct MHD_Connection *connection)
{
        return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static void exchange_end(struct exchange *x)
{
        struct link *link = x->link;
        if (x->phase == EXCHANGE_ANSWERED)
                x->http->answering--;
        link->exchange = NULL;
        link->busy = false;
        exchange_free(x);
}

/* Libmicrohttpd answered by itself (400, 431), or the client left before the request was complete. */
static void log_unanswered(struct exchange *x)
{
        if (x->phase != EXCHANGE_HEAD && x->phase != EXCHANGE_BODY)
                return;
        const union MHD_ConnectionInfo *info =
                MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_HTTP_STATUS);
        unsigned status = info ? info->http_status : 0;
        arena_set_reason(x->arena, status ? STR("the request is not well-formed HTTP or its header is too large")
                                          : STR("the client left or was cut off before the request was complete"));
        FIGURE_ADD(x->http->worker->refused, 1);
        log_request(x, status ? (int)status : 499, clock_monotonic_us());
}

static void exchange_abandon(struct exchange *x)
{
        log_unanswered(x);
        exchange_end(x);
}

static void on_completed(void *closure, struct MHD_Connection *connection, void **exchange,
                         enum MHD_RequestTerminationCode code)
{
        (void)closure;
        (void)connection;
        (void)code;
        struct exchange *x = *exchange;
        *exchange = NULL;
        if (!x)
                return;
        exchange_abandon(x);
}

/* The request line has come: makes the exchange, which on_access and on_completed find again. */
static void *on_uri(void *closure, const char *uri, struct MHD_Connection *connection)
{
        struct http *h = closure;
        struct exchange *x = exchange_new(h);
        x->http = h;
        x->connection = connection;
        x->link = link_of(connection);
        if (x->link->exchange)
                exchange_end(x->link->exchange); /* one that libmicrohttpd never showed to on_completed */
        x->link->exchange = x;
        x->method_name = "";
        x->started_us = clock_monotonic_us();
        x->request_id = worker_new_request_id(h->worker, x->arena);
        struct str whole = arena_copy(x->arena, str_from(uri));
        size_t mark = str_find(whole, '?');
        x->path = str_head(whole, mark);
        x->query = str_from_index(whole, mark + 1);
        return x;
}

static void link_new(struct http *h, struct MHD_Connection *connection, void **link)
{
        struct link *l = calloc(1, sizeof(*l));
        if (!l)
                abort();
        l->fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        l->since_ms = clock_monotonic_ms();
        l->back = &h->links;
        l->next = h->links;
        if (l->next)
                l->next->back = &l->next;
        h->links = l;
        *link = l;
        FIGURE_ADD(h->worker->connections, 1);
}

static void link_free(struct http *h, struct link *l)
{
        if (l->exchange)
                exchange_abandon(l->exchange); /* too many parameters for libmicrohttpd, which then just closes */
        *l->back = l->next;
        if (l->next)
                l->next->back = l->back;
        free(l);
        FIGURE_ADD(h->worker->connections, -1U);
}

static void on_connection(void *closure, struct MHD_Connection *connection, void **link,
                          enum MHD_ConnectionNotificationCode code)
{
        struct http *h = closure;
        if (code == MHD_CONNECTION_NOTIFY_STARTED)
                link_new(h, connection, link);
        else if (*link)
                link_free(h, *link);
}

/* Libmicrohttpd's own timeout starts anew with every byte. This one does not: a request must be complete, and a
 * reply taken, within twice that time, or the connection is shut down. */
static void on_sweep(struct ev_loop *loop, ev_timer *timer, int events)
{
        (void)loop;
        (void)events;
        struct http *h = timer->data;
        int64_t oldest = clock_monotonic_ms() - (int64_t)2000 * h->worker->options->idle_timeout_s;
        for (struct link *l = h->links; l; l = l->next)
                if (!l->busy && l->since_ms < oldest)
                        shutdown(l->fd, SHUT_RDWR);
        h->due = true; /* its own timeouts too */
}

/* Paths and queries stay as they were sent. */
static size_t leave_escaped(void *closure, struct MHD_Connection *connection, char *text)
{
        (void)closure;
        (void)connection;
        return strlen(text);
}

static void on_io(struct ev_loop *loop, ev_io *io, int events)
{
        (void)loop;
        (void)events;
        ((struct http *)io->data)->due = true;
}

static void on_timer(struct ev_loop *loop, ev_timer *timer, int events)
{
        (void)loop;
        (void)events;
        ((struct http *)timer->data)->due = true;
}

/* Only a sooner timeout moves the timer; one that comes early just asks again. */
static void arm_timer(struct http *h, uint64_t timeout_ms)
{
        int64_t at = clock_monotonic_ms() + (int64_t)timeout_ms;
        if (ev_is_active(&h->timer) && at >= h->timer_at_ms)
                return;
        h->timer_at_ms = at;
        ev_timer_stop(h->worker->loop, &h->timer);
        ev_timer_set(&h->timer, (double)timeout_ms / 1000.0, 0.);
        ev_timer_start(h->worker->loop, &h->timer);
}

void http_run(struct http *h)
{
        if (!h->due)
                return;
        h->due = false;
        MHD_run(h->daemon);
        MHD_UNSIGNED_LONG_LONG timeout = 0;
        bool has_timeout = MHD_get_timeout(h->daemon, &timeout) == MHD_YES;
        if (has_timeout && timeout == 0) {
                h->due = true;
                ev_idle_start(h->worker->loop, &h->worker->idle);
                return;
        }
        if (ev_is_active(&h->worker->idle))
                ev_idle_stop(h->worker->loop, &h->worker->idle);
        if (has_timeout)
                arm_timer(h, timeout);
}

static void start_watchers(struct http *h)
{
        struct ev_loop *loop = h->worker->loop;
        ev_io_init(&h->io, on_io, MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd, EV_READ);
        h->io.data = h;
        ev_io_start(loop, &h->io);
        ev_init(&h->timer, on_timer);
        h->timer.data = h;
        ev_timer_init(&h->sweep, on_sweep, SWEEP_SECONDS, SWEEP_SECONDS);
        h->sweep.data = h;
        ev_timer_start(loop, &h->sweep);
}

/* One array of options; those of TLS come last and only when wanted. */
static struct MHD_Daemon *start_daemon(struct arena *a, struct http *h, int listen_socket)
{
        const struct server_options *o = h->worker->options;
        bool tls = o->tls_certificate.len > 0;
        struct MHD_OptionItem options[] = {
                { MHD_OPTION_LISTEN_SOCKET, listen_socket, NULL },
                { MHD_OPTION_CONNECTION_TIMEOUT, o->idle_timeout_s, NULL },
                { MHD_OPTION_CONNECTION_LIMIT, (intptr_t)o->max_connections, NULL },
                { MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)(o->max_header_bytes + CONNECTION_MEMORY_EXTRA), NULL },
                { MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL },
                { MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, NULL },
                { MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_completed, h },
                { MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, h },
                { MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)on_uri, h },
                { MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)leave_escaped, h },
                { tls ? MHD_OPTION_HTTPS_MEM_CERT : MHD_OPTION_END, 0, arena_cstr(a, o->tls_certificate) },
                { MHD_OPTION_HTTPS_MEM_KEY, 0, arena_cstr(a, o->tls_private_key) },
                { MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)TLS_PRIORITIES },
                { MHD_OPTION_END, 0, NULL },
        };
        unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO | (tls ? MHD_USE_TLS : 0U);
        return MHD_start_daemon(flags, 0, NULL, NULL, on_access, h, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

result http_new(struct arena *a, struct worker *w, int listen_socket, struct http **ret_http)
{
        if (w->options->tls_certificate.len > 0 && MHD_is_feature_supported(MHD_FEATURE_SSL) != MHD_YES) {
                close(listen_socket);
                return fail(a, ERR_CONFIG, "TLS is not built into this libmicrohttpd");
        }
        struct http *h = calloc(1, sizeof(*h));
        if (!h)
                abort();
        h->worker = w;
        h->accepting = true;
        h->daemon = start_daemon(a, h, listen_socket);
        if (!h->daemon) {
                close(listen_socket);
                free(h);
                return fail(a, ERR_CONFIG, "libmicrohttpd refused to start%s",
                            w->options->tls_certificate.len > 0 ? ": are the certificate and its key valid PEM?" : "");
        }
        start_watchers(h);
        *ret_http = h;
        return OK;
}

void http_stop_accepting(struct http *h)
{
        if (!h->accepting)
                return;
        h->accepting = false;
        MHD_socket listening = MHD_quiesce_daemon(h->daemon);
        if (listening != MHD_INVALID_SOCKET)
                close(listening);
}

unsigned http_answering(const struct http *h)
{
        return h->answering;
}

void http_free(struct http *h)
{
        if (!h)
                return;
        ev_io_stop(h->worker->loop, &h->io);
        ev_timer_stop(h->worker->loop, &h->timer);
        ev_timer_stop(h->worker->loop, &h->sweep);
        MHD_stop_daemon(h->daemon);
        while (h->pool) {
                struct exchange *x = h->pool;
                h->pool = x->next;
                arena_free(x->arena);
                free(x);
        }
        free(h);
}
