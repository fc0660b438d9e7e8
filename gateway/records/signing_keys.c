/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See signing_keys.h. */
#include "signing_keys.h"

static const struct record_kind signing_keys_kind = { .name = "signing_keys", .durable = true };

result signing_keys_get(struct task *t, json_t **ret_ring)
{
        return record_get(t, &signing_keys_kind, STR("ring"), ret_ring);
}

result signing_keys_put_new(struct task *t, const json_t *ring, bool *ret_created)
{
        const struct record_value value = record_value_of(task_arena(t), ring, 0);

        return record_put_new(t, &signing_keys_kind, STR("ring"), &value, ret_created);
}
