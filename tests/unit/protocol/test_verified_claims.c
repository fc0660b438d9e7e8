/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Verified claims: only what was released and asked for as verified, only when the demands on the verification are met.
 * OpenID Connect for Identity Assurance 1.0. */
#include "unit.h"

#include "verified_claims.h"

#define NOW 1795320000

static const struct verification smart = {
        .trust_framework = { "hk_iamsmart", 11 },
        .assurance_level = { "sign", 4 },
        .ial = 2,
        .aal = 3,
        .fal = 2,
        .map_version = { "7", 1 },
        .time = NOW - 60,
        .process = { "p-1", 3 },
        .jurisdiction = { "HK", 2 },
        .document_type = { "hkid", 4 },
};

static json_t *parse(struct arena *a, const char *text)
{
        json_t *object = NULL;
        assert_ok(json_read_object(a, str_from(text), 8192, &object));
        return object;
}

/* What the ID token shows for this verified_claims, of name and birthdate released. */
static struct str shown(struct arena *a, const char *wanted, const struct verification *v)
{
        char text[2048];
        snprintf(text, sizeof(text), "{\"id_token\":{\"verified_claims\":%s}}", wanted);
        const struct verified_claims_request r = { STR("openid profile"), parse(a, text), CLAIM_ID_TOKEN, NOW };
        json_t *released = parse(a, "{\"name\":\"CHAN\",\"birthdate\":\"1990-01-15\"}");
        assert_ok(verified_claims_check(a, r.claims));
        return json_write(a, verified_claims_apply(a, &r, released, v));
}

#define FRAMEWORK "\"trust_framework\":null"
#define WANT(verification, claims) "{\"verification\":{" verification "},\"claims\":{" claims "}}"

/* birthdate was not asked for by name: it stays where it was released. */
static void test_minimal(void **state)
{
        auto_arena a = arena_new(1 << 20);
        (void)state;
        assert_str_eq(shown(a, WANT(FRAMEWORK, "\"name\":null,\"email\":null"), &smart),
                      "{\"birthdate\":\"1990-01-15\",\"verified_claims\":{\"verification\":{\"trust_framework\":"
                      "\"hk_iamsmart\"},\"claims\":{\"name\":\"CHAN\"}}}");
}

static void test_everything(void **state)
{
        auto_arena a = arena_new(1 << 20);
        (void)state;
        assert_str_eq(shown(a,
                            WANT(FRAMEWORK ",\"assurance_level\":null,\"assurance_process\":null,\"time\":null,"
                                           "\"verification_process\":null,\"evidence\":null",
                                 "\"name\":null,\"birthdate\":null"),
                            &smart),
                      "{\"verified_claims\":{\"verification\":{\"trust_framework\":\"hk_iamsmart\",\"assurance_level\":"
                      "\"sign\",\"time\":\"2026-11-22T03:59:00Z\",\"verification_process\":\"p-1\",\"assurance_process\":"
                      "{\"policy\":\"urn:baygate:assurance-map\",\"procedure\":\"7\",\"assurance_details\":["
                      "{\"assurance_type\":\"ial\",\"assurance_classification\":\"2\"},"
                      "{\"assurance_type\":\"aal\",\"assurance_classification\":\"3\"},"
                      "{\"assurance_type\":\"fal\",\"assurance_classification\":\"2\"}]},\"evidence\":["
                      "{\"type\":\"electronic_record\",\"check_details\":[{\"check_method\":\"auth\",\"time\":"
                      "\"2026-11-22T03:59:00Z\"}],\"record\":{\"type\":\"hk_iamsmart\",\"source\":{\"country_code\":"
                      "\"HKG\"}}},{\"type\":\"document\",\"check_details\":[{\"check_method\":\"data\"}],"
                      "\"document_details\":{\"type\":\"hkid\"}}]},"
                      "\"claims\":{\"name\":\"CHAN\",\"birthdate\":\"1990-01-15\"}}}");
}

