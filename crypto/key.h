/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The inside of a key, and what each family of algorithms does: a row of the table in alg.c names the functions.
 *
 * Only for crypto/. A key is immutable after it was made, except for its slots, each of which belongs to one thread;
 * so any thread may verify with it. */
#pragma once

#include "fetched.h"
#include "jws.h"

#define KEY_SLOTS (SIGNER_SLOT_AUDIT + 1) /* one for each worker there may be, and the audit writer's */
#define SM2_ZA_SIZE 32

struct key;

struct alg_family {
        /* From the members of a JWK; the generic checks ("alg", "use", "key_ops") are done. Errors: ERR_MALFORMED. */
        result (*read)(struct arena *a, const json_t *jwk, EVP_PKEY **ret_pkey);
        EVP_PKEY *(*generate)(void);
        /* Sets the required members in lexicographic order, "kty" included (RFC 7638, section 3.2). */
        void (*show_public)(struct arena *a, const struct key *k, json_t *jwk);
        void (*show_private)(struct arena *a, const struct key *k, json_t *jwk);
        result (*sign)(struct arena *a, struct key *k, unsigned slot, struct str input, struct str *ret_signature);
        bool (*verify)(struct arena *a, const struct key *k, struct str input, struct str signature);
        /* Sets padding and the like on a context just initialised to sign or verify; may be NULL. */
        void (*prepare)(EVP_PKEY_CTX *context);
};

struct alg_row {
        const char *name;
        const char *also; /* another name that is read but never written; may be NULL */
        const char *kty;
        const char *crv; /* NULL: the key type has no curves */
        bool implied;    /* a JWK of this kty and crv needs no "alg" */
        const struct alg_family *family;
};

/* Never called with ALG_NONE. */
const struct alg_row *alg_row(enum alg alg);

extern const struct alg_family alg_rs256_family, alg_ps256_family, alg_es256_family, alg_eddsa_family, alg_sm2_family;

struct key_slot {
        EVP_PKEY_CTX *signing; /* prepared at first use */
        EVP_MD_CTX *one_shot;  /* for algorithms that sign the message, not a digest */
};

struct key {
        int references; /* atomic */
        enum alg alg;
        EVP_PKEY *pkey;
        bool is_private;
        char *kid;
        size_t kid_len;
        unsigned char sm2_za[SM2_ZA_SIZE]; /* GB/T 32918.2, section 5.5; SM2 only */
        struct key_slot *slots;            /* KEY_SLOTS of them in a private key, else NULL */
};

/* Takes over `pkey`. One reference, for the caller. */
struct key *key_new(enum alg alg, EVP_PKEY *pkey, bool is_private, struct str kid);
/* Gives the reference to the arena; returns the key. */
struct key *key_owned(struct arena *a, struct key *k);

/* A member as bytes: strict base64url, not empty, `exact` bytes when that is not 0.
 * Errors: ERR_MALFORMED. */
result jwk_bytes(struct arena *a, const json_t *jwk, const char *name, size_t exact, struct str *ret_bytes);
void jwk_put_bytes(struct arena *a, json_t *jwk, const char *name, struct str bytes);

/* EVP_PKEY_sign and EVP_PKEY_verify over a digest, with the key's prepared contexts. Signatures in OpenSSL's form. */
result pkey_sign(struct arena *a, struct key *k, unsigned slot, struct str hash, struct str *ret_signature);
bool pkey_verify(const struct key *k, struct str hash, struct str signature);
/* A key from parameters; NULL when OpenSSL refuses them. */
EVP_PKEY *pkey_from(const char *type, int selection, OSSL_PARAM_BLD *builder);

/* Elliptic curves of 256 bits: shared by ES256 and SM2. `type` and `group` are OpenSSL's names. */
result ec_read(struct arena *a, const json_t *jwk, const char *type, const char *group, EVP_PKEY **ret_pkey);
EVP_PKEY *ec_generate(const char *type, const char *group);
void ec_show_public(struct arena *a, const struct key *k, json_t *jwk);
void ec_show_private(struct arena *a, const struct key *k, json_t *jwk);
/* x || y, 64 bytes. */
void ec_point(const EVP_PKEY *pkey, unsigned char point[static 64]);
/* r || s of 64 bytes (RFC 7518, section 3.4), over a digest of 32. */
result ec_sign(struct arena *a, struct key *k, unsigned slot, struct str hash, struct str *ret_signature);
bool ec_verify(const struct key *k, struct str hash, struct str signature);

/* GB/T 32918.2, section 5.5, with the default identity; and e, the digest that is signed. */
void sm2_za(const EVP_PKEY *pkey, unsigned char za[static SM2_ZA_SIZE]);
struct str sm2_digest(struct arena *a, const struct key *k, struct str input);
