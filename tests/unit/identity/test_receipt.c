/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Receipts: what those of a consent and of a binding say, that they name nobody, and that nothing passes for one but
 * what the gateway signed, byte for byte. */
#include "fixed_gateway.h"

#include "jwt.h"
#include "receipt.h"

static const struct str bases[] = { { "consent", 7 }, { "law", 3 } };
static struct policy policy = {
        .id = { "p", 1 },   .version = { "2", 1 },   .sha256 = { "digest", 6 },      .from = { "HK", 2 },
        .to = { "CN", 2 },  .legal_bases = bases,    .legal_basis_count = 2,         .retention = 90 * 86400,
        .purpose = { "work", 4 },
};
static struct release_field fields[] = {
        { .claim = "name", .verdict = RELEASE_GIVEN, .form = POLICY_MASKED, .essential = true },
        { .claim = "gender", .verdict = RELEASE_GIVEN, .form = POLICY_VALUE },
        { .claim = "birthdate", .verdict = RELEASE_GIVEN, .form = POLICY_HASH },
        { .claim = "email", .verdict = RELEASE_NOT_NAMED, .form = POLICY_VALUE },
};
static const struct release crossing = { .crossing = true, .policy = &policy, .fields = fields, .count = 4 };

static const struct consent given = {
        .subject = { "pairwise-1", 10 }, .client_id = { "portal", 6 }, .policy = { "p:2:digest", 10 },
        .fields = { "name:masked birthdate:hash", 26 }, .refused = { "gender:value", 12 }, .given_at = 951782400,
};

/* A consent of the person from Hong Kong; `item` may be NULL. */
static result consent_receipt(struct task *t, const struct catalogue_item *item, const struct release *release,
                              struct str *ret_receipt)
{
        const struct identity identity = identity_of(t, &said.hk);
        const struct receipt_consent r = {
                .client = config_client(gateway_of(t)->config, STR("portal")),
                .item = item,
                .identity = &identity,
                .release = release,
                .consent = &given,
        };

        return receipt_of_consent(t, &r, ret_receipt);
}

static result binding_receipt(struct task *t, struct str *ret_receipt)
{
        const struct binding b = {
                .id = STR("b-1"),
                .sides = { { STR("hk"), STR("hk-1") }, { STR("cn"), STR("cn-1") } },
                .made_at = 951782400,
        };
        json_t *match = json_new_object(task_arena(t));

        json_put_str(match, "grade", STR("strong"));
        json_put_str(match, "birth_date", STR("same"));
        return receipt_of_binding(t, &b, match, ret_receipt);
}

static const struct jwks *own_keys(struct task *t)
{
        return keyring_jwks(gateway_of(t)->keyring);
}

static result check(struct task *t, struct str receipt, struct str *ret_type, json_t **ret_claims)
{
        return receipt_verify(task_arena(t), receipt, own_keys(t), ret_type, ret_claims);
}

/* Nobody's data: neither subjects at sources nor attributes. */
static bool names_nobody(struct task *t, const json_t *claims)
{
        static const char *const personal[] = { "hk-1", "cn-1", "CHAN", "Tai Man", "陳", "1980", "male", "A123456", "evidence",
                                                "tx-1" };
        struct str text = json_write(task_arena(t), claims);

        for (size_t i = 0; i < sizeof(personal) / sizeof(personal[0]); i++)
                if (str_holds(text, personal[i]))
                        return false;
        return true;
}

static struct str string_at(const json_t *list, size_t n, const char *member)
{
        const json_t *o = json_array_get(list, n);

        return member ? json_str(o, member) : str_slice(json_string_value(o), json_string_length(o));
}

