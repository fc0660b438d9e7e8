/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See release.h. */
#include "release.h"

#include "release_form.h"

/* All that one decision needs. */
struct deciding {
        struct arena *arena;
        const struct release_request *request;
        struct release release;
        bool agreed_policy_is_another; /* the policy changed since the person agreed */
        bool person;                   /* there is one, so values can be told */
        struct release_form form;
};

static const json_t *asked_member(const struct release_request *r, const char *claim, enum claim_target target)
{
        return json_object_get(json_object_get(r->claims, claim_target_name(target)), claim);
}

static unsigned asked_targets(const struct release_request *r, const char *claim)
{
        unsigned targets = 0;

        if (scope_asks(r->scope, r->claims, claim, CLAIM_ID_TOKEN))
                targets |= CLAIM_ID_TOKEN;
        if (scope_asks(r->scope, r->claims, claim, CLAIM_USERINFO))
                targets |= CLAIM_USERINFO;
        return targets;
}

/* OpenID Connect Core 1.0, section 5.5.1. */
static bool asked_as_essential(const struct release_request *r, const char *claim)
{
        return json_bool(asked_member(r, claim, CLAIM_ID_TOKEN), "essential", false) ||
               json_bool(asked_member(r, claim, CLAIM_USERINFO), "essential", false);
}

static enum policy_form first_form(unsigned forms)
{
        return (enum policy_form)(forms & ~(forms - 1));
}

/* May it leave, and in which form? */
static enum release_verdict permit(const struct deciding *d, const struct policy_claim *claim, struct release_field *field)
{
        const struct policy *policy = d->release.policy;
        const struct policy_field *named = policy ? policy_field_find(policy, claim->claim) : NULL;

        if (!d->release.crossing) {
                field->form = first_form(claim->forms);
                field->essential = asked_as_essential(d->request, claim->claim);
                return RELEASE_GIVEN;
        }
        if (!policy)
                return RELEASE_NO_POLICY;
        if (!named)
                return RELEASE_NOT_NAMED;
        field->form = named->form;
        field->essential = named->essential;
        return RELEASE_GIVEN;
}

static bool is_agreed(const struct deciding *d, const struct release_field *field)
{
        const struct release_agreement *agreement = d->request->agreement;

        if (!agreement)
                return true;
        return !d->agreed_policy_is_another && str_has_word(agreement->fields, release_word(d->arena, field));
}

static struct release_field decide_field(const struct deciding *d, const struct policy_claim *claim)
{
        struct release_field field = { .claim = claim->claim, .targets = asked_targets(d->request, claim->claim) };
        json_t *value;

        if (!field.targets)
                return field;
        field.verdict = permit(d, claim, &field);
        if (field.verdict != RELEASE_GIVEN || !d->person)
                return field;
        value = release_form_value(d->arena, &d->form, claim->claim, field.form);
        if (!value)
                field.verdict = RELEASE_NOT_KNOWN;
        else if (!is_agreed(d, &field))
                field.verdict = RELEASE_NOT_AGREED;
        else
                field.value = value;
        return field;
}

static struct str compared_subject(const struct release_request *r)
{
        struct str in_token = json_str(asked_member(r, "same_person_as", CLAIM_ID_TOKEN), "value");

        return in_token.len > 0 ? in_token : json_str(asked_member(r, "same_person_as", CLAIM_USERINFO), "value");
}

/* An item may have a purpose of its own, and then one policy only. */
static struct policy_wanted wanted_policy(const struct release_request *r, struct str jurisdiction)
{
        const struct client *client = r->client;
        const struct catalogue_item *item = r->item;

        return (struct policy_wanted){
                .from = jurisdiction,
                .to = client->jurisdiction,
                .purpose = item && item->purpose.len > 0 ? item->purpose : client->purpose,
                .client_id = client->client_id,
                .id = item ? item->policy : (struct str){ 0 },
                .now = r->now,
        };
}

bool release_policy_stands(const struct gateway *g, const struct identity *i, const struct release_request *r,
                           const json_t *policy)
{
        const struct policy_wanted wanted = wanted_policy(r, i->assertion.jurisdiction);
        const struct policy *now;

        if (!policy)
                return true;
        now = policy_find(&g->config->policies, &wanted);
        return now && str_eq(now->sha256, json_str(policy, "sha256"));
}

static struct release decide(struct deciding *d, const struct config *config, struct str jurisdiction)
{
        const struct client *client = d->request->client;
        const struct policy_wanted wanted = wanted_policy(d->request, jurisdiction);
        struct release *release = &d->release;

        release->crossing = !str_eq(jurisdiction, client->jurisdiction);
        if (release->crossing)
                release->policy = policy_find(&config->policies, &wanted);
        if (d->request->agreement)
                d->agreed_policy_is_another =
                        !str_eq(d->request->agreement->policy, release_policy_key(d->arena, release));
        while (policy_claims[release->count].claim)
                release->count++;
        release->fields = arena_new_array(d->arena, struct release_field, release->count);
        for (size_t n = 0; n < release->count; n++)
                release->fields[n] = decide_field(d, &policy_claims[n]);
        return *release;
}

struct release release_decide(struct arena *a, const struct gateway *g, const struct identity *i,
                              const struct release_request *r)
{
        struct deciding d = {
                .arena = a,
                .request = r,
                .person = true,
                .form = { .attributes = &i->assertion.attributes,
                          .seal = g->state,
                          .sector = r->client->sector,
                          .subject = r->subject,
                          .compared_subject = compared_subject(r),
                          .now = r->now },
        };

        return decide(&d, g->config, i->assertion.jurisdiction);
}

struct release release_foresee(struct arena *a, const struct config *config, struct str jurisdiction,
                               const struct release_request *r)
{
        struct deciding d = { .arena = a, .request = r };

        return decide(&d, config, jurisdiction);
}

json_t *release_claims(struct arena *a, const struct release *release, enum claim_target target)
{
        json_t *released = json_new_object(a);

        for (size_t n = 0; n < release->count; n++) {
                const struct release_field *field = &release->fields[n];

                if (field->verdict == RELEASE_GIVEN && field->value && (field->targets & target))
                        json_object_set(released, field->claim, (json_t *)(uintptr_t)field->value);
        }
        return released;
}

struct str release_word(struct arena *a, const struct release_field *field)
{
        return ARENA_JOIN(a, str_from(field->claim), STR(":"), str_from(policy_form_name(field->form)));
}

struct str release_policy_key(struct arena *a, const struct release *release)
{
        const struct policy *p = release->policy;

        return p ? ARENA_JOIN(a, p->id, STR(":"), p->version, STR(":"), p->sha256) : (struct str){ 0 };
}

json_t *release_policy_claim(struct arena *a, const struct release *release)
{
        json_t *claim;

        if (!release->policy)
                return NULL;
        claim = json_new_object(a);
        json_put_str(claim, "id", release->policy->id);
        json_put_str(claim, "version", release->policy->version);
        json_put_str(claim, "sha256", release->policy->sha256);
        return claim;
}
