/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See scope.h. */
#include "scope.h"

#include "verified_claims.h"

static const struct {
        const char *claim;
        const char *scope;  /* that a client needs to ask for it */
        bool only_by_name;  /* the scope alone does not ask for it */
} rows[] = {
        { "name", "profile", false },
        { "family_name", "profile", false },
        { "given_name", "profile", false },
        { "gender", "profile", false },
        { "birthdate", "profile", false },
        { "email", "email", false },
        { "phone_number", "phone", false },
        { "document_number", "profile", true },
        { "age_over_16", "profile", true },
        { "age_over_18", "profile", true },
        { "age_over_60", "profile", true },
        { "is_hk_resident", "profile", true },
        { "is_cn_resident", "profile", true },
        { "same_person_as", "openid", true },
};

const char *const scope_claims[] = {
        "name",           "family_name",    "given_name",     "gender",         "birthdate",
        "email",          "phone_number",   "document_number", "age_over_16",    "age_over_18",
        "age_over_60",    "is_hk_resident", "is_cn_resident", "same_person_as", NULL,
};

bool scope_stands_for(struct str scopes, const char *claim)
{
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                if (str_is(str_from(rows[i].claim), claim) && !rows[i].only_by_name)
                        return str_has_word(scopes, str_from(rows[i].scope));
        return false;
}

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
        return target == CLAIM_USERINFO && scope_stands_for(scope, claim);
}

bool scope_asks(struct str scope, const json_t *claims, const char *claim, enum claim_target target)
{
        return scope_asks_plainly(scope, claims, claim, target) ||
               verified_claims_ask(json_object_get(claims, claim_target_name(target)), claim);
}

struct str scope_all(void)
{
        return STR("openid profile email phone offline_access");
}
