/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Logins at a scripted iAM Smart: what is asked of it, how content keys are fetched, kept and renewed, when a call is
 * repeated, and what is made of its answers. Profile callbacks are in test_iamsmart_profile.c. */
#include "world.h"

#include "base64url.h"
#include "clock.h"
#include "iamsmart.h"

#define KEY "/api/security/getKey"
#define TOKEN "/api/auth/getToken"
#define PROFILE "/api/account/auth/profile/initiateRequest"
#define STEP_UP "/api/account/stepup/initiateRequest"
#define DAY_MS 86400000
#define PERSON                                                                                                         \
        "{\"accessToken\":\"t0ken\",\"tokenType\":\"Bearer\",\"issueAt\":1,\"expiresIn\":14400000,\"openID\":\"Mv%2B%" \
        "3D\","                                                                                                        \
        "\"lastModifiedDate\":1735689600000,\"userType\":\"sign\",\"scope\":\"eidapi_auth eidapi_profiles\"}"

static struct world *w;
static struct iamsmart *settings;

static int setup_with(const char *text)
{
        w = world_new("iamsmart", text);
        settings = w->source.settings;
        upstream_answer(w->upstream, KEY, world_key_reply(w, world_key(), DAY_MS));
        upstream_answer(w->upstream, TOKEN, world_frame_reply(w, "D00000", world_key(), PERSON));
        upstream_answer(w->upstream, PROFILE,
                        world_frame_reply(w, "D00000", world_key(), "{\"authByQR\":true,\"ticketID\":\"t1\"}"));
        return 0;
}

static int setup(void **state)
{
        (void)state;
        return setup_with(NULL);
}

static int setup_variants(void **state)
{
        (void)state;
        return setup_with("{\"key_body\":\"braces\",\"encode_notify_url\":\"true\",\"padding\":\"oaep_sha256\","
                          "\"app_link\":\"hk.gov.iamsmart.testapp://profile\"}");
}

static int teardown(void **state)
{
        (void)state;
        world_free(w);
        return 0;
}

static struct seen finish_short(void)
{
        struct world_call call = { .world = w, .kind = CALL_FINISH, .query = "code=c0de", .subject_is_enough = true };

        world_call(&call);
        return call.seen;
}

static unsigned asked(const char *path)
{
        return upstream_requests_to(w->upstream, path);
}

static struct str request_to(const char *path, unsigned index)
{
        char *text = arena_alloc(w->arena, 16384);

        assert_true(upstream_request_to(w->upstream, path, index, text, 16384));
        return str_from(text);
}

static struct str header_of(struct str request, const char *name)
{
        struct str mark = arena_printf(w->arena, "\r\n%s: ", name);
        const char *at = memmem(request.data, request.len, mark.data, mark.len);

        assert_non_null(at);
        at += mark.len;
        return str_slice(at, strcspn(at, "\r"));
}

static struct str body_of(struct str request)
{
        return str_from(strstr(request.data, "\r\n\r\n") + 4);
}

/* The clear body of a request whose signature is right. */
static json_t *opened(const char *path, unsigned index)
{
        struct str request = request_to(path, index), plain = { 0 };
        const struct iamsmart_signing signing = {
                .client_id = header_of(request, "clientID"),
                .client_secret = STR(WORLD_SECRET),
                .timestamp = header_of(request, "timestamp"),
                .nonce = header_of(request, "nonce"),
                .body = body_of(request),
        };
        json_t *o = NULL;

        assert_same_str(header_of(request, "signature"), iamsmart_signature(w->arena, &signing));
        assert_ok(json_read_object(w->arena, body_of(request), 65536, &o));
        assert_int_equal(json_object_size(o), 1);
        assert_ok(iamsmart_frame_open(w->arena, world_key(), json_str(o, "content"), &plain));
        assert_ok(json_read_object(w->arena, plain, 65536, &o));
        return o;
}

