/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* /.well-known/openid-configuration and /.well-known/oauth-authorization-server: rendered once at start. */
#include "handlers.h"

result discovery_endpoint(struct task *t, const struct call *call)
{
        (void)call;
        reply_body(t, 200, "application/json", gateway_of(t)->discovery);
        return OK;
}
