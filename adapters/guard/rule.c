/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Choosing the rule of a request, and what a verified token must say for it (RFC 6750, section 3.1; RFC 9470). */
#include "rule.h"

#include "claim.h"
#include "request_path.h"

static bool has_method(const struct rule *r, struct str method)
{
        for (size_t i = 0; i < r->method_count; i++)
                if (str_eq(r->methods[i], method))
                        return true;
        return r->method_count == 0;
}

/* Length of the longest path of a rule that `path` is under; 0 when there is none. */
static size_t longest(const struct rules *rules, struct str path)
{
        size_t most = 0;
        for (size_t i = 0; i < rules->count; i++)
                if (rules->items[i].path.len > most && request_path_is_under(path, rules->items[i].path))
                        most = rules->items[i].path.len;
        return most;
}

result rule_find(struct arena *a, const struct rules *rules, struct str method, struct str path,
                 const struct rule **ret_rule)
{
        size_t most = longest(rules, path);
        if (most == 0)
                return fail(a, ERR_ACCESS_DENIED, "no rule is for this path");
        for (size_t i = 0; i < rules->count; i++) {
                const struct rule *r = &rules->items[i];
                if (r->path.len != most || !request_path_is_under(path, r->path) || !has_method(r, method))
                        continue;
                *ret_rule = r;
                return OK;
        }
        return fail(a, ERR_ACCESS_DENIED, "no rule of this path is for the method");
}

static result check_scopes(struct arena *a, const struct rule *rule, const json_t *claims)
{
        struct str granted = json_str(claims, "scope"), rest = rule->scopes, scope;
        while (!str_is_empty(rule->scopes) && str_split(&rest, ' ', &scope))
                if (!str_has_word(granted, scope))
                        return fail(a, ERR_INSUFFICIENT_SCOPE, "the token lacks a scope of the rule");
        return OK;
}

static bool has_acr(const struct rule *rule, struct str acr)
{
        for (size_t i = 0; i < rule->acr_count; i++)
                if (str_eq(rule->acrs[i], acr))
                        return true;
        return rule->acr_count == 0;
}

result rule_check(struct arena *a, const struct rule *rule, const json_t *claims, int64_t now, int64_t leeway)
{
        TRY(check_scopes(a, rule, claims));
        if (!has_acr(rule, json_str(claims, "acr")))
                return fail(a, ERR_UNMET_AUTHENTICATION_REQUIREMENTS, "the token's acr is not one of the rule's");
        int64_t auth_time = 0;
        if (rule->max_age < 0)
                return OK;
        if (!claim_time(claims, "auth_time", &auth_time) || auth_time > now + leeway)
                return fail(a, ERR_UNMET_AUTHENTICATION_REQUIREMENTS, "the token has no auth_time, or one in the future");
        if (now - auth_time > rule->max_age + leeway)
                return fail(a, ERR_UNMET_AUTHENTICATION_REQUIREMENTS, "the login is older than the rule's max_age");
        return OK;
}