/* Demands that are met, and demands that are not: then nothing of the entry is told, not even unverified. */
static void test_demands(void **state)
{
        static const struct {
                const char *verification;
                bool met;
        } rows[] = {
                { "\"trust_framework\":{\"value\":\"hk_iamsmart\"}", true },
                { "\"trust_framework\":{\"value\":\"cn_gd_tyrz\"}", false },
                { "\"trust_framework\":{\"values\":[\"cn_gd_tyrz\",\"hk_iamsmart\"]}", true },
                { "\"trust_framework\":{\"values\":[]}", false },
                { "\"trust_framework\":{\"value\":1}", false },
                { "\"trust_framework\":{}", true },
                { FRAMEWORK ",\"assurance_level\":{\"value\":\"sign\"}", true },
                { FRAMEWORK ",\"assurance_level\":{\"value\":\"higher\"}", false },
                { FRAMEWORK ",\"time\":{\"max_age\":60}", true },
                { FRAMEWORK ",\"time\":{\"max_age\":59}", false },
                { FRAMEWORK ",\"time\":{\"max_age\":\"60\"}", false },
                { FRAMEWORK ",\"evidence\":[{\"type\":{\"value\":\"document\"}}]", true },
                { FRAMEWORK ",\"assurance_process\":{\"policy\":{\"value\":\"urn:baygate:assurance-map\"}}", true },
                { FRAMEWORK ",\"assurance_process\":{\"procedure\":{\"value\":\"8\"}}", false },
                { FRAMEWORK ",\"assurance_process\":{\"assurance_details\":[{\"assurance_type\":{\"value\":\"aal\"},"
                            "\"assurance_classification\":{\"value\":\"3\"}}]}", true },
                { FRAMEWORK ",\"assurance_process\":{\"assurance_details\":[{\"assurance_type\":{\"value\":\"ial\"},"
                            "\"assurance_classification\":{\"value\":\"3\"}}]}", false },
                { FRAMEWORK ",\"evidence\":[{\"type\":{\"value\":\"vouch\"}}]", false },
        };
        auto_arena a = arena_new(1 << 20);
        (void)state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                char wanted[512];
                snprintf(wanted, sizeof(wanted), WANT("%s", "\"name\":null"), rows[i].verification);
                json_t *got = parse(a, arena_cstr(a, shown(a, wanted, &smart)));
                assert_int_equal(json_object_get(got, "verified_claims") != NULL, rows[i].met);
                assert_null(json_object_get(got, "name"));
        }
}

/* A demand inside an entry of the list lets through only evidence that meets it; without any, nothing is told. */
static void test_evidence_by_its_details(void **state)
{
        static const struct {
                const char *wanted;
                size_t count;
        } rows[] = {
                { "[{\"type\":{\"value\":\"document\"},\"document_details\":{\"type\":{\"value\":\"hkid\"}}}]", 1 },
                { "[{\"type\":{\"value\":\"document\"},\"document_details\":{\"type\":{\"value\":\"passport\"}}}]", 0 },
                { "[{\"type\":{\"value\":\"document\"},\"document_details\":{\"type\":"
                  "{\"values\":[\"passport\",\"hkid\"]}}}]", 1 },
                { "[{\"type\":{\"value\":\"document\"},\"document_details\":{\"date_of_issuance\":"
                  "{\"value\":\"2020-01-01\"}}}]", 0 },
                { "[{\"type\":{\"value\":\"document\"},\"document_details\":{\"date_of_issuance\":null}}]", 1 },
                { "[{\"type\":{\"value\":\"document\"},\"check_details\":[{\"check_method\":{\"value\":\"vpip\"}}]}]", 0 },
                { "[{\"type\":{\"value\":\"document\"},\"check_details\":[{\"check_method\":{\"value\":\"data\"}}]}]", 1 },
                { "[{\"check_details\":[{\"check_method\":{\"value\":\"auth\"}},{\"check_method\":{\"value\":\"data\"}}]}]", 0 },
                { "[{\"check_details\":[{\"check_method\":null,\"time\":{\"max_age\":61}}]}]", 1 },
                { "[{\"check_details\":[{\"check_method\":null,\"time\":{\"max_age\":59}}]}]", 0 },
                { "[{\"type\":{\"value\":\"document\"}},{\"type\":{\"value\":\"electronic_record\"}}]", 2 },
                { "[{\"type\":{\"value\":\"document\"}},{\"type\":{\"value\":\"vouch\"}}]", 1 },
                { "[{\"type\":{\"value\":\"electronic_signature\"}}]", 0 },
                { "[{\"record\":{\"source\":{\"country_code\":{\"value\":\"HKG\"}}}}]", 1 },
                { "[{\"record\":{\"source\":{\"country_code\":{\"value\":\"CHN\"}}}}]", 0 },
                { "[{\"record\":{\"type\":\"not a demand\"}}]", 2 },
                { "[]", 2 },
                { "{}", 2 },
        };

        (void)state;
        for (size_t n = 0; n < sizeof(rows) / sizeof(rows[0]); n++) {
                auto_arena a = arena_new(1 << 20);
                char wanted[1024];
                snprintf(wanted, sizeof(wanted), WANT(FRAMEWORK ",\"evidence\":%s", "\"name\":null"), rows[n].wanted);
                json_t *told = json_object_get(parse(a, shown(a, wanted, &smart).data), "verified_claims");
                size_t count = json_array_size(json_object_get(json_object_get(told, "verification"), "evidence"));
                if (count != rows[n].count || !told != !count)
                        fail_msg("%s: %zu", rows[n].wanted, count);
        }
}

