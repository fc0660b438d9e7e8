/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* AES-256-GCM (NIST SP 800-38D) and RSA key unwrapping (RFC 8017, section 7).
 *
 * PKCS#1 v1.5 padding is taken off here, in constant time: OpenSSL before 3.2 tells good padding from bad, and only
 * keys of lengths known beforehand are wanted. */
#include "fetched.h"

#include <limits.h>

#include "cipher.h"
#include "secret.h"

#define AES_256_KEY_SIZE 32
#define RSA_MIN_BITS 2048
#define RSA_MAX_BITS 16384
#define PKCS1_MIN_OVERHEAD 11 /* 0x00 0x02, eight padding bytes, 0x00 */

struct str aes_gcm_encrypt(struct arena *a, const struct aes_gcm *with, struct str plain)
{
        must(with->key.len == AES_256_KEY_SIZE && with->iv.len == AES_GCM_IV_SIZE && plain.len <= INT_MAX && with->aad.len <= INT_MAX);
        AUTO(EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new();
        unsigned char *out = arena_alloc(a, plain.len + AES_GCM_TAG_SIZE);
        int n = 0;
        must(context && EVP_EncryptInit_ex2(context, fetched()->aes_256_gcm, octets(with->key), octets(with->iv), NULL) == 1);
        must(!with->aad.len || EVP_EncryptUpdate(context, NULL, &n, octets(with->aad), (int)with->aad.len) == 1);
        must(!plain.len || EVP_EncryptUpdate(context, out, &n, octets(plain), (int)plain.len) == 1);
        must(EVP_EncryptFinal_ex(context, out + plain.len, &n) == 1);
        must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, AES_GCM_TAG_SIZE, out + plain.len) == 1);
        return str_slice(out, plain.len + AES_GCM_TAG_SIZE);
}

/* Decrypts into `out`; true when the tag fits. */
static bool open_gcm(EVP_CIPHER_CTX *context, struct str aad, struct str ciphertext, unsigned char *tag,
                     unsigned char *out)
{
        int n = 0;
        if (aad.len && EVP_DecryptUpdate(context, NULL, &n, octets(aad), (int)aad.len) != 1)
                return false;
        if (ciphertext.len && EVP_DecryptUpdate(context, out, &n, octets(ciphertext), (int)ciphertext.len) != 1)
                return false;
        return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, AES_GCM_TAG_SIZE, tag) == 1 &&
               EVP_DecryptFinal_ex(context, out + ciphertext.len, &n) == 1;
}

