/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Which language a page speaks. Tags are BCP 47 (RFC 5646); preferences come from the switch on the page, from
 * ui_locales (OpenID Connect Core 1.0, section 3.1.2.1), from a cookie, and from Accept-Language (RFC 9110,
 * section 12.5.4). Malformed tags and entries are passed over; a list of more than 512 bytes counts as absent. */
#pragma once

#include "str.h"

enum language {
        LANGUAGE_ZH_HANT = 0, /* the fallback */
        LANGUAGE_ZH_HANS,
        LANGUAGE_EN,
        LANGUAGE_COUNT,
};

/* What is known about the person's wish, strongest first. Any may be empty. */
struct language_wish {
        struct str chosen;          /* the tag that the person chose with the switch, in this flow */
        struct str ui_locales;      /* space-separated tags */
        struct str remembered;      /* the tag in a cookie */
        struct str accept_language; /* the header field's value */
};

enum language language_choose(const struct language_wish *wish);
/* "zh-Hant", "zh-Hans", "en". */
struct str language_tag(enum language language);
/* The language's own name. */
struct str language_name(enum language language);
/* The language that serves a tag: script first, then region (HK, TW, MO: Traditional). False when none does or the
 * tag is malformed. */
bool language_of_tag(struct str tag, enum language *ret_language);
