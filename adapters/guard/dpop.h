/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* DPoP proofs (RFC 9449, section 4.3): is the sender of a request the holder of the key that the token is bound to?
 * Pure; whether the proof was seen before is for the caller, who is given what to remember. */
#pragma once

#include "result.h"

struct dpop_expect {
        struct str method;
        const struct str *origins;   /* scheme://host[:port] under which clients reach the service */
        size_t origin_count;
        struct str path;             /* of the request, as request_path_parse gives it */
        struct str access_token;
        struct str jkt;              /* the token's cnf.jkt */
        int64_t now;                 /* seconds */
        int64_t window;              /* a proof may be this old, or from this far in the future */
};

/* *ret_id names the proof among all proofs of its key. Errors: ERR_VERIFY with a reason that names the check. */
result dpop_check(struct arena *a, struct str proof, const struct dpop_expect *expect, struct str *ret_id);