result aes_gcm_decrypt(struct arena *a, const struct aes_gcm *with, struct str sealed, struct str *ret_plain)
{
        EMPTY_ERROR_QUEUE_AT_END;
        if (with->key.len != AES_256_KEY_SIZE || with->iv.len != AES_GCM_IV_SIZE || sealed.len < AES_GCM_TAG_SIZE ||
            sealed.len > INT_MAX || with->aad.len > INT_MAX)
                return fail(a, ERR_VERIFY, "AES-GCM: does not open");
        struct str ciphertext = str_head(sealed, sealed.len - AES_GCM_TAG_SIZE);
        unsigned char tag[AES_GCM_TAG_SIZE];
        memcpy(tag, sealed.data + ciphertext.len, sizeof tag);
        AUTO(EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new();
        must(context && EVP_DecryptInit_ex2(context, fetched()->aes_256_gcm, octets(with->key), octets(with->iv), NULL) == 1);
        unsigned char *out = arena_alloc(a, ciphertext.len + 1);
        if (!open_gcm(context, with->aad, ciphertext, tag, out)) {
                wipe(out, ciphertext.len);
                return fail(a, ERR_VERIFY, "AES-GCM: does not open");
        }
        *ret_plain = str_slice(out, ciphertext.len);
        return OK;
}

struct rsa_key {
        EVP_PKEY *pkey;
};

/* Instead of OpenSSL's own, which would ask on the terminal. */
static int no_passphrase(char *buffer, int size, int writing, void *data)
{
        (void)buffer, (void)size, (void)writing, (void)data;
        return -1;
}

static bool rsa_is_fit(const EVP_PKEY *pkey)
{
        return EVP_PKEY_is_a(pkey, "RSA") && EVP_PKEY_get_bits(pkey) >= RSA_MIN_BITS &&
               EVP_PKEY_get_bits(pkey) <= RSA_MAX_BITS;
}

result rsa_key_load(struct arena *a, struct str pem, struct rsa_key **ret_key)
{
        EMPTY_ERROR_QUEUE_AT_END;
        if (pem.len > INT_MAX)
                return fail(a, ERR_CONFIG, "RSA key: the PEM is too large");
        AUTO(BIO) bio = BIO_new_mem_buf(octets(pem), (int)pem.len);
        must(bio);
        AUTO(EVP_PKEY) pkey = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
        if (!pkey)
                return fail(a, ERR_CONFIG, "RSA key: not an unencrypted private key in PEM");
        if (!rsa_is_fit(pkey))
                return fail(a, ERR_CONFIG, "RSA key: not RSA, or not between %d and %d bits", RSA_MIN_BITS,
                            RSA_MAX_BITS);
        struct rsa_key *k = calloc(1, sizeof *k);
        must(k);
        k->pkey = pkey;
        pkey = NULL;
        *ret_key = k;
        return OK;
}

void rsa_key_free(struct rsa_key *k)
{
        if (!k)
                return;
        EVP_PKEY_free(k->pkey);
        free(k);
}

struct str rsa_key_public_der(struct arena *a, const struct rsa_key *k)
{
        EMPTY_ERROR_QUEUE_AT_END;
        unsigned char *der = NULL;
        int len = i2d_PUBKEY(k->pkey, &der);
        must(len > 0);
        struct str copy = arena_copy(a, str_slice(der, (size_t)len));
        OPENSSL_free(der);
        return copy;
}

static bool set_padding(EVP_PKEY_CTX *context, enum rsa_padding padding)
{
        if (padding == RSA_PADDING_PKCS1)
                return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
        const EVP_MD *md = padding == RSA_PADDING_OAEP_SHA256 ? EVP_sha256() : EVP_sha1();
        return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
               EVP_PKEY_CTX_set_rsa_oaep_md(context, md) == 1 && EVP_PKEY_CTX_set_rsa_mgf1_md(context, md) == 1;
}

/* Decrypts into `out`, which has room for the modulus; the length of the plain text, 0 on failure. */
static size_t rsa_decrypt(const struct rsa_key *k, enum rsa_padding padding, struct str wrapped, unsigned char *out)
{
        AUTO(EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_from_pkey(NULL, k->pkey, NULL);
        must(context && EVP_PKEY_decrypt_init(context) == 1);
        must(padding == RSA_PADDING_PKCS1 ? EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING) == 1
                                          : set_padding(context, padding));
        size_t len = (size_t)EVP_PKEY_get_size(k->pkey);
        return EVP_PKEY_decrypt(context, out, &len, octets(wrapped), wrapped.len) == 1 ? len : 0;
}

/* 0xff when x is 0, else 0x00; without a branch. The barrier keeps the compiler from making one. */
static unsigned char mask_if_zero(unsigned x)
{
        __asm__("" : "+r"(x));
        return (unsigned char)((((x | (0u - x)) >> 31) & 1u) - 1u);
}

/* 0xff when `block` is 0x00 0x02 and padding without zeros, 0x00, `len` bytes (EME-PKCS1-v1_5). The time depends on
 * the two sizes only. */
static unsigned char is_padded_key(const unsigned char *block, size_t size, size_t len)
{
        if (!len || size < len + PKCS1_MIN_OVERHEAD)
                return 0;
        size_t separator = size - len - 1;
        unsigned wrong = block[0] | (unsigned)(block[1] ^ 2u) | block[separator];
        for (size_t i = 2; i < separator; i++)
                wrong |= mask_if_zero(block[i]);
        return mask_if_zero(wrong);
}

/* The key at the end of the block, of whichever length fits: the choice is the only thing that the caller learns. */
static bool unpad_pkcs1(const unsigned char *block, size_t size, size_t len_a, size_t len_b, size_t *ret_len)
{
        unsigned char fits_a = is_padded_key(block, size, len_a);
        unsigned char fits_b = is_padded_key(block, size, len_b);
        size_t mask_a = (size_t)0 - (fits_a & 1u);
        *ret_len = (mask_a & len_a) | (~mask_a & len_b);
        return (fits_a | fits_b) != 0;
}

result rsa_unwrap(struct arena *a, const struct rsa_key *k, const struct rsa_wrapped *wrapped, struct str *ret_key)
{
        EMPTY_ERROR_QUEUE_AT_END;
        size_t size = (size_t)EVP_PKEY_get_size(k->pkey);
        unsigned char *block = arena_alloc(a, size);
        size_t len = wrapped->bytes.len == size ? rsa_decrypt(k, wrapped->padding, wrapped->bytes, block) : 0;
        size_t key_len = len;
        bool good = wrapped->padding == RSA_PADDING_PKCS1 ? unpad_pkcs1(block, size, wrapped->len_a, wrapped->len_b, &key_len) && len == size
                                                 : len && (len == wrapped->len_a || len == wrapped->len_b);
        if (!good)
                return fail(a, ERR_VERIFY, "RSA: the wrapped key does not open");
        size_t start = wrapped->padding == RSA_PADDING_PKCS1 ? size - key_len : 0;
        *ret_key = str_slice(block + start, key_len);
        return OK;
}

result rsa_wrap(struct arena *a, struct str public_der, enum rsa_padding padding, struct str key,
                struct str *ret_wrapped)
{
        EMPTY_ERROR_QUEUE_AT_END;
        const unsigned char *at = octets(public_der);
        AUTO(EVP_PKEY) pkey = d2i_PUBKEY(NULL, &at, (long)public_der.len);
        if (!pkey || !rsa_is_fit(pkey))
                return fail(a, ERR_MALFORMED, "RSA: not a fit public key");
        AUTO(EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
        must(context && EVP_PKEY_encrypt_init(context) == 1 && set_padding(context, padding));
        size_t len = (size_t)EVP_PKEY_get_size(pkey);
        unsigned char *out = arena_alloc(a, len);
        if (EVP_PKEY_encrypt(context, out, &len, octets(key), key.len) != 1)
                return fail(a, ERR_MALFORMED, "RSA: the key is too long to be wrapped");
        *ret_wrapped = str_slice(out, len);
        return OK;
}
