/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See receipt.h. The sections of a receipt (header, pii_processing, party_identification, event) and their members are
 * those of ISO/IEC TS 27560:2023, section 6.3; iss, sub, iat, jti are RFC 7519's. */
#include "receipt.h"

#include "clock.h"
#include "digest.h"
#include "jwt.h"

static json_t *titles_of(const json_t *titles)
{
        return titles ? json_deep_copy(titles) : json_object();
}

/* ---- what every receipt has ---- */

static json_t *begin(struct task *t, struct str subject, int64_t at)
{
        struct arena *a = task_arena(t);
        struct str issuer = gateway_of(t)->config->issuer, id = random_uuid(a);
        json_t *o = json_new_object(a);

        json_put_str(o, "iss", issuer);
        json_put_str(o, "sub", subject);
        json_put_int(o, "iat", at);
        json_put_str(o, "jti", id);
        json_put_str(o, "schema_version", STR("ISO/IEC TS 27560:2023"));
        json_put_str(o, "record_id", id);
        json_put_str(o, "pii_principal_id", subject);
        return o;
}

static void add_event(struct task *t, json_t *o, const char *state, int64_t at, int64_t validity)
{
        json_t *event = json_object();

        json_put_str(event, "event_time", clock_text(task_arena(t), at));
        json_put_str(event, "event_type", STR("explicit"));
        json_put_str(event, "event_state", str_from(state));
        if (validity > 0)
                json_put_str(event, "validity_duration", arena_printf(task_arena(t), "PT%lldS", (long long)validity));
        json_object_set_new(o, "event", json_pack("[o]", event));
}

static json_t *party(struct str id, const json_t *names, const char *role)
{
        json_t *o = json_object();

        json_put_str(o, "party_id", id);
        json_object_set_new(o, "party_name", titles_of(names));
        json_put_str(o, "party_role", str_from(role));
        return o;
}

static result sign(struct task *t, const char *type, const json_t *claims, struct str *ret_receipt)
{
        struct signer signer = { gateway_key(t), task_slot(t) };

        if (!signer.key)
                return fail(task_arena(t), ERR_SERVER_ERROR, "no key that could sign a receipt");
        return jwt_sign(task_arena(t), &signer, type, claims, ret_receipt);
}

/* ---- of a consent ---- */

static json_t *information(const char *claim, enum policy_form form, bool optional)
{
        json_t *o = json_object();

        json_put_str(o, "pii_type", str_from(claim));
        json_put_str(o, "form", str_from(policy_form_name(form)));
        json_put_bool(o, "pii_optional", optional);
        return o;
}

static json_t *pii_information(struct arena *a, const struct receipt_consent *r)
{
        json_t *list = json_array();

        for (size_t n = 0; n < r->release->count; n++) {
                const struct release_field *field = &r->release->fields[n];

                if (str_has_word(r->consent->fields, release_word(a, field)))
                        json_array_append_new(list, information(field->claim, field->form, !field->essential));
        }
        if (str_has_word(r->consent->fields, STR("offline_access:value")))
                json_array_append_new(list, information("offline_access", POLICY_VALUE, true));
        return list;
}

static json_t *refused(const struct consent *c)
{
        struct str rest = c->refused, word;
        json_t *list = json_array();

        while (str_split(&rest, ' ', &word))
                if (word.len > 0)
                        json_array_append_new(list, json_from_str(str_head(word, str_find(word, ':'))));
        return list;
}

static void add_policy(struct arena *a, json_t *o, const struct policy *p)
{
        json_t *bases = json_array(), *policy = json_object();

        for (size_t n = 0; n < p->legal_basis_count; n++)
                json_array_append_new(bases, json_from_str(p->legal_bases[n]));
        json_object_set_new(o, "lawful_basis", bases);
        json_put_str(o, "retention_period", arena_printf(a, "P%lldD", (long long)(p->retention / 86400)));
        json_put_str(policy, "id", p->id);
        json_put_str(policy, "version", p->version);
        json_put_str(policy, "sha256", p->sha256);
        json_object_set_new(o, "release_policy", policy);
}

static const json_t *purpose_titles(const struct receipt_consent *r)
{
        if (r->item && r->item->purposes)
                return r->item->purposes;
        return r->release->policy ? r->release->policy->purposes : r->client->purposes;
}

