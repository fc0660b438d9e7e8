/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Encryption primitives that the sources' protocols ask for. Own data is sealed with seal.h instead. */
#pragma once

#include "result.h"

#define AES_GCM_TAG_SIZE 16
#define AES_GCM_IV_SIZE 12

struct aes_gcm {
        struct str key; /* 32 bytes */
        struct str iv;  /* 12 bytes, never used twice under one key */
        struct str aad; /* may be empty */
};

/* AES-256-GCM (NIST SP 800-38D): ciphertext with the 16-byte tag behind it. */
struct str aes_gcm_encrypt(struct arena *a, const struct aes_gcm *with, struct str plain);
/* Errors: ERR_VERIFY, the same for every reason. */
result aes_gcm_decrypt(struct arena *a, const struct aes_gcm *with, struct str sealed, struct str *ret_plain);

struct rsa_key; /* an RSA private key for unwrapping */

/* PEM (PKCS#8 or PKCS#1), unencrypted, at least 2,048 bits. Errors: ERR_CONFIG. */
result rsa_key_load(struct arena *a, struct str pem, struct rsa_key **ret_key);
void rsa_key_free(struct rsa_key *k);
/* DER SubjectPublicKeyInfo. */
struct str rsa_key_public_der(struct arena *a, const struct rsa_key *k);

enum rsa_padding { RSA_PADDING_PKCS1 = 0, RSA_PADDING_OAEP_SHA1, RSA_PADDING_OAEP_SHA256 };

struct rsa_wrapped {
        struct str bytes;
        enum rsa_padding padding;
        size_t len_a; /* the key inside is of exactly one of these lengths */
        size_t len_b;
};

/* Unwraps. Constant in time over bad padding: on any failure
 * the same ERR_VERIFY, and the work done does not depend on why (implicit rejection; RFC 8017, section 7.2.2). */
result rsa_unwrap(struct arena *a, const struct rsa_key *k, const struct rsa_wrapped *wrapped, struct str *ret_key);
/* For the sandbox and tests. `public_der`: DER SubjectPublicKeyInfo. */
result rsa_wrap(struct arena *a, struct str public_der, enum rsa_padding padding, struct str key, struct str *ret_wrapped);
