/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* As much of HTML as a driver without a browser needs: forms and their buttons, links, refreshes, texts by id.
 * Tolerant of what it does not know; never reads past the page. */
#pragma once

#include "form.h"

#define SCAN_FIELDS_MAX 64

struct scan_form {
        struct str action; /* as written, entities decoded; empty: the page's own address */
        bool post;
        struct param fields[SCAN_FIELDS_MAX];
        size_t field_count;
};

/* The form in which the control `id` (a button, or an input that submits) stands, with its hidden and checked fields
 * and the control's own name and value. False when the page has no such control. */
bool scan_button(struct arena *a, struct str page, const char *id, struct scan_form *ret_form);
/* href of the link `id`; empty when there is none. */
struct str scan_link(struct arena *a, struct str page, const char *id);
/* Text of the element `id` up to the next tag, entities decoded; empty when there is none. */
struct str scan_text(struct arena *a, struct str page, const char *id);
/* Text of the first element `name`. */
struct str scan_element(struct arena *a, struct str page, const char *name);
/* Where a meta refresh leads; empty when there is none. */
struct str scan_refresh(struct arena *a, struct str page);
/* URL in "2; url=…"; empty when there is none. */
struct str scan_refresh_value(struct str value);
/* Character references of markup decoded (the five named ones, and numbers). */
struct str scan_decode(struct arena *a, struct str text);
