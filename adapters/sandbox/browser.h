/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A browser reduced to what a driver needs: cookies per host and port, redirects, one line for each hop. */
#pragma once

#include "page_scan.h"

#define BROWSER_COOKIES_MAX 128

struct browser_cookie {
        struct str origin; /* host:port */
        struct str path;
        struct str name;
        struct str value;
};

struct browser {
        struct arena *arena;
        void *curl;
        const char *name; /* "desktop" or "phone": in front of each line */
        struct browser_cookie cookies[BROWSER_COOKIES_MAX];
        size_t cookie_count;
};

struct browser_page {
        struct str url;
        struct str body;
        struct str refresh; /* URL of the Refresh header or the meta element, absolute; empty: none */
        int status;
};

/* `name` is a literal. Errors: ERR_UNSUPPORTED. */
result browser_init(struct browser *b, struct arena *a, const char *name);
void browser_done(struct browser *b);
void browser_forget(struct browser *b);
/* Both follow redirects. Errors: ERR_SOURCE_DOWN, ERR_SOURCE_BAD_ANSWER. */
result browser_open(struct browser *b, struct str url, struct browser_page *ret_page);
result browser_submit(struct browser *b, const struct browser_page *from, const struct scan_form *form,
                      struct browser_page *ret_page);
/* `reference` as seen from `base` (RFC 3986, section 5). */
struct str browser_resolve(struct arena *a, struct str base, struct str reference);
/* The URL with each query value replaced by "…": codes and states stay out of the output. */
struct str browser_url_shown(struct arena *a, struct str url);
/* Keeps what one Set-Cookie header says (RFC 6265, section 5.2, without Domain and without dates). */
void browser_cookie_set(struct browser *b, struct str url, struct str header);
/* Value of the Cookie header for a URL; empty when there is none. */
struct str browser_cookie_header(const struct browser *b, struct str url);
