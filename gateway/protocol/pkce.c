/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See pkce.h. */
#include "pkce.h"

#include "digest.h"
#include "secret.h"

/* RFC 7636, section 4.1: 43 to 128 unreserved characters. */
static bool is_verifier(struct str s)
{
        if (s.len < 43 || s.len > 128)
                return false;
        for (size_t i = 0; i < s.len; i++) {
                char c = s.data[i];

                if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                      c == '.' || c == '_' || c == '~'))
                        return false;
        }
        return true;
}

result pkce_check(struct arena *a, struct str code_challenge, struct str code_verifier)
{
        if (str_is_empty(code_challenge)) {
                if (!str_is_empty(code_verifier))
                        return fail(a, ERR_INVALID_GRANT, "code_verifier without a code_challenge");
                return OK;
        }
        if (!is_verifier(code_verifier))
                return fail(a, ERR_INVALID_GRANT, "code_verifier missing or malformed");
        if (!str_eq_secret(sha256_base64url(a, code_verifier), code_challenge))
                return fail(a, ERR_INVALID_GRANT, "code_verifier does not fit the challenge");
        return OK;
}
