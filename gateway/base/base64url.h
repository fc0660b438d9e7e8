/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* base64url without padding (RFC 7515, section 2; RFC 4648, section 5) and standard base64 with padding
 * (RFC 4648, section 4). Decoders are strict: no blanks, no stray bits, exact padding. */
#pragma once

#include "result.h"

struct str base64url_encode(struct arena *a, struct str bytes);
result base64url_decode(struct arena *a, struct str text, struct str *ret_bytes);
struct str base64_encode(struct arena *a, struct str bytes);
result base64_decode(struct arena *a, struct str text, struct str *ret_bytes);
struct str hex_encode(struct arena *a, struct str bytes);
