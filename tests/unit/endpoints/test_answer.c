/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Answers over HTTP: cookies for https and http issuers, errors as JSON, titles. RFC 6265bis (4.1.3.2), RFC 6749 (5.2).
 */
#include "unit.h"

#include "answer.h"
#include "log.h"
#include "loopback.h"

static struct config config;
static struct gateway gateway = { .config = &config };
static const struct error *shown;
static struct str cookie_value, cookie_read;
static char read_back[64];

static void handle(struct task *t)
{
        struct str path = request_path(t);
        if (str_is(path, "/cookie")) {
                answer_cookie(t, &(struct answer_cookie){ STR("bg-session"), cookie_value, 600 });
                cookie_read = answer_cookie_read(t, STR("bg-session"));
                snprintf(read_back, sizeof(read_back), "%.*s", STR_FMT(cookie_read));
                reply_body(t, 204, NULL, (struct str){ 0 });
                return;
        }
        answer_error_json(t, shown);
}

static size_t body_cap(void *program, enum method method, struct str path)
{
        (void)program;
        (void)method;
        (void)path;
        return 1024;
}

static const char *route_name(void *program, enum method method, struct str path)
{
        (void)program;
        (void)method;
        (void)path;
        return "test";
}

struct fixture {
        struct arena *arena;
        struct server *server;
        int port;
};

static int setup(void **state)
{
        static struct fixture f;
        const struct server_options options = {
                .host = STR("127.0.0.1"),
                .workers = 1,
                .max_tasks = 8,
                .max_connections = 8,
                .deadline_ms = 5000,
                .idle_timeout_s = 10,
                .max_header_bytes = 8192,
                .body_cap = body_cap,
                .route_name = route_name,
                .handle = handle,
                .program = &gateway,
        };
        log_set_level(LOG_ERROR);
        f.arena = arena_new(65536);
        if (!is_ok(server_start(f.arena, &options, &f.server)))
                return -1;
        f.port = server_port(f.server);
        *state = &f;
        return 0;
}

static int teardown(void **state)
{
        struct fixture *f = *state;
        server_stop(f->server);
        arena_free(f->arena);
        return 0;
}

static void check_cookie(const struct fixture *f, const char *sent, const char *set, const char *got)
{
        static struct client_reply reply;
        char request[512], header[512];
        snprintf(request, sizeof(request), "GET /cookie HTTP/1.1\r\nHost: a\r\nCookie: %s\r\nConnection: close\r\n\r\n",
                 sent);
        client_exchange(f->port, request, &reply);
        assert_int_equal(reply.status, 204);
        assert_true(client_header(&reply, "Set-Cookie", header, sizeof(header)));
        assert_string_equal(header, set);
        assert_string_equal(read_back, got);
}

/* On https only the prefixed cookie counts: another subdomain can't plant one. */
static void test_https_cookie(void **state)
{
        config.issuer_is_https = true;
        cookie_value = STR("v-1");
        check_cookie(*state, "bg-session=planted; __Host-bg-session=ours",
                     "__Host-bg-session=v-1; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure", "ours");
        check_cookie(*state, "bg-session=planted",
                     "__Host-bg-session=v-1; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure", "");
        cookie_value = STR("");
        check_cookie(*state, "a=b", "__Host-bg-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure", "");
}

static void test_http_cookie(void **state)
{
        config.issuer_is_https = false;
        cookie_value = STR("v-1");
        check_cookie(*state, "__Host-bg-session=other; bg-session=ours",
                     "bg-session=v-1; Path=/; Max-Age=600; HttpOnly; SameSite=Lax", "ours");
}

static void test_errors(void **state)
{
        static const struct {
                const struct error *error;
                const char *challenge, *retry;
        } cases[] = {
                { &ERR_INVALID_GRANT, "", "" },
                { &ERR_INVALID_CLIENT, "Basic realm=", "" },
                { &ERR_INVALID_TOKEN, "Bearer realm=\"baygate\", error=\"invalid_token\"", "" },
                { &ERR_INSUFFICIENT_SCOPE, "Bearer realm=\"baygate\", error=\"insufficient_scope\"", "" },
                { &ERR_STORE_DOWN, "", "1" },
        };
        static struct client_reply reply;
        const struct fixture *f = *state;
        auto_arena a = arena_new(65536);
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                char challenge[512] = "", retry[64] = "";
                json_t *body;
                shown = cases[i].error;
                client_get(f->port, "/error", &reply);
                assert_int_equal(reply.status, shown->status);
                client_header(&reply, "WWW-Authenticate", challenge, sizeof(challenge));
                client_header(&reply, "Retry-After", retry, sizeof(retry));
                assert_true(strncmp(challenge, cases[i].challenge, strlen(cases[i].challenge)) == 0);
                assert_int_equal(challenge[0] == '\0', cases[i].challenge[0] == '\0');
                assert_string_equal(retry, cases[i].retry);
                assert_ok(json_read_object(a, str_slice(reply.body, reply.body_len), 4096, &body));
                assert_int_equal(json_object_size(body), 2);
                assert_str_eq(json_str(body, "error"), shown->code);
                assert_str_eq(json_str(body, "error_description"), shown->description);
        }
}

static void test_titles(void **state)
{
        auto_arena a = arena_new(65536);
        json_t *titles;
        (void)state;
        assert_ok(json_read_object(a, STR("{\"en\":\"A\",\"zh-Hant\":\"甲\"}"), 999, &titles));
        assert_str_eq(answer_title(titles, STR("zh-Hant")), "甲");
        assert_str_eq(answer_title(titles, STR("zh-Hans")), "A");
        assert_str_eq(answer_title(titles, STR("")), "A");
        assert_str_eq(answer_title(titles, STR("a-tag-that-is-longer-than-any")), "A");
        assert_str_empty(answer_title(NULL, STR("en")));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_https_cookie),
                cmocka_unit_test(test_http_cookie),
                cmocka_unit_test(test_errors),
                cmocka_unit_test(test_titles),
        };
        return cmocka_run_group_tests(tests, setup, teardown);
}
