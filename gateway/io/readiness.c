/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Readiness and watchdog messages to systemd, where libsystemd was there at build time. */
#include "readiness.h"

#ifdef HAVE_SYSTEMD

#include <systemd/sd-daemon.h>

void readiness_ready(void)
{
        sd_notify(0, "READY=1");
}

void readiness_stopping(void)
{
        sd_notify(0, "STOPPING=1");
}

int64_t readiness_watchdog_ms(void)
{
        uint64_t limit_us = 0;
        if (sd_watchdog_enabled(0, &limit_us) <= 0)
                return 0;
        return (int64_t)(limit_us / 2000); /* half of the limit */
}

void readiness_alive(void)
{
        sd_notify(0, "WATCHDOG=1");
}

#else

void readiness_ready(void)
{
}

void readiness_stopping(void)
{
}

int64_t readiness_watchdog_ms(void)
{
        return 0;
}

void readiness_alive(void)
{
}

#endif
