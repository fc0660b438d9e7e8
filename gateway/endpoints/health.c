/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* /healthz: the process answers. /readyz: the store answers too, so it may get requests. */
#include "handlers.h"
#include "store.h"

result healthz_endpoint(struct task *t, const struct call *call)
{
        (void)call;
        reply_body(t, 200, "text/plain", STR("ok\n"));
        return OK;
}

result readyz_endpoint(struct task *t, const struct call *call)
{
        (void)call;
        TRY(store_ping(t));
        reply_body(t, 200, "text/plain", STR("ready\n"));
        return OK;
}
