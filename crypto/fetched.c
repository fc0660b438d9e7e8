/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The process-wide table of fetched algorithms. */
#include "fetched.h"

#include <pthread.h>

static struct fetched table;

void crypto_abort(void)
{
        (void)fputs("baygate: the cryptographic library failed, or was used against its contract\n", stderr);
        abort();
}

static EVP_MAC_CTX *hmac_with(EVP_MAC *hmac, const char *digest)
{
        char name[16];
        (void)snprintf(name, sizeof name, "%s", digest);
        const OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
                                      OSSL_PARAM_construct_end() };
        EVP_MAC_CTX *context = EVP_MAC_CTX_new(hmac);
        must(context && EVP_MAC_CTX_set_params(context, params) == 1);
        return context;
}

static void fetch_all(void)
{
        static const char *const names[] = {
                [DIGEST_SHA256] = "SHA256", [DIGEST_SHA384] = "SHA384", [DIGEST_SHA512] = "SHA512", [DIGEST_SM3] = "SM3"
        };
        EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
        for (int d = DIGEST_SHA256; d <= DIGEST_SM3; d++) {
                table.digests[d] = EVP_MD_fetch(NULL, names[d], NULL);
                must(table.digests[d]);
                table.macs[d] = hmac_with(hmac, names[d]);
        }
        EVP_MAC_free(hmac);
        table.aes_256_gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
        table.hkdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
        must(table.aes_256_gcm && table.hkdf);
        ERR_clear_error();
}

const struct fetched *fetched(void)
{
        static pthread_once_t once = PTHREAD_ONCE_INIT;
        must(pthread_once(&once, fetch_all) == 0);
        return &table;
}
