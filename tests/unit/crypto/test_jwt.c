/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* JWT: each expectation, met and not met; and an expectation left out is a programming error. */
#include "vectors.h"

#include <signal.h>
#include <sys/wait.h>

#include "jwt.h"

#define NOW 1700000000
#define EXPECT                                                                                                         \
        {                                                                                                              \
                .type = "JWT", .issuer = STR("https://a.example"), .audience = STR("us"), .subject = STR("s"),         \
                .now = NOW, .leeway = 10, .max_age = 600, .max_life = 3600, .exp_required = true                       \
        }
/* Claims that are fine but for `rest`. */
#define CLAIMS(aud, exp, rest) "{\"iss\":\"https://a.example\",\"sub\":\"s\",\"aud\":" aud ",\"exp\":" exp rest "}"

static void expect_verdict(const char *claims, const struct jwt_expect *expect, const struct error *want)
{
        auto_arena a = arena_new(65536);
        result r = jwt_check_claims(a, json_literal(a, claims), expect);
        if (r.error != want)
                fail_msg("%s: %s", claims, r.error ? arena_reason(a).data : "accepted");
        assert_true(is_ok(r) || str_starts(arena_reason(a), STR("JWT: ")));
}

static void test_good_claims(void **state)
{
        (void)state;
        const struct jwt_expect e = EXPECT;
        static const char *const good[] = {
                CLAIMS("\"us\"", "1700000001", ""),
                CLAIMS("\"us\"", "1699999991", ""), /* within the leeway */
                CLAIMS("\"us\"", "1700003600", ""),
                CLAIMS("\"us\"", "1700000001.0", ""),
                CLAIMS("\"us\"", "1.700000001e9", ""),
                CLAIMS("[\"them\",\"us\"]", "1700000100", ""),
                CLAIMS("\"us\"", "1700000100", ",\"iat\":1700000010,\"nbf\":1700000010"),
                CLAIMS("\"us\"", "1700000100", ",\"iat\":1699999400,\"nbf\":0"),
                CLAIMS("\"us\"", "1700000100", ",\"iat\":1699999390,\"more\":[1.5]"),
        };
        for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
                expect_verdict(good[i], &e, NULL);
}

static void test_bad_times(void **state)
{
        (void)state;
        const struct jwt_expect e = EXPECT;
        static const char *const bad[] = {
                CLAIMS("\"us\"", "1699999990", ""),
                CLAIMS("\"us\"", "0", ""),
                CLAIMS("\"us\"", "1700003601", ""),
                CLAIMS("\"us\"", "-1", ""),
                CLAIMS("\"us\"", "1700000001.5", ""),
                CLAIMS("\"us\"", "1e300", ""),
                CLAIMS("\"us\"", "9223372036854775807", ""),
                CLAIMS("\"us\"", "-9223372036854775808", ""),
                CLAIMS("\"us\"", "253402300800", ""),
                CLAIMS("\"us\"", "\"1700000001\"", ""),
                CLAIMS("\"us\"", "null", ""),
                CLAIMS("\"us\"", "true", ""),
                CLAIMS("\"us\"", "[1700000001]", ""),
                CLAIMS("\"us\"", "{}", ""),
                CLAIMS("\"us\"", "1e-300", ""),
                CLAIMS("\"us\"", "-0.0", ""),
                CLAIMS("\"us\"", "1700000100", ",\"nbf\":1700000011"),
                CLAIMS("\"us\"", "1700000100", ",\"nbf\":\"0\""),
                CLAIMS("\"us\"", "1700000100", ",\"nbf\":-1"),
                CLAIMS("\"us\"", "1700000100", ",\"nbf\":1e300"),
                CLAIMS("\"us\"", "1700000100", ",\"nbf\":0.5"),
                CLAIMS("\"us\"", "1700000100", ",\"nbf\":null"),
                CLAIMS("\"us\"", "1700000100", ",\"iat\":1700000011"),
                CLAIMS("\"us\"", "1700000100", ",\"iat\":1699999389"),
                CLAIMS("\"us\"", "1700000100", ",\"iat\":-1"),
                CLAIMS("\"us\"", "1700000100", ",\"iat\":\"1700000000\""),
                CLAIMS("\"us\"", "1700000100", ",\"iat\":1e300"),
                CLAIMS("\"us\"", "1700000100", ",\"iat\":null"),
                "{\"iss\":\"https://a.example\",\"sub\":\"s\",\"aud\":\"us\"}",
        };
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
                expect_verdict(bad[i], &e, &ERR_VERIFY);
}

