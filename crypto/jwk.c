/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* From a JWK to a key (RFC 7517, section 4; RFC 8725, section 3.1): everything that a key says about its purpose must
 * agree with the one algorithm that it gets. */
#include "key.h"

#define KID_MAX 256

/* The algorithm that the JWK itself stands for: its "alg", or the one that its key type and curve imply. */
static enum alg own_alg(const json_t *jwk)
{
        if (json_object_get(jwk, "alg"))
                return alg_find(json_str(jwk, "alg"));
        for (enum alg alg = ALG_NONE + 1; alg < ALG_COUNT_; alg++) {
                const struct alg_row *row = alg_row(alg);
                if (row->implied && str_is(json_str(jwk, "kty"), row->kty) && str_is(json_str(jwk, "crv"), row->crv))
                        return alg;
        }
        return ALG_NONE;
}

static result check_type(struct arena *a, const json_t *jwk, enum alg alg)
{
        if (json_object_get(jwk, "alg") && alg_find(json_str(jwk, "alg")) != alg)
                return fail(a, ERR_MALFORMED, "JWK: \"alg\" is for another algorithm");
        const struct alg_row *row = alg_row(alg);
        if (!str_is(json_str(jwk, "kty"), row->kty) || (row->crv && !str_is(json_str(jwk, "crv"), row->crv)))
                return fail(a, ERR_MALFORMED, "JWK: \"kty\" or \"crv\" does not fit %s", row->name);
        return OK;
}

/* "use" must be "sig"; "key_ops" must have "verify", or "sign" where the key can (RFC 7517, sections 4.2 and 4.3). */
static result check_use(struct arena *a, const json_t *jwk)
{
        if (json_object_get(jwk, "use") && !str_is(json_str(jwk, "use"), "sig"))
                return fail(a, ERR_MALFORMED, "JWK: \"use\" is not for signatures");
        const json_t *operations = json_object_get(jwk, "key_ops");
        if (!operations)
                return OK;
        bool fits = false;
        for (size_t i = 0; i < json_array_size(operations); i++) {
                struct str operation = json_text(json_array_get(operations, i));
                fits |= str_is(operation, "verify") || (str_is(operation, "sign") && json_object_get(jwk, "d"));
        }
        return fits ? OK : fail(a, ERR_MALFORMED, "JWK: \"key_ops\" is not for signatures");
}

static result read_kid(struct arena *a, const json_t *jwk, struct str *ret_kid)
{
        const json_t *kid = json_object_get(jwk, "kid");
        struct str text = json_text(kid);
        if (kid && (!json_is_string(kid) || text.len > KID_MAX || !str_is_printable_ascii(text)))
                return fail(a, ERR_MALFORMED, "JWK: \"kid\" is not at most %d printable characters", KID_MAX);
        *ret_kid = text;
        return OK;
}

/* A private key must sign what its public half verifies. */
static result check_pair(struct arena *a, struct key *k)
{
        const struct alg_family *family = alg_row(k->alg)->family;
        struct str signature = { 0 };
        if (!is_ok(family->sign(a, k, 0, STR("pair"), &signature)) || !family->verify(a, k, STR("pair"), signature))
                return fail(a, ERR_MALFORMED, "JWK: the private key does not belong to the public one");
        return OK;
}

result key_from_jwk(struct arena *a, const json_t *jwk, enum alg alg, struct key **ret_key)
{
        if (!json_is_object(jwk))
                return fail(a, ERR_MALFORMED, "JWK: not an object");
        enum alg fixed = alg == ALG_NONE ? own_alg(jwk) : alg;
        if (!alg_name(fixed))
                return fail(a, ERR_MALFORMED, "JWK: no signature algorithm that is known here");
        TRY(check_type(a, jwk, fixed));
        TRY(check_use(a, jwk));
        struct str kid = { 0 };
        TRY(read_kid(a, jwk, &kid));
        EVP_PKEY *pkey = NULL;
        TRY(alg_row(fixed)->family->read(a, jwk, &pkey));
        struct key *k = key_owned(a, key_new(fixed, pkey, json_object_get(jwk, "d") != NULL, kid));
        if (k->is_private)
                TRY(check_pair(a, k));
        *ret_key = k;
        return OK;
}
