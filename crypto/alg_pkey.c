/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What the families have in common: signing and verifying a digest with EVP_PKEY contexts, reading and writing
 * members of a JWK, and elliptic curves of 256 bits (RFC 7518, sections 3.4 and 6.2).
 *
 * A signing context is prepared once per key and slot: EVP_DigestSignInit on each call costs a third more. */
#include "key.h"

#include "base64url.h"

#define COORDINATE_SIZE 32

result jwk_bytes(struct arena *a, const json_t *jwk, const char *name, size_t exact, struct str *ret_bytes)
{
        struct str bytes = { 0 };
        TRY(base64url_decode(a, json_str(jwk, name), &bytes));
        if (!bytes.len || (exact && bytes.len != exact))
                return fail(a, ERR_MALFORMED, "JWK: \"%s\" is absent or has the wrong length", name);
        *ret_bytes = bytes;
        return OK;
}

void jwk_put_bytes(struct arena *a, json_t *jwk, const char *name, struct str bytes)
{
        json_put_str(jwk, name, base64url_encode(a, bytes));
}

static EVP_PKEY_CTX *prepared(const struct key *k, int (*init)(EVP_PKEY_CTX *))
{
        EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, k->pkey, NULL);
        must(context && init(context) == 1);
        const struct alg_family *family = alg_row(k->alg)->family;
        if (family->prepare)
                family->prepare(context);
        return context;
}

result pkey_sign(struct arena *a, struct key *k, unsigned slot, struct str hash, struct str *ret_signature)
{
        EMPTY_ERROR_QUEUE_AT_END;
        must(slot < KEY_SLOTS && k->slots);
        struct key_slot *own = &k->slots[slot];
        if (!own->signing)
                own->signing = prepared(k, EVP_PKEY_sign_init);
        size_t len = (size_t)EVP_PKEY_get_size(k->pkey);
        unsigned char *out = arena_alloc(a, len);
        if (EVP_PKEY_sign(own->signing, out, &len, octets(hash), hash.len) != 1)
                return fail(a, ERR_SERVER_ERROR, "%s: signing failed", alg_name(k->alg));
        *ret_signature = str_slice(out, len);
        return OK;
}

bool pkey_verify(const struct key *k, struct str hash, struct str signature)
{
        EMPTY_ERROR_QUEUE_AT_END;
        AUTO(EVP_PKEY_CTX) context = prepared(k, EVP_PKEY_verify_init);
        return EVP_PKEY_verify(context, octets(signature), signature.len, octets(hash), hash.len) == 1;
}

EVP_PKEY *pkey_from(const char *type, int selection, OSSL_PARAM_BLD *builder)
{
        EMPTY_ERROR_QUEUE_AT_END;
        AUTO(OSSL_PARAM) params = OSSL_PARAM_BLD_to_param(builder);
        AUTO(EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
        must(params && context && EVP_PKEY_fromdata_init(context) == 1);
        EVP_PKEY *pkey = NULL;
        return EVP_PKEY_fromdata(context, &pkey, selection, params) == 1 ? pkey : NULL;
}

result ec_read(struct arena *a, const json_t *jwk, const char *type, const char *group, EVP_PKEY **ret_pkey)
{
        struct str x, y, d = { 0 };
        bool is_private = json_object_get(jwk, "d") != NULL;
        TRY(jwk_bytes(a, jwk, "x", COORDINATE_SIZE, &x));
        TRY(jwk_bytes(a, jwk, "y", COORDINATE_SIZE, &y));
        if (is_private)
                TRY(jwk_bytes(a, jwk, "d", COORDINATE_SIZE, &d));
        struct str point = ARENA_JOIN(a, STR("\4"), x, y);
        AUTO(OSSL_PARAM_BLD) builder = OSSL_PARAM_BLD_new();
        must(builder && OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, group, 0) == 1);
        must(OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point.data, point.len) == 1);
        AUTO(BIGNUM) scalar = BN_secure_new();
        must(scalar && BN_bin2bn(octets(d), (int)d.len, scalar));
        must(!is_private || OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, scalar) == 1);
        EVP_PKEY *pkey = pkey_from(type, is_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, builder);
        if (!pkey)
                return fail(a, ERR_MALFORMED, "JWK: not a point on the curve");
        *ret_pkey = pkey;
        return OK;
}

