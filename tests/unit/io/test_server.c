/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The HTTP server as a client meets it: real bytes over loopback. */
#include "engine.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>

/* A task that waits until a request for /release wakes it; both run on the one worker. */
static struct task *held;
static atomic_uint holding;

static void hold(struct task *t)
{
        held = t;
        atomic_fetch_add(&holding, 1);
        bool woken = task_wait(t, 60000);
        reply_body(t, woken ? 200 : 503, "text/plain", woken ? STR("held") : STR("late"));
}

static void echo(struct task *t)
{
        struct str text = arena_printf(task_arena(t), "%d|%.*s|%.*s|%.*s|%.*s|%d|%.*s|%.*s", (int)request_method(t),
                                       STR_FMT(request_path(t)), STR_FMT(request_query(t)),
                                       STR_FMT(request_header(t, "x-test")), STR_FMT(request_header(t, "X-None")),
                                       request_header_is_repeated(t, "X-Test"),
                                       STR_FMT(request_cookie(t, STR("b"))), STR_FMT(request_body(t)));
        reply_body(t, 200, "text/plain", text);
}

static void handle(struct task *t)
{
        struct str path = request_path(t);
        if (str_is(path, "/hold")) {
                hold(t);
        } else if (str_is(path, "/release")) {
                task_wake(held);
                reply_body(t, 200, "text/plain", STR("released"));
        } else if (str_is(path, "/redirect")) {
                reply_redirect(t, STR("https://portal.example/back?code=1"));
        } else if (str_is(path, "/split")) {
                reply_header(t, "Location", STR("https://a\r\nSet-Cookie: evil=1"));
        } else if (str_is(path, "/method")) {
                reply_header(t, "X-Empty", STR(""));
                reply_body(t, 200, "text/plain", request_method_name(t));
        } else if (str_is(path, "/slow")) {
                ignore_failure(task_sleep(t, 20), "the deadline is far");
                reply_body(t, 200, "text/plain", arena_printf(task_arena(t), "%zu", request_body(t).len));
        } else if (str_is(path, "/large")) {
                reply_body(t, 200, "text/plain", arena_printf(task_arena(t), "%zu", request_body(t).len));
        } else if (str_is(path, "/hungry")) {
                for (int i = 0; i < 10; i++)
                        (void)arena_alloc(task_arena(t), 1024 * 1024);
                reply_body(t, 200, "text/plain", STR("fine"));
        } else if (!str_is(path, "/nothing")) {
                echo(t);
        }
}

static struct client_reply reply;

static void wait_until_held(unsigned count)
{
        while (atomic_load(&holding) < count)
                usleep(1000);
}

static struct engine started(void)
{
        struct engine e = engine_new(handle);
        atomic_store(&holding, 0);
        engine_start(&e);
        return e;
}

static void test_request_is_seen_as_sent(void **state)
{
        (void)state;
        struct engine e = started();
        client_exchange(e.port,
                        "POST /a%2Fb%20c?x=%41+1&y HTTP/1.1\r\nHost: localhost\r\nX-Test: one\r\nX-TEST: two\r\n"
                        "Cookie: a=1; b=two=2; b=3\r\nContent-Length: 4\r\n\r\nbody",
                        &reply);
        assert_int_equal(reply.status, 200);
        assert_string_equal(reply.body, "3|/a%2Fb%20c|x=%41+1&y|one||1|two=2|body");
        client_get(e.port, "/plain", &reply);
        assert_string_equal(reply.body, "1|/plain||||0||");
        engine_stop(&e);
}

static void test_head_and_other_methods(void **state)
{
        (void)state;
        struct engine e = started();
        char length[16];
        client_exchange(e.port, "HEAD /x HTTP/1.1\r\nHost: localhost\r\n\r\n", &reply);
        assert_int_equal(reply.status, 200);
        assert_int_equal(reply.body_len, 0);
        assert_true(client_header(&reply, "Content-Length", length, sizeof(length)));
        client_exchange(e.port, "BREW /x HTTP/1.1\r\nHost: localhost\r\n\r\n", &reply);
        assert_string_equal(reply.body, "0|/x||||0||");
        client_exchange(e.port, "M-SEARCH /method HTTP/1.1\r\nHost: localhost\r\n\r\n", &reply);
        assert_string_equal(reply.body, "M-SEARCH");
        engine_stop(&e);
}

static void test_an_empty_header_is_sent(void **state)
{
        (void)state;
        struct engine e = started();
        char empty[8] = "?";
        client_get(e.port, "/method", &reply);
        assert_true(client_header(&reply, "X-Empty", empty, sizeof(empty)));
        assert_str_empty(str_trim(str_from(empty)));
        engine_stop(&e);
}

