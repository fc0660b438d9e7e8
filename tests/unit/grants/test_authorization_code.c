/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The authorization code grant on a real store: what the tokens say, whom a code is for, and that a second use takes
 * back what the first gave. RFC 6749 (4.1.2, 4.1.3), RFC 9068, OpenID Connect Core 1.0 (3.1.3). */
#include "fixed_gateway.h"

#include "access_grant.h"
#include "authorization_code.h"
#include "grant.h"
#include "identity.h"
#include "jwt.h"

#define GOOD "redirect_uri=https%3A%2F%2Fportal.example%2Fcallback&code_verifier=" FIXED_VERIFIER

static const struct client *client_of(struct task *t, const char *client_id)
{
        return config_client(gateway_of(t)->config, str_from(client_id));
}

/* For a person who signed in at `assertion`'s source and agreed to all but the gender. */
static result issue_for(struct task *t, const struct assertion *assertion, struct str *ret_code)
{
        struct identity identity = identity_of(t, assertion);
        const struct authorization_code code = {
                .client_id = STR("portal"),
                .redirect_uri = STR("https://portal.example/callback"),
                .code_challenge = STR(FIXED_CHALLENGE),
                .nonce = STR("n-1"),
                .scope = STR("openid profile"),
                .session = STR("s-1"),
                .identity = identity_render(task_arena(t), &identity),
                .fields = STR("name:value birthdate:value"),
                .auth_time = assertion->auth_time,
                .expires_at = clock_now() + 60,
        };
        *ret_code = authorization_code_new(task_arena(t));
        return authorization_code_put(t, &code, *ret_code);
}

static result issue(struct task *t, struct str *ret_code)
{
        return issue_for(t, &said.cn, ret_code);
}

static result redeem_as(struct task *t, const char *client_id, struct str code, const char *rest, json_t **ret_response)
{
        struct arena *a = task_arena(t);
        struct params params;
        TRY(params_parse(a, ARENA_JOIN(a, STR("code="), code, STR("&"), str_from(rest)), &params));
        return authorization_code_grant(t, client_of(t, client_id), &params, ret_response);
}

static result read_token(struct task *t, const json_t *response, const char *name, const char *type,
                         json_t **ret_claims)
{
        const struct gateway *g = gateway_of(t);
        bool id_token = strcmp(name, "id_token") == 0;
        const struct jwt_expect expect = {
                .type = type,
                .issuer = g->config->issuer,
                .audience = id_token ? STR("portal") : STR("https://api.example"),
                .subject_unchecked = true,
                .now = clock_now(),
                .leeway = 5,
                .max_age = 60,
                .max_life = 600,
                .exp_required = true,
        };
        return jwt_verify(task_arena(t), json_str(response, name), keyring_jwks(gateway_keyring(t)), &expect, ret_claims);
}

IN_TASK(test_tokens)
{
        struct access_grant grant;
        json_t *response, *id_token, *access_token;
        struct str code;
        task_ok(issue(t, &code));
        task_ok(redeem_as(t, "portal", code, GOOD, &response));
        task_expect(str_is(json_str(response, "token_type"), "Bearer") && json_int(response, "expires_in", 0) == 600);
        task_expect(str_is(json_str(response, "scope"), "openid profile"));
        task_ok(read_token(t, response, "id_token", "JWT", &id_token));
        task_ok(read_token(t, response, "access_token", "at+jwt", &access_token));
        task_error(read_token(t, response, "id_token", "at+jwt", &id_token), ERR_VERIFY);
        task_expect(str_is(json_str(id_token, "nonce"), "n-1") && str_is(json_str(id_token, "sid"), "s-1"));
        task_expect(str_is(json_str(id_token, "acr"), "high") &&
                    json_int(id_token, "auth_time", 0) == said.cn.auth_time);
        task_expect(!json_object_get(id_token, "name")); /* scopes ask at userinfo */
        task_expect(str_eq(json_str(id_token, "sub"), json_str(access_token, "sub")));
        task_expect(json_str(id_token, "sub").len == 43);
        task_ok(access_grant_get(t, json_str(access_token, "jti"), &grant));
        task_expect(str_eq(grant.subject, json_str(id_token, "sub")) && str_is(grant.client_id, "portal"));
        task_expect(str_is(json_str(grant.userinfo, "birthdate"), "1980-01-02"));
        task_expect(!json_object_get(grant.userinfo, "gender") && !json_object_get(id_token, "release_policy"));
        task_expect_sealed(t, "CHAN", "1980-01-02", arena_cstr(task_arena(t), code));
}

static const struct policy_field name_only[] = { { { "name", 4 }, POLICY_MASKED, true } };
static const struct policy crossing_policy = {
        .id = { "p", 1 },
        .version = { "1", 1 },
        .sha256 = { "d", 1 },
        .from = { "HK", 2 },
        .to = { "CN", 2 },
        .purpose = { "service", 7 },
        .valid_until = INT64_MAX,
        .fields = name_only,
        .field_count = 1,
};

static result redeem_for_userinfo(struct task *t, struct str code, json_t **ret_access, const json_t **ret_userinfo)
{
        struct access_grant grant;
        json_t *response;
        TRY(redeem_as(t, "portal", code, GOOD, &response));
        TRY(read_token(t, response, "access_token", "at+jwt", ret_access));
        TRY(access_grant_get(t, json_str(*ret_access, "jti"), &grant));
        *ret_userinfo = grant.userinfo;
        return OK;
}

