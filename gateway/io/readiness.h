/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What the service manager is told (sd_notify(3)). Built without libsystemd, or not started by it, these do
 * nothing. Call them from the main thread. */
#pragma once

#include <stdint.h>

void readiness_ready(void);
void readiness_stopping(void);
/* How often readiness_alive has to be called; 0: no watchdog. */
int64_t readiness_watchdog_ms(void);
void readiness_alive(void);