static void test_request_id(void **state)
{
        (void)state;
        struct engine e = started();
        char id[80], other[80];
        client_exchange(e.port, "GET /x HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: abc-123_4.5\r\n\r\n", &reply);
        assert_true(client_header(&reply, "X-Request-Id", id, sizeof(id)));
        assert_string_equal(id, "abc-123_4.5");
        client_exchange(e.port, "GET /x HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: a\"<script>bcd\r\n\r\n", &reply);
        assert_true(client_header(&reply, "X-Request-Id", id, sizeof(id)));
        assert_int_equal(strlen(id), 32);
        client_get(e.port, "/x", &reply);
        assert_true(client_header(&reply, "X-Request-Id", other, sizeof(other)));
        assert_string_not_equal(id, other);
        engine_stop(&e);
}

static void test_redirects(void **state)
{
        (void)state;
        struct engine e = started();
        char location[80];
        client_get(e.port, "/redirect", &reply);
        assert_int_equal(reply.status, 302);
        assert_true(client_header(&reply, "Location", location, sizeof(location)));
        assert_string_equal(location, "https://portal.example/back?code=1");
        client_exchange(e.port, "POST /redirect HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", &reply);
        assert_int_equal(reply.status, 303);
        engine_stop(&e);
}

static void test_mistakes_of_a_handler_are_500(void **state)
{
        (void)state;
        struct engine e = started();
        client_get(e.port, "/nothing", &reply);
        assert_int_equal(reply.status, 500);
        assert_non_null(strstr(reply.body, "server_error"));
        client_get(e.port, "/split", &reply);
        assert_int_equal(reply.status, 500);
        assert_null(strstr(reply.header, "evil"));
        client_get(e.port, "/hungry", &reply);
        assert_int_equal(reply.status, 500);
        engine_stop(&e);
}

static void test_bodies_over_the_cap(void **state)
{
        (void)state;
        struct engine e = started();
        /* Refused on the announcement alone: not a byte of the body is sent. */
        client_exchange(e.port, "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1025\r\n\r\n", &reply);
        assert_int_equal(reply.status, 413);
        char request[2048];
        int len = snprintf(request, sizeof(request),
                           "POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                           "500\r\n%01280d\r\n0\r\n\r\n",
                           0);
        assert_true(len > 1280);
        client_exchange(e.port, request, &reply);
        assert_int_equal(reply.status, 413);
        len = snprintf(request, sizeof(request), "POST /slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1024\r\n\r\n"
                                                 "%01024d", 0);
        client_exchange(e.port, request, &reply);
        assert_int_equal(reply.status, 200);
        assert_string_equal(reply.body, "1024");
        engine_stop(&e);
}

static void test_endless_chunks_are_cut_off(void **state)
{
        (void)state;
        struct engine e = started();
        int fd = client_connect(e.port);
        const char head[] = "POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
        char chunk[1100];
        int len = snprintf(chunk, sizeof(chunk), "400\r\n%01024d\r\n", 0);
        bool open = client_send(fd, head, sizeof(head) - 1);
        int sent = 0;
        while (open && sent++ < 20000)
                open = client_send(fd, chunk, (size_t)len);
        assert_false(open);
        close(fd);
        engine_stop(&e);
}

static void test_large_body_arrives_whole(void **state)
{
        (void)state;
        struct engine e = started();
        size_t size = 3 * 1024 * 1024;
        char *body = calloc(1, size);
        int fd = client_connect(e.port);
        const char head[] = "POST /large HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3145728\r\n\r\n";
        assert_true(client_send(fd, head, sizeof(head) - 1));
        assert_true(client_send(fd, body, size));
        client_read(fd, false, &reply);
        assert_string_equal(reply.body, "3145728");
        close(fd);
        free(body);
        engine_stop(&e);
}

static void test_header_over_the_cap(void **state)
{
        (void)state;
        struct engine e = started();
        char request[65536];
        for (int size = 9000; size < 60000; size += 50000) {
                snprintf(request, sizeof(request), "GET /x HTTP/1.1\r\nHost: localhost\r\nX-Long: %0*d\r\n\r\n", size, 0);
                client_exchange(e.port, request, &reply);
                assert_int_equal(reply.status, 431);
        }
        snprintf(request, sizeof(request), "GET /x HTTP/1.1\r\nHost: localhost\r\nX-Long: %08000d\r\n\r\n", 0);
        client_exchange(e.port, request, &reply);
        assert_int_equal(reply.status, 200);
        engine_stop(&e);
}

static void test_malformed_requests(void **state)
{
        (void)state;
        struct engine e = started();
        client_exchange(e.port, "GET /x HTTP/1.1\r\n\r\n", &reply); /* no Host */
        assert_int_equal(reply.status, 400);
        client_exchange(e.port, "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: many\r\n\r\n", &reply);
        assert_int_equal(reply.status, 400);
        client_get(e.port, "/x", &reply);
        assert_int_equal(reply.status, 200);
        engine_stop(&e);
}

