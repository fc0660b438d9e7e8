/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* receipt_verify of any bytes: what it accepts is a receipt that its key signed, of which no part can be touched; what it
 * refuses it tells the reason of, and gives nothing out. */
#include "fuzz.h"

#include "receipt.h"

/* RFC 8037, A.1; some of the seeds are signed with it. */
static struct jwks own_keys(struct arena *a)
{
        const struct str text =
                STR("{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"alg\":\"EdDSA\",\"kid\":\"k\","
                    "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}");
        struct jwks keys = { 0 };
        json_t *set = NULL;

        fuzz_expect(is_ok(json_read_object(a, text, 1024, &set)));
        fuzz_expect(is_ok(jwks_from_json(a, set, &keys)));
        return keys;
}

static bool accepts(struct arena *a, struct str receipt, const struct jwks *keys)
{
        struct str type = STR("untouched");
        json_t *claims = NULL;

        if (!is_ok(receipt_verify(a, receipt, keys, &type, &claims))) {
                fuzz_expect(str_is(type, "untouched") && !claims);
                fuzz_expect(arena_reason(a).len > 0);
                return false;
        }
        fuzz_expect(str_is(type, RECEIPT_CONSENT_TYPE) || str_is(type, RECEIPT_BINDING_TYPE));
        fuzz_expect(json_is_object(claims));
        return true;
}

/* The receipt with another letter at one place. */
static struct str altered(struct arena *a, struct str receipt, size_t at)
{
        char *text = arena_cstr(a, receipt);

        text[at] = text[at] == 'A' ? 'B' : 'A';
        return str_slice(text, receipt.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        auto_arena a = arena_new(FUZZ_ARENA_CAP);
        struct str receipt = str_slice(data, size);
        const struct jwks keys = own_keys(a), none = { 0 };

        if (!accepts(a, receipt, &keys))
                return 0;
        fuzz_expect(!accepts(a, receipt, &none));
        for (size_t at = 0; at < size; at += 1 + size / 64)
                fuzz_expect(!accepts(a, altered(a, receipt, at), &keys));
        fuzz_expect(!accepts(a, str_head(receipt, size - 1), &keys));
        return 0;
}
