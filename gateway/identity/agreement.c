/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See agreement.h. */
#include "agreement.h"

#include "clock.h"
#include "receipt.h"
#include "trail.h"
#include "withdrawal.h"

#define WORDS_MAX 4096

static struct str item_id(const struct authorization_request *request)
{
        return request->item ? request->item->id : (struct str){ 0 };
}

/* A refusal counts only as long as the service can do without. */
static struct agreement_row make_row(struct arena *a, const struct release_field *field, const struct consent *last)
{
        struct str word = release_word(a, field);

        return (struct agreement_row){
                .field = field,
                .given = str_has_word(last->fields, word),
                .refused = !field->essential && str_has_word(last->refused, word),
        };
}

/* Access while the person is away (OpenID Connect Core 1.0, section 11): agreed to, or refused, like a field. */
static const struct release_field offline = {
        .claim = "offline_access",
        .verdict = RELEASE_GIVEN,
        .form = POLICY_VALUE,
};

/* What the person is asked about: what would be released, and then what else there is. NULL ends it. */
static const struct release_field *asked_field(const struct authorization_request *request, const struct release *release,
                                               size_t n)
{
        bool away = request->client->refresh == REFRESH_OFFLINE && str_has_word(request->scope, STR("offline_access"));

        if (n < release->count)
                return &release->fields[n];
        return n == release->count && away ? &offline : NULL;
}

static void add_rows(struct arena *a, const struct authorization_request *request, struct agreement *g,
                     const struct consent *last)
{
        const struct release_field *field;

        g->rows = arena_new_array(a, struct agreement_row, g->release.count + 1);
        for (size_t n = 0; (field = asked_field(request, &g->release, n)); n++) {
                if (field->verdict != RELEASE_GIVEN)
                        continue;
                g->rows[g->row_count] = make_row(a, field, last);
                g->needed = g->needed || !(g->rows[g->row_count].given || g->rows[g->row_count].refused);
                g->row_count++;
        }
}

static result decide(struct task *t, const struct authorization_request *request, const struct identity *identity,
                     struct agreement *ret_agreement)
{
        struct release_request release = {
                .client = request->client,
                .item = request->item,
                .scope = request->scope,
                .claims = request->claims,
                .now = clock_now(),
        };

        *ret_agreement = (struct agreement){ 0 };
        TRY(identity_subject(t, identity, request->client, &ret_agreement->subject));
        release.subject = ret_agreement->subject;
        ret_agreement->release = release_decide(task_arena(t), gateway_of(t), identity, &release);
        return OK;
}

result agreement_look(struct task *t, const struct authorization_request *request, const struct identity *identity,
                      struct agreement *ret_agreement)
{
        struct arena *a = task_arena(t);
        struct agreement found;
        struct consent last = { .client_id = request->client->client_id, .item = item_id(request) };

        TRY(decide(t, request, identity, &found));
        last.subject = found.subject;
        TRY(consent_get(t, gateway_of(t)->config->lifetimes.consent, &last, &found.before));
        found.policy_changed = found.before && !str_eq(last.policy, release_policy_key(a, &found.release));
        found.needed = !found.before || found.policy_changed;
        add_rows(a, request, &found, &last);
        *ret_agreement = found;
        return OK;
}

static bool is_refused(struct arena *a, const struct release_field *field, const struct params *form)
{
        const char *name = arena_cstr(a, ARENA_JOIN(a, STR("refuse_"), str_from(field->claim)));

        return !field->essential && params_has(form, name);
}

static void add_word(struct arena *a, struct buf *words, const struct release_field *field)
{
        if (words->len > 0)
                buf_add_char(words, ' ');
        buf_add(words, release_word(a, field));
}

/* Is something refused now that was agreed to before? What is merely not asked for this time is not taken back. */
static bool takes_back(struct str agreed, struct str refused)
{
        struct str word;

        while (str_split(&refused, ' ', &word))
                if (word.len > 0 && str_has_word(agreed, word))
                        return true;
        return false;
}

/* Keeps it, and enters it into the person's ledger, with a receipt: before, so that what is there can be withdrawn; and
 * once more after, should a withdrawal at the same moment have taken the entry away (withdrawal.c). What was given with
 * something that is refused now ends. */
static result keep(struct task *t, const struct authorization_request *request, const struct identity *identity,
                   const struct release *asked, const struct consent *given)
{
        const struct receipt_consent receipt = { request->client, request->item, identity, asked, given };
        const struct person person = identity_person(identity);
        struct ledger_entry entry = {
                .kind = LEDGER_CONSENT,
                .id = consent_id(t, given),
                .at = given->given_at,
                .client_id = given->client_id,
                .item = given->item,
                .fields = given->fields,
                .policy = given->policy,
                .key = given->subject,
        };
        struct ledger_entry standing = { .kind = LEDGER_CONSENT, .id = entry.id };
        struct consent before = *given;
        bool found, earlier;

        TRY(consent_get(t, INT64_MAX / 2, &before, &earlier));
        TRY(receipt_of_consent(t, &receipt, &entry.receipt));
        TRY(ledger_put(t, &person, &entry));
        TRY(consent_put(t, given));
        if (earlier && takes_back(before.fields, given->refused))
                TRY(withdrawal_of_consented(t, &person, &entry));
        TRY(ledger_get(t, &person, &standing, &found));
        return found ? OK : ledger_put(t, &person, &entry);
}

result agreement_put(struct task *t, const struct authorization_request *request, const struct identity *identity,
                     const struct params *form)
{
        struct arena *a = task_arena(t);
        struct buf fields = buf_in(a, WORDS_MAX), refused = buf_in(a, WORDS_MAX);
        const struct release_field *field;
        struct agreement asked;
        struct consent given;

        TRY(decide(t, request, identity, &asked));
        for (size_t n = 0; (field = asked_field(request, &asked.release, n)); n++) {
                if (field->verdict == RELEASE_GIVEN)
                        add_word(a, is_refused(a, field, form) ? &refused : &fields, field);
        }
        given = (struct consent){
                .subject = asked.subject,
                .client_id = request->client->client_id,
                .item = item_id(request),
                .policy = release_policy_key(a, &asked.release),
                .fields = buf_str(&fields),
                .refused = buf_str(&refused),
                .given_at = clock_now(),
        };
        TRY(trail_consent_given(t, &(struct trail_consent){ request->client, identity, given.policy, given.fields,
                                                            request->item }));
        return keep(t, request, identity, &asked.release, &given);
}

result agreement_get(struct task *t, const struct authorization_request *request, const struct identity *identity,
                     struct release_agreement *ret_agreement)
{
        struct consent given = { .client_id = request->client->client_id, .item = item_id(request) };
        int64_t life = gateway_of(t)->config->lifetimes.consent;
        bool found;

        TRY(identity_subject(t, identity, request->client, &given.subject));
        TRY(consent_get(t, INT64_MAX / 2, &given, &found)); /* also where consents are asked for each time */
        if (!found)
                return fail(task_arena(t), ERR_CONSENT_REQUIRED, "the consent is gone");
        *ret_agreement = (struct release_agreement){
                .policy = given.policy,
                .fields = given.fields,
                .until = life > 0 ? given.given_at + life : 0,
        };
        return OK;
}
