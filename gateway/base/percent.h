/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Percent-encoding (RFC 3986, section 2.1), shared by form.c and uri.c. */
#pragma once

#include "str.h"

enum percent_plus { PERCENT_PLUS_STAYS, PERCENT_PLUS_IS_SPACE };

/* Decodes into `bytes`, which has room for s.len and may be s.data itself. False on broken encoding or NUL. */
bool percent_decode(struct str s, enum percent_plus plus, char *bytes, size_t *ret_len);
/* ALPHA, DIGIT, '-', '.', '_' or '~' (section 2.3)? */
bool percent_is_unreserved(char c);
/* The value of a hexadecimal digit; -1 for other characters. */
int percent_hex_value(char c);
