/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Where in the HTML a template is: follows its literal parts, and refuses what our pages never contain.
 * This is a check of our own templates, not a parser of other people's HTML. */
#pragma once

#include "result.h"

enum markup_place {
        MARKUP_TEXT = 0,
        MARKUP_TAG,         /* between < and >, outside attribute values */
        MARKUP_EQUALS,      /* after '=', where a double quote must follow */
        MARKUP_VALUE_START, /* just after the opening quote */
        MARKUP_VALUE,       /* further in a quoted value */
};

struct markup {
        enum markup_place place;
        char name[24]; /* the tag or attribute name being read, or just read; cut when longer */
        size_t name_len;
        bool name_done; /* the next name byte starts a new name */
        bool is_tag_name;
};

/* Goes on over `text`. Errors: ERR_CONFIG with what is wrong. */
result markup_follow(struct arena *a, struct markup *m, struct str text);
/* Is the attribute that the place is in one that holds an address? */
bool markup_is_address(const struct markup *m);
