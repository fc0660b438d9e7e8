/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* URIs (RFC 3986): parsing as far as redirect URIs, issuers and upstream addresses need it. */
#pragma once

#include "form.h"

struct uri {
        struct str scheme;   /* as written */
        struct str host;     /* without brackets */
        int port;            /* 0 when none is written */
        struct str path;     /* may be empty */
        struct str query;    /* without '?' */
        struct str fragment; /* without '#' */
        bool has_query;
        bool has_fragment;
        bool has_userinfo;
        struct str origin;   /* scheme://host[:port], a slice of the input; empty with userinfo */
};

/* Parses an absolute URI with authority, at most 2,048 bytes of the characters that RFC 3986 allows. The host is a name
 * of letters, digits, '-', '.' and '_' or an address; it and a written port are not empty. Errors: ERR_MALFORMED. */
result uri_parse(struct arena *a, struct str text, struct uri *ret_uri);
/* localhost, 127.0.0.0/8 or ::1 (RFC 8252, section 7.3). */
bool uri_is_loopback(const struct uri *u);
bool uri_is_https(const struct uri *u);
/* Everything but unreserved characters (RFC 3986, section 2.3) becomes %XX, upper-case. */
void uri_encode(struct buf *b, struct str s);
/* Decodes %XX; '+' stays. Errors: ERR_MALFORMED on broken encoding or NUL. */
result uri_decode(struct arena *a, struct str s, struct str *ret_text);
/* `uri` with the parameters added to its query. */
struct str uri_with_params(struct arena *a, struct str uri, const struct param *params, size_t count);
