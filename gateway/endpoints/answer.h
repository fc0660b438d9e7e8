/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Answers: pages with their headers, and the public half of failures as JSON or as a page. */
#pragma once

#include "language.h"
#include "route.h"

/* {"error": …, "error_description": …}; 401 carries WWW-Authenticate (RFC 6749, section 5.2; RFC 6750, section 3). */
void answer_error_json(struct task *t, const struct error *error);
struct answer_failure {
        const struct error *error;
        struct str language;          /* tag; empty: from the request */
        struct str retry_url;         /* where to try again; empty: nowhere */
        struct str source_title;      /* of the identity source that failed; empty: none did */
};
/* The error page, in the person's language. */
void answer_error_page(struct task *t, const struct answer_failure *failure);
/* Does the caller look like a browser that navigates? */
bool answer_prefers_page(const struct task *t);

struct answer_page {
        const char *name;             /* of the page: see pages/page.h */
        struct str language;          /* tag; empty: from the request */
        json_t *context;
        struct str form_targets;      /* origins to which its forms may lead */
        int status;                   /* 0: 200 */
};
result answer_page(struct task *t, const struct answer_page *page);

/* The language that the request asks for: `chosen` and `ui_locales` may be empty. */
enum language answer_language(struct task *t, struct str chosen, struct str ui_locales);
/* The title in a language; in English when there is none. */
struct str answer_title(const json_t *titles, struct str language);

/* Cookies of this gateway. On an https issuer the name gets the __Host- prefix (RFC 6265bis, section 4.1.3.2). */
struct answer_cookie {
        struct str name;              /* without prefix: "bg-session" */
        struct str value;             /* empty: deletes */
        int64_t max_age;              /* seconds */
};
void answer_cookie(struct task *t, const struct answer_cookie *cookie);
struct str answer_cookie_read(struct task *t, struct str name);
