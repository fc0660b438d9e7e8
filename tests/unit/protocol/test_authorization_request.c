/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The matrix of /authorize row by row: what each row refuses, which error it gives, whether the client hears of it, and
 * that an earlier row wins over a later one. RFC 6749 (4.1.1, 4.1.2.1), RFC 7636, OpenID Connect Core 1.0 (3.1.2). */
#include "unit.h"

#include "authorization_request.h"
#include "fixed_config.h"

#define CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#define CALLBACK "https%3A%2F%2Fportal.example%2Fcallback"
#define WHO "client_id=portal&redirect_uri=" CALLBACK
#define PKCE "&code_challenge=" CHALLENGE "&code_challenge_method=S256"
#define BASE WHO "&response_type=code&scope=openid&state=xyz"
#define GOOD BASE PKCE
#define PLAIN "client_id=plain&redirect_uri=https%3A%2F%2Fplain.example%2Fcb&response_type=code&scope=openid"

struct asking {
        struct arena *arena;
        struct config *config;
        struct authorization_request request;
};

static int setup(void **state)
{
        struct asking *s = calloc(1, sizeof(*s));
        s->arena = arena_new(4 << 20);
        s->config = fixed_config();
        *state = s;
        return s->config ? 0 : -1;
}

static int teardown(void **state)
{
        struct asking *s = *state;
        config_free(s->config);
        arena_free(s->arena);
        free(s);
        return 0;
}

static result ask(struct asking *s, const char *query)
{
        struct params params = { 0 };
        const struct authorization_context c = { .arena = s->arena, .config = s->config, .params = &params };
        assert_ok(params_parse(s->arena, str_from(query), &params));
        arena_clear_reason(s->arena);
        return authorization_request_check(&c, &s->request);
}

static void test_good(void **state)
{
        struct asking *s = *state;
        assert_ok(ask(s, GOOD "&nonce=n-1&prompt=login%20consent&max_age=300&ui_locales=zh-Hant&login_hint=hk"
                              "&acr_values=a%20b&id_token_hint=x&unknown=1"));
        assert_true(str_starts(s->request.text, STR(GOOD "&nonce=n-1&prompt=login%20consent&")));
        assert_str_eq(s->request.client->client_id, "portal");
        assert_str_eq(s->request.redirect_uri, "https://portal.example/callback");
        assert_str_eq(s->request.state, "xyz");
        assert_str_eq(s->request.response_type, "code");
        assert_str_eq(s->request.scope, "openid");
        assert_str_eq(s->request.nonce, "n-1");
        assert_str_eq(s->request.code_challenge, CHALLENGE);
        assert_int_equal(s->request.max_age, 300);
        assert_str_eq(s->request.ui_locales, "zh-Hant");
        assert_str_eq(s->request.login_hint, "hk");
        assert_str_eq(s->request.acr_values, "a b");
        assert_str_eq(s->request.id_token_hint, "x");
        assert_true(authorization_request_prompts(&s->request, "login"));
        assert_true(authorization_request_prompts(&s->request, "consent"));
        assert_false(authorization_request_prompts(&s->request, "none"));
        assert_null(s->request.claims);
}

/* One row each, in the order of the matrix. `proven`: the error goes to the client. */
struct row {
        const char *query;
        const struct error *error;
        bool proven;
        const char *reason;
};

