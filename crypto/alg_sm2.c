/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* SM2 signatures with SM3 (GB/T 32918.2; GM/T 0125.1 names them SGD_SM3_SM2): raw r || s, with Z, default identity.
 *
 * Z (the digest of identity, curve and public key) is computed once per key here, since OpenSSL's default identity is
 * an empty one; then e = SM3(Z || M) is signed as a digest. The key type must be "SM2": an "EC" key on the same
 * curve would sign with ECDSA. */
#include "key.h"

static const unsigned char identity[] = "\x00\x80"
                                        "1234567812345678"; /* length in bits first */

/* a, b, x and y of the base point (GB/T 32918.5) */
static const unsigned char curve[] = "\xff\xff\xff\xfe\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
                                     "\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xfc"
                                     "\x28\xe9\xfa\x9e\x9d\x9f\x5e\x34\x4d\x5a\x9e\x4b\xcf\x65\x09\xa7"
                                     "\xf3\x97\x89\xf5\x15\xab\x8f\x92\xdd\xbc\xbd\x41\x4d\x94\x0e\x93"
                                     "\x32\xc4\xae\x2c\x1f\x19\x81\x19\x5f\x99\x04\x46\x6a\x39\xc9\x94"
                                     "\x8f\xe3\x0b\xbf\xf2\x66\x0b\xe1\x71\x5a\x45\x89\x33\x4c\x74\xc7"
                                     "\xbc\x37\x36\xa2\xf4\xf6\x77\x9c\x59\xbd\xce\xe3\x6b\x69\x21\x53"
                                     "\xd0\xa9\x87\x7c\xc6\x2a\x47\x40\x02\xdf\x32\xe5\x21\x39\xf0\xa0";

void sm2_za(const EVP_PKEY *pkey, unsigned char za[static SM2_ZA_SIZE])
{
        unsigned char bytes[sizeof identity - 1 + sizeof curve - 1 + 64];
        memcpy(bytes, identity, sizeof identity - 1);
        memcpy(bytes + sizeof identity - 1, curve, sizeof curve - 1);
        ec_point(pkey, bytes + sizeof bytes - 64);
        must(EVP_Digest(bytes, sizeof bytes, za, NULL, fetched()->digests[DIGEST_SM3], NULL) == 1);
}

struct str sm2_digest(struct arena *a, const struct key *k, struct str input)
{
        return digest_of(a, DIGEST_SM3, ARENA_JOIN(a, str_slice(k->sm2_za, SM2_ZA_SIZE), input));
}

static result sm2_read(struct arena *a, const json_t *jwk, EVP_PKEY **ret_pkey)
{
        return ec_read(a, jwk, "SM2", "SM2", ret_pkey);
}

static EVP_PKEY *sm2_generate(void)
{
        return ec_generate("SM2", "SM2");
}

static result sm2_sign(struct arena *a, struct key *k, unsigned slot, struct str input, struct str *ret_signature)
{
        return ec_sign(a, k, slot, sm2_digest(a, k, input), ret_signature);
}

static bool sm2_verify(struct arena *a, const struct key *k, struct str input, struct str signature)
{
        return ec_verify(k, sm2_digest(a, k, input), signature);
}

const struct alg_family alg_sm2_family = { .read = sm2_read,
                                           .generate = sm2_generate,
                                           .show_public = ec_show_public,
                                           .show_private = ec_show_private,
                                           .sign = sm2_sign,
                                           .verify = sm2_verify };