/* Headers of which a proxy in front could make another end of the request. */
static void test_ambiguous_framing(void **state)
{
        static const char *const headers[] = {
                "Content-Length: 0\r\nContent-Length: 5",
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: xchunked",
                "Content-Length : 5",
                "Host: other",
        };
        (void)state;
        struct engine e = started();
        for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
                char request[256];
                char connection[16];
                (void)snprintf(request, sizeof(request), "POST /x HTTP/1.1\r\nHost: localhost\r\n%s\r\n\r\n", headers[i]);
                client_exchange(e.port, request, &reply);
                assert_int_equal(reply.status, 400);
                assert_true(client_header(&reply, "Connection", connection, sizeof(connection)));
                assert_string_equal(connection, "close");
        }
        engine_stop(&e);
}

static void test_connection_is_kept(void **state)
{
        (void)state;
        struct engine e = started();
        int fd = client_connect(e.port);
        const char request[] = "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n";
        for (int i = 0; i < 3; i++) {
                assert_true(client_send(fd, request, sizeof(request) - 1));
                client_read(fd, false, &reply);
                assert_int_equal(reply.status, 200);
                assert_false(reply.closed);
        }
        close(fd);
        engine_stop(&e);
}

static int send_hold(int port)
{
        int fd = client_connect(port);
        const char request[] = "GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n";
        assert_true(client_send(fd, request, sizeof(request) - 1));
        return fd;
}

static void test_others_run_while_one_waits(void **state)
{
        (void)state;
        struct engine e = started();
        int fd = send_hold(e.port);
        wait_until_held(1);
        client_get(e.port, "/x", &reply);
        assert_int_equal(reply.status, 200);
        assert_int_equal(server_figures(e.server).tasks, 1);
        client_get(e.port, "/release", &reply);
        client_read(fd, false, &reply);
        assert_int_equal(reply.status, 200);
        assert_string_equal(reply.body, "held");
        close(fd);
        engine_stop(&e);
}

static void test_admission_limit(void **state)
{
        (void)state;
        struct engine e = engine_new(handle);
        e.options.max_tasks = 1;
        e.options.deadline_ms = 300;
        atomic_store(&holding, 0);
        engine_start(&e);
        int fd = send_hold(e.port);
        wait_until_held(1);
        char after[16];
        client_get(e.port, "/x", &reply);
        assert_int_equal(reply.status, 503);
        assert_true(client_header(&reply, "Retry-After", after, sizeof(after)));
        assert_string_equal(after, "1");
        client_read(fd, false, &reply); /* ends by its deadline */
        assert_int_equal(reply.status, 503);
        assert_string_equal(reply.body, "late");
        client_get(e.port, "/x", &reply);
        assert_int_equal(reply.status, 200);
        assert_int_equal(server_figures(e.server).refused, 1);
        close(fd);
        engine_stop(&e);
}

static void test_silent_client_is_cut_off(void **state)
{
        (void)state;
        struct engine e = engine_new(handle);
        e.options.idle_timeout_s = 1;
        engine_start(&e);
        int fd = client_connect(e.port);
        assert_true(client_send_text(fd, "GET /x HTTP/1.1\r\nHost"));
        client_wait_closed(fd);
        close(fd);
        engine_stop(&e);
}

/* One byte now and then keeps libmicrohttpd's own timeout from ever coming. */
static void test_dripping_client_is_cut_off(void **state)
{
        (void)state;
        struct engine e = engine_new(handle);
        e.options.idle_timeout_s = 1;
        engine_start(&e);
        int fd = client_connect(e.port);
        bool open = client_send_text(fd, "GET /x HTTP/1.1\r\nHost: a\r\nX: ");
        int drops = 0;
        while (open && drops++ < 100) {
                usleep(100 * 1000);
                open = client_send_text(fd, "x");
        }
        assert_false(open);
        close(fd);
        engine_stop(&e);
}

static void test_client_vanishes(void **state)
{
        (void)state;
        struct engine e = started();
        for (unsigned i = 1; i <= 5; i++) {
                int fd = send_hold(e.port);
                wait_until_held(i);
                close(fd);
                client_get(e.port, "/release", &reply);
                assert_int_equal(reply.status, 200);
        }
        int fd = client_connect(e.port);
        assert_true(client_send_text(fd, "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf"));
        close(fd);
        client_get(e.port, "/x", &reply);
        assert_int_equal(reply.status, 200);
        engine_stop(&e);
}

static void *stop_server(void *argument)
{
        server_stop(((struct engine *)argument)->server);
        return NULL;
}

