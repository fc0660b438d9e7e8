/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The headers that tell the service who is there. */
#pragma once

#include "json.h"

#define IDENTITY_HEADERS_MAX 16

struct identity_header {
        struct str claim;
        const char *name;
};

/* The claim as a header's value: text as it is, numbers and truth values as JSON, a list's items with commas between, an
 * object as JSON. What is not printable ASCII, '%' and, in an item of a list, ',' is percent-encoded, so that decoding
 * gives back what the token said. Empty when the claim is absent or null. Errors: ERR_TOO_LARGE. */
result identity_header_value(struct arena *a, const json_t *claim, struct str *ret_value);