static const struct row rows[] = {
        { WHO "&client_id=portal" PKCE, &ERR_REDIRECT_URI, false, "repeated" },
        { GOOD "&client_id=plain", &ERR_REDIRECT_URI, false, "repeated" },
        { GOOD "&redirect_uri=https%3A%2F%2Fevil.example%2F", &ERR_REDIRECT_URI, false, "repeated" },
        { GOOD "&redirect_uri=" CALLBACK, &ERR_REDIRECT_URI, false, "repeated" },
        { "", &ERR_UNKNOWN_CLIENT, false, "unknown client" },
        { "client_id=&redirect_uri=" CALLBACK, &ERR_UNKNOWN_CLIENT, false, "unknown client" },
        { "client_id=Portal&redirect_uri=" CALLBACK, &ERR_UNKNOWN_CLIENT, false, "unknown client" },
        { "client_id=portal&response_type=code", &ERR_REDIRECT_URI, false, "missing" },
        { "client_id=portal&redirect_uri=", &ERR_REDIRECT_URI, false, "missing" },
        { "client_id=portal&redirect_uri=" CALLBACK "%2F", &ERR_REDIRECT_URI, false, "not registered" },
        { "client_id=plain&redirect_uri=" CALLBACK, &ERR_REDIRECT_URI, false, "not registered" },
        { GOOD "&state=abc", &ERR_INVALID_REQUEST, true, "repeated" },
        { GOOD "&nonce=1&nonce=1", &ERR_INVALID_REQUEST, true, "repeated" },
        { GOOD "&foreign=1&foreign=2", &ERR_INVALID_REQUEST, true, "repeated" },
        { GOOD "&request=eyJ", &ERR_REQUEST_NOT_SUPPORTED, true, "request object" },
        { GOOD "&request_uri=https%3A%2F%2Fa.example", &ERR_REQUEST_URI_NOT_SUPPORTED, true, "request_uri" },
        { GOOD "&registration=%7B%7D", &ERR_REGISTRATION_NOT_SUPPORTED, true, "registration" },
        { WHO "&scope=openid" PKCE, &ERR_INVALID_REQUEST, true, "response_type missing" },
        { WHO "&scope=openid&response_type=" PKCE, &ERR_INVALID_REQUEST, true, "response_type missing" },
        { WHO "&scope=openid&response_type=token" PKCE, &ERR_UNSUPPORTED_RESPONSE_TYPE, true, "not code" },
        { WHO "&scope=openid&response_type=code%20id_token" PKCE, &ERR_UNSUPPORTED_RESPONSE_TYPE, true, "not code" },
        { GOOD "&response_mode=fragment", &ERR_INVALID_REQUEST, true, "response_mode" },
        { GOOD "&response_mode=form_post", &ERR_INVALID_REQUEST, true, "response_mode" },
        { WHO "&response_type=code" PKCE, &ERR_INVALID_SCOPE, true, "openid" },
        { WHO "&response_type=code&scope=profile" PKCE, &ERR_INVALID_SCOPE, true, "openid" },
        { WHO "&response_type=code&scope=OpenID" PKCE, &ERR_INVALID_SCOPE, true, "openid" },
        { BASE, &ERR_INVALID_REQUEST, true, "code_challenge missing" },
        { BASE "&code_challenge=&code_challenge_method=", &ERR_INVALID_REQUEST, true, "code_challenge missing" },
        { BASE "&code_challenge=" CHALLENGE, &ERR_INVALID_REQUEST, true, "S256" },
        { BASE "&code_challenge=" CHALLENGE "&code_challenge_method=plain", &ERR_INVALID_REQUEST, true, "S256" },
        { BASE "&code_challenge=" CHALLENGE "&code_challenge_method=s256", &ERR_INVALID_REQUEST, true, "S256" },
        { BASE "&code_challenge_method=S256", &ERR_INVALID_REQUEST, true, "SHA-256" },
        { BASE "&code_challenge=" CHALLENGE "A&code_challenge_method=S256", &ERR_INVALID_REQUEST, true, "SHA-256" },
        { BASE "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c%3D&code_challenge_method=S256",
          &ERR_INVALID_REQUEST, true, "SHA-256" },
        { PLAIN "&code_challenge_method=plain", &ERR_INVALID_REQUEST, true, "S256" },
        { PLAIN "&code_challenge=x", &ERR_INVALID_REQUEST, true, "S256" },
        { GOOD "&prompt=none%20login", &ERR_INVALID_REQUEST, true, "prompt none" },
        { GOOD "&prompt=consent%20none", &ERR_INVALID_REQUEST, true, "prompt none" },
        { GOOD "&prompt=create", &ERR_INVALID_REQUEST, true, "unknown prompt" },
        { GOOD "&max_age=-1", &ERR_INVALID_REQUEST, true, "max_age" },
        { GOOD "&max_age=1.5", &ERR_INVALID_REQUEST, true, "max_age" },
        { GOOD "&max_age=99999999999999999999", &ERR_INVALID_REQUEST, true, "max_age" },
        { GOOD "&claims=%5B%5D", &ERR_INVALID_REQUEST, true, "JSON" },
        { GOOD "&claims=%7B", &ERR_INVALID_REQUEST, true, "JSON" },
        { GOOD "&claims=%7B%22a%22%3A1%2C%22a%22%3A2%7D", &ERR_INVALID_REQUEST, true, "JSON" },
};

