/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Builds the sandbox's HTML pages: every value is escaped on its way in, there is no other way to add one. */
#pragma once

#include "result.h"

struct html {
        struct arena *arena;
        struct buf out;
};

struct html html_in(struct arena *a);
/* Markup written in the source; never outside data. */
void html_markup(struct html *h, const char *markup);
/* Outside data, escaped for element content and for double-quoted attributes. */
void html_text(struct html *h, struct str text);
/* Markup in which each "{}" is replaced by the next value, escaped. */
void html_fill(struct html *h, const char *markup, const struct str *values, size_t count);
#define HTML(h, markup, ...)                                                                                           \
        html_fill((h), (markup), (const struct str[]){ __VA_ARGS__ },                                                  \
                  sizeof((const struct str[]){ __VA_ARGS__ }) / sizeof(struct str))

/* The opening of a page up to <main>. `refresh_url` empty: the page stays. */
void html_begin(struct html *h, struct str title, struct str brand, struct str refresh_url);
/* The end of a page; returns the whole. */
struct str html_end(struct html *h);

/* `text` as a QR code (ISO/IEC 18004), an inline SVG image. ERR_TOO_LARGE when it does not fit into one. */
result html_qr_code(struct html *h, struct str text);

/* The one style sheet of all pages. */
struct str html_style_sheet(void);
