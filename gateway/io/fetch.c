/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* HTTP out: libcurl's multi interface on the worker's loop (socket actions and one timer).
 *
 * The transfer's struct lives on the stack of the task that waits for it; before the task goes on, the handle is
 * taken out of the multi handle, so curl never sees it again. Handles are pooled, connections belong to the multi
 * handle and stay open. Nothing of a URL but its peer's name is put into a reason: paths and queries may hold codes. */
#include <curl/curl.h>

#include "fetch.h"
#include "peer.h"
#include "waiters.h"

#include "clock.h"
#include "json.h"

#define CONNECTIONS_KEPT 64L
#define HANDLES_KEPT 32

struct fetcher {
        struct worker *worker;
        CURLM *multi;
        ev_timer timer;
        CURL *handles[HANDLES_KEPT];
        size_t handle_count;
};

/* One socket that curl wants watched. */
struct watch {
        ev_io io;
        struct fetcher *fetcher;
};

struct transfer {
        struct task *task;
        CURL *handle;
        struct buf body;
        bool too_large;
        bool ended;
        CURLcode code;
};

struct header_list {
        struct curl_slist *first;
};

static void header_list_done(struct header_list *list)
{
        curl_slist_free_all(list->first);
}

/* ---- curl on libev ---- */

static void wake_ended(struct fetcher *f)
{
        int left;
        for (CURLMsg *m = curl_multi_info_read(f->multi, &left); m; m = curl_multi_info_read(f->multi, &left)) {
                if (m->msg != CURLMSG_DONE)
                        continue;
                struct transfer *x = NULL;
                curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &x);
                x->code = m->data.result;
                x->ended = true;
                task_wake(x->task);
        }
}

static void act(struct fetcher *f, curl_socket_t socket, int events)
{
        int running;
        curl_multi_socket_action(f->multi, socket, events, &running);
        wake_ended(f);
}

static void on_io(struct ev_loop *loop, ev_io *io, int events)
{
        (void)loop;
        struct watch *watch = io->data;
        act(watch->fetcher, io->fd,
            ((events & EV_READ) ? CURL_CSELECT_IN : 0) | ((events & EV_WRITE) ? CURL_CSELECT_OUT : 0));
}

