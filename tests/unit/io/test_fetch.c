/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Requests to an upstream that is good, slow, down, redirecting, huge or foreign. */
#include "engine.h"

#include <pthread.h>

#include "clock.h"
#include "fetch.h"

#define GOOD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{\"a\":42}"

static struct upstream *upstream;
static struct str origin;
static char origin_text[64];

struct order {
        struct peer *peer;
        const char *path;
        const char *url; /* instead of path */
        const char *method;
        struct str body;
        const struct fetch_header *headers;
        size_t header_count;
        bool json;
        /* the outcome */
        const struct error *error;
        char reason[256];
        int status;
        char reply[1024];
        char etag[64];
        int64_t a;
        int64_t took_ms;
};

static void take_reason(struct order *o, struct task *t)
{
        struct str reason = arena_reason(task_arena(t));
        snprintf(o->reason, sizeof(o->reason), "%.*s", STR_FMT(reason));
}

static void run_order(struct task *t, void *argument)
{
        struct order *o = argument;
        struct arena *a = task_arena(t);
        struct fetch_request request = {
                .peer = o->peer,
                .method = o->method ? o->method : "GET",
                .url = o->url ? str_from(o->url) : ARENA_JOIN(a, origin, str_from(o->path)),
                .headers = o->headers,
                .header_count = o->header_count,
                .body = o->body,
        };
        int64_t start = clock_monotonic_ms();
        struct fetch_reply reply = { 0 };
        json_t *object = NULL;
        o->error = o->json ? fetch_json(t, &request, &object).error : fetch(t, &request, &reply).error;
        o->took_ms = clock_monotonic_ms() - start;
        o->status = reply.status;
        snprintf(o->reply, sizeof(o->reply), "%.*s|%.*s", STR_FMT(reply.content_type), STR_FMT(reply.body));
        snprintf(o->etag, sizeof(o->etag), "%.*s", STR_FMT(reply.etag));
        if (object)
                o->a = json_integer_value(json_object_get(object, "a"));
        take_reason(o, t);
}

static struct peer_options peer_defaults(void)
{
        return (struct peer_options){
                .name = STR("source"),
                .origins = &origin,
                .origin_count = 1,
                .timeout_ms = 2000,
                .connect_timeout_ms = 1000,
                .max_waiting = 4,
                .trip_after = 100,
                .open_ms = 50,
                .max_reply = 4096,
        };
}

static void handle(struct task *t)
{
        struct order *o = task_program(t);
        struct order own = *o;
        run_order(t, &own);
        reply_body(t, own.error ? own.error->status : own.status, "text/plain", STR(""));
}

static int setup(void **state)
{
        static struct engine e;
        e = engine_new(handle);
        upstream = upstream_start();
        snprintf(origin_text, sizeof(origin_text), "http://127.0.0.1:%d", upstream_port(upstream));
        origin = str_from(origin_text);
        engine_start(&e);
        *state = &e;
        return 0;
}

static int teardown(void **state)
{
        engine_stop(*state);
        upstream_stop(upstream);
        return 0;
}

static void run(void **state, struct order *o)
{
        struct engine *e = *state;
        server_run_task(e->server, run_order, o);
}

static void test_good(void **state)
{
        upstream_answer(upstream, "/good", GOOD);
        struct peer_options options = peer_defaults();
        struct peer *peer = peer_new(&options);
        struct fetch_header header = { STR("X-Sign"), STR("value") };
        struct order o = { .peer = peer, .path = "/good?q=1", .method = "POST", .body = STR("a=b\0c"), .headers = &header,
                           .header_count = 1 };
        run(state, &o);
        assert_null(o.error);
        assert_int_equal(o.status, 200);
        assert_string_equal(o.reply, "application/json|{\"a\":42}");
        char asked[4096];
        upstream_last(upstream, asked, sizeof(asked));
        assert_non_null(strstr(asked, "POST /good?q=1 HTTP/1.1\r\n"));
        assert_non_null(strstr(asked, "X-Sign: value\r\n"));
        assert_non_null(strstr(asked, "X-Request-Id: "));
        assert_non_null(strstr(asked, "Content-Length: 5\r\n"));
        assert_null(strstr(asked, "Expect"));
        peer_free(peer);
}

