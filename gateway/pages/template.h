/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Templates with very little logic, over a JSON context. They are parsed once at start; a broken one stops the start.
 *
 *   {{name}}  {{person.name}}  {{.}}      a value, always HTML-escaped; "." is the item of the list around it
 *   {{#list}}…{{/list}}                   for each item; once for an object, a true, a number or a non-empty string
 *   {{^list}}…{{/list}}                   when it is absent, null, false, empty
 *   {{t:consent.intro client purpose}}    a translated sentence; the paths behind the key fill its {0}, {1}, escaped
 *   {{t:error.@symbol}}                   the key ends in a value; if there is no such sentence, "error.other"
 *   {{>head}}                             another template, in place
 *   {{! remark}}                          nothing
 *
 * There is no unescaped form. A value may stand in text or in a double-quoted attribute value and nowhere else; at the
 * start of href, src, action and formaction it must be an address that a page may lead to, else "#" is written. Script,
 * style and event-handler attributes, unquoted values and HTML comments are refused at parsing.
 * A name is looked up in the item around it first, then outwards. What is absent writes nothing. */
#pragma once

#include "json.h"
#include "result.h"

#define TEMPLATE_ARGS_MAX 4
#define TEMPLATE_PAGE_MAX (256 * 1024)

struct template_source {
        struct str name; /* as in {{>name}} */
        struct str text;
};

struct template_set;

/* Parses all of them; the set lives as long as the arena and is read-only, so that threads may share it.
 * Errors: ERR_CONFIG with a reason that names template and line. */
result template_set_new(struct arena *a, const struct template_source *sources, size_t count,
                        struct template_set **ret_set);
/* Does `texts` (an object: key → sentence) have every sentence that the set names, "other" for each key that ends in
 * a value, and no placeholder that is not filled? Errors: ERR_CONFIG. */
result template_set_check_texts(struct arena *a, const struct template_set *set, const json_t *texts);

struct template_input {
        const json_t *texts;   /* sentences of the page's language */
        const json_t *common;  /* outermost object: the same for all pages */
        const json_t *context; /* the page's own */
};

/* Errors: ERR_SERVER_ERROR when there is no such template or the page would be longer than TEMPLATE_PAGE_MAX. */
result template_render(struct arena *a, const struct template_set *set, struct str name,
                       const struct template_input *input, struct str *ret_html);
