/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The matrix of /authorize with any query: what passes has a registered redirect URI, S256 unless the client may do
 * without, openid and no scope or claim beyond the client's; nothing is proven before the redirect URI is; and what is
 * kept of a request reads back the same. */
#include "fuzz.h"

#include "authorization_request.h"
#include "authorization_response.h"
#include "fixed_config.h"
#include "redirect_uri.h"
#include "scope.h"

static const struct config *config(void)
{
        static struct config *loaded;
        if (!loaded)
                loaded = fixed_config();
        fuzz_expect(loaded);
        return loaded;
}

static void check_scopes(const struct authorization_request *r)
{
        static const char *const targets[] = { "id_token", "userinfo" };
        struct str rest = r->scope, word;
        fuzz_expect(str_has_word(r->scope, STR("openid")));
        while (str_split(&rest, ' ', &word))
                fuzz_expect(str_has_word(r->client->scopes, word));
        for (size_t i = 0; i < 2; i++)
                for (const char *const *claim = scope_claims; *claim; claim++)
                        fuzz_expect(!json_object_get(json_object_get(r->claims, targets[i]), *claim) ||
                                    scope_covers(r->client->scopes, *claim));
}

static void check_kept(struct arena *a, const struct authorization_request *r)
{
        struct authorization_request again;
        json_t *kept = json_new_object(a), *read;
        struct params params;
        const struct authorization_context c = { .arena = a, .config = config(), .params = &params };
        json_put_str(kept, "request", r->text);
        fuzz_expect(is_ok(json_read_object(a, json_write(a, kept), FUZZ_ARENA_CAP, &read)));
        fuzz_expect(is_ok(params_parse(a, json_str(read, "request"), &params)));
        fuzz_expect(is_ok(authorization_request_check(&c, &again)));
        fuzz_expect(again.client == r->client && str_eq(again.redirect_uri, r->redirect_uri));
        fuzz_expect(str_eq(again.state, r->state) && str_eq(again.nonce, r->nonce) && str_eq(again.scope, r->scope));
        fuzz_expect(str_eq(again.code_challenge, r->code_challenge) && again.max_age == r->max_age);
        fuzz_expect(str_eq(again.prompt, r->prompt) && json_equal(again.claims, r->claims) == (r->claims != NULL));
}

static void check_good(struct arena *a, const struct authorization_request *r)
{
        bool essential;
        fuzz_expect(r->client && redirect_uri_is_registered(a, r->client, r->redirect_uri));
        fuzz_expect(r->code_challenge.len == 43 || (r->code_challenge.len == 0 && !r->client->require_pkce));
        fuzz_expect(str_is(r->response_type, "code") && r->max_age >= -1);
        fuzz_expect(!authorization_request_prompts(r, "none") || str_is(r->prompt, "none"));
        check_scopes(r);
        check_kept(a, r);
        struct str acr = authorization_request_acr(a, r, &essential);
        fuzz_expect(!essential || acr.len > 0);
}

/* The redirect back leads to the registered URI and holds nothing that ends a header. */
static void check_redirect(const struct authorization_request *r, struct str url)
{
        fuzz_expect(str_starts(url, r->redirect_uri));
        fuzz_expect(str_is_printable_ascii(url) && str_find(url, ' ') == url.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        auto_arena a = arena_new(FUZZ_ARENA_CAP);
        struct authorization_request r;
        struct params params;
        if (!is_ok(params_parse(a, str_slice(data, size), &params)))
                return 0;
        const struct authorization_context c = { .arena = a, .config = config(), .params = &params };
        result verdict = authorization_request_check(&c, &r);
        fuzz_expect(r.redirect_uri.len == 0 || redirect_uri_is_registered(a, r.client, r.redirect_uri));
        if (is_ok(verdict)) {
                check_good(a, &r);
                check_redirect(&r, authorization_response_success(a, &r, config()->issuer, STR("code")));
                return 0;
        }
        fuzz_expect(verdict.error->redirect == (r.redirect_uri.len > 0));
        if (verdict.error->redirect)
                check_redirect(&r, authorization_response_error(a, &r, config()->issuer, verdict.error));
        return 0;
}
