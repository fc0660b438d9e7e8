/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Which client calls: what the endpoints that clients call themselves share. */
#pragma once

#include "route.h"

/* Finds the one authentication method that the request uses, checks it, and that a client assertion comes once
 * (RFC 6749, section 2.3; RFC 7523). A public client only names itself. Errors: ERR_INVALID_REQUEST when a parameter is
 * repeated, ERR_INVALID_CLIENT. */
result client_of(struct task *t, const struct call *call, const struct client **ret_client);