IN_TASK(test_consent)
{
        const struct str issuer = gateway_of(t)->config->issuer;
        json_t *claims, *processing, *parties, *told, *event;
        struct str receipt, type;
        task_ok(consent_receipt(t, NULL, &crossing, &receipt));
        task_ok(check(t, receipt, &type, &claims));
        task_expect(str_is(type, RECEIPT_CONSENT_TYPE) && names_nobody(t, claims));
        task_expect(str_eq(json_str(claims, "iss"), issuer) && json_int(claims, "iat", 0) == 951782400);
        task_expect(str_is(json_str(claims, "sub"), "pairwise-1") && str_is(json_str(claims, "pii_principal_id"), "pairwise-1"));
        task_expect(json_str(claims, "jti").len == 36 && str_eq(json_str(claims, "jti"), json_str(claims, "record_id")));
        task_expect(str_is(json_str(claims, "schema_version"), "ISO/IEC TS 27560:2023"));
        task_expect(!json_object_get(claims, "exp") && !json_object_get(claims, "match"));
        processing = json_object_get(claims, "pii_processing");
        told = json_object_get(processing, "pii_information");
        task_expect(json_array_size(told) == 2);
        task_expect(str_is(string_at(told, 0, "pii_type"), "name") && str_is(string_at(told, 0, "form"), "masked"));
        task_expect(!json_is_true(json_object_get(json_array_get(told, 0), "pii_optional")));
        task_expect(str_is(string_at(told, 1, "pii_type"), "birthdate") && str_is(string_at(told, 1, "form"), "hash"));
        task_expect(json_is_true(json_object_get(json_array_get(told, 1), "pii_optional")));
        task_expect(json_array_size(json_object_get(processing, "refused")) == 1);
        task_expect(str_is(string_at(json_object_get(processing, "refused"), 0, NULL), "gender"));
        task_expect(str_is(string_at(json_object_get(processing, "lawful_basis"), 1, NULL), "law"));
        task_expect(str_is(json_str(processing, "retention_period"), "P90D"));
        task_expect(str_is(json_str(json_object_get(processing, "release_policy"), "sha256"), "digest"));
        task_expect(str_is(json_str(processing, "source_jurisdiction"), "HK") && str_is(json_str(processing, "jurisdiction"), "CN"));
        task_expect(str_is(json_str(processing, "withdrawal_method"), "http://localhost:8080/account"));
        task_expect(!json_object_get(processing, "service"));
        parties = json_object_get(claims, "party_identification");
        task_expect(str_is(string_at(parties, 0, "party_id"), "portal") && str_is(string_at(parties, 0, "party_role"), "recipient"));
        task_expect(str_eq(string_at(parties, 1, "party_id"), issuer) && str_is(string_at(parties, 1, "party_role"), "gateway"));
        event = json_array_get(json_object_get(claims, "event"), 0);
        task_expect(str_is(json_str(event, "event_time"), "2000-02-29T00:00:00Z"));
        task_expect(str_is(json_str(event, "event_state"), "consent given") && json_str(event, "validity_duration").len > 3);
}

/* For something in particular, and where no policy applies. */
IN_TASK(test_consent_for_an_item)
{
        const struct release within = { .fields = fields, .count = 4 };
        json_t *titles = json_new_object(task_arena(t)), *claims, *processing;
        struct str receipt, type;
        json_put_str(titles, "en", STR("Travel permit"));
        const struct catalogue_item item = { .id = STR("permit"), .titles = titles, .purposes = titles };
        task_ok(consent_receipt(t, &item, &within, &receipt));
        task_ok(check(t, receipt, &type, &claims));
        processing = json_object_get(claims, "pii_processing");
        task_expect(str_is(json_str(json_object_get(processing, "service"), "id"), "permit"));
        task_expect(str_is(json_str(json_object_get(processing, "purpose"), "en"), "Travel permit"));
        task_expect(!json_object_get(processing, "release_policy") && !json_object_get(processing, "retention_period"));
        task_expect(str_is(string_at(json_object_get(claims, "party_identification"), 0, "party_id"), "portal"));
}

