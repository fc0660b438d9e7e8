/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See interaction.h. */
#include "interaction.h"

#include "clock.h"

static const struct record_kind interaction_kind = { .name = "interaction" };
static const struct record_kind leg_kind = { .name = "leg" };

static int64_t time_left(const struct interaction *i)
{
        int64_t left = i->expires_at - clock_now();

        return left > 0 ? left : 1;
}

static struct record_value interaction_render(struct arena *a, const struct interaction *i)
{
        struct record_value value = { buf_in(a, RECORD_MAX), time_left(i) };
        struct buf *o = &value.members;

        json_add_str(o, "browser", i->browser_sha256);
        json_add_str(o, "csrf", i->csrf);
        json_add_int(o, "step", i->step);
        json_add_str(o, "language", i->language);
        json_add_int(o, "exp", i->expires_at);
        json_add_str(o, "leg", i->leg);
        json_add_str(o, "source", i->source);
        json_add(o, "binding", i->binding ? json_true() : NULL);
        json_add(o, "ways", i->ways);
        json_add(o, "step_up", i->step_up ? json_true() : NULL);
        json_add_str(o, "correlation", i->correlation);
        json_add_str(o, "open_url", i->open_url);
        json_add_str(o, "session", i->session);
        json_add_str(o, "request", i->request);
        json_add_str(o, "hinted_subject", i->hinted_subject);
        json_add(o, "memo", i->memo);
        json_add(o, "assertion", i->assertion);
        json_add(o, "other", i->other);
        json_add(o, "match", i->match);
        json_add(o, "identity", i->identity);
        return value;
}

static struct interaction interaction_parse(struct str id, const json_t *o)
{
        return (struct interaction){
                .id = id,
                .browser_sha256 = json_str(o, "browser"),
                .csrf = json_str(o, "csrf"),
                .step = (enum interaction_step)json_int(o, "step", 0),
                .language = json_str(o, "language"),
                .expires_at = json_int(o, "exp", 0),
                .leg = json_str(o, "leg"),
                .source = json_str(o, "source"),
                .binding = json_bool(o, "binding", false),
                .ways = json_object_get(o, "ways"),
                .step_up = json_bool(o, "step_up", false),
                .correlation = json_str(o, "correlation"),
                .open_url = json_str(o, "open_url"),
                .session = json_str(o, "session"),
                .request = json_str(o, "request"),
                .hinted_subject = json_str(o, "hinted_subject"),
                .memo = json_object_get(o, "memo"),
                .assertion = json_object_get(o, "assertion"),
                .other = json_object_get(o, "other"),
                .match = json_object_get(o, "match"),
                .identity = json_object_get(o, "identity"),
                .kept = true,
        };
}

result interaction_put(struct task *t, const struct interaction *i)
{
        struct arena *a = task_arena(t);
        const struct record_value value = interaction_render(a, i);
        struct str id = record_secret_id(a, i->id);
        bool replaced;

        if (!i->kept)
                return record_put(t, &interaction_kind, id, &value);
        TRY(record_replace(t, &interaction_kind, id, &value, &replaced));
        return replaced ? OK : fail(a, ERR_FLOW_UNKNOWN, "the login ended while this request ran");
}

/* record_get or record_take */
typedef result record_reader(struct task *, const struct record_kind *, struct str, json_t **);

static result interaction_read(struct task *t, struct str id, record_reader *read, struct interaction *ret_interaction)
{
        struct arena *a = task_arena(t);
        struct interaction i;
        json_t *object;

        if (id.len != INTERACTION_ID_LEN)
                return fail(a, ERR_FLOW_UNKNOWN, "interaction id of %zu bytes", id.len);
        TRY(read(t, &interaction_kind, record_secret_id(a, id), &object));
        if (!object)
                return fail(a, ERR_FLOW_UNKNOWN, "no such interaction");
        i = interaction_parse(arena_copy(a, id), object);
        if (i.expires_at <= clock_now())
                return fail(a, ERR_FLOW_UNKNOWN, "interaction expired");
        *ret_interaction = i;
        return OK;
}

result interaction_get(struct task *t, struct str id, struct interaction *ret_interaction)
{
        return interaction_read(t, id, record_get, ret_interaction);
}

result interaction_take(struct task *t, struct str id, struct interaction *ret_interaction)
{
        return interaction_read(t, id, record_take, ret_interaction);
}

result interaction_claim_leg(struct task *t, const struct interaction *i, bool *ret_first)
{
        struct arena *a = task_arena(t);
        const struct record_value value = { buf_in(a, RECORD_MAX), time_left(i) };

        return record_put_new(t, &leg_kind, record_secret_id(a, ARENA_JOIN(a, i->id, i->leg)), &value, ret_first);
}
