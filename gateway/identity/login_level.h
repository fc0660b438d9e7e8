/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The level that a login reached against what its request needs (OpenID Connect Core 1.0, sections 3.1.2.1 and 5.5.1.1;
 * OpenID Connect Core Error Code unmet_authentication_requirements 1.0), and the one step-up that a request gets when it
 * is too low. Which ways there are is told by step_up.h; the interaction keeps them. */
#pragma once

#include "authorization_request.h"
#include "identity.h"
#include "interaction.h"
#include "step_up.h"

/* Is the level high enough, and the login as recent as max_age asks? If not and something could help, *ret_enough is
 * false and the interaction, still to be kept, is in STEP_STEP_UP. Errors: ERR_UNMET_AUTHENTICATION_REQUIREMENTS when
 * nothing could, when it was tried already, or when no page may be shown (prompt=none). */
result login_level_check(struct task *t, struct interaction *i, const struct authorization_request *request,
                         const struct identity *identity, bool *ret_enough);
/* How `source` would raise the level; STEP_UP_NONE when it is no way, or before a step-up. */
enum step_up_kind login_way_kind(const struct interaction *i, struct str source);
/* In STEP_STEP_UP: the source to go to when there is only one way; else empty. */
struct str login_only_way(const struct interaction *i);
