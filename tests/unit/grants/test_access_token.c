/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Access tokens that come back: what they say, that the signature is verified once, and that everything else is checked
 * each time. RFC 9068. */
#include "granted.h"

#include "access_token.h"
#include "verified_token.h"

static result give(struct task *t, enum token_format format, struct str *ret_token)
{
        json_t *tokens;
        granted_client(t, "portal")->access_token_format = format;
        TRY(granted_tokens(t, STR("openid profile"), STR("name:value"), &tokens));
        *ret_token = json_str(tokens, "access_token");
        return OK;
}

static bool is_known(struct task *t, struct str token)
{
        return verified_token_known(task_arena(t), gateway_keyring(t), token, clock_now());
}

IN_TASK(test_both_formats)
{
        static const enum token_format formats[] = { TOKEN_FORMAT_JWT, TOKEN_FORMAT_OPAQUE };
        for (size_t i = 0; i < 2; i++) {
                struct access_token got;
                struct str token;
                task_ok(give(t, formats[i], &token));
                task_expect(str_starts(token, STR("bga.")) == (formats[i] == TOKEN_FORMAT_OPAQUE));
                task_ok(access_token_read(t, token, &got));
                task_expect(str_is(got.client->client_id, "portal") && !got.item && str_is(got.scope, "openid profile"));
                task_expect(str_is(got.audience, "https://api.example") && str_is(got.acr, "high"));
                task_expect(str_starts(got.id, got.grant.id) && got.expires_at == clock_now() + 600);
                store_fixture_shift(f, 599 + 700 * (int64_t)i);
                task_ok(access_token_read(t, token, &got));
                store_fixture_shift(f, 601 + 700 * (int64_t)i);
                task_error(access_token_read(t, token, &got), ERR_INVALID_TOKEN);
                store_fixture_shift(f, 700);
        }
}

/* The same token with another signature: refused, unless it is remembered as verified. So nothing was verified then. */
IN_TASK(test_a_signature_is_verified_once)
{
        struct access_token got;
        struct str token, forged;
        task_ok(give(t, TOKEN_FORMAT_JWT, &token));
        task_expect(!is_known(t, token));
        task_ok(access_token_read(t, token, &got));
        task_expect(is_known(t, token));
        forged = ARENA_JOIN(task_arena(t), str_head(token, token.len - 86),
                            STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
        task_error(access_token_read(t, forged, &got), ERR_INVALID_TOKEN);
        task_expect(!is_known(t, forged));
        verified_token_remember(task_arena(t), gateway_keyring(t), forged, clock_now() + 60);
        task_ok(access_token_read(t, forged, &got));
}

/* What is remembered is the signature, not the verdict. */
IN_TASK(test_everything_else_is_checked_each_time)
{
        struct client *portal = granted_client(t, "portal");
        struct str audience = portal->audience, token;
        struct access_token got;
        task_ok(give(t, TOKEN_FORMAT_JWT, &token));
        task_ok(access_token_read(t, token, &got));
        portal->audience = STR("https://elsewhere.example");
        task_error(access_token_read(t, token, &got), ERR_INVALID_TOKEN);
        portal->audience = audience;
        task_ok(access_token_read(t, token, &got));
        task_ok(access_grant_revoke(t, got.grant.id, got.grant.expires_at));
        task_expect(is_known(t, token));
        task_error(access_token_read(t, token, &got), ERR_INVALID_TOKEN);
}

IN_TASK(test_what_is_none)
{
        static const char *const texts[] = { "", ".", "..", "...", "bga....", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "{}", "\xff" };
        struct access_token got;
        for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
                task_error(access_token_read(t, str_from(texts[i]), &got), ERR_INVALID_TOKEN);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_both_formats),
                cmocka_unit_test(test_a_signature_is_verified_once),
                cmocka_unit_test(test_everything_else_is_checked_each_time),
                cmocka_unit_test(test_what_is_none),
        };
        return cmocka_run_group_tests(tests, fixed_group_setup, fixed_group_teardown);
}