static void test_rows(void **state)
{
        struct asking *s = *state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                result r = ask(s, rows[i].query);
                if (r.error != rows[i].error || (s->request.redirect_uri.len > 0) != rows[i].proven)
                        fail_msg("row %zu: %s: %s, %sproven", i, rows[i].query, r.error ? r.error->symbol : "OK",
                                 s->request.redirect_uri.len ? "" : "not ");
                assert_reason_has(s->arena, rows[i].reason);
                /* What is not proven must not be redirected, whatever the endpoint does. */
                assert_int_equal(r.error->redirect, rows[i].proven);
        }
}

/* A request that is wrong in two ways fails at the earlier row. Each later fault is added to the query as it grows. */
static void test_order(void **state)
{
        static const struct {
                const char *fault;
                const struct error *error;
        } faults[] = {
                { "&max_age=x", &ERR_INVALID_REQUEST },
                { "&prompt=x", &ERR_INVALID_REQUEST },
                { "&response_type=token", &ERR_UNSUPPORTED_RESPONSE_TYPE },
                { "&registration=x", &ERR_REGISTRATION_NOT_SUPPORTED },
                { "&request_uri=x", &ERR_REQUEST_URI_NOT_SUPPORTED },
                { "&request=x", &ERR_REQUEST_NOT_SUPPORTED },
                { "&max_age=y", &ERR_INVALID_REQUEST }, /* now it is repeated */
                { "&redirect_uri=https%3A%2F%2Fevil.example", &ERR_REDIRECT_URI },
        };
        struct asking *s = *state;
        char query[2048] = WHO "&scope=openid&state=xyz" PKCE;
        for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
                size_t len = strlen(query);
                snprintf(query + len, sizeof(query) - len, "%s", faults[i].fault);
                result r = ask(s, query);
                if (i < 2)
                        assert_reason_has(s->arena, "response_type missing");
                else if (r.error != faults[i].error)
                        fail_msg("after %s: %s", faults[i].fault, r.error ? r.error->symbol : "OK");
        }
}

/* The state goes back with an error as soon as it is known, unless it is in doubt. */
static void test_state(void **state)
{
        struct asking *s = *state;
        char query[8192];
        assert_error(ask(s, GOOD "&prompt=x"), ERR_INVALID_REQUEST);
        assert_str_eq(s->request.state, "xyz");
        assert_error(ask(s, GOOD "&state=abc"), ERR_INVALID_REQUEST);
        assert_str_empty(s->request.state);
        snprintf(query, sizeof(query), "%s&state=%02048d", WHO "&response_type=code&scope=openid" PKCE, 7);
        assert_ok(ask(s, query));
        assert_int_equal(s->request.state.len, 2048);
        snprintf(query, sizeof(query), "%s&state=%02049d", WHO "&response_type=code&scope=openid" PKCE, 7);
        assert_error(ask(s, query), ERR_INVALID_REQUEST);
        assert_str_empty(s->request.state);
        assert_true(s->request.redirect_uri.len > 0);
}

