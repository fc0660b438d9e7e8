/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The authorization response (RFC 6749, sections 4.1.2 and 4.1.2.1; RFC 9207). */
#pragma once

#include "authorization_request.h"

/* The redirect that carries the code, with state and iss. */
struct str authorization_response_success(struct arena *a, const struct authorization_request *r, struct str issuer,
                                          struct str code);
/* The redirect that carries an error. */
struct str authorization_response_error(struct arena *a, const struct authorization_request *r, struct str issuer,
                                        const struct error *error);
