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

result fail_with(struct arena *a, const struct error *error, const char *format, ...)
{
        result failed = { error };
        if (arena_reason(a).len)
                return failed;
        char reason[257] = "";
        va_list args;
        va_start(args, format);
        vsnprintf(reason, sizeof(reason), format, args);
        va_end(args);
        arena_set_reason(a, str_from(reason));
        return failed;
}
