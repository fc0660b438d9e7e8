/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* /jwks: the public keys, RFC 7517. */
#include "handlers.h"

result jwks_endpoint(struct task *t, const struct call *call)
{
        struct str keys = keyring_public_text(gateway_keyring(t));

        (void)call;
        reply_body(t, 200, "application/jwk-set+json", arena_copy(task_arena(t), keys));
        return OK;
}