static void test_json(void **state)
{
        upstream_answer(upstream, "/good", GOOD);
        upstream_answer(upstream, "/array", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]");
        upstream_answer(upstream, "/error", "HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\n{}");
        struct peer_options options = peer_defaults();
        struct peer *peer = peer_new(&options);
        struct order good = { .peer = peer, .path = "/good", .json = true };
        run(state, &good);
        assert_null(good.error);
        assert_int_equal(good.a, 42);
        struct order array = { .peer = peer, .path = "/array", .json = true };
        run(state, &array);
        assert_ptr_equal(array.error, &ERR_SOURCE_BAD_ANSWER);
        struct order error = { .peer = peer, .path = "/error", .json = true };
        run(state, &error);
        assert_ptr_equal(error.error, &ERR_SOURCE_BAD_ANSWER);
        peer_free(peer);
}

static void test_connection_is_reused(void **state)
{
        upstream_answer(upstream, "/good", GOOD);
        struct peer_options options = peer_defaults();
        struct peer *peer = peer_new(&options);
        for (int i = 0; i < 5; i++) {
                struct order o = { .peer = peer, .path = "/good" };
                run(state, &o);
                assert_null(o.error);
        }
        assert_int_equal(upstream_requests(upstream), 5);
        assert_int_equal(upstream_connections(upstream), 1);
        peer_free(peer);
}

static void test_slow(void **state)
{
        upstream_answer(upstream, "/slow", NULL);
        struct peer_options options = peer_defaults();
        options.timeout_ms = 50;
        struct peer *peer = peer_new(&options);
        struct order o = { .peer = peer, .path = "/slow?code=secret" };
        run(state, &o);
        assert_ptr_equal(o.error, &ERR_SOURCE_DOWN);
        assert_null(strstr(o.reason, "secret"));
        assert_in_range(o.took_ms, 49, 1900);
        assert_int_equal(peer_figures(peer).failures, 1);
        assert_int_equal(peer_figures(peer).waiting, 0);
        peer_free(peer);
}

static void test_down(void **state)
{
        struct upstream *gone = upstream_start();
        char url[64];
        snprintf(url, sizeof(url), "http://127.0.0.1:%d", upstream_port(gone));
        upstream_stop(gone);
        struct str gone_origin = str_from(url);
        struct peer_options options = peer_defaults();
        options.origins = &gone_origin;
        struct peer *peer = peer_new(&options);
        struct order o = { .peer = peer, .url = url };
        run(state, &o);
        assert_ptr_equal(o.error, &ERR_SOURCE_DOWN);
        peer_free(peer);
}

