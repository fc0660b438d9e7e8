/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The checks of a token one by one, so that a person sees which fails. */
#pragma once

#include "jwt.h"
#include "token_view.h"

#define TOKEN_CHECKS_MAX 12

enum token_verdict { TOKEN_GOOD = 0, TOKEN_FAILED, TOKEN_NOT_CHECKED };

struct token_check {
        const char *name;
        enum token_verdict verdict;
        struct str words;          /* printable ASCII */
};

struct token_checks {
        struct token_check items[TOKEN_CHECKS_MAX];
        size_t count;
};

/* What it must be. */
struct token_wanted {
        const struct jwks *keys;
        struct str issuer;         /* empty: any */
        struct str audience;       /* empty: any */
        int64_t now;               /* seconds */
};

void token_checks_run(struct arena *a, const struct token_view *v, const struct token_wanted *w,
                      struct token_checks *ret_checks);
/* The first that failed; NULL when none did. */
const struct token_check *token_checks_failure(const struct token_checks *c);
