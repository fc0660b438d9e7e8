/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Callbacks of a scripted iAM Smart, with profiles and after re-authentications: good, refused, foreign, broken; and the
 * login that goes on with them. */
#include "openssl_raw.h"

#include "world.h"

#include "base64url.h"
#include "iamsmart.h"

#define KEY "/api/security/getKey"
#define IDS "\"businessID\":\"" WORLD_CORRELATION "\",\"state\":\"" WORLD_STATE "\""
#define FIELDS                                                                                                         \
        "\"idNo\":{\"Identification\":\"A123456\",\"CheckDigit\":\"3\"},\"enName\":{\"UnstructuredName\":\"CHAN, Tai " \
        "Man\"},"                                                                                                      \
        "\"chName\":{\"ChineseName\":\"陳大文\"},\"birthDate\":\"19900115\",\"gender\":\"M\""
#define MEMO                                                                                                           \
        "{\"open_id\":\"Mv%2B%3D\",\"user_type\":\"sign\",\"changed_at\":1735689600,\"auth_time\":1795320000,"         \
        "\"transaction\":\"tx-login\"}"

static struct world *w;

static int setup(void **state)
{
        (void)state;
        w = world_new("iamsmart", NULL);
        upstream_answer(w->upstream, KEY, world_key_reply(w, world_key(), 86400000));
        return 0;
}

static int setup_unconfirmed(void **state)
{
        (void)state;
        w = world_new("iamsmart", "{\"confirm_callback_key\":\"false\"}");
        return 0;
}

static int setup_step_up(void **state)
{
        (void)state;
        w = world_new("iamsmart", "{\"re_authentication\":\"true\"}");
        upstream_answer(w->upstream, KEY, world_key_reply(w, world_key(), 86400000));
        return 0;
}

static int teardown(void **state)
{
        (void)state;
        world_free(w);
        return 0;
}

static struct seen notify(struct str body)
{
        struct world_call call = { .world = w, .kind = CALL_NOTIFY, .body = body };

        world_call(&call);
        return call.seen;
}

static struct seen resume(const char *content)
{
        struct world_call call = { .world = w, .kind = CALL_RESUME, .memo = MEMO, .content = content };

        world_call(&call);
        return call.seen;
}

static unsigned keys_asked(void)
{
        return upstream_requests_to(w->upstream, KEY);
}

static void check_person(const struct seen *seen)
{
        assert_int_equal(seen->kind, OUTCOME_DONE);
        assert_string_equal(seen->assertion.subject, "Mv%2B%3D");
        assert_string_equal(seen->assertion.level, "sign");
        assert_int_equal(seen->assertion.changed_at, 1735689600);
        assert_int_equal(seen->assertion.auth_time, 1795320000);
        assert_string_equal(seen->assertion.transaction, "tx-1"); /* the callback's */
        assert_int_equal(strlen(seen->assertion.evidence), 43);
        assert_string_equal(seen->assertion.name_native, "陳大文");
        assert_string_equal(seen->assertion.name_latin, "CHAN, Tai Man");
        assert_string_equal(seen->assertion.birth_date, "1990-01-15");
        assert_string_equal(seen->assertion.gender, "male");
        assert_string_equal(seen->assertion.document_type, "hkid");
        assert_string_equal(seen->assertion.document, "A1234563");
}

static void test_good(void **state)
{
        (void)state;
        struct seen noticed = notify(world_notice(w, "D00000", world_key(), "{" IDS "," FIELDS "}"));

        assert_null(noticed.error);
        assert_string_equal(noticed.correlation, WORLD_CORRELATION);
        assert_string_equal(noticed.state, WORLD_STATE);
        struct seen resumed = resume(noticed.content);
        assert_null(resumed.error);
        check_person(&resumed);
}