static json_t *pii_processing(struct task *t, const struct receipt_consent *r)
{
        struct arena *a = task_arena(t);
        const struct policy *policy = r->release->policy;
        json_t *o = json_object();

        json_object_set_new(o, "purpose", titles_of(purpose_titles(r)));
        if (r->item) {
                json_t *service = json_object();

                json_put_str(service, "id", r->item->id);
                json_object_set_new(service, "title", titles_of(r->item->titles));
                json_object_set_new(o, "service", service);
        }
        json_object_set_new(o, "pii_information", pii_information(a, r));
        json_object_set_new(o, "refused", refused(r->consent));
        if (policy)
                add_policy(a, o, policy);
        json_put_str(o, "source_jurisdiction", r->identity->assertion.jurisdiction);
        json_put_str(o, "jurisdiction", r->client->jurisdiction);
        json_put_str(o, "privacy_notice", r->client->policy_uri);
        json_put_str(o, "withdrawal_method", ARENA_JOIN(a, gateway_of(t)->config->issuer, STR("/account")));
        return o;
}

result receipt_of_consent(struct task *t, const struct receipt_consent *r, struct str *ret_receipt)
{
        const struct config *config = gateway_of(t)->config;
        const struct policy *policy = r->release->policy;
        json_t *o = begin(t, r->consent->subject, r->consent->given_at), *parties = json_array();

        json_array_append_new(parties, party(r->client->client_id,
                                             policy ? policy->recipients : r->client->titles, "recipient"));
        json_array_append_new(parties, party(config->issuer, NULL, "gateway"));
        json_object_set_new(o, "pii_processing", pii_processing(t, r));
        json_object_set_new(o, "party_identification", parties);
        add_event(t, o, "consent given", r->consent->given_at, config->lifetimes.consent);
        return sign(t, RECEIPT_CONSENT_TYPE, o, ret_receipt);
}

/* ---- of a binding ---- */

static json_t *account(const struct gateway *g, const struct binding_side *side)
{
        const struct source *source = gateway_source(g, side->source);
        json_t *o = party(side->source, source ? source->titles : NULL, "identity source");

        if (source)
                json_put_str(o, "jurisdiction", source->jurisdiction);
        return o;
}

/* The person as nobody but this gateway names them: a binding is not made for one service. */
static struct str own_name(struct task *t, const struct binding_side *side)
{
        struct arena *a = task_arena(t);

        return seal_pseudonym(gateway_of(t)->state, a, STR("receipt"),
                              ARENA_JOIN(a, side->source, STR("/"), side->subject));
}

result receipt_of_binding(struct task *t, const struct binding *b, const json_t *match, struct str *ret_receipt)
{
        const struct gateway *g = gateway_of(t);
        json_t *o = begin(t, own_name(t, &b->sides[0]), b->made_at), *parties = json_array();

        for (int i = 0; i < 2; i++)
                json_array_append_new(parties, account(g, &b->sides[i]));
        json_put_str(o, "binding", b->id);
        json_object_set_new(o, "party_identification", parties);
        json_object_set(o, "match", (json_t *)(uintptr_t)match);
        json_put_str(o, "withdrawal_method", ARENA_JOIN(task_arena(t), g->config->issuer, STR("/account")));
        add_event(t, o, "accounts linked", b->made_at, 0);
        return sign(t, RECEIPT_BINDING_TYPE, o, ret_receipt);
}

/* ---- checking one ---- */

static bool is_receipt(struct str type)
{
        return str_is(type, RECEIPT_CONSENT_TYPE) || str_is(type, RECEIPT_BINDING_TYPE);
}

result receipt_verify(struct arena *a, struct str receipt, const struct jwks *keys, struct str *ret_type,
                      json_t **ret_claims)
{
        struct jws jws;
        json_t *claims;

        TRY(jws_parse(a, receipt, &jws));
        if (!is_receipt(jws.type))
                return fail(a, ERR_VERIFY, "it is signed, but no receipt: its type is \"%.*s\"", STR_FMT(jws.type));
        TRY(jws_verify_with(a, &jws, keys));
        TRY(json_read_object(a, jws.payload, JWS_MAX, &claims));
        *ret_type = jws.type;
        *ret_claims = claims;
        return OK;
}
