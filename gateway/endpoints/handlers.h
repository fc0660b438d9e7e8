/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* One handler for each endpoint; each file bears its endpoint's name. Rows of gateway/routes.c. */
#pragma once

#include "route.h"

result authorize_endpoint(struct task *t, const struct call *call);
result interaction_endpoint(struct task *t, const struct call *call);
result callback_endpoint(struct task *t, const struct call *call);
result notify_endpoint(struct task *t, const struct call *call);
result token_endpoint(struct task *t, const struct call *call);
result introspect_endpoint(struct task *t, const struct call *call);
result revoke_endpoint(struct task *t, const struct call *call);
result status_lists_endpoint(struct task *t, const struct call *call);
result userinfo_endpoint(struct task *t, const struct call *call);
result end_session_endpoint(struct task *t, const struct call *call);
result account_endpoint(struct task *t, const struct call *call);
result account_act_endpoint(struct task *t, const struct call *call);
result discovery_endpoint(struct task *t, const struct call *call);
result jwks_endpoint(struct task *t, const struct call *call);
result assets_endpoint(struct task *t, const struct call *call);
result healthz_endpoint(struct task *t, const struct call *call);
result readyz_endpoint(struct task *t, const struct call *call);
result metrics_endpoint(struct task *t, const struct call *call);