static void test_evidence_by_type(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct verification v = smart;
        const char *wanted = WANT(FRAMEWORK ",\"evidence\":[{\"type\":{\"value\":\"document\"}}]", "\"name\":null");
        (void)state;
        json_t *got = parse(a, arena_cstr(a, shown(a, wanted, &v)));
        const json_t *verification = json_object_get(json_object_get(got, "verified_claims"), "verification");
        assert_int_equal(json_array_size(json_object_get(verification, "evidence")), 1);
        v.document_type = (struct str){ 0 };
        assert_str_eq(shown(a, wanted, &v), "{\"birthdate\":\"1990-01-15\"}");
}

static void test_claim_values(void **state)
{
        auto_arena a = arena_new(1 << 20);
        (void)state;
        assert_str_eq(shown(a, WANT(FRAMEWORK, "\"name\":{\"value\":\"LEE\"},\"birthdate\":{\"essential\":true}"), &smart),
                      "{\"verified_claims\":{\"verification\":{\"trust_framework\":\"hk_iamsmart\"},"
                      "\"claims\":{\"birthdate\":\"1990-01-15\"}}}");
        assert_str_eq(shown(a, WANT(FRAMEWORK, "\"name\":{\"value\":\"LEE\"}"), &smart),
                      "{\"birthdate\":\"1990-01-15\"}");
}

static void test_a_source_without_a_framework(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct verification v = smart;
        (void)state;
        v.trust_framework = (struct str){ 0 };
        assert_str_eq(shown(a, WANT(FRAMEWORK, "\"name\":null"), &v), "{\"birthdate\":\"1990-01-15\"}");
}

/* Of a list, the entries that can be met. */
static void test_list(void **state)
{
        auto_arena a = arena_new(1 << 20);
        (void)state;
        assert_str_eq(shown(a,
                            "[" WANT("\"trust_framework\":{\"value\":\"other\"}", "\"name\":null") "," WANT(
                                    FRAMEWORK, "\"birthdate\":null") "]",
                            &smart),
                      "{\"verified_claims\":[{\"verification\":{\"trust_framework\":\"hk_iamsmart\"},"
                      "\"claims\":{\"birthdate\":\"1990-01-15\"}}]}");
}

