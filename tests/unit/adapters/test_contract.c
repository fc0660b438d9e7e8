/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What every adapter must keep, tried with each: what it sends the browser away with, what it makes of an upstream that
 * is wrong in any way, and that nothing secret gets into a reason or the log. A new adapter gets a row here. */
#include "world.h"

#include <fcntl.h>

#include "log.h"

#define CODE "c0de-0123456789"
#define TOKEN "t0ken-0123456789"
#define PERSON_NUMBER "A1234563"
#define SUBJECT "MvMcZwQS%2F9SbfG0kGc58dk%3D"

/* One adapter: its first call after the browser's return, and an upstream that answers as it should. */
struct subject {
        const char *type;
        const char *token_path;
        void (*script)(struct world *w);
        const char *start_parameters[8];
};

static void script_iamsmart(struct world *w)
{
        upstream_answer(w->upstream, "/api/security/getKey", world_key_reply(w, world_key(), 86400000));
        upstream_answer(w->upstream, "/api/auth/getToken",
                        world_frame_reply(w, "D00000", world_key(),
                                          "{\"accessToken\":\"" TOKEN
                                          "\",\"tokenType\":\"Bearer\",\"openID\":\"" SUBJECT
                                          "\",\"userType\":\"sign\",\"lastModifiedDate\":1735689600000}"));
}

static void script_guangdong(struct world *w)
{
        upstream_answer(w->upstream, "/api/pscp/sso/connect/page/oauth2/access_token",
                        world_json_reply(w, 200, STR("{\"access_token\":\"" TOKEN "\"}")));
        upstream_answer(
                w->upstream, "/api/pscp/sso/connect/page/oauth2/tokeninfo",
                world_json_reply(w, 200,
                                 STR("{\"userobj\":{\"useridcode\":\"" SUBJECT "\",\"usertype\":\"1\",\"isreal\":true,"
                                     "\"idcardtype\":\"20\",\"idcardnumber\":\"" PERSON_NUMBER "\"}}")));
}

static const struct subject subjects[] = {
        { "iamsmart",
          "/api/auth/getToken",
          script_iamsmart,
          { "clientID=client-1", "responseType=code", "source=PC_Browser",
            "redirectURI=https%3A%2F%2Fid.example%2Fcallback%2Fthe-source", "scope=eidapi_auth%20eidapi_profiles",
            "lang=zh-HK", "state=" WORLD_STATE } },
        { "guangdong",
          "/api/pscp/sso/connect/page/oauth2/access_token",
          script_guangdong,
          { "client_id=client-1", "service=initService", "scope=all", "response_type=code",
            "redirect_uri=https%3A%2F%2Fid.example%2Fcallback%2Fthe-source%2F" WORLD_STATE } },
};
#define EACH_SUBJECT(s) (const struct subject *s = subjects; s < subjects + sizeof(subjects) / sizeof(subjects[0]); s++)

static void check_no_secrets(const char *text)
{
        static const char *const secrets[] = { WORLD_SECRET, CODE, TOKEN, SUBJECT, PERSON_NUMBER };

        for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
                if (strstr(text, secrets[i]))
                        fail_msg("\"%s\" is in \"%s\"", secrets[i], text);
}

static struct seen finish_with(const struct subject *s, const char *settings, const char *reply, const char *query)
{
        struct world *w = world_new(s->type, settings);
        struct world_call call = { .world = w, .kind = CALL_FINISH, .query = query, .subject_is_enough = true };

        s->script(w);
        if (reply)
                upstream_answer(w->upstream, s->token_path, reply);
        world_call(&call);
        world_free(w);
        check_no_secrets(call.seen.reason);
        return call.seen;
}

static void check_failure(const struct subject *s, const char *reply, const struct error *error)
{
        struct seen seen = finish_with(s, NULL, reply, "code=" CODE);

        if (seen.error != error)
                fail_msg("%s: %.60s gives %s, not %s", s->type, reply, seen.error ? seen.error->symbol : "OK",
                         error->symbol);
        assert_int_equal(seen.kind, 0);
        assert_true(seen.reason[0]);
}

static void test_start(void **state)
{
        (void)state;
        for
                EACH_SUBJECT(s)
                {
                        struct world *w = world_new(s->type, NULL);
                        struct world_call call = { .world = w, .kind = CALL_START };

                        world_call(&call);
                        assert_null(call.seen.error);
                        assert_ptr_equal(strstr(call.seen.url, "https://pages.example/web/"), call.seen.url);
                        assert_str_eq(w->source.adapter->browser_origins(&w->source), "https://pages.example");
                        for (size_t i = 0; i < 8 && s->start_parameters[i]; i++) {
                                const char *at = strstr(call.seen.url, s->start_parameters[i]);

                                if (!at || (at[-1] != '?' && at[-1] != '&') ||
                                    !memchr("&", at[strlen(s->start_parameters[i])], 2))
                                        fail_msg("%s: no %s in %s", s->type, s->start_parameters[i], call.seen.url);
                        }
                        assert_non_null(strstr(call.seen.url, WORLD_STATE));
                        assert_int_equal(call.seen.memo[0], '{');
                        assert_int_equal(upstream_requests(w->upstream), 0);
                        check_no_secrets(call.seen.url);
                        check_no_secrets(call.seen.memo);
                        world_free(w);
                }
}

