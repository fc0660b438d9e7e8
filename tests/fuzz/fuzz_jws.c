/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* jws_parse of any bytes: what it accepts is made of the three parts that were given, and never verifies with a key
 * that did not sign it. */
#include "fuzz.h"

#include "base64url.h"
#include "jws.h"

/* RFC 8037, A.1; the seeds are not signed with it. */
static struct key *some_key(struct arena *a)
{
        json_t *jwk = NULL;
        struct key *k = NULL;
        const struct str text =
                STR("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}");
        fuzz_expect(is_ok(json_read_object(a, text, 1024, &jwk)));
        fuzz_expect(is_ok(key_from_jwk(a, jwk, ALG_NONE, &k)));
        return k;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        auto_arena a = arena_new(FUZZ_ARENA_CAP);
        struct str compact = str_slice(data, size);
        struct jws jws = { 0 };
        if (!is_ok(jws_parse(a, compact, &jws))) {
                fuzz_expect(jws.alg == ALG_NONE && !jws.payload.data);
                fuzz_expect(arena_reason(a).len > 0);
                return 0;
        }
        fuzz_expect(size <= JWS_MAX && alg_name(jws.alg));
        fuzz_expect(jws.kid.len <= 256 && str_is_printable_ascii(jws.kid) && str_is_printable_ascii(jws.type));
        struct str header = str_head(compact, str_find(compact, '.'));
        fuzz_expect(str_eq(compact, ARENA_JOIN(a, jws.signing_input, STR("."), base64url_encode(a, jws.signature))));
        fuzz_expect(str_eq(jws.signing_input, ARENA_JOIN(a, header, STR("."), base64url_encode(a, jws.payload))));
        fuzz_expect(!is_ok(jws_verify(a, &jws, some_key(a))));
        return 0;
}