static void test_bad_parties(void **state)
{
        (void)state;
        const struct jwt_expect e = EXPECT;
        static const char *const bad[] = {
                CLAIMS("\"them\"", "1700000100", ""),
                CLAIMS("\"us \"", "1700000100", ""),
                CLAIMS("\"\"", "1700000100", ""),
                CLAIMS("[]", "1700000100", ""),
                CLAIMS("[\"them\"]", "1700000100", ""),
                CLAIMS("[\"us\",1]", "1700000100", ""),
                CLAIMS("[[\"us\"]]", "1700000100", ""),
                CLAIMS("{\"us\":\"us\"}", "1700000100", ""),
                CLAIMS("null", "1700000100", ""),
                CLAIMS("1", "1700000100", ""),
                "{\"sub\":\"s\",\"aud\":\"us\",\"exp\":1700000100}",
                "{\"iss\":\"https://a.example/\",\"sub\":\"s\",\"aud\":\"us\",\"exp\":1700000100}",
                "{\"iss\":\"https://A.example\",\"sub\":\"s\",\"aud\":\"us\",\"exp\":1700000100}",
                "{\"iss\":[\"https://a.example\"],\"sub\":\"s\",\"aud\":\"us\",\"exp\":1700000100}",
                "{\"iss\":\"https://a.example\",\"sub\":\"S\",\"aud\":\"us\",\"exp\":1700000100}",
                "{\"iss\":\"https://a.example\",\"sub\":[\"s\"],\"aud\":\"us\",\"exp\":1700000100}",
                "{\"iss\":\"https://a.example\",\"aud\":\"us\",\"exp\":1700000100}",
                "{\"iss\":\"https://a.example\",\"sub\":\"s\",\"exp\":1700000100}",
                "[]",
        };
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
                expect_verdict(bad[i], &e, &ERR_VERIFY);
}

static void test_options(void **state)
{
        (void)state;
        struct jwt_expect e = EXPECT;
        e.audience_single = true;
        expect_verdict(CLAIMS("\"us\"", "1700000100", ""), &e, NULL);
        expect_verdict(CLAIMS("[\"us\"]", "1700000100", ""), &e, &ERR_VERIFY);
        e.subject = (struct str){ 0 };
        e.subject_unchecked = true;
        expect_verdict(CLAIMS("\"us\"", "1700000100", ""), &e, NULL);
        expect_verdict("{\"iss\":\"https://a.example\",\"aud\":\"us\",\"exp\":1700000100}", &e, NULL);
        expect_verdict("{\"iss\":\"https://a.example\",\"sub\":1,\"aud\":\"us\",\"exp\":1700000100}", &e, &ERR_VERIFY);
}

static void test_for_everybody(void **state)
{
        (void)state;
        struct jwt_expect e = EXPECT;
        e.audience = (struct str){ 0 };
        e.audience_unchecked = true;
        expect_verdict("{\"iss\":\"https://a.example\",\"sub\":\"s\",\"exp\":1700000100}", &e, NULL);
        expect_verdict(CLAIMS("\"them\"", "1700000100", ""), &e, NULL);
        expect_verdict("{\"iss\":\"https://b.example\",\"sub\":\"s\",\"exp\":1700000100}", &e, &ERR_VERIFY);
        expect_verdict("{\"iss\":\"https://a.example\",\"sub\":\"t\",\"exp\":1700000100}", &e, &ERR_VERIFY);
}

