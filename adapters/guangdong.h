/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Inside the Guangdong adapter only. */
#pragma once

#include "adapter.h"
#include "source_settings.h"

struct guangdong {
        struct source_access access;
        struct str path_authorize, path_token, path_user, path_logout;
        struct str grant_type;
        struct str service;         /* "initService" */
        struct str scope;
        struct str subject_member;  /* of userobj: "useridcode" or "uid" */
};

/* guangdong_user.c: reads the tokeninfo answer into subject, native level, method and attributes of the assertion.
 * Errors: ERR_SOURCE_BAD_ANSWER; ERR_SOURCE_NOT_ALLOWED for a legal person's account. */
result guangdong_user(struct arena *a, const struct guangdong *s, const json_t *answer, struct assertion *assertion);
