/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What every unit test includes, first of all: cmocka with the headers that it needs (before banned.h poisons names
 * that system headers use), and assertions for our own types. A failed assertion reports the caller's line. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* cmocka's fail() would hide ours; fail_msg(), which used it, does the same by other means. */
#undef fail
#undef fail_msg
#define fail_msg(...)                                                                                                  \
        do {                                                                                                           \
                print_error("ERROR: " __VA_ARGS__);                                                                    \
                print_error("\n");                                                                                     \
                _fail(__FILE__, __LINE__);                                                                             \
        } while (0)

#include "result.h"

static inline void unit_check_str(struct str got, struct str want, const char *file, int line)
{
        if (str_eq(got, want))
                return;
        print_error("\"%.*s\" (%zu bytes) != \"%.*s\" (%zu bytes)\n", STR_FMT(got), got.len, STR_FMT(want), want.len);
        _fail(file, line);
}

static inline void unit_check_result(result got, const struct error *want, const char *file, int line)
{
        if (got.error == want)
                return;
        print_error("result is %s, not %s\n", got.error ? got.error->symbol : "OK", want ? want->symbol : "OK");
        _fail(file, line);
}

static inline void unit_check_reason(const struct arena *a, const char *part, const char *file, int line)
{
        struct str reason = arena_reason(a);
        if (memmem(reason.data, reason.len, part, strlen(part)))
                return;
        print_error("reason \"%.*s\" does not hold \"%s\"\n", STR_FMT(reason), part);
        _fail(file, line);
}

/* Does `call` end the process by abort? Tried in a child. */
static inline bool unit_aborts(void (*call)(void))
{
        int status = 0;
        pid_t child = fork();
        if (child == 0) {
                if (!freopen("/dev/null", "w", stderr))
                        _exit(1);
                call();
                _exit(0);
        }
        return child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == 6;
}

/* struct str against a C string; struct str against struct str. */
#define assert_str_eq(got, want) unit_check_str((got), str_from(want), __FILE__, __LINE__)
#define assert_same_str(got, want) unit_check_str((got), (want), __FILE__, __LINE__)
#define assert_str_empty(got) unit_check_str((got), (struct str){ NULL, 0 }, __FILE__, __LINE__)
#define assert_ok(call) unit_check_result((call), NULL, __FILE__, __LINE__)
/* assert_error(call, ERR_MALFORMED) */
#define assert_error(call, want) unit_check_result((call), &(want), __FILE__, __LINE__)
/* Does the private reason kept in the arena hold these words? */
#define assert_reason_has(arena, part) unit_check_reason((arena), (part), __FILE__, __LINE__)