/* A claim that a scope or a plain request stands for is told plainly as well; each target has its own wishes. */
static void test_plainly_as_well(void **state)
{
        auto_arena a = arena_new(1 << 20);
        json_t *claims = parse(a, "{\"userinfo\":{\"verified_claims\":" WANT(FRAMEWORK, "\"name\":null") "}}");
        json_t *released = parse(a, "{\"name\":\"CHAN\"}");
        struct verified_claims_request r = { STR("openid profile"), claims, CLAIM_USERINFO, NOW };
        (void)state;
        assert_str_eq(json_write(a, verified_claims_apply(a, &r, released, &smart)),
                      "{\"name\":\"CHAN\",\"verified_claims\":{\"verification\":{\"trust_framework\":\"hk_iamsmart\"},"
                      "\"claims\":{\"name\":\"CHAN\"}}}");
        r.scope = STR("openid");
        assert_null(json_object_get(verified_claims_apply(a, &r, released, &smart), "name"));
        r.target = CLAIM_ID_TOKEN;
        assert_null(json_object_get(verified_claims_apply(a, &r, released, &smart), "verified_claims"));
}

static void test_malformed(void **state)
{
        static const char *const bad[] = {
                "{\"id_token\":{\"verified_claims\":{}}}",
                "{\"id_token\":{\"verified_claims\":null}}",
                "{\"id_token\":{\"verified_claims\":\"all\"}}",
                "{\"id_token\":{\"verified_claims\":[]}}",
                "{\"userinfo\":{\"verified_claims\":[1]}}",
                "{\"userinfo\":{\"verified_claims\":" WANT(FRAMEWORK, "") "}}",
                "{\"userinfo\":{\"verified_claims\":" WANT("\"time\":null", "\"name\":null") "}}",
                "{\"userinfo\":{\"verified_claims\":[1,1,1,1,1,1,1,1,1]}}",
        };
        auto_arena a = arena_new(1 << 20);
        (void)state;
        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
                assert_error(verified_claims_check(a, parse(a, bad[i])), ERR_INVALID_REQUEST);
        assert_ok(verified_claims_check(a, parse(a, "{\"id_token\":{\"name\":null},\"userinfo\":7}")));
}

static void test_asking_and_dropping(void **state)
{
        auto_arena a = arena_new(1 << 20);
        json_t *claims = parse(a, "{\"id_token\":{\"verified_claims\":[" WANT(FRAMEWORK, "\"name\":null") "]}}");
        (void)state;
        assert_true(scope_asks(STR("openid"), claims, "name", CLAIM_ID_TOKEN));
        assert_false(scope_asks(STR("openid"), claims, "name", CLAIM_USERINFO));
        assert_false(scope_asks_plainly(STR("openid"), claims, "name", CLAIM_ID_TOKEN));
        verified_claims_drop(json_object_get(claims, "id_token"), "name");
        assert_false(scope_asks(STR("openid"), claims, "name", CLAIM_ID_TOKEN));
}

static void test_discovery(void **state)
{
        static const struct str frameworks[] = { { "hk_iamsmart", 11 }, { "cn_gd_tyrz", 10 } };
        auto_arena a = arena_new(1 << 20);
        json_t *d = json_new_object(a);
        (void)state;
        verified_claims_discovery(d, frameworks, 0);
        assert_str_eq(json_write(a, d), "{\"verified_claims_supported\":false}");
        verified_claims_discovery(d, frameworks, 2);
        assert_true(json_bool(d, "verified_claims_supported", false));
        assert_int_equal(json_array_size(json_object_get(d, "trust_frameworks_supported")), 2);
        assert_true(json_array_size(json_object_get(d, "evidence_supported")) == 2);
        assert_true(json_array_size(json_object_get(d, "claims_in_verified_claims_supported")) > 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_minimal),
                cmocka_unit_test(test_everything),
                cmocka_unit_test(test_demands),
                cmocka_unit_test(test_evidence_by_type),
                cmocka_unit_test(test_evidence_by_its_details),
                cmocka_unit_test(test_claim_values),
                cmocka_unit_test(test_a_source_without_a_framework),
                cmocka_unit_test(test_list),
                cmocka_unit_test(test_plainly_as_well),
                cmocka_unit_test(test_malformed),
                cmocka_unit_test(test_asking_and_dropping),
                cmocka_unit_test(test_discovery),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
