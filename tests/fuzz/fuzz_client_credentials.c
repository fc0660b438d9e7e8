/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Client authentication of any token request. The first line is the Authorization header, the rest the body. What is
 * read uses one method only, and nobody who does not know the secret is let in. */
#include "fuzz.h"

#include "client_authentication.h"
#include "fixed_config.h"

static const struct config *config(void)
{
        static struct config *loaded;
        if (!loaded)
                loaded = fixed_config();
        fuzz_expect(loaded);
        return loaded;
}

static void check_shape(const struct client_credentials *c)
{
        fuzz_expect(c->method >= CLIENT_AUTH_NONE && c->method <= CLIENT_AUTH_PRIVATE_KEY_JWT);
        fuzz_expect((c->assertion.len > 0) == (c->method == CLIENT_AUTH_PRIVATE_KEY_JWT));
        fuzz_expect(c->secret.len == 0 || c->method == CLIENT_AUTH_SECRET_BASIC ||
                    c->method == CLIENT_AUTH_SECRET_POST);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        const struct client_authentication_context context = {
                .issuer = config()->issuer,
                .token_endpoint = STR("http://localhost:8080/token"),
                .now = 1795320000,
        };
        auto_arena a = arena_new(FUZZ_ARENA_CAP);
        struct str rest = str_slice(data, size), header = { 0 };
        struct client_credentials c;
        struct client_assertion assertion;
        struct params params;
        if (!str_split(&rest, '\n', &header) || !is_ok(params_parse(a, rest, &params)) ||
            !is_ok(client_credentials_parse(a, header, &params, &c)))
                return 0;
        check_shape(&c);
        const struct client *client = config_client(config(), c.client_id);
        if (!client || !is_ok(client_credentials_check(a, &context, client, &c, &assertion)))
                return 0;
        fuzz_expect(client->auth == c.method && assertion.jti.len == 0);
        fuzz_expect(client->auth == CLIENT_AUTH_NONE || str_is(c.secret, FIXED_SECRET));
        return 0;
}
