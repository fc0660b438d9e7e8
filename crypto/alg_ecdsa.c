/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* ES256: ECDSA on P-256 with SHA-256 (RFC 7518, section 3.4). */
#include "key.h"

static result es256_read(struct arena *a, const json_t *jwk, EVP_PKEY **ret_pkey)
{
        return ec_read(a, jwk, "EC", "prime256v1", ret_pkey);
}

static EVP_PKEY *es256_generate(void)
{
        return ec_generate("EC", "prime256v1");
}

static result es256_sign(struct arena *a, struct key *k, unsigned slot, struct str input, struct str *ret_signature)
{
        return ec_sign(a, k, slot, digest_of(a, DIGEST_SHA256, input), ret_signature);
}

static bool es256_verify(struct arena *a, const struct key *k, struct str input, struct str signature)
{
        return ec_verify(k, digest_of(a, DIGEST_SHA256, input), signature);
}

const struct alg_family alg_es256_family = { .read = es256_read,
                                             .generate = es256_generate,
                                             .show_public = ec_show_public,
                                             .show_private = ec_show_private,
                                             .sign = es256_sign,
                                             .verify = es256_verify };
