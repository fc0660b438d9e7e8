/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Rules: what a request to a path must bring. Pure: bytes and claims in, verdict out.
 *
 * The longest path that fits decides; rules of the same path differ by their methods. What no rule allows is refused, and
 * a method that the longest path does not name is not looked for at shorter ones. */
#pragma once

#include "alg.h"
#include "json.h"

struct rule {
        struct str path;             /* decoded, without "/" at its end but for the root */
        const struct str *methods;
        size_t method_count;         /* 0: any */
        bool open;                   /* no token is asked for; identity headers are answered empty */
        struct str audience;
        struct str scopes;           /* space-separated; all are needed */
        const struct str *acrs;      /* one of them is needed */
        size_t acr_count;            /* 0: any or none */
        int64_t max_age;             /* seconds since auth_time; -1: does not matter */
        unsigned algs;               /* one bit for each enum alg */
};

struct rules {
        const struct rule *items;
        size_t count;
};

/* Errors: ERR_ACCESS_DENIED when no rule is for it. */
result rule_find(struct arena *a, const struct rules *rules, struct str method, struct str path,
                 const struct rule **ret_rule);
/* Are scope (RFC 9068, section 2.2.3), acr and auth_time good enough? `leeway` in seconds. Errors: ERR_INSUFFICIENT_SCOPE;
 * ERR_UNMET_AUTHENTICATION_REQUIREMENTS when another login could help (RFC 9470, section 3). */
result rule_check(struct arena *a, const struct rule *rule, const json_t *claims, int64_t now, int64_t leeway);
