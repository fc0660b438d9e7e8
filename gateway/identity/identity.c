/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See identity.h. */
#include "identity.h"

#include "clock.h"
#include "document.h"
#include "step_up.h"
#include "subject.h"

static const struct {
        const char *name;
        size_t offset;
} attribute_rows[] = {
        { "name_native", offsetof(struct attributes, name_native) },
        { "name_latin", offsetof(struct attributes, name_latin) },
        { "birth_date", offsetof(struct attributes, birth_date) },
        { "gender", offsetof(struct attributes, gender) },
        { "document_type", offsetof(struct attributes, document_type) },
        { "document", offsetof(struct attributes, document_number) },
        { "phone_number", offsetof(struct attributes, phone_number) },
        { "email", offsetof(struct attributes, email) },
};

struct identity identity_of(struct task *t, const struct assertion *s)
{
        const struct gateway *g = gateway_of(t);
        const struct source *source = gateway_source(g, s->source);
        struct assurance level = { 0 };

        if (source)
                level = assurance_of(g->assurance, source, s->native_level, s->auth_time, clock_now());
        return (struct identity){ .assertion = *s, .level = assurance_render(task_arena(t), &level) };
}

json_t *assertion_render(struct arena *a, const struct assertion *s)
{
        json_t *o = json_new_object(a);

        json_put_str(o, "source", s->source);
        json_put_str(o, "jurisdiction", s->jurisdiction);
        json_put_str(o, "subject", s->subject);
        json_put_str(o, "level", s->native_level);
        json_put_str(o, "method", s->method);
        json_put_int(o, "auth_time", s->auth_time);
        json_put_str(o, "transaction", s->transaction);
        json_put_str(o, "evidence", s->evidence_sha256);
        json_put_int(o, "changed_at", s->profile_changed_at);
        for (size_t i = 0; i < sizeof(attribute_rows) / sizeof(attribute_rows[0]); i++)
                json_put_str(o, attribute_rows[i].name,
                             *(const struct str *)((const char *)&s->attributes + attribute_rows[i].offset));
        return o;
}

struct assertion assertion_parse(const json_t *o)
{
        struct assertion s = {
                .source = json_str(o, "source"),
                .jurisdiction = json_str(o, "jurisdiction"),
                .subject = json_str(o, "subject"),
                .native_level = json_str(o, "level"),
                .method = json_str(o, "method"),
                .auth_time = json_int(o, "auth_time", 0),
                .transaction = json_str(o, "transaction"),
                .evidence_sha256 = json_str(o, "evidence"),
                .profile_changed_at = json_int(o, "changed_at", 0),
        };

        for (size_t i = 0; i < sizeof(attribute_rows) / sizeof(attribute_rows[0]); i++)
                *(struct str *)((char *)&s.attributes + attribute_rows[i].offset) = json_str(o, attribute_rows[i].name);
        return s;
}

json_t *identity_render(struct arena *a, const struct identity *i)
{
        json_t *o = json_new_object(a);

        json_object_set(o, "assertion", assertion_render(a, &i->assertion));
        json_object_set(o, "level", (json_t *)i->level);
        if (!i->bound)
                return o;
        json_put_str(o, "binding", i->binding);
        json_put_str(o, "other_source", i->other.source);
        json_put_str(o, "other_subject", i->other.subject);
        json_put_str(o, "other_jurisdiction", i->other_jurisdiction);
        json_object_set(o, "other_level", (json_t *)i->other_level);
        return o;
}

json_t *identity_render_bare(struct arena *a, const struct identity *i)
{
        struct identity bare = *i;

        bare.assertion.attributes = (struct attributes){ 0 };
        bare.assertion.evidence_sha256 = bare.assertion.transaction = (struct str){ 0 };
        return identity_render(a, &bare);
}

struct identity identity_parse(const json_t *o)
{
        return (struct identity){
                .assertion = assertion_parse(json_object_get(o, "assertion")),
                .level = json_object_get(o, "level"),
                .bound = json_str(o, "binding").len > 0,
                .binding = json_str(o, "binding"),
                .other = { json_str(o, "other_source"), json_str(o, "other_subject") },
                .other_jurisdiction = json_str(o, "other_jurisdiction"),
                .other_level = json_object_get(o, "other_level"),
        };
}

json_t *assurance_render(struct arena *a, const struct assurance *level)
{
        json_t *o = json_new_object(a);

        json_put_int(o, "ial", level->ial);
        json_put_int(o, "aal", level->aal);
        json_put_int(o, "fal", level->fal);
        json_put_str(o, "native", level->native);
        json_put_str(o, "map", level->map_version);
        json_put_int(o, "auth_time", level->auth_time);
        return o;
}

