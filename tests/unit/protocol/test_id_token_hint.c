/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* ID tokens that come back as hints: ours, for a client of ours, of the right type; expired ones too. */
#include "unit.h"

#include "fixed_config.h"
#include "id_token_hint.h"
#include "jwt.h"
#include "keyring.h"

struct ring {
        struct arena *arena;
        struct config *config;
        struct keyring *keyring;
};

static int setup(void **state)
{
        static const enum alg algs[] = { ALG_ES256 };
        static struct ring r;
        r.arena = arena_new(1 << 20);
        r.config = fixed_config();
        *state = &r;
        return r.config && is_ok(keyring_make(r.arena, algs, 1, 1795320000, &r.keyring)) ? 0 : -1;
}

static int teardown(void **state)
{
        struct ring *r = *state;
        keyring_unref(r->keyring);
        config_free(r->config);
        arena_free(r->arena);
        return 0;
}

static result check(struct ring *r, const char *type, const char *claims, struct id_token_hint *ret_hint)
{
        const struct signer signer = { keyring_active(r->keyring, ALG_ES256), 0 };
        struct str jws;
        assert_ok(jws_sign(r->arena, &signer, type, str_from(claims), &jws));
        return id_token_hint_check(r->arena, r->config, keyring_jwks(r->keyring), jws, ret_hint);
}

#define GOOD "{\"iss\":\"http://localhost:8080\",\"aud\":\"portal\",\"sub\":\"p-1\",\"sid\":\"s-1\",\"exp\":1}"

static void test_good(void **state)
{
        struct ring *r = *state;
        struct id_token_hint hint;
        assert_ok(check(r, "JWT", GOOD, &hint));
        assert_ptr_equal(hint.client, config_client(r->config, STR("portal")));
        assert_str_eq(hint.subject, "p-1");
        assert_str_eq(hint.session, "s-1");
}

static void test_refused(void **state)
{
        static const struct {
                const char *type, *claims;
        } cases[] = {
                { "at+jwt", GOOD },
                { "JWT", "{\"iss\":\"http://localhost:8080\",\"aud\":\"nobody\",\"sub\":\"p-1\"}" },
                { "JWT", "{\"iss\":\"http://localhost:8080\",\"aud\":[\"portal\"],\"sub\":\"p-1\"}" },
                { "JWT", "{\"iss\":\"http://localhost:8080\",\"sub\":\"p-1\"}" },
                { "JWT", "{\"iss\":\"http://localhost:8080\",\"aud\":\"portal\"}" },
                { "JWT", "{\"iss\":\"http://localhost:8080/\",\"aud\":\"portal\",\"sub\":\"p-1\"}" },
                { "JWT", "{\"aud\":\"portal\",\"sub\":\"p-1\"}" },
                { "JWT", "[]" },
                { "JWT", "" },
        };
        struct ring *r = *state;
        struct id_token_hint hint = { .subject = STR("kept") };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
                if (!is_error(check(r, cases[i].type, cases[i].claims, &hint), &ERR_INVALID_REQUEST))
                        fail_msg("accepted: %s %s", cases[i].type, cases[i].claims);
        assert_str_eq(hint.subject, "kept");
        assert_error(id_token_hint_check(r->arena, r->config, keyring_jwks(r->keyring), STR(""), &hint),
                     ERR_INVALID_REQUEST);
}

static void test_foreign_key(void **state)
{
        struct ring *r = *state;
        struct signer signer = { 0 };
        struct id_token_hint hint;
        struct str jws;
        assert_ok(key_generate(r->arena, ALG_ES256, &signer.key));
        assert_ok(jws_sign(r->arena, &signer, "JWT", STR(GOOD), &jws));
        assert_error(id_token_hint_check(r->arena, r->config, keyring_jwks(r->keyring), jws, &hint),
                     ERR_INVALID_REQUEST);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_good),
                cmocka_unit_test(test_refused),
                cmocka_unit_test(test_foreign_key),
        };
        return cmocka_run_group_tests(tests, setup, teardown);
}
