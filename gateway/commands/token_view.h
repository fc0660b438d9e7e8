/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A token as it came: what it says of itself, in words. Nothing here proves anything. Whatever is printed is printable
 * ASCII, since what a token holds must not get to command a terminal. */
#pragma once

#include <stdio.h>

#include "json.h"

struct token_kind {
        const char *type;          /* the header's typ */
        const char *words;         /* "an access token (RFC 9068)" */
        bool expires;              /* it must have an end */
};

struct token_view {
        struct str text;
        struct str unreadable;     /* why it can't be read as a JWT; empty: it can */
        const json_t *header;      /* NULL when it can't be read, as is the next */
        const json_t *claims;
        const struct token_kind *kind; /* never NULL */
};

/* Never fails: garbage is a token of which nothing can be said. `text` without blanks around it. */
struct token_view token_view_of(struct arena *a, struct str text);
/* What it is, who made it, for whom, until when. `now` in seconds. */
void token_view_tell(struct arena *a, const struct token_view *v, int64_t now);
/* Header and claims, indented, in ASCII. */
void token_view_print(struct arena *a, const struct token_view *v);

/* At most 200 printable ASCII characters; other bytes as \xNN. */
struct str token_plain(struct arena *a, struct str s);
/* "2026-11-22T18:40:00Z (in 6 min)" */
struct str token_time_words(struct arena *a, int64_t time, int64_t now);
