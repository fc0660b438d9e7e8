/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See id_token_hint.h. */
#include "id_token_hint.h"

#include "jws.h"

result id_token_hint_check(struct arena *a, const struct config *config, const struct jwks *keys, struct str text,
                           struct id_token_hint *ret_hint)
{
        struct id_token_hint hint;
        struct jws jws;
        json_t *claims;

        if (!is_ok(jws_parse(a, text, &jws)) || !is_ok(jws_verify_with(a, &jws, keys)) ||
            !is_ok(json_read_object(a, jws.payload, JWS_MAX, &claims)))
                return fail(a, ERR_INVALID_REQUEST, "id_token_hint is not signed by us");
        hint = (struct id_token_hint){
                .client = config_client(config, json_str(claims, "aud")),
                .subject = json_str(claims, "sub"),
                .session = json_str(claims, "sid"),
        };
        /* The type keeps out access tokens, which have an audience too (RFC 8725, section 3.11). */
        if (!str_is(jws.type, "JWT") || !str_eq(json_str(claims, "iss"), config->issuer) || !hint.client ||
            str_is_empty(hint.subject))
                return fail(a, ERR_INVALID_REQUEST, "id_token_hint is not an ID token for a client of ours");
        *ret_hint = hint;
        return OK;
}
