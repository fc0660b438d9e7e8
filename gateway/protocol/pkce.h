/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Proof Key for Code Exchange (RFC 7636), method S256 only. */
#pragma once

#include "result.h"

/* Does the verifier belong to the challenge? An empty challenge asks for no verifier, and none may be sent then
 * (RFC 9700, section 2.1.1). Errors: ERR_INVALID_GRANT. */
result pkce_check(struct arena *a, struct str code_challenge, struct str code_verifier);