/* The memo that finish gave is the one that resume reads. */
static void test_memo_round_trip(void **state)
{
        (void)state;
        upstream_answer(w->upstream, "/api/auth/getToken",
                        world_frame_reply(w, "D00000", world_key(),
                                          "{\"accessToken\":\"t0ken\",\"openID\":\"Qx%3D\",\"userType\":\"default\","
                                          "\"lastModifiedDate\":1735689600000}"));
        upstream_answer(w->upstream, "/api/account",
                        world_frame_reply(w, "D00000", world_key(), "{\"authByQR\":true}"));
        struct seen finished = world_finish(w, "code=c0de");
        struct seen noticed = notify(world_notice(w, "D00000", world_key(), "{" IDS "," FIELDS "}"));
        struct world_call call = { .world = w, .kind = CALL_RESUME, .memo = finished.memo, .content = noticed.content };

        assert_int_equal(finished.kind, OUTCOME_PENDING);
        world_call(&call);
        assert_null(call.seen.error);
        assert_string_equal(call.seen.assertion.subject, "Qx%3D");
        assert_string_equal(call.seen.assertion.level, "default");
        assert_int_equal(call.seen.assertion.changed_at, 1735689600);
        assert_true(call.seen.assertion.auth_time > 0);
}

static void test_wrapped_once_more(void **state)
{
        (void)state;
        struct seen inside = notify(world_notice(w, "D00000", world_key(), "{\"content\":{" IDS "," FIELDS "}}"));
        struct seen outside = notify(world_notice(w, "D00000", world_key(), "{" IDS ",\"content\":{" FIELDS "}}"));

        assert_null(inside.error);
        assert_null(outside.error);
        assert_string_equal(inside.correlation, WORLD_CORRELATION);
        assert_string_equal(outside.state, WORLD_STATE);
        struct seen resumed = resume(outside.content);
        check_person(&resumed);
}

static void test_key_as_text(void **state)
{
        (void)state;
        const struct iamsmart *s = w->source.settings;
        struct str plain = STR("{" IDS "," FIELDS "}"), wrapped = { 0 };
        struct str frame = iamsmart_frame_close(w->arena, world_key(), STR("0123456789ab"), plain);

        assert_ok(rsa_wrap(w->arena, rsa_key_public_der(w->arena, s->keks[0]), s->padding,
                           base64_encode(w->arena, world_key()), &wrapped));
        assert_null(notify(arena_printf(w->arena, "{\"code\":\"D00000\",\"secretKey\":\"%.*s\",\"content\":\"%.*s\"}",
                                        STR_FMT(base64_encode(w->arena, wrapped)), STR_FMT(frame)))
                            .error);
}

static void test_person_says_no(void **state)
{
        (void)state;
        static const struct {
                const char *code;
                const struct error *error;
        } rows[] = {
                { "D50001", &ERR_SOURCE_REFUSED },
                { "D50002", &ERR_SOURCE_FAILED },
                { "D50003", &ERR_SOURCE_TIMEOUT },
                { "D59999", &ERR_SOURCE_BAD_ANSWER },
        };

        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                struct seen noticed = notify(world_notice(w, rows[i].code, world_key(), "{" IDS "}"));

                assert_null(noticed.error);
                assert_ptr_equal(resume(noticed.content).error, rows[i].error);
        }
}

static void test_fields_are_wrong(void **state)
{
        (void)state;
        struct seen noticed = notify(world_notice(w, "D00000", world_key(), "{" IDS ",\"birthDate\":\"1990\"}"));

        assert_null(noticed.error);
        assert_ptr_equal(resume(noticed.content).error, &ERR_SOURCE_BAD_ANSWER);
}

/* ---- re-authentications ---- */

#define STEP_UP_MEMO                                                                                                   \
        "{\"open_id\":\"Mv%2B%3D\",\"user_type\":\"sign\",\"changed_at\":1735689600,\"auth_time\":1795320000,"         \
        "\"transaction\":\"tx-login\",\"step_up\":true}"

static struct seen resume_step_up(const char *content)
{
        struct world_call call = {
                .world = w, .kind = CALL_RESUME, .memo = STEP_UP_MEMO, .content = content, .step_up = true
        };

        world_call(&call);
        return call.seen;
}