static void on_timer(struct ev_loop *loop, ev_timer *timer, int events)
{
        (void)loop;
        (void)events;
        act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

static void watch_free(struct fetcher *f, struct watch *watch)
{
        if (!watch)
                return;
        ev_io_stop(f->worker->loop, &watch->io);
        free(watch);
}

static struct watch *watch_new(struct fetcher *f, curl_socket_t socket)
{
        struct watch *watch = calloc(1, sizeof(*watch));
        if (!watch)
                abort();
        watch->fetcher = f;
        watch->io.data = watch;
        ev_init(&watch->io, on_io);
        curl_multi_assign(f->multi, socket, watch);
        return watch;
}

static int on_socket(CURL *handle, curl_socket_t socket, int what, void *closure, void *socket_closure)
{
        (void)handle;
        struct fetcher *f = closure;
        struct watch *watch = socket_closure;
        if (what == CURL_POLL_REMOVE) {
                watch_free(f, watch);
                return 0;
        }
        if (!watch)
                watch = watch_new(f, socket);
        int events = ((what & CURL_POLL_IN) ? EV_READ : 0) | ((what & CURL_POLL_OUT) ? EV_WRITE : 0);
        ev_io_stop(f->worker->loop, &watch->io);
        ev_io_set(&watch->io, socket, events);
        ev_io_start(f->worker->loop, &watch->io);
        return 0;
}

static int on_timeout_wanted(CURLM *multi, long timeout_ms, void *closure)
{
        (void)multi;
        struct fetcher *f = closure;
        ev_timer_stop(f->worker->loop, &f->timer);
        if (timeout_ms < 0)
                return 0;
        ev_timer_set(&f->timer, (double)timeout_ms / 1000.0, 0.);
        ev_timer_start(f->worker->loop, &f->timer);
        return 0;
}

struct fetcher *fetcher_new(struct worker *w)
{
        struct fetcher *f = calloc(1, sizeof(*f));
        if (!f || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
                abort();
        f->worker = w;
        f->multi = curl_multi_init();
        if (!f->multi)
                abort();
        ev_init(&f->timer, on_timer);
        f->timer.data = f;
        curl_multi_setopt(f->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
        curl_multi_setopt(f->multi, CURLMOPT_SOCKETDATA, f);
        curl_multi_setopt(f->multi, CURLMOPT_TIMERFUNCTION, on_timeout_wanted);
        curl_multi_setopt(f->multi, CURLMOPT_TIMERDATA, f);
        curl_multi_setopt(f->multi, CURLMOPT_MAXCONNECTS, CONNECTIONS_KEPT);
        return f;
}

void fetcher_free(struct fetcher *f)
{
        if (!f)
                return;
        for (size_t i = 0; i < f->handle_count; i++)
                curl_easy_cleanup(f->handles[i]);
        curl_multi_cleanup(f->multi);
        ev_timer_stop(f->worker->loop, &f->timer);
        curl_global_cleanup();
        free(f);
}

static CURL *handle_take(struct fetcher *f)
{
        if (f->handle_count > 0)
                return f->handles[--f->handle_count];
        CURL *handle = curl_easy_init();
        if (!handle)
                abort();
        return handle;
}

static void handle_give(struct fetcher *f, CURL *handle)
{
        if (f->handle_count == HANDLES_KEPT) {
                curl_easy_cleanup(handle);
                return;
        }
        curl_easy_reset(handle);
        f->handles[f->handle_count++] = handle;
}

/* ---- one request ---- */

static size_t on_data(char *data, size_t size, size_t count, void *closure)
{
        struct transfer *x = closure;
        buf_add(&x->body, str_slice(data, size * count));
        x->too_large = x->body.over;
        return x->too_large ? 0 : size * count;
}

static bool add_header(struct arena *a, struct header_list *list, struct str name, struct str value)
{
        for (size_t i = 0; i < value.len; i++)
                if ((unsigned char)value.data[i] < 0x20)
                        return false;
        struct str line = ARENA_JOIN(a, name, STR(": "), value);
        struct curl_slist *longer = curl_slist_append(list->first, line.data);
        if (!longer)
                abort();
        list->first = longer;
        return true;
}

static result make_headers(struct task *t, const struct fetch_request *request, struct header_list *list)
{
        struct arena *a = task_arena(t);
        bool ok = add_header(a, list, STR("X-Request-Id"), task_request_id(t));
        for (size_t i = 0; i < request->header_count; i++)
                ok &= add_header(a, list, request->headers[i].name, request->headers[i].value);
        list->first = curl_slist_append(list->first, "Expect:");
        return ok ? OK : fail(a, ERR_SERVER_ERROR, "a header for an upstream has control characters");
}

static void set_options(struct transfer *x, const struct fetch_request *request, const struct header_list *headers)
{
        const struct peer_options *o = peer_options(request->peer);
        CURL *h = x->handle;
        struct arena *a = task_arena(x->task);
        curl_easy_setopt(h, CURLOPT_PRIVATE, x);
        curl_easy_setopt(h, CURLOPT_URL, arena_cstr(a, request->url));
        curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
        curl_easy_setopt(h, CURLOPT_PROXY, "");
        curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
        curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(h, CURLOPT_TCP_KEEPALIVE, 1L);
        curl_easy_setopt(h, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
        curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, (long)o->connect_timeout_ms);
        curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers->first);
        curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, on_data);
        curl_easy_setopt(h, CURLOPT_WRITEDATA, x);
        if (o->ca_file.len > 0)
                curl_easy_setopt(h, CURLOPT_CAINFO, o->ca_file.data);
        if (strcmp(request->method, "POST") == 0) {
                curl_easy_setopt(h, CURLOPT_POST, 1L);
                curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
                curl_easy_setopt(h, CURLOPT_POSTFIELDS, request->body.len > 0 ? request->body.data : "");
        } else if (strcmp(request->method, "GET") != 0) {
                curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, request->method);
        }
}

