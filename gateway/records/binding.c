/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See binding.h. */
#include "binding.h"

#include "seal.h"
#include "store.h"

static const struct record_kind binding_kind = { .name = "binding", .durable = true };

/* One subject may be bound once to each other source: so the other source is part of the id. */
static struct str side_id(struct task *t, const struct binding_side *side, struct str other_source)
{
        struct arena *a = task_arena(t);
        struct str name = arena_printf(a, "%zu:%.*s%zu:%.*s%.*s", side->source.len, STR_FMT(side->source),
                                       other_source.len, STR_FMT(other_source), STR_FMT(side->subject));

        return seal_pseudonym(store_seal(t), a, STR("binding"), name);
}

static struct record_value binding_render(struct arena *a, const struct binding *b, int first)
{
        struct record_value value = { buf_in(a, RECORD_MAX), 0 };
        struct buf *o = &value.members;

        json_add_str(o, "id", b->id);
        json_add_str(o, "source", b->sides[!first].source);
        json_add_str(o, "subject", b->sides[!first].subject);
        json_add_int(o, "grade", b->grade);
        json_add_int(o, "at", b->made_at);
        json_add(o, "own_level", b->levels[first]);
        json_add(o, "level", b->levels[!first]);
        return value;
}

static result half_get(struct task *t, const struct binding_side *side, struct str other_source,
                       struct binding *ret_binding, bool *ret_found)
{
        json_t *o;

        TRY(record_get(t, &binding_kind, side_id(t, side, other_source), &o));
        *ret_found = o != NULL;
        if (o)
                *ret_binding = (struct binding){
                        .id = json_str(o, "id"),
                        .sides = { *side, { json_str(o, "source"), json_str(o, "subject") } },
                        .grade = (int)json_int(o, "grade", 0),
                        .levels = { json_object_get(o, "own_level"), json_object_get(o, "level") },
                        .made_at = json_int(o, "at", 0),
                };
        return OK;
}

result binding_get(struct task *t, const struct binding_side *side, struct str other_source,
                   struct binding *ret_binding, bool *ret_found)
{
        struct binding here, there;
        bool found, back = false;

        TRY(half_get(t, side, other_source, &here, &found));
        if (found)
                TRY(half_get(t, &here.sides[1], side->source, &there, &back));
        *ret_found = found && back && str_eq(here.id, there.id);
        if (*ret_found)
                *ret_binding = here;
        return OK;
}

/* Writes the half of side `first`. What stands in its place counts only when it is whole: then it is kept, and
 * *ret_other tells whether it links to somebody else. */
static result half_put(struct task *t, const struct binding *b, int first, bool *ret_other)
{
        const struct binding_side *side = &b->sides[first], *other = &b->sides[!first];
        const struct record_value value = binding_render(task_arena(t), b, first);
        struct str id = side_id(t, side, other->source);
        struct binding had;
        bool created, found;

        *ret_other = false;
        TRY(record_put_new(t, &binding_kind, id, &value, &created));
        if (created)
                return OK;
        TRY(binding_get(t, side, other->source, &had, &found));
        if (!found)
                return record_put(t, &binding_kind, id, &value);
        *ret_other = !str_eq(had.sides[1].subject, other->subject);
        return OK;
}

/* Takes the first half back when the second could not be written. */
static result half_drop(struct task *t, const struct binding *b)
{
        struct binding half;
        bool found;

        TRY(half_get(t, &b->sides[0], b->sides[1].source, &half, &found));
        if (!found || !str_eq(half.id, b->id))
                return OK;
        return record_drop(t, &binding_kind, side_id(t, &b->sides[0], b->sides[1].source));
}

/* Of two ceremonies of one person at the same moment the later one wins; the earlier one must not think that it did. */
static result check_whole(struct task *t, const struct binding *b, bool *ret_conflict)
{
        struct binding now;
        bool found;

        TRY(binding_get(t, &b->sides[0], b->sides[1].source, &now, &found));
        *ret_conflict = !found || !str_eq(now.sides[1].subject, b->sides[1].subject);
        return OK;
}

result binding_put_new(struct task *t, const struct binding *b, bool *ret_conflict)
{
        bool other;

        TRY(half_put(t, b, 0, &other));
        *ret_conflict = other;
        if (other)
                return OK;
        TRY(half_put(t, b, 1, ret_conflict));
        if (*ret_conflict)
                return half_drop(t, b);
        return check_whole(t, b, ret_conflict);
}

result binding_drop(struct task *t, const struct binding *b)
{
        for (int i = 0; i < 2; i++)
                TRY(record_drop(t, &binding_kind, side_id(t, &b->sides[i], b->sides[!i].source)));
        return OK;
}
