/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Times in claims. */
#pragma once

#include "json.h"

/* Member `name` as a NumericDate (RFC 7519, section 2) without a fraction, from 0 to the year 9999; false when it is
 * absent or anything else. */
bool claim_time(const json_t *claims, const char *name, int64_t *ret_time);