static void read_reply(struct transfer *x, struct fetch_reply *ret_reply)
{
        long status = 0;
        const char *type = NULL;
        struct curl_header *etag = NULL;
        curl_easy_getinfo(x->handle, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(x->handle, CURLINFO_CONTENT_TYPE, &type);
        ret_reply->status = (int)status;
        ret_reply->content_type = arena_copy(task_arena(x->task), str_from(type));
        if (curl_easy_header(x->handle, "ETag", 0, CURLH_HEADER, -1, &etag) == CURLHE_OK)
                ret_reply->etag = arena_copy(task_arena(x->task), str_from(etag->value));
        ret_reply->body = buf_str(&x->body);
}

/* An answer that breaks HTTP, as opposed to none. */
static bool is_bad_answer(CURLcode code)
{
        return code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_HTTP2 ||
               code == CURLE_HTTP2_STREAM || code == CURLE_BAD_CONTENT_ENCODING || code == CURLE_PARTIAL_FILE;
}

static result outcome(const struct transfer *x, struct str name, const struct fetch_reply *reply)
{
        struct arena *a = task_arena(x->task);
        if (!x->ended)
                return fail(a, ERR_SOURCE_DOWN, "%.*s: no reply in time", STR_FMT(name));
        if (x->too_large)
                return fail(a, ERR_SOURCE_BAD_ANSWER, "%.*s: the reply is over the cap", STR_FMT(name));
        if (x->code != CURLE_OK)
                return fail_with(a, is_bad_answer(x->code) ? &ERR_SOURCE_BAD_ANSWER : &ERR_SOURCE_DOWN, "%.*s: %s",
                                 STR_FMT(name), curl_easy_strerror(x->code));
        if (reply->status >= 300 && reply->status < 400 && reply->status != 304)
                return fail(a, ERR_SOURCE_BAD_ANSWER, "%.*s: answered with a redirect (%d)", STR_FMT(name),
                            reply->status);
        return OK;
}

/* A gateway of theirs that says the source is away counts as the source being away. */
static enum peer_verdict verdict_on(const struct transfer *x, result r, int status, bool short_of_time)
{
        if (!x->ended)
                return short_of_time ? PEER_UNKNOWN : PEER_BAD;
        if (!is_ok(r) && x->code != CURLE_OK)
                return PEER_BAD;
        return status == 502 || status == 503 || status == 504 ? PEER_BAD : PEER_GOOD;
}

static result transfer_run(struct task *t, const struct fetch_request *request, struct peer_pass pass,
                           struct fetch_reply *ret_reply)
{
        const struct peer_options *o = peer_options(request->peer);
        struct fetcher *f = task_worker(t)->fetcher;
        __attribute__((cleanup(header_list_done))) struct header_list headers = { NULL };
        result made = make_headers(t, request, &headers);
        if (!is_ok(made)) {
                peer_leave(request->peer, clock_monotonic_ms(), pass, PEER_UNKNOWN);
                return made;
        }
        struct transfer x = { .task = t, .handle = handle_take(f), .body = buf_in(task_arena(t), o->max_reply) };
        set_options(&x, request, &headers);
        /* With less time than a connection may take, a timeout says nothing about the upstream. */
        bool short_of_time = task_time_left_ms(t) < o->connect_timeout_ms;
        if (curl_multi_add_handle(f->multi, x.handle) != CURLM_OK)
                abort();
        task_wait(t, o->timeout_ms);
        struct fetch_reply reply = { 0 };
        if (x.ended)
                read_reply(&x, &reply);
        curl_multi_remove_handle(f->multi, x.handle);
        handle_give(f, x.handle);
        result r = outcome(&x, o->name, &reply);
        peer_leave(request->peer, clock_monotonic_ms(), pass, verdict_on(&x, r, reply.status, short_of_time));
        if (is_ok(r))
                *ret_reply = reply;
        return r;
}

result fetch(struct task *t, const struct fetch_request *request, struct fetch_reply *ret_reply)
{
        struct arena *a = task_arena(t);
        struct str name = peer_name(request->peer);
        if (!peer_allows(request->peer, a, request->url))
                return fail_with(a, &ERR_SERVER_ERROR, "%.*s: the URL is not at one of its origins", STR_FMT(name));
        struct peer_pass pass;
        const char *refused = NULL;
        if (!peer_enter(request->peer, clock_monotonic_ms(), &pass, &refused))
                return fail(a, ERR_SOURCE_DOWN, "%.*s: %s", STR_FMT(name), refused);
        return transfer_run(t, request, pass, ret_reply);
}

result fetch_json(struct task *t, const struct fetch_request *request, json_t **ret_object)
{
        struct fetch_reply reply;
        TRY(fetch(t, request, &reply));
        if (reply.status != 200)
                return fail(task_arena(t), ERR_SOURCE_BAD_ANSWER, "%.*s: answered with status %d",
                            STR_FMT(peer_name(request->peer)), reply.status);
        result read = json_read_object(task_arena(t), reply.body, peer_options(request->peer)->max_reply, ret_object);
        if (is_ok(read))
                return OK;
        return fail(task_arena(t), ERR_SOURCE_BAD_ANSWER, "%.*s: the reply is not a JSON object",
                    STR_FMT(peer_name(request->peer)));
}
