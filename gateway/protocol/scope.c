/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See scope.h. */
#include "scope.h"

#include "verified_claims.h"

static const struct {
        const char *claim;
        const char *scope;
} rows[] = {
        { "name", "profile" },
        { "family_name", "profile" },
        { "given_name", "profile" },
        { "gender", "profile" },
        { "birthdate", "profile" },
        { "email", "email" },
        { "phone_number", "phone" },
};

const char *const scope_claims[] = {
        "name", "family_name", "given_name", "gender", "birthdate", "email", "phone_number", NULL,
};

bool scope_covers(struct str scopes, const char *claim)
{
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                if (str_is(str_from(rows[i].claim), claim) && str_has_word(scopes, str_from(rows[i].scope)))
                        return true;
        return false;
}

const char *claim_target_name(enum claim_target target)
{
        return target == CLAIM_ID_TOKEN ? "id_token" : "userinfo";
}

bool scope_asks_plainly(struct str scope, const json_t *claims, const char *claim, enum claim_target target)
{
        if (json_object_get(json_object_get(claims, claim_target_name(target)), claim))
                return true;
        return target == CLAIM_USERINFO && scope_covers(scope, claim);
}

bool scope_asks(struct str scope, const json_t *claims, const char *claim, enum claim_target target)
{
        return scope_asks_plainly(scope, claims, claim, target) ||
               verified_claims_ask(json_object_get(claims, claim_target_name(target)), claim);
}

struct str scope_all(void)
{
        return STR("openid profile email phone");
}
