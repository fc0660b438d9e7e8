/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The only way from a value to a page. */
#pragma once

#include "str.h"

/* HTML text and double-quoted attribute values: & < > " ' become references; control characters other than tab and
 * line break become U+FFFD. `text` must be UTF-8. */
void escape_html(struct buf *b, struct str text);
/* May a page lead there? A path or query of ours, http and https, an app's own scheme ("name://…"), a picture as
 * data:image/…;base64. Never a scheme that runs something. */
bool address_is_safe(struct str address);
