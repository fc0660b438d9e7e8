/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Digests (FIPS 180-4, GB/T 32905), HMAC (RFC 2104), HKDF (RFC 5869), on OpenSSL's EVP. */
#include "fetched.h"

#include "base64url.h"

struct str digest_of(struct arena *a, enum digest d, struct str bytes)
{
        unsigned char *out = arena_alloc(a, EVP_MAX_MD_SIZE);
        unsigned len = 0;
        must(EVP_Digest(octets(bytes), bytes.len, out, &len, fetched()->digests[d], NULL) == 1);
        return str_slice(out, len);
}

struct str sha256_base64url(struct arena *a, struct str bytes)
{
        return base64url_encode(a, digest_of(a, DIGEST_SHA256, bytes));
}

struct str hmac_of(struct arena *a, enum digest d, struct str key, struct str bytes)
{
        AUTO(EVP_MAC_CTX) context = EVP_MAC_CTX_dup(fetched()->macs[d]);
        unsigned char *out = arena_alloc(a, EVP_MAX_MD_SIZE);
        size_t len = 0;
        must(context && EVP_MAC_init(context, octets(key), key.len, NULL) == 1);
        must(EVP_MAC_update(context, octets(bytes), bytes.len) == 1);
        must(EVP_MAC_final(context, out, &len, EVP_MAX_MD_SIZE) == 1);
        return str_slice(out, len);
}

struct str hkdf(struct arena *a, struct str key, struct str info, size_t len)
{
        AUTO(EVP_KDF_CTX) context = EVP_KDF_CTX_new(fetched()->hkdf);
        unsigned char *out = arena_alloc(a, len);
        char digest[] = "SHA256";
        /* OpenSSL takes these pointers without const, but only reads them. */
        const OSSL_PARAM params[] = {
                OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
                OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)octets(key), key.len),
                OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)(uintptr_t)octets(info), info.len),
                OSSL_PARAM_construct_end()
        };
        must(context && EVP_KDF_derive(context, out, len, params) == 1);
        return str_slice(out, len);
}
