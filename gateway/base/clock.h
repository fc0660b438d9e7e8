/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The time. Pure code takes it as an argument; this is where the argument comes from.
 *
 * Built with -Dtest_clock=true, the programs add the offset (in seconds, decimal text) that the file named by the
 * environment variable BAYGATE_TEST_CLOCK holds, so that tests can let time pass without waiting. */
#pragma once

#include <stdint.h>

#include "arena.h"

/* Seconds and milliseconds since the epoch. */
int64_t clock_now(void);
int64_t clock_now_ms(void);
/* Milliseconds of a clock that never jumps; for durations and timeouts. */
int64_t clock_monotonic_ms(void);
int64_t clock_monotonic_us(void);

/* "2026-11-22T15:04:05Z" (RFC 3339); empty for what is not in the years 1970 to 9999. */
struct str clock_text(struct arena *a, int64_t seconds);
