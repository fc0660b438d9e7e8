/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What the tests need from OpenSSL itself. Included first: OpenSSL's headers use a word that banned.h bans. */
#pragma once

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "unit.h"

static inline bool raw_error_queue_is_empty(void)
{
        return ERR_peek_error() == 0;
}

static inline struct str raw_pem(struct arena *a, EVP_PKEY *pkey, const EVP_CIPHER *cipher)
{
        char *text = NULL;
        BIO *bio = BIO_new(BIO_s_mem());
        assert_int_equal(
                PEM_write_bio_PKCS8PrivateKey(bio, pkey, cipher, cipher ? "pass" : NULL, cipher ? 4 : 0, NULL, NULL),
                1);
        long len = BIO_get_mem_data(bio, &text);
        struct str copy = arena_copy(a, str_slice(text, (size_t)len));
        BIO_free(bio);
        EVP_PKEY_free(pkey);
        ERR_clear_error();
        return copy;
}

static inline struct str raw_rsa_pem(struct arena *a, size_t bits)
{
        return raw_pem(a, EVP_PKEY_Q_keygen(NULL, NULL, "RSA", bits), NULL);
}

static inline struct str raw_ec_pem(struct arena *a)
{
        return raw_pem(a, EVP_PKEY_Q_keygen(NULL, NULL, "EC", "prime256v1"), NULL);
}

static inline struct str raw_encrypted_pem(struct arena *a)
{
        return raw_pem(a, EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048), EVP_aes_128_cbc());
}

/* RSA without any padding. */
static inline struct str raw_rsa_encrypt(struct arena *a, struct str public_der, struct str block)
{
        const unsigned char *at = (const unsigned char *)public_der.data;
        EVP_PKEY *pkey = d2i_PUBKEY(NULL, &at, (long)public_der.len);
        EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(pkey, NULL);
        size_t len = 512;
        unsigned char *out = arena_alloc(a, len);
        assert_int_equal(EVP_PKEY_encrypt_init(context), 1);
        assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING), 1);
        if (EVP_PKEY_encrypt(context, out, &len, (const unsigned char *)block.data, block.len) != 1)
                len = 0;
        EVP_PKEY_CTX_free(context);
        EVP_PKEY_free(pkey);
        ERR_clear_error();
        return str_slice(out, len);
}
