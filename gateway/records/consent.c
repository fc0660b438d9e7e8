/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See consent.h. */
#include "consent.h"

#include "clock.h"
#include "seal.h"
#include "store.h"

static const struct record_kind consent_kind = { .name = "consent", .durable = true };

struct str consent_id(struct task *t, const struct consent *c)
{
        struct arena *a = task_arena(t);
        struct str whose = ARENA_JOIN(a, c->client_id, STR(" "), c->subject);

        if (c->item.len > 0)
                whose = ARENA_JOIN(a, whose, STR(" "), c->item);
        return seal_pseudonym(store_seal(t), a, STR("consent"), whose);
}

result consent_put(struct task *t, const struct consent *c)
{
        struct record_value value = { buf_in(task_arena(t), RECORD_MAX), 0 };
        struct buf *o = &value.members;

        json_add_str(o, "policy", c->policy);
        json_add_str(o, "fields", c->fields);
        json_add_str(o, "refused", c->refused);
        json_add_int(o, "at", c->given_at);
        return record_put(t, &consent_kind, consent_id(t, c), &value);
}

result consent_get(struct task *t, int64_t max_age, struct consent *ret_consent, bool *ret_found)
{
        json_t *o;

        TRY(record_get(t, &consent_kind, consent_id(t, ret_consent), &o));
        *ret_found = o && json_int(o, "at", 0) + max_age > clock_now();
        if (!*ret_found)
                return OK;
        ret_consent->policy = json_str(o, "policy");
        ret_consent->fields = json_str(o, "fields");
        ret_consent->refused = json_str(o, "refused");
        ret_consent->given_at = json_int(o, "at", 0);
        return OK;
}

result consent_drop(struct task *t, const struct consent *c)
{
        return record_drop(t, &consent_kind, consent_id(t, c));
}