static void test_get_key(void **state)
{
        (void)state;
        assert_null(finish_short().error);
        struct str request = request_to(KEY, 0);
        struct str nonce = header_of(request, "nonce"), timestamp = header_of(request, "timestamp");
        const struct iamsmart_signing signing = { STR("client-1"), STR(WORLD_SECRET), timestamp, nonce, STR("") };
        int64_t ms = 0;

        assert_ptr_equal(strstr(request.data, "POST " KEY " HTTP/1.1\r\n"), request.data);
        assert_str_eq(header_of(request, "clientID"), "client-1");
        assert_str_eq(header_of(request, "signatureMethod"), "HmacSHA256");
        assert_str_eq(header_of(request, "Content-Type"), "application/json");
        assert_same_str(header_of(request, "signature"), iamsmart_signature(w->arena, &signing));
        assert_true(nonce.len > 0 && nonce.len <= 36);
        assert_true(str_to_int(timestamp, &ms) && ms > clock_now_ms() - 60000 && ms <= clock_now_ms());
        assert_str_eq(body_of(request), "");
        assert_false(str_eq(nonce, header_of(request_to(TOKEN, 0), "nonce")));
}

static void test_get_token(void **state)
{
        (void)state;
        struct seen seen = finish_short();
        json_t *body = opened(TOKEN, 0);

        assert_str_eq(json_str(body, "code"), "c0de");
        assert_str_eq(json_str(body, "grantType"), "authorization_code");
        assert_int_equal(json_object_size(body), 2);
        assert_int_equal(seen.kind, OUTCOME_DONE);
        assert_string_equal(seen.assertion.subject, "Mv%2B%3D");
        assert_string_equal(seen.assertion.level, "sign");
        assert_string_equal(seen.assertion.transaction, "tx-1");
        assert_int_equal(seen.assertion.changed_at, 1735689600);
        assert_int_equal(asked(PROFILE), 0);
}

static void test_profile_request(void **state)
{
        (void)state;
        struct seen seen = world_finish(w, "code=c0de");
        json_t *body = opened(PROFILE, 0);

        assert_null(seen.error);
        assert_int_equal(seen.kind, OUTCOME_PENDING);
        assert_string_equal(seen.open_url, "");
        assert_str_eq(json_str(body, "businessID"), WORLD_CORRELATION);
        assert_str_eq(json_str(body, "accessToken"), "t0ken");
        assert_str_eq(json_str(body, "openID"), "Mv%2B%3D"); /* as it came */
        assert_str_eq(json_str(body, "source"), "PC_Browser");
        assert_str_eq(json_str(body, "redirectURI"), "https://id.example/notify/the-source");
        assert_str_eq(json_str(body, "state"), WORLD_STATE);
        assert_str_eq(json_write(w->arena, json_object_get(body, "profileFields")),
                      "[\"idNo\",\"enName\",\"chName\",\"birthDate\",\"gender\"]");
        assert_null(strstr(seen.memo, "t0ken"));
        assert_non_null(strstr(seen.memo, "Mv%2B%3D"));
}

static void test_settings_change_the_wire(void **state)
{
        (void)state;
        upstream_answer(w->upstream, PROFILE,
                        world_frame_reply(w, "D00000", world_key(), "{\"authByQR\":false,\"ticketID\":\"a b&c\"}"));
        struct seen seen = world_finish(w, "code=c0de");

        assert_null(seen.error);
        assert_str_eq(body_of(request_to(KEY, 0)), "{}");
        assert_str_eq(json_str(opened(PROFILE, 0), "redirectURI"), "https%3A%2F%2Fid.example%2Fnotify%2Fthe-source");
        assert_string_equal(seen.open_url, "hk.gov.iamsmart.testapp://profile?ticketID=a%20b%26c");
}

/* ---- re-authentication ---- */

static int setup_step_up(void **state)
{
        int done = setup_with("{\"re_authentication\":\"true\",\"re_authentication_link\":\"app://re-auth\"}");

        (void)state;
        upstream_answer(w->upstream, STEP_UP,
                        world_frame_reply(w, "D00000", world_key(), "{\"authByQR\":false,\"ticketID\":\"t2\"}"));
        return done;
}

static struct seen start_step_up(void)
{
        struct world_call call = { .world = w, .kind = CALL_START, .step_up = true };

        world_call(&call);
        return call.seen;
}

static struct seen finish_step_up(void)
{
        struct world_call call = { .world = w, .kind = CALL_FINISH, .query = "code=c0de", .step_up = true };

        world_call(&call);
        return call.seen;
}

