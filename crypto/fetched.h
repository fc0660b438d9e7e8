/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What every file of this folder needs from OpenSSL: algorithms fetched once for the whole process (fetching on each
 * call costs more than a SHA-256), clean-up of its objects at the end of a scope, and an empty error queue.
 *
 * Only for crypto/: nobody else includes <openssl/...>. Comes before other headers: OpenSSL's use a word that banned.h
 * bans. */
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/param_build.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "digest.h"

struct fetched {
        EVP_MD *digests[DIGEST_SM3 + 1];
        EVP_MAC_CTX *macs[DIGEST_SM3 + 1]; /* HMAC without a key, to be duplicated */
        EVP_CIPHER *aes_256_gcm;
        EVP_KDF *hkdf;
};

/* Made at the first call; lives until the process ends. */
const struct fetched *fetched(void);

/* Says so and aborts. */
_Noreturn void crypto_abort(void);

/* For what can only fail when memory is gone, OpenSSL is broken or a caller breaks the contract: aborts, in a release
 * build too. */
static inline void must(bool holds)
{
        if (!holds)
                crypto_abort();
}

static inline const unsigned char *octets(struct str s)
{
        return (const unsigned char *)(s.len ? s.data : "");
}

#define CLEANUP_OF(type, free_one)                                                                                     \
        static inline void type##_at_end(type **object)                                                                \
        {                                                                                                              \
                free_one(*object);                                                                                     \
        }
CLEANUP_OF(EVP_PKEY, EVP_PKEY_free)
CLEANUP_OF(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
CLEANUP_OF(EVP_MD_CTX, EVP_MD_CTX_free)
CLEANUP_OF(EVP_MAC_CTX, EVP_MAC_CTX_free)
CLEANUP_OF(EVP_KDF_CTX, EVP_KDF_CTX_free)
CLEANUP_OF(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)
CLEANUP_OF(ECDSA_SIG, ECDSA_SIG_free)
CLEANUP_OF(OSSL_PARAM_BLD, OSSL_PARAM_BLD_free)
CLEANUP_OF(OSSL_PARAM, OSSL_PARAM_free)
CLEANUP_OF(BIGNUM, BN_clear_free)
CLEANUP_OF(BN_CTX, BN_CTX_free)
CLEANUP_OF(BIO, BIO_free_all)
#undef CLEANUP_OF
/* "AUTO(BIGNUM) n = …;": freed when the scope ends. */
#define AUTO(type) __attribute__((cleanup(type##_at_end))) type *

static inline void error_queue_at_end(const char *unused)
{
        (void)unused;
        ERR_clear_error();
}
/* In the first line of a function that may fail inside OpenSSL. */
#define EMPTY_ERROR_QUEUE_AT_END __attribute__((cleanup(error_queue_at_end), unused)) const char error_queue_mark_ = 0