/* Success, and that is all; what else is said about the person is not read. */
static void test_confirmed_once_more(void **state)
{
        (void)state;
        static const char *const contents[] = { "{" IDS "}", "{" IDS "," FIELDS "}", "{" IDS ",\"birthDate\":\"x\"}" };

        for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
                struct seen noticed = notify(world_notice(w, "D00000", world_key(), contents[i]));
                struct seen seen = resume_step_up(noticed.content);

                assert_null(noticed.error);
                assert_null(seen.error);
                assert_int_equal(seen.kind, OUTCOME_DONE);
                assert_string_equal(seen.assertion.level, "sign+fr");
                assert_string_equal(seen.assertion.subject, "Mv%2B%3D");
                assert_int_equal(seen.assertion.auth_time, 1795320000);
                assert_string_equal(seen.assertion.transaction, "tx-1");
                assert_string_equal(seen.assertion.name_native, "");
                assert_string_equal(seen.assertion.document, "");
        }
}

static void test_not_confirmed(void **state)
{
        (void)state;
        static const struct {
                const char *code;
                const struct error *error;
        } rows[] = {
                { "D80001", &ERR_SOURCE_REFUSED },
                { "D80002", &ERR_SOURCE_FAILED },
                { "D80003", &ERR_SOURCE_TIMEOUT },
                { "D89999", &ERR_SOURCE_BAD_ANSWER },
        };

        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                struct seen noticed = notify(world_notice(w, rows[i].code, world_key(), "{" IDS "}"));

                assert_null(noticed.error);
                assert_ptr_equal(resume_step_up(noticed.content).error, rows[i].error);
        }
}

/* The setting was taken away while the person approved: the level is one that no map knows. */
static void test_confirmed_after_it_was_switched_off(void **state)
{
        (void)state;
        assert_string_equal(resume_step_up("{\"code\":\"D00000\"}").assertion.level, "");
}

/* A profile says nothing about a re-authentication. */
static void test_profile_is_no_confirmation(void **state)
{
        (void)state;
        struct seen noticed = notify(world_notice(w, "D00000", world_key(), "{" IDS "," FIELDS "}"));
        struct seen seen = resume(noticed.content);

        assert_null(seen.error);
        assert_string_equal(seen.assertion.level, "sign");
}

/* ---- strangers ---- */

/* Everybody who has the certificate can wrap a key. Such a callback makes us ask the platform once, then no more. */
static void test_foreign_key(void **state)
{
        (void)state;
        struct str forged = world_notice(w, "D00000", world_other_key(), "{" IDS "," FIELDS "}");

        assert_null(notify(world_notice(w, "D00000", world_key(), "{" IDS "}")).error);
        assert_int_equal(keys_asked(), 1);
        for (int i = 0; i < 5; i++)
                assert_ptr_equal(notify(forged).error, &ERR_VERIFY);
        assert_int_equal(keys_asked(), 2);
        /* who has the right key is heard all the same */
        assert_null(notify(world_notice(w, "D00000", world_key(), "{" IDS "}")).error);
        assert_int_equal(keys_asked(), 2);
}

/* Our key may be older than the platform's: then asking shows that the callback is right. */
static void test_platform_has_a_new_key(void **state)
{
        (void)state;
        assert_null(notify(world_notice(w, "D00000", world_key(), "{" IDS "}")).error);
        upstream_answer(w->upstream, KEY, world_key_reply(w, world_other_key(), 86400000));
        assert_null(notify(world_notice(w, "D00000", world_other_key(), "{" IDS "}")).error);
        assert_int_equal(keys_asked(), 2);
}

/* Wrapped without any padding, as one who looks for a padding oracle would. */
static struct str badly_padded(struct str body)
{
        const struct iamsmart *s = w->source.settings;
        char *block = arena_alloc(w->arena, 256);
        json_t *o = NULL;

        memset(block, 1, 256);
        assert_ok(json_read_object(w->arena, body, 65536, &o));
        json_put_str(o, "secretKey",
                     base64_encode(w->arena, raw_rsa_encrypt(w->arena, rsa_key_public_der(w->arena, s->keks[0]),
                                                             str_slice(block, 256))));
        return json_write(w->arena, o);
}

