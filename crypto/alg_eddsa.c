/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* EdDSA on Ed25519 (RFC 8037, section 3.1; RFC 8032). It signs the message itself, so the one-shot calls. */
#include "key.h"

#define ED25519_KEY_SIZE 32
#define ED25519_SIGNATURE_SIZE 64
#define ED25519_P "7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFED"
#define ED25519_D "52036CEE2B6FFE738CC740797779E89800700A4D4141D8AB75EB4DCA135978A3"

/* Is this the encoding of a point (RFC 8032, section 5.1.3)? With y the number without the top bit and y < p, the value
 * (y^2 - 1) / (d y^2 + 1) must be a square; the same as (y^2 - 1)(d y^2 + 1) being one. OpenSSL only looks when it
 * verifies. */
static bool is_on_curve(struct str encoded)
{
        unsigned char bytes[ED25519_KEY_SIZE];
        memcpy(bytes, encoded.data, sizeof bytes);
        bytes[ED25519_KEY_SIZE - 1] &= 0x7f;
        AUTO(BN_CTX) context = BN_CTX_new();
        AUTO(BIGNUM) y2 = BN_lebin2bn(bytes, sizeof bytes, NULL);
        AUTO(BIGNUM) v = BN_new();
        BIGNUM *p_number = NULL, *d_number = NULL;
        must(BN_hex2bn(&p_number, ED25519_P) && BN_hex2bn(&d_number, ED25519_D));
        AUTO(BIGNUM) p = p_number;
        AUTO(BIGNUM) d = d_number;
        must(context && y2 && v);
        if (BN_cmp(y2, p) >= 0)
                return false;
        must(BN_mod_sqr(y2, y2, p, context) && BN_mod_mul(v, d, y2, p, context) && BN_add_word(v, 1));
        must(BN_add(y2, y2, p) && BN_sub_word(y2, 1) && BN_mod_mul(v, v, y2, p, context));
        return BN_kronecker(v, p, context) >= 0;
}

static result eddsa_read(struct arena *a, const json_t *jwk, EVP_PKEY **ret_pkey)
{
        EMPTY_ERROR_QUEUE_AT_END;
        struct str x, d;
        TRY(jwk_bytes(a, jwk, "x", ED25519_KEY_SIZE, &x));
        if (!is_on_curve(x))
                return fail(a, ERR_MALFORMED, "JWK: not a point on the curve");
        if (!json_object_get(jwk, "d")) {
                *ret_pkey = EVP_PKEY_new_raw_public_key_ex(NULL, "ED25519", NULL, octets(x), x.len);
                must(*ret_pkey);
                return OK;
        }
        TRY(jwk_bytes(a, jwk, "d", ED25519_KEY_SIZE, &d));
        AUTO(EVP_PKEY) pkey = EVP_PKEY_new_raw_private_key_ex(NULL, "ED25519", NULL, octets(d), d.len);
        unsigned char own[ED25519_KEY_SIZE];
        size_t len = sizeof own;
        must(pkey && EVP_PKEY_get_raw_public_key(pkey, own, &len) == 1);
        if (memcmp(own, x.data, sizeof own) != 0)
                return fail(a, ERR_MALFORMED, "JWK: \"x\" does not belong to \"d\"");
        *ret_pkey = pkey;
        pkey = NULL;
        return OK;
}

static EVP_PKEY *eddsa_generate(void)
{
        EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
        must(pkey);
        return pkey;
}

static void eddsa_show_public(struct arena *a, const struct key *k, json_t *jwk)
{
        unsigned char x[ED25519_KEY_SIZE];
        size_t len = sizeof x;
        must(EVP_PKEY_get_raw_public_key(k->pkey, x, &len) == 1);
        json_put_str(jwk, "crv", STR("Ed25519"));
        json_put_str(jwk, "kty", STR("OKP"));
        jwk_put_bytes(a, jwk, "x", str_slice(x, len));
}

static void eddsa_show_private(struct arena *a, const struct key *k, json_t *jwk)
{
        unsigned char d[ED25519_KEY_SIZE];
        size_t len = sizeof d;
        must(EVP_PKEY_get_raw_private_key(k->pkey, d, &len) == 1);
        jwk_put_bytes(a, jwk, "d", str_slice(d, len));
        OPENSSL_cleanse(d, sizeof d);
}

static result eddsa_sign(struct arena *a, struct key *k, unsigned slot, struct str input, struct str *ret_signature)
{
        EMPTY_ERROR_QUEUE_AT_END;
        must(slot < KEY_SLOTS && k->slots);
        struct key_slot *own = &k->slots[slot];
        if (!own->one_shot)
                own->one_shot = EVP_MD_CTX_new();
        must(own->one_shot && EVP_MD_CTX_reset(own->one_shot) == 1);
        must(EVP_DigestSignInit_ex(own->one_shot, NULL, NULL, NULL, NULL, k->pkey, NULL) == 1);
        size_t len = ED25519_SIGNATURE_SIZE;
        unsigned char *out = arena_alloc(a, len);
        if (EVP_DigestSign(own->one_shot, out, &len, octets(input), input.len) != 1)
                return fail(a, ERR_SERVER_ERROR, "EdDSA: signing failed");
        *ret_signature = str_slice(out, len);
        return OK;
}

static bool eddsa_verify(struct arena *a, const struct key *k, struct str input, struct str signature)
{
        (void)a;
        EMPTY_ERROR_QUEUE_AT_END;
        AUTO(EVP_MD_CTX) context = EVP_MD_CTX_new();
        must(context && EVP_DigestVerifyInit_ex(context, NULL, NULL, NULL, NULL, k->pkey, NULL) == 1);
        return signature.len == ED25519_SIGNATURE_SIZE &&
               EVP_DigestVerify(context, octets(signature), signature.len, octets(input), input.len) == 1;
}

const struct alg_family alg_eddsa_family = { .read = eddsa_read,
                                             .generate = eddsa_generate,
                                             .show_public = eddsa_show_public,
                                             .show_private = eddsa_show_private,
                                             .sign = eddsa_sign,
                                             .verify = eddsa_verify };
