/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The guard as a program. */
#pragma once

#include "guard_settings.h"

/* Serves until SIGTERM or SIGINT. The process's exit status. */
int guard_serve(struct arena *a, const struct guard_settings *settings);