static void test_step_up(void **state)
{
        (void)state;
        struct seen started = start_step_up(), seen = finish_step_up();
        json_t *body = opened(STEP_UP, 0);

        assert_non_null(strstr(started.url, "&scope=eidapi_auth%20eidapi_profiles%20eidapi_fr&"));
        assert_null(seen.error);
        assert_int_equal(seen.kind, OUTCOME_PENDING);
        assert_string_equal(seen.open_url, "app://re-auth?ticketID=t2");
        assert_int_equal(json_object_size(body), 6);
        assert_str_eq(json_str(body, "businessID"), WORLD_CORRELATION);
        assert_str_eq(json_str(body, "accessToken"), "t0ken");
        assert_str_eq(json_str(body, "openID"), "Mv%2B%3D");
        assert_str_eq(json_str(body, "source"), "PC_Browser");
        assert_str_eq(json_str(body, "redirectURI"), "https://id.example/notify/the-source");
        assert_str_eq(json_str(body, "state"), WORLD_STATE);
        assert_int_equal(asked(PROFILE), 0);
        assert_non_null(strstr(seen.memo, "\"step_up\":true"));
        assert_null(strstr(seen.memo, "t0ken"));
}

/* A login that asks for nothing more stays as it is, also where more could be asked for. */
static void test_plain_login_beside_step_up(void **state)
{
        (void)state;
        struct world_call call = { .world = w, .kind = CALL_START };

        world_call(&call);
        assert_null(strstr(call.seen.url, "eidapi_fr"));
        assert_string_equal(finish_short().assertion.level, "sign");
        assert_int_equal(asked(STEP_UP), 0);
}

/* Not in the settings: the login is a plain one and says so. */
static void test_step_up_is_off(void **state)
{
        (void)state;
        struct seen started = start_step_up(), seen = finish_step_up();

        assert_null(strstr(started.url, "eidapi_fr"));
        assert_null(seen.error);
        assert_int_equal(seen.kind, OUTCOME_DONE);
        assert_string_equal(seen.assertion.level, "sign");
        assert_int_equal(asked(STEP_UP), 0);
        assert_str_empty(w->source.adapter->next_level(w->arena, &w->source, STR("sign"), true));
}

static void test_step_up_fails(void **state)
{
        (void)state;
        static const struct {
                const char *code;
                const struct error *error;
        } rows[] = {
                { "D20012", &ERR_SOURCE_NOT_ALLOWED }, { "D20009", &ERR_SOURCE_EXPIRED },
                { "D20000", &ERR_SOURCE_DOWN },        { "D80002", &ERR_SOURCE_FAILED },
                { "D99999", &ERR_SOURCE_BAD_ANSWER },
        };

        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                upstream_answer(w->upstream, STEP_UP, world_frame_reply(w, rows[i].code, world_key(), NULL));
                assert_ptr_equal(finish_step_up().error, rows[i].error);
        }
        upstream_answer(w->upstream, STEP_UP, world_frame_reply(w, "D00000", world_other_key(), "{}"));
        assert_ptr_equal(finish_step_up().error, &ERR_SOURCE_BAD_ANSWER);
}

static void test_next_level(void **state)
{
        (void)state;
        const struct source *s = &w->source;

        assert_str_eq(s->adapter->next_level(w->arena, s, STR("sign"), true), "sign+fr");
        assert_str_eq(s->adapter->next_level(w->arena, s, STR("sign+fr"), true), "sign+fr");
        assert_str_eq(s->adapter->next_level(w->arena, s, STR("sign+fr"), false), "sign");
        assert_str_eq(s->adapter->next_level(w->arena, s, STR("default"), false), "default");
}

/* Only a re-authentication may give such a level, whatever the platform calls its users. */
static void test_user_type_that_looks_stronger(void **state)
{
        (void)state;
        upstream_answer(w->upstream, TOKEN,
                        world_frame_reply(w, "D00000", world_key(),
                                          "{\"accessToken\":\"t\",\"userType\":\"sign+fr\",\"openID\":\"o\"}"));
        assert_ptr_equal(finish_short().error, &ERR_SOURCE_BAD_ANSWER);
}

static void test_start_on_a_phone(void **state)
{
        (void)state;
        struct world_call call = {
                .world = w,
                .kind = CALL_START,
                .user_agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1) Version/17.1 Mobile Safari/604.1",
                .language = "zh-Hans",
        };

        world_call(&call);
        assert_string_equal(call.seen.url,
                            "https://pages.example/web/auth/getQR?clientID=client-1&responseType=code&source=iOS_Safari"
                            "&redirectURI=https%3A%2F%2Fid.example%2Fcallback%2Fthe-source"
                            "&scope=eidapi_auth%20eidapi_profiles&lang=zh-CN&state=" WORLD_STATE "&brokerPage=true");
        call.language = "en";
        call.user_agent = NULL;
        world_call(&call);
        assert_non_null(strstr(call.seen.url, "source=PC_Browser"));
        assert_non_null(strstr(call.seen.url, "lang=en-US"));
        assert_null(strstr(call.seen.url, "brokerPage"));
}