static void test_limits(void **state)
{
        static const struct {
                const char *name;
                int max;
        } limits[] = { { "nonce", 1024 }, { "login_hint", 2048 }, { "acr_values", 2048 } };
        struct asking *s = *state;
        char query[8192];
        for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
                for (int over = 0; over < 2; over++) {
                        snprintf(query, sizeof(query), "%s&%s=%0*d", GOOD, limits[i].name, limits[i].max + over, 1);
                        assert_ptr_equal(ask(s, query).error, over ? &ERR_INVALID_REQUEST : NULL);
                }
        snprintf(query, sizeof(query), "%s&claims={\"a\":\"%04090d\"}", GOOD, 1);
        assert_error(ask(s, query), ERR_INVALID_REQUEST);
        snprintf(query, sizeof(query), "%s&claims={\"a\":\"%04000d\"}", GOOD, 1);
        assert_ok(ask(s, query));
}

/* RFC 6749, section 3.1: a parameter without a value counts as omitted. */
static void test_empty_is_absent(void **state)
{
        struct asking *s = *state;
        assert_ok(ask(s, GOOD "&prompt=&max_age=&claims=&nonce=&response_mode=&request=&request_uri=&registration="
                              "&login_hint=&acr_values=&ui_locales=&id_token_hint="));
        assert_str_empty(s->request.prompt);
        assert_int_equal(s->request.max_age, -1);
        assert_null(s->request.claims);
        assert_false(authorization_request_prompts(&s->request, "none"));
}

static void test_scope(void **state)
{
        struct asking *s = *state;
        assert_ok(ask(s, WHO "&response_type=code&scope=profile+openid+email+profile++openid+admin" PKCE));
        assert_str_eq(s->request.scope, "profile openid");
}

static void test_pkce(void **state)
{
        struct asking *s = *state;
        assert_ok(ask(s, PLAIN));
        assert_str_empty(s->request.code_challenge);
        assert_ok(ask(s, PLAIN PKCE));
        assert_str_eq(s->request.code_challenge, CHALLENGE);
}

static void test_prompt_none_alone(void **state)
{
        struct asking *s = *state;
        assert_ok(ask(s, GOOD "&prompt=none"));
        assert_true(authorization_request_prompts(&s->request, "none"));
        assert_ok(ask(s, GOOD "&max_age=0"));
        assert_int_equal(s->request.max_age, 0);
}

/* What no scope of the client stands for can't be had by name either. */
static void test_claims_need_their_scope(void **state)
{
        struct asking *s = *state;
        assert_ok(ask(s, GOOD "&claims={\"id_token\":{\"name\":null,\"email\":{\"essential\":true},\"acr\":null},"
                              "\"userinfo\":{\"phone_number\":null,\"birthdate\":null}}"));
        const json_t *id_token = json_object_get(s->request.claims, "id_token");
        const json_t *userinfo = json_object_get(s->request.claims, "userinfo");
        assert_non_null(json_object_get(id_token, "name"));
        assert_non_null(json_object_get(id_token, "acr"));
        assert_null(json_object_get(id_token, "email"));
        assert_non_null(json_object_get(userinfo, "birthdate"));
        assert_null(json_object_get(userinfo, "phone_number"));
        assert_ok(ask(s, PLAIN "&claims={\"id_token\":{\"name\":null},\"userinfo\":[\"name\"]}"));
        assert_int_equal(json_object_size(json_object_get(s->request.claims, "id_token")), 0);
}

static void test_acr(void **state)
{
        static const struct {
                const char *query, *values;
                bool essential;
        } cases[] = {
                { GOOD, "", false },
                { GOOD "&acr_values=a%20b", "a b", false },
                { GOOD "&acr_values=a&claims={\"id_token\":{\"acr\":{\"essential\":true,\"value\":\"c\"}}}", "c",
                  true },
                { GOOD "&claims={\"id_token\":{\"acr\":{\"essential\":true,\"values\":[\"c\",\"d\"]}}}", "c d", true },
                { GOOD "&acr_values=a&claims={\"id_token\":{\"acr\":{\"values\":[\"c\"]}}}", "a", false },
                /* essential, but nothing in particular: any level will do */
                { GOOD "&claims={\"id_token\":{\"acr\":{\"essential\":true}}}", "", false },
                { GOOD "&acr_values=a&claims={\"id_token\":{\"acr\":{\"essential\":true,\"values\":[]}}}", "a", false },
                { GOOD
                  "&claims={\"id_token\":{\"acr\":null},\"userinfo\":{\"acr\":{\"essential\":true,\"value\":\"c\"}}}",
                  "", false },
        };
        struct asking *s = *state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                bool essential = !cases[i].essential;
                assert_ok(ask(s, cases[i].query));
                assert_str_eq(authorization_request_acr(s->arena, &s->request, &essential), cases[i].values);
                assert_int_equal(essential, cases[i].essential);
        }
}

