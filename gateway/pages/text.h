/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The sentences that people read, in each language: text/{tag}.json, key → sentence. {0} … {3} stand for values.
 * zh-Hant is written in the usage of Hong Kong, zh-Hans in that of the mainland. */
#pragma once

#include "json.h"
#include "language.h"

struct texts {
        const json_t *of[LANGUAGE_COUNT];
};

/* Reads the embedded files and checks them. */
result texts_load(struct arena *a, struct texts *ret_texts);
/* Do all languages have the same keys, each a non-empty sentence with the same placeholders? Errors: ERR_CONFIG. */
result texts_check(struct arena *a, const struct texts *texts);
/* One sentence as it is; the empty view when there is none. */
struct str text_get(const struct texts *texts, enum language language, const char *key);
