/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The table of algorithms. What a row does is in alg_rsa.c, alg_ecdsa.c, alg_eddsa.c and alg_sm2.c. */
#include "key.h"

/* RFC 7518, section 3.1; RFC 8037, section 3.1 (RFC 9864 names the same algorithm Ed25519); GM/T 0125.1. */
static const struct alg_row rows[ALG_COUNT_] = {
        [ALG_RS256] = { .name = "RS256", .kty = "RSA", .family = &alg_rs256_family },
        [ALG_PS256] = { .name = "PS256", .kty = "RSA", .family = &alg_ps256_family },
        [ALG_ES256] = { .name = "ES256", .kty = "EC", .crv = "P-256", .implied = true, .family = &alg_es256_family },
        [ALG_EDDSA] = { .name = "EdDSA",
                        .also = "Ed25519",
                        .kty = "OKP",
                        .crv = "Ed25519",
                        .implied = true,
                        .family = &alg_eddsa_family },
        [ALG_SM2] = { .name = "SGD_SM3_SM2", .kty = "EC", .crv = "sm2p256v1", .family = &alg_sm2_family },
};

const struct alg_row *alg_row(enum alg alg)
{
        must(alg > ALG_NONE && alg < ALG_COUNT_);
        return &rows[alg];
}

const char *alg_name(enum alg alg)
{
        return alg > ALG_NONE && alg < ALG_COUNT_ ? rows[alg].name : NULL;
}

enum alg alg_find(struct str name)
{
        for (enum alg alg = ALG_NONE + 1; alg < ALG_COUNT_; alg++)
                if (str_is(name, rows[alg].name) || (rows[alg].also && str_is(name, rows[alg].also)))
                        return alg;
        return ALG_NONE;
}

json_t *alg_names(struct arena *a)
{
        json_t *names = json_new_array(a);
        for (enum alg alg = ALG_NONE + 1; alg < ALG_COUNT_; alg++)
                must(json_array_append_new(names, json_string(rows[alg].name)) == 0);
        return names;
}
