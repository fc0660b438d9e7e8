/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* RS256 and PS256 (RFC 7518, sections 3.3, 3.5 and 6.3): RSA of 2,048 to 8,192 bits with SHA-256. */
#include "key.h"

#define RSA_MIN_BITS 2048
#define RSA_MAX_BITS 8192
#define RSA_EXPONENT_MAX_BITS 64

/* The numbers of an RSA key: JWK member, OpenSSL parameter. The first two make the public key. */
static const struct {
        const char *member;
        const char *param;
} numbers[] = {
        { "e", OSSL_PKEY_PARAM_RSA_E },          { "n", OSSL_PKEY_PARAM_RSA_N },
        { "d", OSSL_PKEY_PARAM_RSA_D },          { "p", OSSL_PKEY_PARAM_RSA_FACTOR1 },
        { "q", OSSL_PKEY_PARAM_RSA_FACTOR2 },    { "dp", OSSL_PKEY_PARAM_RSA_EXPONENT1 },
        { "dq", OSSL_PKEY_PARAM_RSA_EXPONENT2 }, { "qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1 },
};
#define PUBLIC_NUMBERS 2
#define ALL_NUMBERS (sizeof numbers / sizeof numbers[0])

/* Is n, for this small prime, a power of 65537? A modulus that is one for all of these primes comes from the generator
 * of CVE-2017-15361, whose keys can be factored; chance makes one in 2^27 look so. */
static bool looks_like_weak_generator(const BIGNUM *n)
{
        static const unsigned char primes[] = {
                11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157
        };
        for (size_t i = 0; i < sizeof primes; i++) {
                BN_ULONG rest = BN_mod_word(n, primes[i]);
                BN_ULONG power = 1;
                for (unsigned exponent = 0; exponent < primes[i] && power != rest; exponent++)
                        power = power * 65537 % primes[i];
                if (power != rest)
                        return false;
        }
        return true;
}

static result check_public(struct arena *a, const BIGNUM *e, const BIGNUM *n)
{
        if (BN_num_bits(n) < RSA_MIN_BITS || BN_num_bits(n) > RSA_MAX_BITS || !BN_is_odd(n))
                return fail(a, ERR_MALFORMED, "JWK: the RSA modulus is even or not of %d to %d bits", RSA_MIN_BITS,
                            RSA_MAX_BITS);
        if (BN_is_one(e) || !BN_is_odd(e) || BN_num_bits(e) > RSA_EXPONENT_MAX_BITS)
                return fail(a, ERR_MALFORMED, "JWK: the RSA exponent is one, even or too large");
        if (looks_like_weak_generator(n))
                return fail(a, ERR_MALFORMED, "JWK: the RSA key comes from a generator known to be weak");
        return OK;
}

static void free_number(void *number)
{
        BN_clear_free(number);
}

static result read_number(struct arena *a, const json_t *jwk, const char *member, BIGNUM **ret_number)
{
        struct str bytes = { 0 };
        TRY(jwk_bytes(a, jwk, member, 0, &bytes));
        if (bytes.len > RSA_MAX_BITS / 8)
                return fail(a, ERR_MALFORMED, "JWK: \"%s\" is too long", member);
        BIGNUM *number = BN_bin2bn(octets(bytes), (int)bytes.len, BN_secure_new());
        must(number);
        arena_own(a, number, free_number);
        *ret_number = number;
        return OK;
}

static result rsa_read(struct arena *a, const json_t *jwk, EVP_PKEY **ret_pkey)
{
        bool is_private = json_object_get(jwk, "d") != NULL;
        if (json_object_get(jwk, "oth"))
                return fail(a, ERR_MALFORMED, "JWK: RSA with more than two primes");
        AUTO(OSSL_PARAM_BLD) builder = OSSL_PARAM_BLD_new();
        BIGNUM *value[ALL_NUMBERS];
        for (size_t i = 0; i < (is_private ? ALL_NUMBERS : PUBLIC_NUMBERS); i++) {
                TRY(read_number(a, jwk, numbers[i].member, &value[i]));
                must(builder && OSSL_PARAM_BLD_push_BN(builder, numbers[i].param, value[i]) == 1);
        }
        TRY(check_public(a, value[0], value[1]));
        EVP_PKEY *pkey = pkey_from("RSA", is_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, builder);
        if (!pkey)
                return fail(a, ERR_MALFORMED, "JWK: not an RSA key");
        *ret_pkey = pkey;
        return OK;
}

static EVP_PKEY *rsa_generate(void)
{
        EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)RSA_MIN_BITS);
        must(pkey);
        return pkey;
}

static void put_number(struct arena *a, const struct key *k, size_t i, json_t *jwk)
{
        BIGNUM *got = NULL;
        must(EVP_PKEY_get_bn_param(k->pkey, numbers[i].param, &got) == 1);
        AUTO(BIGNUM) number = got;
        unsigned char *bytes = arena_alloc(a, (size_t)BN_num_bytes(number));
        int len = BN_bn2bin(number, bytes);
        jwk_put_bytes(a, jwk, numbers[i].member, str_slice(bytes, (size_t)len));
}

static void rsa_show_public(struct arena *a, const struct key *k, json_t *jwk)
{
        put_number(a, k, 0, jwk);
        json_put_str(jwk, "kty", STR("RSA"));
        put_number(a, k, 1, jwk);
}

static void rsa_show_private(struct arena *a, const struct key *k, json_t *jwk)
{
        for (size_t i = PUBLIC_NUMBERS; i < ALL_NUMBERS; i++)
                put_number(a, k, i, jwk);
}

static result rsa_sign(struct arena *a, struct key *k, unsigned slot, struct str input, struct str *ret_signature)
{
        return pkey_sign(a, k, slot, digest_of(a, DIGEST_SHA256, input), ret_signature);
}

static bool rsa_verify(struct arena *a, const struct key *k, struct str input, struct str signature)
{
        return signature.len == (size_t)EVP_PKEY_get_size(k->pkey) &&
               pkey_verify(k, digest_of(a, DIGEST_SHA256, input), signature);
}

static void rs256_prepare(EVP_PKEY_CTX *context)
{
        must(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
             EVP_PKEY_CTX_set_signature_md(context, fetched()->digests[DIGEST_SHA256]) == 1);
}

/* RFC 7518, section 3.5: MGF1 with SHA-256, and a salt as long as the digest. */
static void ps256_prepare(EVP_PKEY_CTX *context)
{
        const EVP_MD *sha256 = fetched()->digests[DIGEST_SHA256];
        must(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
             EVP_PKEY_CTX_set_signature_md(context, sha256) == 1 &&
             EVP_PKEY_CTX_set_rsa_mgf1_md(context, sha256) == 1 &&
             EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1);
}

#define RSA_FAMILY(prepare_)                                                                                           \
        {                                                                                                              \
                .read = rsa_read, .generate = rsa_generate, .show_public = rsa_show_public,                            \
                .show_private = rsa_show_private, .sign = rsa_sign, .verify = rsa_verify, .prepare = (prepare_)        \
        }

const struct alg_family alg_rs256_family = RSA_FAMILY(rs256_prepare);
const struct alg_family alg_ps256_family = RSA_FAMILY(ps256_prepare);
