/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* How everything that can fail says so.
 *
 * A result is OK or a row of errors.def. It is not an int and may not be ignored. The row is the public half; the
 * private half, a reason for the log, is kept in the arena by `fail`. One edge (gateway/endpoints/answer.c) renders
 * the public half as JSON, redirect or page. */
#pragma once

#include <stdbool.h>

#include "arena.h"

struct error {
        const char *symbol;      /* "ERR_INVALID_GRANT": for logs and tests */
        const char *code;        /* the OAuth error code, e.g. "invalid_grant" */
        int status;              /* HTTP status where it is not redirected */
        bool redirect;           /* may be sent to a proven redirect URI */
        const char *description; /* public sentence, without personal data */
};

/* On a type gcc knows only the standard's spelling, clang (in C17) only the old one. */
#ifdef __clang__
#define MUST_USE __attribute__((warn_unused_result))
#else
#define MUST_USE [[nodiscard]]
#endif

typedef struct MUST_USE {
        const struct error *error;
} result;

#define OK ((result){ NULL })

#define ERROR_ROW(symbol, code, status, redirect, description) extern const struct error symbol;
#include "errors.def"
#undef ERROR_ROW

static inline bool is_ok(result r)
{
        return !r.error;
}

static inline bool is_error(result r, const struct error *error)
{
        return r.error == error;
}

/* Returns from the calling function when `call` failed. The only macro with hidden control flow. */
#define TRY(call)                                      \
        do {                                           \
                result try_result_ = (call);           \
                if (try_result_.error)                 \
                        return try_result_;            \
        } while (0)

/* A failure with the private reason for the log; the first reason in an arena wins. Tokens, codes, secrets and
 * personal data never go in it. */
result fail_with(struct arena *a, const struct error *error, const char *format, ...)
        __attribute__((format(printf, 3, 4)));
/* The reason alone. */
void fail_reason(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The compiler sees that this is never OK, and so that outputs are set where it goes on. */
#define fail(arena, error, ...) (fail_reason((arena), __VA_ARGS__), (result){ &(error) })

/* Where a failure is deliberately of no consequence: says so in the code. `why` is for the reader. */
static inline void ignore_failure(result r, const char *why)
{
        (void)r;
        (void)why;
}
