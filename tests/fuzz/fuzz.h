/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What every fuzz target includes, first of all. A target parses the bytes and then checks what must hold for any
 * input, such as that writing and reading again gives the same. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "result.h"

#define FUZZ_ARENA_CAP ((size_t)16 * 1024 * 1024)

/* Written by each target; called by libFuzzer or by replay.c. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program, so that the input is kept, unless `condition` holds. */
#define fuzz_expect(condition)                                                                                         \
        do {                                                                                                           \
                if (!(condition)) {                                                                                    \
                        fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);                 \
                        abort();                                                                                       \
                }                                                                                                      \
        } while (0)
