/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What the endpoints that a person's browser visits during a login share: the cookie that binds an interaction to one
 * browser, and where the browser goes next. */
#pragma once

#include "login.h"
#include "route.h"

/* Name of the cookie of the session (without prefix). */
#define FLOW_SESSION_COOKIE STR("bg-session")

/* Sets the cookie of a new interaction. */
void flow_bind_browser(struct task *t, const struct interaction *i, struct str cookie);
/* The interaction, if this browser began it. Errors: ERR_FLOW_UNKNOWN, ERR_FLOW_FOREIGN. */
result flow_load(struct task *t, struct str id, struct interaction *ret_interaction);
/* Shows where the login stands: redirects to its page, or finishes it when nothing is left to ask. */
result flow_continue(struct task *t, struct interaction *i);
/* Ends the login well: cookies, redirect to the client. */
result flow_finish(struct task *t, const struct interaction *i);
/* Ends it with an error that the client is told. */
result flow_refuse(struct task *t, const struct interaction *i, const struct error *error);
/* A step failed with `r`: errors that the client may be told go there; a source or store that is down is shown on a
 * page instead, and the person may try again. */
result flow_fail(struct task *t, struct interaction *i, result r);
/* Sends the browser to a source. */
result flow_leave(struct task *t, struct interaction *i, struct str source);
/* Address of the interaction's page. */
struct str flow_path(struct arena *a, const struct interaction *i);