/* What crosses needs a policy; its name and digest travel along. */
IN_TASK(test_crossing)
{
        struct config *config = (struct config *)(uintptr_t)gateway_of(t)->config;
        struct client *client = (struct client *)(uintptr_t)client_of(t, "portal");
        const json_t *userinfo;
        json_t *access_token;
        struct str code;
        task_ok(issue_for(t, &said.hk, &code));
        task_ok(redeem_for_userinfo(t, code, &access_token, &userinfo));
        task_expect(json_object_size(userinfo) == 0 && !json_object_get(access_token, "release_policy"));
        client->purpose = STR("service");
        config->policies = (struct policy_list){ &crossing_policy, 1 };
        task_ok(issue_for(t, &said.hk, &code)); /* agreed before there was this policy */
        task_ok(redeem_for_userinfo(t, code, &access_token, &userinfo));
        task_expect(json_object_size(userinfo) == 0);
        task_expect(str_is(json_str(json_object_get(access_token, "release_policy"), "sha256"), "d"));
        client->purpose = (struct str){ 0 };
        config->policies = (struct policy_list){ 0 };
}

/* Everything that is wrong with a request costs the code, and gives nothing. */
IN_TASK(test_refused)
{
        static const struct {
                const char *client_id, *rest;
        } cases[] = {
                { "plain", GOOD },
                { "app", GOOD },
                { "portal", "code_verifier=" FIXED_VERIFIER },
                { "portal",
                  "redirect_uri=https%3A%2F%2Fportal.example%2Fcallback%3Ffrom%3Dhk&code_verifier=" FIXED_VERIFIER },
                { "portal", "redirect_uri=https%3A%2F%2Fportal.example%2Fcallback" },
                { "portal", "redirect_uri=https%3A%2F%2Fportal.example%2Fcallback&code_verifier=" FIXED_CHALLENGE },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                json_t *response = NULL;
                struct str code;
                task_ok(issue(t, &code));
                task_error(redeem_as(t, cases[i].client_id, code, cases[i].rest, &response), ERR_INVALID_GRANT);
                task_error(redeem_as(t, "portal", code, GOOD, &response), ERR_INVALID_GRANT);
                task_expect(!response);
        }
        json_t *response = NULL;
        task_error(redeem_as(t, "portal", STR(""), GOOD, &response), ERR_INVALID_REQUEST);
        task_error(redeem_as(t, "portal", STR("x"), GOOD, &response), ERR_INVALID_GRANT);
}

IN_TASK(test_expired)
{
        json_t *response;
        struct str code;
        task_ok(issue(t, &code));
        store_fixture_shift(f, 61);
        task_error(redeem_as(t, "portal", code, GOOD, &response), ERR_INVALID_GRANT);
}

/* RFC 6749, section 4.1.2: what the first use gave is revoked, whoever comes second. */
IN_TASK(test_second_use_revokes)
{
        json_t *response, *claims, *second = NULL;
        struct access_grant grant;
        struct str code;
        task_ok(issue(t, &code));
        task_ok(redeem_as(t, "portal", code, GOOD, &response));
        task_ok(read_token(t, response, "access_token", "at+jwt", &claims));
        task_ok(access_grant_get(t, json_str(claims, "jti"), &grant));
        task_error(redeem_as(t, "portal", code, GOOD, &second), ERR_INVALID_GRANT);
        task_error(access_grant_get(t, json_str(claims, "jti"), &grant), ERR_INVALID_TOKEN);
        task_expect(!second);
}

static char raced[44];
static unsigned given;

static void issue_raced(struct task *t, void *argument)
{
        struct str code;
        (void)argument;
        task_ok(issue(t, &code));
        memcpy(raced, code.data, code.len);
        given = 0;
}

/* All on one worker, so `given` needs no lock. */
static void redeem_raced(struct task *t, void *argument)
{
        json_t *response;
        (void)argument;
        result r = redeem_as(t, "portal", str_from(raced), GOOD, &response);
        task_expect(is_ok(r) || is_error(r, &ERR_INVALID_GRANT));
        given += is_ok(r);
}

static void check_raced(struct task *t, void *argument)
{
        struct access_grant grant;
        (void)argument;
        task_error(access_grant_get(t, authorization_code_grant_id(task_arena(t), str_from(raced)), &grant),
                   ERR_INVALID_TOKEN);
}

/* Two at once: at most one gets tokens, and they are worth nothing. */
static void test_two_at_once(void **state)
{
        store_fixture_shift(*state, 0);
        for (int round = 0; round < 10; round++) {
                store_fixture_run(*state, issue_raced);
                store_fixture_race(*state, redeem_raced, 3);
                assert_true(given <= 1);
                store_fixture_run(*state, check_raced);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_tokens),      cmocka_unit_test(test_crossing),
                cmocka_unit_test(test_refused),
                cmocka_unit_test(test_expired),     cmocka_unit_test(test_second_use_revokes),
                cmocka_unit_test(test_two_at_once),
        };
        return cmocka_run_group_tests(tests, fixed_group_setup, fixed_group_teardown);
}