static void test_stop_finishes_what_runs(void **state)
{
        (void)state;
        struct engine e = started();
        int releaser = client_connect(e.port);
        client_send_text(releaser, "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n");
        client_read(releaser, false, &reply);
        int fd = send_hold(e.port);
        wait_until_held(1);
        pthread_t stopper;
        pthread_create(&stopper, NULL, stop_server, &e);
        int late;
        while ((late = client_connect(e.port)) >= 0) /* until it no longer accepts */
                close(late);
        const char request[] = "GET /release HTTP/1.1\r\nHost: localhost\r\n\r\n";
        assert_true(client_send(releaser, request, sizeof(request) - 1));
        client_read(releaser, false, &reply);
        assert_int_equal(reply.status, 200);
        assert_true(reply.closed);
        client_read(fd, false, &reply);
        assert_int_equal(reply.status, 200);
        assert_string_equal(reply.body, "held");
        pthread_join(stopper, NULL);
        close(fd);
        close(releaser);
        arena_free(e.arena);
}

static void test_address_in_use(void **state)
{
        (void)state;
        struct engine e = started();
        struct engine second = engine_new(handle);
        second.options.port = e.port;
        assert_error(server_start(second.arena, &second.options, &second.server), ERR_CONFIG);
        assert_reason_has(second.arena, "in use");
        arena_free(second.arena);
        engine_stop(&e);
}

static void test_several_workers_share_the_port(void **state)
{
        (void)state;
        struct engine e = engine_new(handle);
        e.options.workers = 3;
        engine_start(&e);
        for (int i = 0; i < 30; i++) {
                client_get(e.port, "/slow", &reply);
                assert_int_equal(reply.status, 200);
        }
        assert_int_equal(server_figures(e.server).requests, 30);
        engine_stop(&e);
}

/* Reads what went to standard error while `run` ran. */
static void capture(void (*run)(struct engine *e), struct engine *e, char *text, size_t size)
{
        FILE *file = tmpfile();
        assert_non_null(file);
        int before = dup(STDERR_FILENO);
        dup2(fileno(file), STDERR_FILENO);
        run(e);
        dup2(before, STDERR_FILENO);
        close(before);
        rewind(file);
        size_t len = fread(text, 1, size - 1, file);
        text[len] = '\0';
        fclose(file);
}

static void few_requests(struct engine *e)
{
        int port = e->port;
        client_exchange(port, "GET /x?code=secret HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: request-1\r\n\r\n",
                        &reply);
        client_get(port, "/nothing", &reply);
        client_exchange(port, "GET / HTTP/1.1\r\n\r\n", &reply);
        client_get(port, "/x", &reply);
        engine_stop(e); /* nothing stays behind in a buffer */
}

static void test_one_log_line_per_request(void **state)
{
        (void)state;
        struct engine e = started();
        char text[4096];
        log_set_level(LOG_INFO);
        capture(few_requests, &e, text, sizeof(text));
        log_set_level(LOG_ERROR);
        const char *first = strstr(text, "\"event\":\"request\"");
        assert_non_null(first);
        assert_non_null(strstr(text, "\"request_id\":\"request-1\",\"method\":\"GET\",\"route\":\"test\",\"status\":200,"
                                     "\"duration_us\":"));
        assert_null(strstr(text, "secret"));
        assert_non_null(strstr(text, "\"status\":500"));
        assert_non_null(strstr(text, "\"reason\":\"the handler gave no reply\""));
        assert_non_null(strstr(text, "\"status\":400"));
        size_t lines = 0;
        for (const char *at = strstr(text, "\"event\":\"request\""); at; at = strstr(at + 1, "\"event\":\"request\""))
                lines++;
        assert_int_equal(lines, 4);
}

int main(void)
{
        log_set_level(LOG_ERROR);
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_request_is_seen_as_sent),
                cmocka_unit_test(test_head_and_other_methods),
                cmocka_unit_test(test_an_empty_header_is_sent),
                cmocka_unit_test(test_request_id),
                cmocka_unit_test(test_redirects),
                cmocka_unit_test(test_mistakes_of_a_handler_are_500),
                cmocka_unit_test(test_bodies_over_the_cap),
                cmocka_unit_test(test_endless_chunks_are_cut_off),
                cmocka_unit_test(test_large_body_arrives_whole),
                cmocka_unit_test(test_header_over_the_cap),
                cmocka_unit_test(test_malformed_requests),
                cmocka_unit_test(test_ambiguous_framing),
                cmocka_unit_test(test_connection_is_kept),
                cmocka_unit_test(test_others_run_while_one_waits),
                cmocka_unit_test(test_admission_limit),
                cmocka_unit_test(test_silent_client_is_cut_off),
                cmocka_unit_test(test_dripping_client_is_cut_off),
                cmocka_unit_test(test_client_vanishes),
                cmocka_unit_test(test_stop_finishes_what_runs),
                cmocka_unit_test(test_address_in_use),
                cmocka_unit_test(test_several_workers_share_the_port),
                cmocka_unit_test(test_one_log_line_per_request),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
