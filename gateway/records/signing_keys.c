/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See signing_keys.h. */
#include "signing_keys.h"

static const struct record_kind signing_keys_kind = { .name = "signing_keys", .durable = true };
static const struct record_kind history_kind = { .name = "signing_key_history", .durable = true };

result signing_keys_get(struct task *t, json_t **ret_ring, struct str *ret_kept)
{
        return record_get_kept(t, &signing_keys_kind, STR("ring"), ret_ring, ret_kept);
}

result signing_keys_put_new(struct task *t, const json_t *ring, bool *ret_created)
{
        const struct record_value value = record_value_of(task_arena(t), ring, 0);

        return record_put_new(t, &signing_keys_kind, STR("ring"), &value, ret_created);
}

result signing_keys_change(struct task *t, struct str kept, const json_t *ring, bool *ret_changed)
{
        struct record_value value = record_value_of(task_arena(t), ring, 0);

        value.kept = kept;
        return record_change(t, &signing_keys_kind, STR("ring"), &value, ret_changed);
}

result signing_keys_mark(struct task *t, struct str *ret_mark)
{
        return record_mark(t, &signing_keys_kind, STR("ring"), ret_mark);
}

result signing_keys_history_put(struct task *t, struct str kid, const json_t *key)
{
        const struct record_value value = record_value_of(task_arena(t), key, 0);
        const struct record_member member = { &history_kind, STR("ring"), kid };
        int64_t count;

        return record_member_put(t, &member, &value, &count);
}

result signing_keys_history(struct task *t, json_t ***ret_keys, size_t *ret_count)
{
        return record_members(t, &history_kind, STR("ring"), ret_keys, ret_count);
}