static void test_bad_answers(void **state)
{
        static char huge[9000];
        snprintf(huge, sizeof(huge), "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n%05000d", 0);
        upstream_answer(upstream, "/redirect", "HTTP/1.1 302 Found\r\nLocation: /good\r\nContent-Length: 0\r\n\r\n");
        upstream_answer(upstream, "/good", GOOD);
        upstream_answer(upstream, "/huge", huge);
        upstream_answer(upstream, "/garbage", "SSH-2.0-OpenSSH\r\nConnection: close\r\n\r\n");
        upstream_answer(upstream, "/short", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nhalf");
        const char *paths[] = { "/redirect", "/huge", "/garbage", "/short" };
        struct peer_options options = peer_defaults();
        struct peer *peer = peer_new(&options);
        for (size_t i = 0; i < 4; i++) {
                struct order o = { .peer = peer, .path = paths[i] };
                run(state, &o);
                if (o.error != &ERR_SOURCE_BAD_ANSWER)
                        fail_msg("%s: %s (%s)", paths[i], o.error ? o.error->symbol : "OK", o.reason);
        }
        assert_int_equal(upstream_requests(upstream), 4); /* the redirect was not followed */
        peer_free(peer);
}

static void test_what_has_not_changed(void **state)
{
        upstream_answer(upstream, "/tagged", "HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: 2\r\n\r\nok");
        upstream_answer(upstream, "/same", "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n\r\n");
        upstream_answer(upstream, "/plain", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        static const struct {
                const char *path;
                int status;
                const char *etag;
        } cases[] = { { "/tagged", 200, "\"v1\"" }, { "/same", 304, "\"v1\"" }, { "/plain", 200, "" } };
        struct peer_options options = peer_defaults();
        struct peer *peer = peer_new(&options);
        for (size_t i = 0; i < 3; i++) {
                struct order o = { .peer = peer, .path = cases[i].path };
                run(state, &o);
                assert_null(o.error);
                assert_int_equal(o.status, cases[i].status);
                assert_string_equal(o.etag, cases[i].etag);
        }
        peer_free(peer);
}

static void test_foreign_origin_and_broken_header(void **state)
{
        struct peer_options options = peer_defaults();
        struct peer *peer = peer_new(&options);
        struct order foreign = { .peer = peer, .url = "http://localhost/" };
        run(state, &foreign);
        assert_ptr_equal(foreign.error, &ERR_SERVER_ERROR);
        struct fetch_header header = { STR("X-Sign"), STR("a\r\nX-Evil: 1") };
        struct order broken = { .peer = peer, .path = "/good", .headers = &header, .header_count = 1 };
        run(state, &broken);
        assert_ptr_equal(broken.error, &ERR_SERVER_ERROR);
        assert_int_equal(upstream_requests(upstream), 0);
        assert_int_equal(peer_figures(peer).waiting, 0);
        peer_free(peer);
}

static void test_breaker_opens_and_probes(void **state)
{
        upstream_answer(upstream, "/x", "HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n");
        struct peer_options options = peer_defaults();
        options.trip_after = 2;
        struct peer *peer = peer_new(&options);
        struct order o = { .peer = peer, .path = "/x" };
        run(state, &o);
        run(state, &o);
        assert_null(o.error); /* any status is an answer */
        run(state, &o);
        assert_ptr_equal(o.error, &ERR_SOURCE_DOWN);
        assert_int_equal(upstream_requests(upstream), 2);
        while (peer_figures(peer).state == PEER_OPEN)
                usleep(1000);
        upstream_answer(upstream, "/x", GOOD);
        run(state, &o);
        assert_null(o.error);
        assert_int_equal(peer_figures(peer).state, PEER_CLOSED);
        peer_free(peer);
}

static void *get_root(void *argument)
{
        struct client_reply *reply = calloc(1, sizeof(*reply));
        client_get(*(int *)argument, "/", reply);
        int status = reply->status;
        free(reply);
        return (void *)(intptr_t)status;
}

static void test_bulkhead_refuses_and_the_rest_waits_in_parallel(void **state)
{
        (void)state;
        upstream = upstream_start();
        upstream_answer(upstream, "/hold", NULL);
        snprintf(origin_text, sizeof(origin_text), "http://127.0.0.1:%d", upstream_port(upstream));
        origin = str_from(origin_text);
        struct peer_options options = peer_defaults();
        struct peer *peer = peer_new(&options);
        struct order o = { .peer = peer, .path = "/hold" };
        struct engine e = engine_new(handle);
        e.options.program = &o;
        engine_start(&e);
        pthread_t threads[4];
        for (int i = 0; i < 4; i++)
                pthread_create(&threads[i], NULL, get_root, &e.port);
        upstream_wait_requests(upstream, 4);
        assert_int_equal(peer_figures(peer).waiting, 4);
        assert_int_equal((intptr_t)get_root(&e.port), 503);
        assert_int_equal(peer_figures(peer).refused, 1);
        upstream_release(upstream);
        for (int i = 0; i < 4; i++)
                pthread_join(threads[i], NULL);
        assert_int_equal(peer_figures(peer).waiting, 0);
        engine_stop(&e);
        upstream_stop(upstream);
        peer_free(peer);
}

int main(void)
{
        log_set_level(LOG_ERROR);
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_good, setup, teardown),
                cmocka_unit_test_setup_teardown(test_json, setup, teardown),
                cmocka_unit_test_setup_teardown(test_connection_is_reused, setup, teardown),
                cmocka_unit_test_setup_teardown(test_slow, setup, teardown),
                cmocka_unit_test_setup_teardown(test_down, setup, teardown),
                cmocka_unit_test_setup_teardown(test_bad_answers, setup, teardown),
                cmocka_unit_test_setup_teardown(test_what_has_not_changed, setup, teardown),
                cmocka_unit_test_setup_teardown(test_foreign_origin_and_broken_header, setup, teardown),
                cmocka_unit_test_setup_teardown(test_breaker_opens_and_probes, setup, teardown),
                cmocka_unit_test(test_bulkhead_refuses_and_the_rest_waits_in_parallel),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
