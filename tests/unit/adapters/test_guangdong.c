/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Logins at a scripted Guangdong platform: what is asked of it, and what is made of its answers. */
#include "world.h"

#include "digest.h"

#define TOKEN_PATH "/api/pscp/sso/connect/page/oauth2/access_token"
#define USER_PATH "/api/pscp/sso/connect/page/oauth2/tokeninfo"
#define USER                                                                                                           \
        "{\"userobj\":{\"useridcode\":\"u-1\",\"usertype\":\"1\",\"isreal\":\"true\",\"cn\":\"陈大文\","            \
        "\"creditable_level_of_account\":\"L2\"}, \"signdata\":\"x\"}"

static struct world *w;

static int setup(void **state)
{
        (void)state;
        w = world_new("guangdong", NULL);
        upstream_answer(w->upstream, TOKEN_PATH, world_json_reply(w, 200, STR("{\"access_token\":\"t0ken&+/=\"}")));
        upstream_answer(w->upstream, USER_PATH, world_json_reply(w, 200, STR(USER)));
        return 0;
}

static int teardown(void **state)
{
        (void)state;
        world_free(w);
        return 0;
}

static void test_requests(void **state)
{
        (void)state;
        struct seen seen = world_finish(w, "code=c%26de");
        char text[8192];

        assert_null(seen.error);
        assert_true(upstream_request_to(w->upstream, TOKEN_PATH, 0, text, sizeof(text)));
        assert_ptr_equal(strstr(text,
                                "GET " TOKEN_PATH "?client_id=client-1&client_secret=" WORLD_SECRET
                                "&code=c%26de&scope=all"
                                "&grant_type=authorization_code&redirect_uri="
                                "https%3A%2F%2Fid.example%2Fcallback%2Fthe-source%2F" WORLD_STATE " HTTP/1.1\r\n"),
                         text);
        assert_true(upstream_request_to(w->upstream, USER_PATH, 0, text, sizeof(text)));
        assert_ptr_equal(strstr(text, "GET " USER_PATH "?access_token=t0ken%26%2B%2F%3D HTTP/1.1\r\n"), text);
        assert_int_equal(upstream_requests(w->upstream), 2);
}

static void test_assertion(void **state)
{
        (void)state;
        struct seen seen = world_finish(w, "code=c0de");

        assert_int_equal(seen.kind, OUTCOME_DONE);
        assert_string_equal(seen.assertion.subject, "u-1");
        assert_string_equal(seen.assertion.level, "L2");
        assert_string_equal(seen.assertion.name_native, "陈大文");
        assert_same_str(str_from(seen.assertion.evidence),
                        sha256_base64url(w->arena, STR(USER))); /* of the raw bytes */
}

static void test_code_is_not_taken(void **state)
{
        (void)state;
        upstream_answer(w->upstream, TOKEN_PATH, world_json_reply(w, 200, STR("{\"errcode\":\"10004\"}")));
        assert_ptr_equal(world_finish(w, "code=c0de").error, &ERR_SOURCE_EXPIRED);
        assert_int_equal(upstream_requests_to(w->upstream, USER_PATH), 0);
}

static void test_token_out_of_form(void **state)
{
        (void)state;
        static const char *const answers[] = { "{\"access_token\":\"\"}", "{\"access_token\":7}",
                                               "{\"access_token\":\"a\\nb\"}", "{\"token\":\"a\"}" };

        for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
                upstream_answer(w->upstream, TOKEN_PATH, world_json_reply(w, 200, str_from(answers[i])));
                assert_ptr_equal(world_finish(w, "code=c0de").error, &ERR_SOURCE_BAD_ANSWER);
        }
        assert_int_equal(upstream_requests_to(w->upstream, USER_PATH), 0);
}

static void test_user_is_not_given(void **state)
{
        (void)state;
        upstream_answer(w->upstream, USER_PATH, world_json_reply(w, 200, STR("{\"errcode\":\"20001\"}")));
        assert_ptr_equal(world_finish(w, "code=c0de").error, &ERR_SOURCE_FAILED);
        upstream_answer(w->upstream, USER_PATH, world_json_reply(w, 502, STR("{}")));
        assert_ptr_equal(world_finish(w, "code=c0de").error, &ERR_SOURCE_DOWN);
}

static void test_legal_person(void **state)
{
        (void)state;
        upstream_answer(w->upstream, USER_PATH,
                        world_json_reply(w, 200,
                                         STR("{\"userobj\":{\"useridcode\":\"u\",\"usertype\":\"2\",\"isreal\":true},"
                                             "\"pareobj\":{}}")));
        assert_ptr_equal(world_finish(w, "code=c0de").error, &ERR_SOURCE_NOT_ALLOWED);
}

static void test_logout(void **state)
{
        (void)state;
        assert_str_eq(
                w->source.adapter->logout_url(w->arena, &w->source, STR("https://id.example/out?a=b")),
                "https://pages.example/web/_tif_sso_logout_/?redirect_uri=https%3A%2F%2Fid.example%2Fout%3Fa%3Db");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_requests, setup, teardown),
                cmocka_unit_test_setup_teardown(test_assertion, setup, teardown),
                cmocka_unit_test_setup_teardown(test_code_is_not_taken, setup, teardown),
                cmocka_unit_test_setup_teardown(test_token_out_of_form, setup, teardown),
                cmocka_unit_test_setup_teardown(test_user_is_not_given, setup, teardown),
                cmocka_unit_test_setup_teardown(test_legal_person, setup, teardown),
                cmocka_unit_test_setup_teardown(test_logout, setup, teardown),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