IN_TASK(test_binding)
{
        json_t *claims, *parties, *again;
        struct str receipt, type;
        task_ok(binding_receipt(t, &receipt));
        task_ok(check(t, receipt, &type, &claims));
        task_expect(str_is(type, RECEIPT_BINDING_TYPE) && names_nobody(t, claims));
        task_expect(str_is(json_str(claims, "binding"), "b-1") && json_str(claims, "sub").len == 43);
        task_expect(str_is(json_str(json_object_get(claims, "match"), "grade"), "strong"));
        task_expect(str_is(json_str(json_object_get(claims, "match"), "birth_date"), "same"));
        task_expect(!json_object_get(claims, "pii_processing"));
        parties = json_object_get(claims, "party_identification");
        task_expect(json_array_size(parties) == 2);
        task_expect(str_is(string_at(parties, 0, "party_id"), "hk") && str_is(string_at(parties, 0, "jurisdiction"), "HK"));
        task_expect(str_is(string_at(parties, 1, "party_id"), "cn") && str_is(string_at(parties, 1, "jurisdiction"), "CN"));
        task_ok(binding_receipt(t, &receipt));
        task_ok(check(t, receipt, &type, &again));
        task_expect(!str_eq(json_str(claims, "jti"), json_str(again, "jti"))); /* each receipt has a number of its own */
        task_expect(str_eq(json_str(claims, "sub"), json_str(again, "sub")));
}

static bool refuses(struct task *t, struct str receipt)
{
        struct str type = STR("untouched");
        json_t *claims = NULL;
        result r = check(t, receipt, &type, &claims);

        return (is_error(r, &ERR_VERIFY) || is_error(r, &ERR_MALFORMED)) && str_is(type, "untouched") && !claims &&
               arena_reason(task_arena(t)).len > 0;
}

/* Any one byte of header, payload or signature. */
IN_TASK(test_altered)
{
        struct arena *a = task_arena(t);
        struct str receipt;
        task_ok(binding_receipt(t, &receipt));
        for (size_t i = 0; i < receipt.len; i++) {
                char *altered = arena_cstr(a, receipt);
                altered[i] = altered[i] == 'A' ? 'B' : 'A';
                task_expect(refuses(t, str_slice(altered, receipt.len)));
        }
        for (size_t len = 0; len < receipt.len; len += 7)
                task_expect(refuses(t, str_head(receipt, len)));
        task_expect(refuses(t, ARENA_JOIN(a, receipt, STR("A"))));
        task_expect(refuses(t, ARENA_JOIN(a, receipt, STR("."))));
        task_expect(refuses(t, ARENA_JOIN(a, receipt, STR("\n"))));
}

/* What else the gateway signs is no receipt, and neither is what somebody else signs as one. */
IN_TASK(test_foreign)
{
        static const char *const types[] = { "JWT", "at+jwt", "consent-receipt", "Consent-Receipt+JWT", "consent-receipt+jwt ", "" };
        struct arena *a = task_arena(t);
        struct signer own = { gateway_key(gateway_of(t)), task_slot(t) }, stranger = { NULL, task_slot(t) };
        json_t *content, *claims = NULL;
        struct str receipt, type = STR("untouched");
        struct jwks none = { 0 };
        task_ok(binding_receipt(t, &receipt));
        task_ok(check(t, receipt, &type, &content));
        type = STR("untouched");
        for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
                task_ok(jwt_sign(a, &own, types[i], content, &receipt));
                task_error(check(t, receipt, &type, &claims), ERR_VERIFY);
        }
        task_ok(key_generate(a, ALG_ES256, &stranger.key));
        task_ok(jwt_sign(a, &stranger, RECEIPT_BINDING_TYPE, content, &receipt));
        task_error(check(t, receipt, &type, &claims), ERR_VERIFY);
        task_ok(jwt_sign(a, &own, RECEIPT_BINDING_TYPE, content, &receipt));
        task_error(receipt_verify(a, receipt, &none, &type, &claims), ERR_VERIFY);
        task_expect(str_is(type, "untouched") && !claims);
        task_ok(check(t, receipt, &type, &claims)); /* the same content, the right type and key */
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_consent), cmocka_unit_test(test_consent_for_an_item), cmocka_unit_test(test_binding),
                cmocka_unit_test(test_altered), cmocka_unit_test(test_foreign),
        };
        return cmocka_run_group_tests(tests, fixed_group_setup, fixed_group_teardown);
}
