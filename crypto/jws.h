/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* JSON Web Signatures, compact form (RFC 7515; RFC 8725 for what is refused). */
#pragma once

#include "jwk.h"

#define JWS_MAX 16384

/* The slot of the thread that writes the audit; those below are the workers'. */
#define SIGNER_SLOT_AUDIT 256

/* Who signs: prepared contexts are kept per key and slot; different threads use different slots. */
struct signer {
        struct key *key;
        unsigned slot; /* the worker's index */
};

/* `type` is the header's "typ" ("JWT", "at+jwt"). */
result jws_sign(struct arena *a, const struct signer *signer, const char *type, struct str payload, struct str *ret_jws);

struct jws {
        enum alg alg;
        struct str kid;          /* may be empty; at most 256 printable bytes */
        struct str type;         /* may be empty */
        struct str payload;      /* decoded */
        struct str signing_input;
        struct str signature;    /* decoded */
};

/* Splits and reads without verifying: three parts, strict base64url, header with unique members, known "alg", no
 * "crit", no "b64"; "jwk", "jku", "x5u", "x5c" are ignored for keys. Errors: ERR_MALFORMED, ERR_VERIFY (alg). */
result jws_parse(struct arena *a, struct str compact, struct jws *ret_jws);
/* Verifies with this key; its algorithm must be the header's. Errors: ERR_VERIFY. */
result jws_verify(struct arena *a, const struct jws *jws, const struct key *k);
/* Finds the key in the set and verifies. */
result jws_verify_with(struct arena *a, const struct jws *jws, const struct jwks *keys);

/* Raw signature over bytes, JOSE form (ECDSA and SM2: r || s). For tests with vectors and for other protocols. */
result signature_make(struct arena *a, struct key *k, unsigned slot, struct str input, struct str *ret_signature);
result signature_check(struct arena *a, const struct key *k, struct str input, struct str signature);