static void test_denials(void **state)
{
        (void)state;
        static const struct {
                const char *query;
                const struct error *error;
        } rows[] = {
                { "state=" WORLD_STATE, &ERR_SOURCE_REFUSED },
                { "error_code=D40000&state=" WORLD_STATE, &ERR_SOURCE_REFUSED },
                { "error_code=D40001", &ERR_SOURCE_REFUSED },
                { "error_code=D40002", &ERR_SOURCE_FAILED },
                { "error_code=D40003", &ERR_SOURCE_TIMEOUT },
                { "error_code=D99999", &ERR_SOURCE_BAD_ANSWER },
                { "error_code=D00000", &ERR_SOURCE_BAD_ANSWER },        /* success is no denial */
                { "code=c0de&error_code=D40000", &ERR_SOURCE_REFUSED }, /* an error is never a login */
        };

        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                assert_ptr_equal(world_finish(w, rows[i].query).error, rows[i].error);
        assert_int_equal(upstream_requests(w->upstream), 0);
}

/* ---- content keys ---- */

static void test_key_is_kept(void **state)
{
        (void)state;
        int64_t life_s = 0;

        assert_null(finish_short().error);
        assert_null(finish_short().error);
        assert_int_equal(asked(KEY), 1);
        assert_int_equal(asked(TOKEN), 2);
        assert_non_null(world_kept("content_key", &life_s));
        assert_true(life_s > 86390 && life_s <= 86400);
}

/* Near its end the key is asked for again, but not for each call, since the platform gives the same one until then. */
static void test_key_is_renewed_before_its_end(void **state)
{
        (void)state;
        upstream_answer(w->upstream, KEY, world_key_reply(w, world_key(), 120000)); /* within the margin of 5 minutes */
        assert_null(finish_short().error);
        assert_null(finish_short().error);
        assert_int_equal(asked(KEY), 1);
        world_keep("content_key", arena_printf(w->arena, "%lld %.*s", (long long)clock_now_ms(),
                                               STR_FMT(base64url_encode(w->arena, world_key())))
                                          .data);
        assert_null(finish_short().error);
        assert_int_equal(asked(KEY), 2);
}

static void test_kept_key_is_broken(void **state)
{
        (void)state;
        static const char *const values[] = { "",       "x", "9999999999999", "9999999999999 ", "9999999999999 AAAA",
                                              "-1 AAAA" };

        for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
                world_keep("content_key", values[i]);
                assert_null(finish_short().error);
                assert_int_equal(asked(KEY), i + 1);
        }
}

static void check_key_refused(struct str json, const struct error *error)
{
        upstream_answer(w->upstream, KEY, world_json_reply(w, 200, json));
        assert_ptr_equal(finish_short().error, error);
        assert_null(world_kept("content_key", NULL));
        assert_int_equal(asked(TOKEN), 0);
}

static void test_key_is_wrong(void **state)
{
        (void)state;
        check_key_refused(STR("{\"code\":\"D30001\"}"), &ERR_SOURCE_NOT_ALLOWED);
        check_key_refused(STR("{\"code\":\"D20006\"}"), &ERR_SOURCE_NOT_ALLOWED);
        check_key_refused(STR("{\"code\":\"D00000\"}"), &ERR_SOURCE_BAD_ANSWER);
        check_key_refused(STR("{\"code\":\"D00000\",\"content\":\"AAAA\"}"), &ERR_SOURCE_BAD_ANSWER);
        check_key_refused(STR("{\"code\":\"D00000\",\"content\":{\"secretKey\":\"AAAA\"}}"), &ERR_SOURCE_BAD_ANSWER);
        /* its times are right, but it does not open: nothing random may be kept in its place */
        check_key_refused(arena_printf(w->arena,
                                       "{\"code\":\"D00000\",\"content\":{\"secretKey\":\"AAAA\",\"issueAt\":%lld,"
                                       "\"expiresIn\":86400000}}",
                                       (long long)clock_now_ms()),
                          &ERR_SOURCE_BAD_ANSWER);
}

static void test_key_has_ended(void **state)
{
        (void)state;
        upstream_answer(w->upstream, KEY, world_key_reply(w, world_key(), 0));
        assert_ptr_equal(finish_short().error, &ERR_SOURCE_BAD_ANSWER);
        assert_int_equal(asked(TOKEN), 0);
}