struct assurance assurance_parse(const json_t *o)
{
        return (struct assurance){
                .ial = (int)json_int(o, "ial", 0),
                .aal = (int)json_int(o, "aal", 0),
                .fal = (int)json_int(o, "fal", 0),
                .native = json_str(o, "native"),
                .map_version = json_str(o, "map"),
                .auth_time = json_int(o, "auth_time", 0),
        };
}

bool identity_has_attributes(const struct identity *i)
{
        const struct attributes *p = &i->assertion.attributes;

        return p->name_native.len > 0 || p->name_latin.len > 0 || p->birth_date.len > 0;
}

result assertion_hide_document(struct arena *a, const struct gateway *g, struct assertion *s)
{
        struct attributes *p = &s->attributes;
        struct document document;

        if (str_is_empty(p->document_number))
                return OK;
        if (!is_ok(document_parse(a, p->document_type, p->document_number, &document)))
                return fail(a, ERR_SOURCE_BAD_ANSWER, "the source's document number is not well-formed");
        TRY(document_complete(a, &document, p));
        p->document_type = document_type_name(document.type);
        p->document_number = document_pseudonym(g->state, a, &document);
        return OK;
}

struct assurance identity_assurance(const struct gateway *g, const struct identity *i, int64_t now)
{
        const struct source *source = gateway_source(g, i->assertion.source);
        struct assurance was = assurance_parse(i->level), own = { 0 }, other;

        if (source)
                own = assurance_aged(g->assurance, source, &was, now);
        if (!i->bound)
                return own;
        other = assurance_parse(i->other_level);
        return assurance_capped(&own, &other);
}

bool identity_reaches_minimum(const struct gateway *g, const struct identity *i, const struct client *client,
                              const struct catalogue_item *item)
{
        const struct assurance level = identity_assurance(g, i, clock_now());
        const struct level_need need = {
                .least = { client->acr_minimum, item ? item->acr_minimum : (struct str){ 0 } },
        };

        return level_need_met(g->assurance, &need, &level);
}

struct person identity_person(const struct identity *i)
{
        return (struct person){ i->assertion.source, i->assertion.subject };
}

struct str identity_direction(struct arena *a, const struct identity *i, const struct client *client)
{
        if (str_eq(i->assertion.jurisdiction, client->jurisdiction))
                return (struct str){ 0 };
        return ARENA_JOIN(a, i->assertion.jurisdiction, STR(">"), client->jurisdiction);
}

/* The framework's own word, without what a step-up added to it; told only while a binding's other side does not make
 * less of it. */
static struct str framework_level(struct task *t, const struct identity *i)
{
        struct assurance own = assurance_parse(i->level), other = assurance_parse(i->other_level);
        const struct source *source = gateway_source(gateway_of(t), i->assertion.source);
        struct str native = i->assertion.native_level;

        if (i->bound && other.ial < own.ial)
                return (struct str){ 0 };
        return source && source->adapter->next_level ? source->adapter->next_level(task_arena(t), source, native, false)
                                                     : native;
}

struct verification identity_verification(struct task *t, const struct identity *i, const struct client *client)
{
        const struct gateway *g = gateway_of(t);
        const struct source_config *source = config_source(g->config, i->assertion.source);
        const struct assertion *s = &i->assertion;
        struct assurance level = identity_assurance(g, i, clock_now());
        struct str process = { 0 };

        if (s->transaction.len > 0)
                process = ARENA_JOIN(task_arena(t), client->client_id, STR("\n"), s->source, STR("\n"), s->transaction);
        if (process.len > 0)
                process = seal_pseudonym(g->state, task_arena(t), STR("verification_process"), process);
        return (struct verification){
                .trust_framework = source ? source->trust_framework : (struct str){ 0 },
                .assurance_level = framework_level(t, i),
                .ial = level.ial,
                .aal = level.aal,
                .fal = level.fal,
                .map_version = level.map_version,
                .time = s->auth_time,
                .process = process,
                .jurisdiction = s->jurisdiction,
                .document_type = s->attributes.document_type,
        };
}

result identity_subject(struct task *t, const struct identity *i, const struct client *client, struct str *ret_subject)
{
        bool other = i->bound && str_eq(i->other_jurisdiction, client->jurisdiction);
        const struct subject_input input = {
                .sector = client->sector,
                .jurisdiction = client->jurisdiction,
                .source = other ? i->other.source : i->assertion.source,
                .source_subject = other ? i->other.subject : i->assertion.subject,
        };

        return subject_of(gateway_of(t)->subjects, task_arena(t), &input, ret_subject);
}