static void test_subject(void **state)
{
        static const struct {
                const char *claims, *subject;
        } cases[] = {
                { "", "" },
                { "&claims={\"id_token\":{\"sub\":{\"value\":\"p-1\"}}}", "p-1" },
                { "&claims={\"id_token\":{\"sub\":null}}", "" },
                { "&claims={\"id_token\":{\"sub\":{\"value\":7}}}", "" },
                { "&claims={\"userinfo\":{\"sub\":{\"value\":\"p-1\"}}}", "" },
        };
        struct asking *s = *state;
        char query[2048];
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                snprintf(query, sizeof(query), "%s%s", GOOD, cases[i].claims);
                assert_ok(ask(s, query));
                assert_str_eq(authorization_request_subject(&s->request), cases[i].subject);
        }
}

/* RFC 8707 (2): an item narrows scopes and claims; it is kept; unknown, foreign and several resources are refused. */
static void test_resource(void **state)
{
        static const struct str whose[] = { { "app", 3 } };
        static const struct catalogue_item items[] = {
                { .id = { "tax", 3 }, .resource = { "https://api.example/tax", 23 }, .scopes = { "profile", 7 },
                  .clients = whose, .client_count = 1 },
        };
#define APP "client_id=app&redirect_uri=com.example.app%3A%2Fcb&response_type=code&scope=openid+profile+email" PKCE
#define TAX "&resource=https%3A%2F%2Fapi.example%2Ftax"
        struct asking *s = *state;
        s->config->catalogue = (struct catalogue){ items, 1 };
        assert_ok(ask(s, APP));
        assert_null(s->request.item);
        assert_str_eq(s->request.scope, "openid profile email");
        assert_ok(ask(s, APP TAX "&claims={\"id_token\":{\"email\":null,\"name\":null}}"));
        assert_ptr_equal(s->request.item, &items[0]);
        assert_str_eq(s->request.scope, "openid profile");
        assert_null(json_object_get(json_object_get(s->request.claims, "id_token"), "email"));
        assert_non_null(json_object_get(json_object_get(s->request.claims, "id_token"), "name"));
        assert_error(ask(s, APP "&resource=https%3A%2F%2Fapi.example%2Fother"), ERR_INVALID_TARGET);
        assert_str_eq(s->request.redirect_uri, "com.example.app:/cb");
        assert_error(ask(s, APP TAX TAX), ERR_INVALID_TARGET);
        assert_error(ask(s, GOOD TAX), ERR_INVALID_TARGET);
        assert_ok(ask(s, APP "&resource="));
        assert_null(s->request.item);
        s->config->catalogue = (struct catalogue){ 0 }; /* taken out meanwhile: the kept request is read again */
        assert_error(ask(s, APP TAX), ERR_INVALID_TARGET);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_good),
                cmocka_unit_test(test_rows),
                cmocka_unit_test(test_order),
                cmocka_unit_test(test_state),
                cmocka_unit_test(test_limits),
                cmocka_unit_test(test_empty_is_absent),
                cmocka_unit_test(test_scope),
                cmocka_unit_test(test_pkce),
                cmocka_unit_test(test_prompt_none_alone),
                cmocka_unit_test(test_claims_need_their_scope),
                cmocka_unit_test(test_acr),
                cmocka_unit_test(test_subject),
                cmocka_unit_test(test_resource),
        };
        return cmocka_run_group_tests(tests, setup, teardown);
}
