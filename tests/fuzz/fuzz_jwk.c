/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Keys and key sets from any JSON: what is accepted can be shown and read again as the same key. */
#include "fuzz.h"

#include "jws.h"

static void check_key(struct arena *a, struct key *k)
{
        struct key *again = NULL;
        json_t *jwk = key_is_private(k) ? key_private_jwk(a, k) : key_public_jwk(a, k);
        fuzz_expect(is_ok(key_from_jwk(a, jwk, ALG_NONE, &again)));
        fuzz_expect(key_alg(again) == key_alg(k) && str_eq(key_kid(again), key_kid(k)));
        fuzz_expect(str_eq(key_thumbprint(a, again), key_thumbprint(a, k)));
        fuzz_expect(!is_ok(signature_check(a, k, STR("x"), STR("not a signature"))));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        auto_arena a = arena_new(FUZZ_ARENA_CAP);
        json_t *json = NULL;
        if (!is_ok(json_read_object(a, str_slice(data, size), 65536, &json)))
                return 0;
        for (enum alg alg = ALG_NONE; alg < ALG_COUNT_; alg++) {
                struct key *k = NULL;
                if (!is_ok(key_from_jwk(a, json, alg, &k)))
                        continue;
                fuzz_expect(alg == ALG_NONE || key_alg(k) == alg);
                check_key(a, k);
        }
        struct jwks jwks = { 0 };
        if (is_ok(jwks_from_json(a, json, &jwks)))
                for (size_t i = 0; i < jwks.count; i++)
                        check_key(a, jwks.keys[i]);
        return 0;
}
