/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* JSON Web Tokens (RFC 7519) with explicit expectations: every field must be set, nothing means "skip" by default. */
#pragma once

#include "jws.h"

/* What a token must be. NULL or zero in a field without "…_unchecked" is a programming error (abort). */
struct jwt_expect {
        const char *type;              /* exact "typ" (RFC 8725, section 3.11; media type prefix optional) */
        bool type_optional;            /* absent "typ" is fine too (foreign issuers, client assertions) */
        struct str issuer;             /* exact "iss" */
        struct str audience;           /* must be "aud" or in it; or audience_unchecked */
        bool audience_unchecked;       /* for what is meant for everybody, such as a status list */
        bool audience_single;          /* "aud" must be one string, not a list (FAPI 2.0 client assertions) */
        struct str subject;            /* exact "sub"; or subject_unchecked */
        bool subject_unchecked;
        int64_t now;                   /* seconds */
        int64_t leeway;                /* seconds for clocks, 0 … 60 */
        int64_t max_age;               /* iat (when present) not older than this; 0 aborts */
        int64_t max_life;              /* exp - now may not exceed this; 0 aborts */
        bool exp_required;             /* must be true; kept visible in the initialiser */
};

/* Verifies signature and claims; claims are owned by the arena. Times must be whole numbers
 * (1.7e9 is one) from 0 to the year 9999; a fraction, a string, a negative or huge one is refused.
 * Errors: ERR_VERIFY with a reason that names the check. */
result jwt_verify(struct arena *a, struct str compact, const struct jwks *keys, const struct jwt_expect *expect,
                  json_t **ret_claims);
/* The same for a token whose signature was found good before: every check but that one. */
result jwt_read(struct arena *a, struct str compact, const struct jwt_expect *expect, json_t **ret_claims);
result jwt_sign(struct arena *a, const struct signer *signer, const char *type, const json_t *claims,
                struct str *ret_jwt);
/* Member `name` as a NumericDate (RFC 7519, section 2), as above. Errors: ERR_VERIFY. */
result jwt_time(struct arena *a, const json_t *claims, const char *name, int64_t *ret_time);
/* The claims part alone, for pure tests: same checks, no signature. */
result jwt_check_claims(struct arena *a, const json_t *claims, const struct jwt_expect *expect);
