/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See ceremony.h. */
#include "ceremony.h"

#include "clock.h"
#include "digest.h"
#include "log.h"
#include "login.h"
#include "receipt.h"
#include "trail.h"

static enum document_type document_type_of(struct str name)
{
        for (enum document_type type = DOCUMENT_HKID; type <= DOCUMENT_PASSPORT; type++)
                if (str_eq(document_type_name(type), name))
                        return type;
        return DOCUMENT_NONE;
}

static struct match_side side_of(const struct assertion *s)
{
        return (struct match_side){
                .attributes = &s->attributes,
                .document_type = document_type_of(s->attributes.document_type),
                .document_pseudonym = s->attributes.document_number,
        };
}

struct match ceremony_compare(const struct assertion *a, const struct assertion *b)
{
        struct match_side left = side_of(a), right = side_of(b);

        return match_of(&left, &right);
}

json_t *match_render(struct arena *a, const struct match *m)
{
        json_t *o = json_new_object(a);

        json_put_str(o, "grade", match_grade_name(m->grade));
        json_put_str(o, "birth_date", verdict_name(m->birth_date));
        json_put_str(o, "gender", verdict_name(m->gender));
        json_put_str(o, "name_native", verdict_name(m->name_native));
        json_put_str(o, "name_latin", verdict_name(m->name_latin));
        json_put_str(o, "document_number", verdict_name(m->document));
        return o;
}

static void use_binding(struct task *t, const struct binding *b, struct identity *identity)
{
        const struct source *other = gateway_source(gateway_of(t), b->sides[1].source);

        identity->bound = true;
        identity->binding = b->id;
        identity->other = b->sides[1];
        identity->other_level = b->levels[1];
        identity->other_jurisdiction = other ? other->jurisdiction : (struct str){ 0 };
}

/* The match that the binding rests on was made with what the source said then. A change of name, gender or date of birth
 * there since, or a new registration, does not undo it, but the operator must be able to see it. */
static void note_changed_profile(struct task *t, const struct binding *b, const struct assertion *s)
{
        if (s->profile_changed_at > b->made_at)
                log_event(LOG_WARNING, "profile_changed_since_binding", LOG_STR("request_id", task_request_id(t)),
                          LOG_STR("source", s->source), LOG_STR("binding", b->id));
}

result ceremony_find_binding(struct task *t, const struct client *client, struct identity *identity, bool *ret_needed)
{
        const struct assertion *s = &identity->assertion;
        const struct binding_side side = { s->source, s->subject };
        struct binding binding;
        bool found = true;

        *ret_needed = false;
        *identity = (struct identity){ .assertion = *s, .level = identity->level };
        if (str_is_empty(client->binding_source) || str_eq(client->binding_source, s->source))
                return OK;
        TRY(binding_get(t, &side, client->binding_source, &binding, &found));
        if (found) {
                note_changed_profile(t, &binding, s);
                use_binding(t, &binding, identity);
        }
        *ret_needed = !found;
        return OK;
}

result ceremony_match(struct task *t, struct interaction *i, const struct assertion *other)
{
        struct arena *a = task_arena(t);
        struct assertion first = assertion_parse(i->assertion);
        struct match match = ceremony_compare(&first, other);

        i->other = assertion_render(a, other);
        i->match = match_render(a, &match);
        i->step = (int)match.grade >= gateway_of(t)->config->binding_grade_minimum && match.grade > MATCH_NONE
                          ? STEP_CONFIRM
                          : STEP_MISMATCH;
        return interaction_put(t, i);
}

/* Into the ledgers of both sides, with a receipt; before the binding itself, so that what is there can be undone. */
static result enter(struct task *t, const struct binding *b, const json_t *match)
{
        struct ledger_entry entry = { .kind = LEDGER_BINDING, .id = b->id, .at = b->made_at };

        TRY(receipt_of_binding(t, b, match, &entry.receipt));
        for (int i = 0; i < 2; i++) {
                const struct person person = { b->sides[i].source, b->sides[i].subject };

                entry.key = b->sides[!i].source;
                entry.subject = b->sides[!i].subject;
                TRY(ledger_put(t, &person, &entry));
        }
        return OK;
}

static void leave(struct task *t, const struct binding *b)
{
        const struct ledger_entry entry = { .kind = LEDGER_BINDING, .id = b->id };

        for (int i = 0; i < 2; i++) {
                const struct person person = { b->sides[i].source, b->sides[i].subject };

                ignore_failure(ledger_drop(t, &person, &entry), "an entry without its binding is not shown");
        }
}

/* Two tabs may have made the same binding at once: one id stands, and only that one is listed. */
static result settle_id(struct task *t, const struct binding *b)
{
        struct binding standing;
        bool found;

        TRY(binding_get(t, &b->sides[0], b->sides[1].source, &standing, &found));
        if (found && str_eq(standing.id, b->id))
                return OK;
        trail_binding_refused(t, b, &ERR_ALREADY_BOUND);
        leave(t, b);
        return OK;
}

result login_bind(struct task *t, struct interaction *i)
{
        struct arena *a = task_arena(t);
        struct assertion first = assertion_parse(i->assertion), other = assertion_parse(i->other);
        struct identity identity = identity_of(t, &first), bound = identity_of(t, &other);
        struct binding binding;
        bool conflict;
        result r;

        if (i->step != STEP_CONFIRM)
                return fail(a, ERR_FLOW_UNKNOWN, "nothing to bind in this step");
        binding = (struct binding){
                .id = random_uuid(a),
                .sides = { { first.source, first.subject }, { other.source, other.subject } },
                .grade = (int)ceremony_compare(&first, &other).grade,
                .levels = { identity.level, bound.level },
                .made_at = clock_now(),
        };
        TRY(trail_binding_made(t, &binding, match_grade_name((enum match_grade)binding.grade)));
        r = enter(t, &binding, i->match);
        if (is_ok(r))
                r = binding_put_new(t, &binding, &conflict);
        if (is_ok(r) && conflict)
                r = fail(a, ERR_ALREADY_BOUND, "one side is bound to another subject");
        if (!is_ok(r)) {
                trail_binding_refused(t, &binding, r.error);
                leave(t, &binding);
                return r;
        }
        TRY(settle_id(t, &binding));
        i->binding = false;
        return login_settle(t, i, &identity); /* which finds the binding, also one that another tab made first */
}