EVP_PKEY *ec_generate(const char *type, const char *group)
{
        EVP_PKEY *pkey = NULL;
        char name[16];
        (void)snprintf(name, sizeof name, "%s", group);
        const OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name, 0),
                                      OSSL_PARAM_construct_end() };
        AUTO(EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
        must(context && EVP_PKEY_keygen_init(context) == 1 && EVP_PKEY_CTX_set_params(context, params) == 1);
        must(EVP_PKEY_generate(context, &pkey) == 1);
        return pkey;
}

static void put_padded(const EVP_PKEY *pkey, const char *param, unsigned char out[static COORDINATE_SIZE])
{
        BIGNUM *got = NULL;
        must(EVP_PKEY_get_bn_param(pkey, param, &got) == 1);
        AUTO(BIGNUM) number = got;
        must(BN_bn2binpad(number, out, COORDINATE_SIZE) == COORDINATE_SIZE);
}

void ec_point(const EVP_PKEY *pkey, unsigned char point[static 2 * COORDINATE_SIZE])
{
        put_padded(pkey, OSSL_PKEY_PARAM_EC_PUB_X, point);
        put_padded(pkey, OSSL_PKEY_PARAM_EC_PUB_Y, point + COORDINATE_SIZE);
}

void ec_show_public(struct arena *a, const struct key *k, json_t *jwk)
{
        unsigned char point[2 * COORDINATE_SIZE];
        ec_point(k->pkey, point);
        json_put_str(jwk, "crv", str_from(alg_row(k->alg)->crv));
        json_put_str(jwk, "kty", STR("EC"));
        jwk_put_bytes(a, jwk, "x", str_slice(point, COORDINATE_SIZE));
        jwk_put_bytes(a, jwk, "y", str_slice(point + COORDINATE_SIZE, COORDINATE_SIZE));
}

void ec_show_private(struct arena *a, const struct key *k, json_t *jwk)
{
        unsigned char scalar[COORDINATE_SIZE];
        put_padded(k->pkey, OSSL_PKEY_PARAM_PRIV_KEY, scalar);
        jwk_put_bytes(a, jwk, "d", str_slice(scalar, sizeof scalar));
        OPENSSL_cleanse(scalar, sizeof scalar);
}

result ec_sign(struct arena *a, struct key *k, unsigned slot, struct str hash, struct str *ret_signature)
{
        struct str der = { 0 };
        TRY(pkey_sign(a, k, slot, hash, &der));
        const unsigned char *at = octets(der);
        AUTO(ECDSA_SIG) numbers = d2i_ECDSA_SIG(NULL, &at, (long)der.len);
        must(numbers);
        unsigned char *raw = arena_alloc(a, 2 * COORDINATE_SIZE);
        /* Padded on the left: one in 128 signatures has a short number. */
        must(BN_bn2binpad(ECDSA_SIG_get0_r(numbers), raw, COORDINATE_SIZE) == COORDINATE_SIZE);
        must(BN_bn2binpad(ECDSA_SIG_get0_s(numbers), raw + COORDINATE_SIZE, COORDINATE_SIZE) == COORDINATE_SIZE);
        *ret_signature = str_slice(raw, 2 * COORDINATE_SIZE);
        return OK;
}

bool ec_verify(const struct key *k, struct str hash, struct str signature)
{
        if (signature.len != 2 * COORDINATE_SIZE)
                return false;
        AUTO(ECDSA_SIG) numbers = ECDSA_SIG_new();
        BIGNUM *r = BN_bin2bn(octets(signature), COORDINATE_SIZE, NULL);
        BIGNUM *s = BN_bin2bn(octets(signature) + COORDINATE_SIZE, COORDINATE_SIZE, NULL);
        must(numbers && r && s && ECDSA_SIG_set0(numbers, r, s) == 1);
        unsigned char der[80]; /* two INTEGERs of at most 33 bytes, three headers of 2 */
        unsigned char *end = der;
        int len = i2d_ECDSA_SIG(numbers, NULL);
        must(len > 0 && (size_t)len <= sizeof der && i2d_ECDSA_SIG(numbers, &end) == len);
        return pkey_verify(k, hash, str_slice(der, (size_t)len));
}