static void test_good(void **state)
{
        (void)state;
        for
                EACH_SUBJECT(s)
                {
                        struct seen seen = finish_with(s, NULL, NULL, "code=" CODE "&state=" WORLD_STATE);

                        assert_null(seen.error);
                        assert_int_equal(seen.kind, OUTCOME_DONE);
                        assert_string_equal(seen.assertion.source, "the-source");
                        assert_string_equal(seen.assertion.jurisdiction, "HK");
                        assert_string_equal(seen.assertion.subject, SUBJECT); /* byte for byte */
                        assert_true(seen.assertion.level[0]);
                        assert_true(seen.assertion.auth_time > 0);
                        assert_true(seen.assertion.transaction[0]);
                        assert_int_equal(strlen(seen.assertion.evidence), 43);
                        assert_null(strstr(seen.assertion.transaction, CODE));
                }
}

/* Nothing is asked of the source when the browser comes back without a usable code. */
static void test_without_a_code(void **state)
{
        (void)state;
        static const char *const refused[] = { "", "state=x", "code=", "code=&state=x" };
        char large[1024] = "code=";

        memset(large + 5, 'a', sizeof(large) - 6);
        const char *const out_of_form[] = { "code=a%0Ab", "code=%E4%B8%AD", large };
        for
                EACH_SUBJECT(s)
                {
                        for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
                                assert_ptr_equal(finish_with(s, NULL, NULL, refused[i]).error, &ERR_SOURCE_REFUSED);
                        for (size_t i = 0; i < sizeof(out_of_form) / sizeof(out_of_form[0]); i++)
                                assert_ptr_equal(finish_with(s, NULL, NULL, out_of_form[i]).error,
                                                 &ERR_SOURCE_BAD_ANSWER);
                }
}

static void test_source_is_away(void **state)
{
        (void)state;
        for
                EACH_SUBJECT(s)
                {
                        check_failure(s, "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", &ERR_SOURCE_DOWN);
                        check_failure(s, "HTTP/1.1 503 Away\r\nContent-Length: 2\r\n\r\n{}", &ERR_SOURCE_DOWN);
                        check_failure(s, "HTTP/1.1 429 Slowly\r\nContent-Length: 0\r\n\r\n", &ERR_SOURCE_DOWN);
                        assert_ptr_equal(
                                finish_with(s, "{\"api_base\":\"http://127.0.0.1:1/api\"}", NULL, "code=" CODE).error,
                                &ERR_SOURCE_DOWN);
                }
}

static void test_source_is_slow(void **state)
{
        (void)state;
        for
                EACH_SUBJECT(s)
                {
                        struct world *w = world_new(s->type, NULL);
                        struct world_call call = { .world = w, .kind = CALL_FINISH, .query = "code=" CODE };

                        s->script(w);
                        upstream_answer(w->upstream, s->token_path, NULL);
                        world_call(&call);
                        assert_ptr_equal(call.seen.error, &ERR_SOURCE_DOWN);
                        assert_int_equal(upstream_requests_to(w->upstream, s->token_path), 1); /* not tried again */
                        world_free(w);
                }
}

static void test_source_is_wrong(void **state)
{
        (void)state;
        static const char *const replies[] = {
                "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\n{}",
                "HTTP/1.1 204 None\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{",
                "HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n<html></html>\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{\"a\":1,\"a\":2}",
                "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\":\"\xff\"}",
        };

        for
                EACH_SUBJECT(s)
        for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++)
                check_failure(s, replies[i], &ERR_SOURCE_BAD_ANSWER);
}

static void test_answer_is_huge(void **state)
{
        (void)state;
        enum { SIZE = 300 * 1024 };
        static char reply[SIZE + 128];
        int head = snprintf(reply, sizeof(reply), "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", SIZE);

        memset(reply + head, ' ', SIZE);
        for
                EACH_SUBJECT(s)
        check_failure(s, reply, &ERR_SOURCE_BAD_ANSWER);
}

/* ---- the log ---- */

static int keep_stderr(const char *path)
{
        int kept = dup(STDERR_FILENO), file = open(path, O_CREAT | O_TRUNC | O_RDWR, 0600);

        assert_true(kept >= 0 && file >= 0);
        fflush(stderr);
        dup2(file, STDERR_FILENO);
        close(file);
        return kept;
}

static void give_stderr_back(int kept, const char *path, char *text, size_t size)
{
        log_flush();
        fflush(stderr);
        dup2(kept, STDERR_FILENO);
        close(kept);
        FILE *f = fopen(path, "r");
        assert_non_null(f);
        text[fread(text, 1, size - 1, f)] = '\0';
        fclose(f);
        unlink(path);
}

static void test_log_is_clean(void **state)
{
        (void)state;
        static char text[65536];
        char path[64];

        snprintf(path, sizeof(path), "/tmp/baygate-contract-log.%d", (int)getpid());
        log_set_level(LOG_DEBUG);
        int kept = keep_stderr(path);
        for
                EACH_SUBJECT(s)
                {
                        finish_with(s, NULL, NULL, "code=" CODE);
                        finish_with(s, NULL, "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "code=" CODE);
                        finish_with(s, NULL, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{", "code=" CODE);
                }
        log_event(LOG_INFO, "the_log_is_read");
        give_stderr_back(kept, path, text, sizeof(text));
        assert_non_null(strstr(text, "the_log_is_read"));
        check_no_secrets(text);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_start),          cmocka_unit_test(test_good),
                cmocka_unit_test(test_without_a_code), cmocka_unit_test(test_source_is_away),
                cmocka_unit_test(test_source_is_slow), cmocka_unit_test(test_source_is_wrong),
                cmocka_unit_test(test_answer_is_huge), cmocka_unit_test(test_log_is_clean),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