static void test_key_with_a_moment(void **state)
{
        (void)state;
        int64_t life_s = 0;

        upstream_answer(w->upstream, KEY, world_key_reply(w, world_key(), clock_now_ms() + 7200000));
        assert_null(finish_short().error);
        assert_non_null(world_kept("content_key", &life_s));
        assert_true(life_s > 7190 && life_s <= 7200);
}

static void test_key_that_lives_too_long(void **state)
{
        (void)state;
        int64_t life_s = 0;

        upstream_answer(w->upstream, KEY, world_key_reply(w, world_key(), INT64_C(365) * DAY_MS));
        assert_null(finish_short().error);
        assert_non_null(world_kept("content_key", &life_s));
        assert_true(life_s <= 7 * 86400);
}

/* ---- the one repetition ---- */

static void test_key_trouble_once(void **state)
{
        (void)state;
        static const char *const codes[] = { "D30001", "D30002", "D30003", "D30004" };

        for (unsigned i = 0; i < 4; i++) {
                upstream_answer_once(w->upstream, TOKEN, world_frame_reply(w, codes[i], world_key(), NULL));
                assert_null(finish_short().error);
                assert_int_equal(asked(TOKEN), 2 * i + 2);
                assert_int_equal(asked(KEY), i + 2); /* the first call had to ask, too */
        }
        /* the repetition is a new request: sealed and signed anew */
        assert_false(str_eq(header_of(request_to(TOKEN, 0), "nonce"), header_of(request_to(TOKEN, 1), "nonce")));
        assert_false(str_eq(body_of(request_to(TOKEN, 0)), body_of(request_to(TOKEN, 1))));
        assert_str_eq(json_str(opened(TOKEN, 1), "code"), "c0de");
}

static void test_key_trouble_twice(void **state)
{
        (void)state;
        upstream_answer(w->upstream, TOKEN, world_frame_reply(w, "D30002", world_key(), NULL));
        assert_ptr_equal(finish_short().error, &ERR_SOURCE_BAD_ANSWER);
        assert_int_equal(asked(TOKEN), 2);
        assert_int_equal(asked(KEY), 2);
}

/* The new key is used for the repetition and for what follows. */
static void test_key_has_changed(void **state)
{
        (void)state;
        world_keep("content_key",
                   arena_printf(w->arena, "9999999999999 %.*s", STR_FMT(base64url_encode(w->arena, world_other_key())))
                           .data);
        upstream_answer_once(w->upstream, TOKEN, world_frame_reply(w, "D30004", world_key(), NULL));
        assert_null(finish_short().error);
        assert_null(finish_short().error);
        assert_int_equal(asked(KEY), 1);
        assert_str_eq(json_str(opened(TOKEN, 1), "code"), "c0de");
        assert_str_eq(json_str(opened(TOKEN, 2), "code"), "c0de");
}

static void test_other_trouble_is_not_repeated(void **state)
{
        (void)state;
        static const struct {
                const char *code;
                const struct error *error;
        } rows[] = {
                { "D40004", &ERR_SOURCE_EXPIRED },    { "D20000", &ERR_SOURCE_DOWN },
                { "D20004", &ERR_SOURCE_BAD_ANSWER }, { "D20012", &ERR_SOURCE_NOT_ALLOWED },
                { "D99999", &ERR_SOURCE_BAD_ANSWER }, { "M00000", &ERR_SOURCE_BAD_ANSWER },
        };

        for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                upstream_answer(w->upstream, TOKEN, world_frame_reply(w, rows[i].code, world_key(), PERSON));
                assert_ptr_equal(finish_short().error, rows[i].error);
                assert_int_equal(asked(TOKEN), i + 1);
        }
        assert_int_equal(asked(KEY), 1);
}

/* ---- answers ---- */

static void check_token_reply(struct str key, const char *plain)
{
        upstream_answer(w->upstream, TOKEN, world_frame_reply(w, "D00000", key, plain));
        assert_ptr_equal(finish_short().error, &ERR_SOURCE_BAD_ANSWER);
}

static void test_frames_are_wrong(void **state)
{
        (void)state;
        unsigned before = asked(TOKEN);

        check_token_reply(world_other_key(), PERSON);
        check_token_reply(world_key(), NULL);
        check_token_reply(world_key(), "[]");
        check_token_reply(world_key(), "{");
        upstream_answer(w->upstream, TOKEN,
                        world_json_reply(w, 200, STR("{\"code\":\"D00000\",\"content\":" PERSON "}")));
        assert_ptr_equal(finish_short().error, &ERR_SOURCE_BAD_ANSWER); /* in clear */
        assert_int_equal(asked(TOKEN), before + 5);
}

