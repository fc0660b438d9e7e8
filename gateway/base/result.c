/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The rows of errors.def as objects, and the one way to fail (result.h). A result is compared by address, so each row
 * exists once. */
#include "result.h"

#define ERROR_ROW(symbol_, code_, status_, redirect_, description_)                                                    \
        const struct error symbol_ = {                                                                                 \
                .symbol = #symbol_,                                                                                    \
                .code = code_,                                                                                         \
                .status = status_,                                                                                     \
                .redirect = redirect_,                                                                                 \
                .description = description_,                                                                           \
        };
#include "errors.def"
#undef ERROR_ROW

static void __attribute__((format(printf, 2, 0))) keep_reason(struct arena *a, const char *format, va_list args)
{
        char reason[257] = "";
        if (arena_reason(a).len)
                return;
        vsnprintf(reason, sizeof(reason), format, args);
        arena_set_reason(a, str_from(reason));
}

void fail_reason(struct arena *a, const char *format, ...)
{
        va_list args;
        va_start(args, format);
        keep_reason(a, format, args);
        va_end(args);
}

result fail_with(struct arena *a, const struct error *error, const char *format, ...)
{
        va_list args;
        va_start(args, format);
        keep_reason(a, format, args);
        va_end(args);
        return (result){ error };
}
