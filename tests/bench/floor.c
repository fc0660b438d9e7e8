/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The floor: the least that could do a gateway's work on the same libraries, to compare the real one against.
 *
 * One thread: libmicrohttpd in external epoll mode, libev, hiredis, one ucontext coroutine per request. No limits, no
 * log, no request id, no checks: not a server, only a measure.
 *   /hello  a fixed answer
 *   /get    one GET, its value in the answer
 *   /sign2  one GETDEL, two ES256 signatures with prepared contexts, one SET
 * Usage: floor PORT [REDIS-SOCKET] */
#include <arpa/inet.h>
#include <ev.h>
#include <hiredis/adapters/libev.h>
#include <hiredis/async.h>
#include <microhttpd.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <ucontext.h>

#define STACK_SIZE ((size_t)64 * 1024)

struct coroutine {
        ucontext_t context;
        struct coroutine *next;
        struct request *request;
        bool ended;
};

struct request {
        struct MHD_Connection *connection;
        struct coroutine *coroutine;
        const char *path;
        char answer[256];
        size_t len;
        bool started;
        bool suspended;
};

static struct ev_loop *loop;
static struct MHD_Daemon *daemon_;
static redisAsyncContext *redis;
static ev_io mhd_io;
static ev_prepare prepare;
static ev_idle idle;
static ev_timer timer;
static bool due;
static ucontext_t main_context;
static struct coroutine *pool, *entering;
static EVP_PKEY_CTX *signer;
static EVP_MD *sha256;
static EVP_MD_CTX *digester;

/* ---- what a request does ---- */

static void leave(struct coroutine *c)
{
        swapcontext(&c->context, &main_context);
}

static void enter(struct coroutine *c)
{
        entering = c;
        swapcontext(&main_context, &c->context);
        if (!c->ended)
                return;
        struct request *r = c->request;
        c->next = pool;
        pool = c;
        if (!r->suspended)
                return;
        due = true;
        MHD_resume_connection(r->connection);
}

static void on_reply(redisAsyncContext *context, void *data, void *closure)
{
        (void)context;
        struct coroutine *c = closure;
        const redisReply *reply = data;
        struct request *r = c->request;
        r->len = 0;
        if (reply && reply->str) {
                r->len = (size_t)reply->len < sizeof(r->answer) ? (size_t)reply->len : sizeof(r->answer);
                memcpy(r->answer, reply->str, r->len);
        }
        enter(c);
}

static void command(struct coroutine *c, int count, const char **words)
{
        redisAsyncCommandArgv(redis, on_reply, c, count, words, NULL);
        leave(c);
}

static void sign(void)
{
        unsigned char digest[32], signature[80];
        size_t len = sizeof(signature);
        EVP_DigestInit_ex(digester, sha256, NULL);
        EVP_DigestUpdate(digester, "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2dhdGV3YXkifQ", 55);
        EVP_DigestFinal_ex(digester, digest, NULL);
        if (EVP_PKEY_sign(signer, signature, &len, digest, sizeof(digest)) <= 0)
                abort();
}

static void run_request(struct coroutine *c)
{
        struct request *r = c->request;
        if (strcmp(r->path, "/get") == 0) {
                command(c, 2, (const char *[]){ "GET", "bg:bench" });
        } else if (strcmp(r->path, "/sign2") == 0) {
                command(c, 2, (const char *[]){ "GETDEL", "bg:bench:code" });
                sign();
                sign();
                command(c, 5, (const char *[]){ "SET", "bg:bench:code", "value", "EX", "60" });
        } else {
                memcpy(r->answer, "hello", 5);
                r->len = 5;
        }
}

static void coroutine_main(void)
{
        struct coroutine *c = entering;
        for (;;) {
                run_request(c);
                c->ended = true;
                leave(c);
        }
}

static void make_context(struct coroutine *c)
{
        getcontext(&c->context);
        c->context.uc_stack.ss_sp = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        c->context.uc_stack.ss_size = STACK_SIZE;
        makecontext(&c->context, coroutine_main, 0);
}

static struct coroutine *coroutine_take(void)
{
        struct coroutine *c = pool;
        if (c) {
                pool = c->next;
                return c;
        }
        c = calloc(1, sizeof(*c));
        if (!c)
                abort();
        make_context(c);
        return c;
}

/* ---- HTTP ---- */

