/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Answers that a source posts to us while the browser waits: what we expect, and what has come. */
#pragma once

#include "record.h"

struct notice {
        struct str source;
        struct str correlation;  /* the source's handle of the request */
        struct str state;        /* ours; proves that the sender knows of the request */
        const json_t *content;
};

/* Opens the door for one notice with this correlation and state, for `ttl_s` seconds. */
result notice_expect(struct task *t, const struct notice *n, int64_t ttl_s);
/* Keeps the content if it is expected and the state is right; a second delivery changes nothing. *ret_kept tells
 * whether the notice was a right one. */
result notice_put_new(struct task *t, const struct notice *n, bool *ret_kept);
/* The content; NULL while it has not come. */
result notice_get(struct task *t, struct str source, struct str correlation, json_t **ret_content);
/* Forgets it and closes the door. */
result notice_drop(struct task *t, struct str source, struct str correlation);
