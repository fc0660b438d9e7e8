/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See consent.h. */
#include "consent.h"

#include "clock.h"
#include "seal.h"
#include "store.h"

static const struct record_kind consent_kind = { .name = "consent", .durable = true };

static struct str consent_id(struct task *t, const struct consent *c)
{
        struct arena *a = task_arena(t);

        return seal_pseudonym(store_seal(t), a, STR("consent"), ARENA_JOIN(a, c->client_id, STR(" "), c->subject));
}

result consent_put(struct task *t, const struct consent *c)
{
        struct record_value value = { buf_in(task_arena(t), RECORD_MAX), 0 };
        struct buf *o = &value.members;

        json_add_str(o, "claims", c->claims);
        json_add_int(o, "at", c->given_at);
        return record_put(t, &consent_kind, consent_id(t, c), &value);
}

static bool covers(struct str given, struct str wanted)
{
        struct str word;

        while (str_split(&wanted, ' ', &word))
                if (word.len > 0 && !str_has_word(given, word))
                        return false;
        return true;
}

result consent_covers(struct task *t, const struct consent *wanted, int64_t max_age, bool *ret_covers)
{
        json_t *o;

        TRY(record_get(t, &consent_kind, consent_id(t, wanted), &o));
        *ret_covers = o && json_int(o, "at", 0) + max_age > clock_now() && covers(json_str(o, "claims"), wanted->claims);
        return OK;
}
