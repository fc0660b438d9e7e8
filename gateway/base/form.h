/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* application/x-www-form-urlencoded, as in query strings and bodies of OAuth requests (RFC 6749, appendix B). */
#pragma once

#include "result.h"

struct param {
        struct str name;
        struct str value;
};

struct params {
        const struct param *items;
        size_t count;
        struct str text; /* what they were read from: the caller's view, UTF-8 without NUL */
};

#define PARAMS_MAX 64

/* Parses at most PARAMS_MAX pairs in order; '+' is a space. The text and the values must be UTF-8 without NUL.
 * Errors: ERR_MALFORMED on broken encoding, ERR_TOO_LARGE on too many pairs. An empty text gives none. */
result params_parse(struct arena *a, struct str text, struct params *ret_params);
/* The value of the first `name`; the empty view when absent (RFC 6749, section 3.1: an empty value counts as
 * omitted). */
struct str params_get(const struct params *p, const char *name);
bool params_has(const struct params *p, const char *name);
/* Does `name` appear more than once (RFC 6749, section 3.1: MUST NOT)? */
bool params_is_repeated(const struct params *p, const char *name);
/* The first name that appears more than once; the empty view when none does. */
struct str params_first_repeated(const struct params *p);

/* Appends "name=value" percent-encoded, with '&' in front unless `b` is empty or ends with '&' or with
 * its first '?'. Spaces become %20. */
void form_add(struct buf *b, const char *name, struct str value);