static void test_times(void **state)
{
        (void)state;
        auto_arena a = arena_new(65536);
        int64_t time = 7;
        static const char *const bad[] = { "{}", "{\"t\":\"1\"}", "{\"t\":-1}", "{\"t\":1.5}", "{\"t\":1e300}", "{\"t\":[1]}",
                                           "{\"t\":253402300800}", "{\"t\":true}", "{\"t\":null}" };
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
                assert_false(is_ok(jwt_time(a, json_literal(a, bad[i]), "t", &time)));
        assert_int_equal(time, 7);
        assert_true(is_ok(jwt_time(a, json_literal(a, "{\"t\":1.7e9}"), "t", &time)));
        assert_int_equal(time, 1700000000);
        assert_true(is_ok(jwt_time(a, json_literal(a, "{\"t\":0}"), "t", &time)));
        assert_int_equal(time, 0);
}

struct party {
        struct key *key;
        struct jwks jwks;
};

static struct party signer(struct arena *a)
{
        struct party s = { .jwks = { .keys = arena_new_array(a, struct key *, 1), .count = 1 } };
        assert_ok(key_generate(a, ALG_ES256, &s.key));
        s.jwks.keys[0] = s.key;
        return s;
}

static void test_sign_and_verify(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct party us = signer(a), them = signer(a);
        struct jwt_expect e = EXPECT;
        struct str jwt = { 0 };
        json_t *claims = NULL;
        assert_ok(jwt_sign(a, &(struct signer){ us.key, 0 }, "JWT", json_literal(a, CLAIMS("\"us\"", "1700000100", "")), &jwt));
        assert_error(jwt_verify(a, jwt, &them.jwks, &e, &claims), ERR_VERIFY);
        e.now += 111;
        assert_error(jwt_verify(a, jwt, &us.jwks, &e, &claims), ERR_VERIFY);
        e.now = NOW;
        assert_null(claims);
        assert_ok(jwt_verify(a, jwt, &us.jwks, &e, &claims));
        assert_str_eq(json_str(claims, "sub"), "s");
}

static void test_types(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct party us = signer(a);
        static const struct {
                const char *token, *expected;
                bool optional, good;
        } cases[] = {
                { "at+jwt", "at+jwt", false, true },
                { "application/at+jwt", "at+jwt", false, true },
                { "AT+JWT", "at+jwt", false, true },
                { "JWT", "at+jwt", false, false },
                { "at+jwt", "JWT", true, false },
                { "", "JWT", false, false },
                { "", "JWT", true, true },
                { "application/", "JWT", true, false },
                { "at+jwt2", "at+jwt", false, false },
                { "text/at+jwt", "at+jwt", false, false },
                { "application/application/JWT", "JWT", true, false },
        };
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                struct jwt_expect e = EXPECT;
                struct str jwt = { 0 };
                json_t *claims = NULL;
                e.type = cases[i].expected;
                e.type_optional = cases[i].optional;
                assert_ok(jwt_sign(a, &(struct signer){ us.key, 0 }, cases[i].token, json_literal(a, CLAIMS("\"us\"", "1700000100", "")), &jwt));
                if (is_ok(jwt_verify(a, jwt, &us.jwks, &e, &claims)) != cases[i].good)
                        fail_msg("type \"%s\", expected \"%s\"", cases[i].token, cases[i].expected);
        }
}

/* Every check but that of the signature. */
static void test_read_what_was_verified_before(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct party us = signer(a);
        struct jwt_expect e = EXPECT;
        struct str jwt = { 0 };
        json_t *claims = NULL;
        assert_ok(jwt_sign(a, &(struct signer){ us.key, 0 }, "JWT", json_literal(a, CLAIMS("\"us\"", "1700000100", "")), &jwt));
        assert_error(jwt_read(a, str_head(jwt, jwt.len / 2), &e, &claims), ERR_VERIFY);
        assert_error(jwt_read(a, STR(""), &e, &claims), ERR_VERIFY);
        e.type = "at+jwt";
        assert_error(jwt_read(a, jwt, &e, &claims), ERR_VERIFY);
        e.type = "JWT";
        e.audience = STR("them");
        assert_error(jwt_read(a, jwt, &e, &claims), ERR_VERIFY);
        e.audience = STR("us");
        e.now += 111;
        assert_error(jwt_read(a, jwt, &e, &claims), ERR_VERIFY);
        e.now = NOW;
        assert_null(claims);
        assert_ok(jwt_read(a, jwt, &e, &claims));
        assert_str_eq(json_str(claims, "sub"), "s");
        assert_ok(jws_sign(a, &(struct signer){ us.key, 0 }, "JWT", STR("{\"sub\":\"s\",\"sub\":\"s\"}"), &jwt));
        assert_error(jwt_read(a, jwt, &e, &claims), ERR_VERIFY);
}