static enum MHD_Result answer(struct request *r)
{
        struct MHD_Response *response =
                MHD_create_response_from_buffer(r->len, r->answer, MHD_RESPMEM_PERSISTENT);
        MHD_add_response_header(response, "Content-Type", "application/json");
        enum MHD_Result queued = MHD_queue_response(r->connection, 200, response);
        MHD_destroy_response(response);
        return queued;
}

static enum MHD_Result on_access(void *closure, struct MHD_Connection *connection, const char *url,
                                 const char *method, const char *version, const char *data, size_t *len, void **request)
{
        (void)closure;
        (void)method;
        (void)version;
        (void)data;
        struct request *r = *request;
        if (!r) {
                *request = r = calloc(1, sizeof(*r));
                r->connection = connection;
                return MHD_YES;
        }
        if (*len > 0) {
                *len = 0;
                return MHD_YES;
        }
        if (r->started)
                return answer(r);
        r->started = true;
        r->path = url;
        struct coroutine *c = coroutine_take();
        c->request = r;
        c->ended = false;
        enter(c);
        if (c->ended)
                return answer(r);
        r->suspended = true;
        MHD_suspend_connection(connection);
        return MHD_YES;
}

static void on_completed(void *closure, struct MHD_Connection *connection, void **request,
                         enum MHD_RequestTerminationCode code)
{
        (void)closure;
        (void)connection;
        (void)code;
        free(*request);
}

/* ---- the loop ---- */

static void on_due(struct ev_loop *l, ev_io *io, int events)
{
        (void)l;
        (void)io;
        (void)events;
        due = true;
}

static void on_timer(struct ev_loop *l, ev_timer *t, int events)
{
        (void)l;
        (void)t;
        (void)events;
        due = true;
}

static void on_idle(struct ev_loop *l, ev_idle *i, int events)
{
        (void)l;
        (void)i;
        (void)events;
}

static void on_prepare(struct ev_loop *l, ev_prepare *p, int events)
{
        (void)p;
        (void)events;
        if (!due)
                return;
        due = false;
        MHD_run(daemon_);
        MHD_UNSIGNED_LONG_LONG timeout;
        if (MHD_get_timeout(daemon_, &timeout) != MHD_YES)
                return;
        if (timeout == 0) {
                due = true;
                ev_idle_start(l, &idle);
                return;
        }
        ev_idle_stop(l, &idle);
}

static void prepare_signer(void)
{
        EVP_PKEY *key = EVP_EC_gen("P-256");
        signer = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
        sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
        digester = EVP_MD_CTX_new();
        if (!key || !signer || EVP_PKEY_sign_init(signer) <= 0 || EVP_PKEY_CTX_set_signature_md(signer, sha256) <= 0)
                abort();
}

static void prepare_redis(const char *path)
{
        redis = redisAsyncConnectUnix(path);
        if (!redis || redis->err)
                abort();
        redisLibevAttach(loop, redis);
        redisAsyncCommand(redis, NULL, NULL, "SET bg:bench %s", "{\"sub\":\"abcdefghijklmnopqrstuvwxyz\"}");
}

static void start_http(int port)
{
        struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                                       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
        daemon_ = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO, (uint16_t)port, NULL, NULL,
                                   on_access, NULL, MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_NOTIFY_COMPLETED,
                                   on_completed, NULL, MHD_OPTION_CONNECTION_TIMEOUT, 30U, MHD_OPTION_END);
        if (!daemon_)
                abort();
        ev_io_init(&mhd_io, on_due, MHD_get_daemon_info(daemon_, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd, EV_READ);
        ev_io_start(loop, &mhd_io);
}

int main(int argc, char **argv)
{
        int port = 0;
        if (argc < 2 || sscanf(argv[1], "%d", &port) != 1)
                return 2;
        signal(SIGPIPE, SIG_IGN);
        loop = ev_default_loop(EVBACKEND_EPOLL);
        prepare_signer();
        if (argc > 2)
                prepare_redis(argv[2]);
        start_http(port);
        ev_prepare_init(&prepare, on_prepare);
        ev_prepare_start(loop, &prepare);
        ev_idle_init(&idle, on_idle);
        ev_timer_init(&timer, on_timer, 1., 1.);
        ev_timer_start(loop, &timer);
        ev_run(loop, 0);
        return 0;
}