static void test_persons_are_wrong(void **state)
{
        (void)state;
        char large[2048] = "{\"accessToken\":\"t\",\"userType\":\"sign\",\"openID\":\"";
        size_t len = strlen(large);

        memset(large + len, 'x', 300);
        memcpy(large + len + 300, "\"}", 3);
        check_token_reply(world_key(), large);
        check_token_reply(world_key(), "{\"accessToken\":\"t\",\"userType\":\"sign\"}");
        check_token_reply(world_key(), "{\"accessToken\":\"t\",\"userType\":\"sign\",\"openID\":7}");
        check_token_reply(world_key(), "{\"accessToken\":\"t\",\"userType\":\"sign\",\"openID\":\"a\\nb\"}");
        check_token_reply(world_key(), "{\"accessToken\":\"t\",\"openID\":\"o\"}");
        check_token_reply(world_key(), "{\"accessToken\":\"t\",\"openID\":\"o\",\"userType\":\"\"}");
        check_token_reply(world_key(), "{\"userType\":\"sign\",\"openID\":\"o\"}");
}

static void test_moment_of_change(void **state)
{
        (void)state;
        upstream_answer(w->upstream, TOKEN,
                        world_frame_reply(w, "D00000", world_key(),
                                          "{\"accessToken\":\"t\",\"userType\":\"default\",\"openID\":\"o\","
                                          "\"lastModifiedDate\":-5}"));
        struct seen seen = finish_short();

        assert_null(seen.error);
        assert_int_equal(seen.assertion.changed_at, 0);
        assert_string_equal(seen.assertion.level, "default");
}

static void test_profile_is_refused(void **state)
{
        (void)state;
        upstream_answer(w->upstream, PROFILE, world_frame_reply(w, "D20012", world_key(), NULL));
        assert_ptr_equal(world_finish(w, "code=c0de").error, &ERR_SOURCE_NOT_ALLOWED);
        upstream_answer(w->upstream, PROFILE, world_frame_reply(w, "D20011", world_key(), NULL));
        assert_ptr_equal(world_finish(w, "code=c0de").error, &ERR_SOURCE_BAD_ANSWER);
}

/* The platform refuses a request that is older than the one before, even when our clock was set back. */
static void test_timestamps_never_fall(void **state)
{
        (void)state;
        int64_t ahead = clock_now_ms() + 5000, ms = 0;

        settings->last_timestamp = ahead;
        assert_null(finish_short().error);
        for (unsigned i = 0; i < 2; i++) {
                assert_true(str_to_int(header_of(request_to(i ? TOKEN : KEY, 0), "timestamp"), &ms));
                assert_int_equal(ms, ahead);
        }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(test_get_key),
                TEST(test_get_token),
                TEST(test_profile_request),
                cmocka_unit_test_setup_teardown(test_settings_change_the_wire, setup_variants, teardown),
                TEST(test_start_on_a_phone),
                cmocka_unit_test_setup_teardown(test_step_up, setup_step_up, teardown),
                cmocka_unit_test_setup_teardown(test_plain_login_beside_step_up, setup_step_up, teardown),
                TEST(test_step_up_is_off),
                cmocka_unit_test_setup_teardown(test_step_up_fails, setup_step_up, teardown),
                cmocka_unit_test_setup_teardown(test_next_level, setup_step_up, teardown),
                cmocka_unit_test_setup_teardown(test_user_type_that_looks_stronger, setup_step_up, teardown),
                TEST(test_denials),
                TEST(test_key_is_kept),
                TEST(test_key_is_renewed_before_its_end),
                TEST(test_kept_key_is_broken),
                TEST(test_key_is_wrong),
                TEST(test_key_has_ended),
                TEST(test_key_with_a_moment),
                TEST(test_key_that_lives_too_long),
                TEST(test_key_trouble_once),
                TEST(test_key_trouble_twice),
                TEST(test_key_has_changed),
                TEST(test_other_trouble_is_not_repeated),
                TEST(test_frames_are_wrong),
                TEST(test_persons_are_wrong),
                TEST(test_moment_of_change),
                TEST(test_profile_is_refused),
                TEST(test_timestamps_never_fall),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