/* Correctly signed, but the payload is not one strict JSON object. */
static void test_bad_payloads(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct party us = signer(a);
        const struct jwt_expect e = EXPECT;
        static const char *const bad[] = {
                "",
                "null",
                "[]",
                "{",
                CLAIMS("\"us\"", "1700000100", ",\"sub\":\"s\""),
                CLAIMS("\"us\"", "1e400", ""),
                CLAIMS("\"us\"", "1700000100", "") " {}",
                CLAIMS("\"us\"", "1700000100", ",\"x\":\"\xff\""),
                CLAIMS("\"us\"", "99999999999999999999", ""),
                CLAIMS("\"us\"", "NaN", ""),
                CLAIMS("\"us\"", "Infinity", ""),
                CLAIMS("\"us\"", "01700000100", ""),
        };
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
                struct str jwt = { 0 };
                json_t *claims = NULL;
                assert_ok(jws_sign(a, &(struct signer){ us.key, 0 }, "JWT", str_from(bad[i]), &jwt));
                if (!is_error(jwt_verify(a, jwt, &us.jwks, &e, &claims), &ERR_VERIFY))
                        fail_msg("accepted: %s", bad[i]);
        }
        json_t *claims = NULL;
        assert_error(jwt_verify(a, STR(""), &us.jwks, &e, &claims), ERR_VERIFY);
        assert_error(jwt_verify(a, STR("a.b.c"), &us.jwks, &e, &claims), ERR_VERIFY);
}

/* Does checking with these expectations abort? */
static bool aborts(const struct jwt_expect *e)
{
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
                auto_arena a = arena_new(65536);
                (void)signal(SIGABRT, SIG_DFL);
                if (!freopen("/dev/null", "w", stderr))
                        _exit(2);
                ignore_failure(jwt_check_claims(a, json_new_object(a), e), "only the abort matters");
                _exit(0);
        }
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void test_incomplete_expectations_abort(void **state)
{
        (void)state;
        struct jwt_expect good = EXPECT, e;
        assert_false(aborts(&good));
#define ABORTS_WITH(change) (e = good, e.change, assert_true(aborts(&e)))
        ABORTS_WITH(type = NULL);
        ABORTS_WITH(type = "");
        ABORTS_WITH(issuer.len = 0);
        ABORTS_WITH(audience.len = 0);
        ABORTS_WITH(subject.len = 0);
        ABORTS_WITH(now = 0);
        ABORTS_WITH(leeway = -1);
        ABORTS_WITH(leeway = 61);
        ABORTS_WITH(max_age = 0);
        ABORTS_WITH(max_life = 0);
        ABORTS_WITH(max_age = INT64_MAX);
        ABORTS_WITH(exp_required = false);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_good_claims),     cmocka_unit_test(test_bad_times),
                cmocka_unit_test(test_bad_parties),     cmocka_unit_test(test_options),
                cmocka_unit_test(test_for_everybody),   cmocka_unit_test(test_times),
                cmocka_unit_test(test_sign_and_verify), cmocka_unit_test(test_types),
                cmocka_unit_test(test_read_what_was_verified_before),
                cmocka_unit_test(test_bad_payloads),    cmocka_unit_test(test_incomplete_expectations_abort),
        };
        return cmocka_run_group_tests_name("jwt", tests, NULL, NULL);
}
