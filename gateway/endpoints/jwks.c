/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* /jwks: the public keys, RFC 7517. */
#include "handlers.h"

result jwks_endpoint(struct task *t, const struct call *call)
{
        struct arena *a = task_arena(t);

        (void)call;
        reply_body(t, 200, "application/jwk-set+json", json_write(a, keyring_public(a, gateway_keyring(t))));
        return OK;
}