/* A key that does not open is answered as one that does and is foreign: same error, same reason, same requests. */
static void test_bad_padding_is_like_a_foreign_key(void **state)
{
        (void)state;
        struct str forged = world_notice(w, "D00000", world_other_key(), "{" IDS "," FIELDS "}");
        struct seen foreign = notify(forged);
        unsigned asked = keys_asked();

        teardown(NULL);
        setup(NULL);
        struct seen bad = notify(badly_padded(world_notice(w, "D00000", world_other_key(), "{" IDS "," FIELDS "}")));
        assert_ptr_equal(foreign.error, &ERR_VERIFY);
        assert_ptr_equal(bad.error, foreign.error);
        assert_string_equal(bad.reason, foreign.reason);
        assert_int_equal(keys_asked(), asked);
}

static void test_unconfirmed(void **state)
{
        (void)state;
        assert_null(notify(world_notice(w, "D00000", world_other_key(), "{" IDS "}")).error);
        assert_ptr_equal(notify(badly_padded(world_notice(w, "D00000", world_other_key(), "{" IDS "}"))).error,
                         &ERR_VERIFY);
        assert_int_equal(upstream_requests(w->upstream), 0);
}

static void test_frame_is_of_another_key(void **state)
{
        (void)state;
        json_t *good = NULL, *other = NULL;

        assert_ok(json_read_object(w->arena, world_notice(w, "D00000", world_key(), "{" IDS "}"), 65536, &good));
        assert_ok(json_read_object(w->arena, world_notice(w, "D00000", world_other_key(), "{" IDS "}"), 65536, &other));
        json_object_set(good, "content", json_object_get(other, "content"));
        assert_ptr_equal(notify(json_write(w->arena, good)).error, &ERR_VERIFY);
}

static void test_ids_are_wrong(void **state)
{
        (void)state;
        static const char *const plains[] = {
                "{}",
                "{\"state\":\"" WORLD_STATE "\"}",
                "{\"businessID\":\"" WORLD_CORRELATION "\"}",
                "{\"businessID\":\"\",\"state\":\"\"}",
                "{\"businessID\":7,\"state\":\"s\"}",
                "{\"businessID\":\"0123456789012345678901234567890123456\",\"state\":\"s\"}",
                "{\"businessID\":\"a\\u0001\",\"state\":\"s\"}",
                "{" IDS "," IDS "}",
                "[]",
                "",
        };

        for (size_t i = 0; i < sizeof(plains) / sizeof(plains[0]); i++) {
                struct seen seen = notify(world_notice(w, "D00000", world_key(), plains[i]));

                assert_ptr_equal(seen.error, &ERR_MALFORMED);
                assert_string_equal(seen.correlation, "");
        }
}

static void test_bodies_are_wrong(void **state)
{
        (void)state;
        static const char *const bodies[] = {
                "",
                "null",
                "[]",
                "{",
                "{}",
                "code=D00000",
                "{\"code\":\"D00000\"}",
                "{\"code\":\"D00000\",\"secretKey\":\"\",\"content\":\"\"}",
                "{\"code\":\"D00000\",\"secretKey\":{},\"content\":{\"businessID\":\"x\"}}",
        };

        for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
                assert_non_null(notify(str_from(bodies[i])).error);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(test_good),
                TEST(test_memo_round_trip),
                TEST(test_wrapped_once_more),
                TEST(test_key_as_text),
                TEST(test_person_says_no),
                TEST(test_fields_are_wrong),
                cmocka_unit_test_setup_teardown(test_confirmed_once_more, setup_step_up, teardown),
                cmocka_unit_test_setup_teardown(test_not_confirmed, setup_step_up, teardown),
                TEST(test_confirmed_after_it_was_switched_off),
                cmocka_unit_test_setup_teardown(test_profile_is_no_confirmation, setup_step_up, teardown),
                TEST(test_foreign_key),
                TEST(test_platform_has_a_new_key),
                TEST(test_bad_padding_is_like_a_foreign_key),
                cmocka_unit_test_setup_teardown(test_unconfirmed, setup_unconfirmed, teardown),
                TEST(test_frame_is_of_another_key),
                TEST(test_ids_are_wrong),
                TEST(test_bodies_are_wrong),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
