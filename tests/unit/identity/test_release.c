/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What clients get to know. The property: whatever a request asks for and whatever policies there are, nothing leaves
 * that the request does not ask for, that a policy does not name when it crosses, that the person did not agree to, or in
 * another form than the policy's; and nothing else ever. */
#include "unit.h"

#include "release.h"

#define NOON_2026_03_01 1772366400

static struct seal *seal;
static struct config config;
static struct gateway gateway = { .config = &config };

static const struct client at_home = { .client_id = { "home", 4 }, .jurisdiction = { "HK", 2 }, .sector = { "h", 1 } };
static const struct client abroad = {
        .client_id = { "portal", 6 },
        .jurisdiction = { "CN", 2 },
        .sector = { "one.example", 11 },
        .purpose = { "public-service", 14 },
};

static int setup(void **state)
{
        (void)state;
        seal = seal_new(STR("0123456789abcdef0123456789abcdef"), STR("state"));
        gateway.state = seal;
        return 0;
}

static int teardown(void **state)
{
        (void)state;
        seal_free(seal);
        return 0;
}

static struct identity person(void)
{
        return (struct identity){
                .assertion = { .source = STR("hk"),
                               .jurisdiction = STR("HK"),
                               .subject = STR("hk-1"),
                               .transaction = STR("tx-1"),
                               .attributes = { .name_native = STR("陳大文"),
                                               .name_latin = STR("CHAN, Tai Man"),
                                               .birth_date = STR("1980-03-01"),
                                               .gender = STR("male"),
                                               .document_type = STR("hkid"),
                                               .document_number = STR("keyed-hash"),
                                               .phone_number = STR("+85291234567"),
                                               .email = STR("a@b.example") } },
        };
}

static struct policy policy_of(const struct policy_field *fields, size_t count)
{
        return (struct policy){
                .id = STR("p"),
                .version = STR("1"),
                .sha256 = STR("digest"),
                .from = STR("HK"),
                .to = STR("CN"),
                .purpose = STR("public-service"),
                .valid_until = INT64_MAX,
                .fields = fields,
                .field_count = count,
        };
}

static struct str written(struct arena *a, const struct identity *i, const struct release_request *r,
                          enum claim_target target)
{
        struct release release = release_decide(a, &gateway, i, r);
        return json_write(a, release_claims(a, &release, target));
}

/* Inside one jurisdiction. */
static struct str released(struct arena *a, const struct identity *i, const char *scope, enum claim_target target)
{
        const struct release_request r = { .client = &at_home, .scope = str_from(scope), .now = NOON_2026_03_01 };
        struct identity at = *i;
        at.assertion.jurisdiction = STR("HK");
        return written(a, &at, &r, target);
}

static void test_scopes(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct identity i = person();
        (void)state;
        assert_str_eq(released(a, &i, "openid", CLAIM_USERINFO), "{}");
        assert_str_eq(released(a, &i, "openid profile email phone", CLAIM_ID_TOKEN), "{}");
        assert_str_eq(released(a, &i, "openid profile", CLAIM_USERINFO),
                      "{\"name\":\"陳大文\",\"family_name\":\"CHAN\",\"given_name\":\"Tai Man\",\"gender\":\"male\","
                      "\"birthdate\":\"1980-03-01\"}");
        assert_str_eq(released(a, &i, "openid email phone", CLAIM_USERINFO),
                      "{\"email\":\"a@b.example\",\"phone_number\":\"+85291234567\"}");
}

/* What the source did not say is left out, not made up. */
static void test_names(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct identity i = { 0 };
        (void)state;
        assert_str_eq(released(a, &i, "openid profile email phone", CLAIM_USERINFO), "{}");
        i.assertion.attributes.name_latin = STR("CHAN Tai Man");
        assert_str_eq(released(a, &i, "profile", CLAIM_USERINFO), "{\"name\":\"CHAN Tai Man\"}");
        i.assertion.attributes.name_latin = STR("CHAN,");
        assert_str_eq(released(a, &i, "profile", CLAIM_USERINFO), "{\"name\":\"CHAN,\",\"family_name\":\"CHAN\"}");
        i.assertion.attributes.name_latin = STR(", Madonna");
        assert_str_eq(released(a, &i, "profile", CLAIM_USERINFO),
                      "{\"name\":\", Madonna\",\"given_name\":\"Madonna\"}");
}

static json_t *claims_of(struct arena *a, const char *text)
{
        json_t *claims = NULL;
        assert_ok(json_read_object(a, str_from(text), 9999, &claims));
        return claims;
}

/* Across, what the policy names, in its form. */
static void test_crossing(void **state)
{
        auto_arena a = arena_new(1 << 20);
        static const struct policy_field fields[] = {
                { { "name", 4 }, POLICY_VALUE, true },
                { { "birthdate", 9 }, POLICY_MASKED, false },
                { { "age_over_18", 11 }, POLICY_PREDICATE, false },
        };
        struct policy policy = policy_of(fields, 3);
        struct identity i = person();
        struct release_request r = { .client = &abroad, .scope = STR("openid profile phone"), .now = NOON_2026_03_01 };
        struct client other = abroad;
        (void)state;
        config.policies = (struct policy_list){ 0 };
        assert_str_eq(written(a, &i, &r, CLAIM_USERINFO), "{}");
        config.policies = (struct policy_list){ &policy, 1 };
        assert_str_eq(written(a, &i, &r, CLAIM_USERINFO), "{\"name\":\"陳大文\",\"birthdate\":\"1980\"}");
        r.claims = claims_of(a, "{\"id_token\":{\"age_over_18\":{\"essential\":true},\"is_hk_resident\":null}}");
        assert_str_eq(written(a, &i, &r, CLAIM_ID_TOKEN), "{\"age_over_18\":true}");
        struct release release = release_decide(a, &gateway, &i, &r);
        assert_str_eq(json_write(a, release_policy_claim(a, &release)),
                      "{\"id\":\"p\",\"version\":\"1\",\"sha256\":\"digest\"}");
        assert_true(release.fields[0].essential && !release.fields[4].essential);
        /* not yet valid, over, of another purpose, client, direction: nothing */
        policy.valid_from = NOON_2026_03_01 + 1;
        assert_str_eq(written(a, &i, &r, CLAIM_USERINFO), "{}");
        policy.valid_from = 0;
        policy.valid_until = NOON_2026_03_01;
        assert_str_eq(written(a, &i, &r, CLAIM_USERINFO), "{}");
        policy.valid_until = INT64_MAX;
        other.purpose = STR("");
        r.client = &other;
        assert_str_eq(written(a, &i, &r, CLAIM_USERINFO), "{}");
        other = abroad;
        other.jurisdiction = STR("MO");
        assert_str_eq(written(a, &i, &r, CLAIM_USERINFO), "{}");
        static const struct str only[] = { { "another", 7 } };
        policy.clients = only;
        policy.client_count = 1;
        r.client = &abroad;
        assert_str_eq(written(a, &i, &r, CLAIM_USERINFO), "{}");
}

/* Only what was agreed to, under the policy that it was agreed under. */
static void test_agreement(void **state)
{
        auto_arena a = arena_new(1 << 20);
        static const struct policy_field fields[] = { { { "name", 4 }, POLICY_VALUE, true },
                                                      { { "gender", 6 }, POLICY_VALUE, false } };
        struct policy policy = policy_of(fields, 2);
        struct identity i = person();
        struct release_agreement agreement = { STR("p:1:digest"), STR("name:value gender:masked") };
        const struct release_request r = {
                .client = &abroad, .scope = STR("openid profile"), .agreement = &agreement, .now = NOON_2026_03_01
        };
        (void)state;
        config.policies = (struct policy_list){ &policy, 1 };
        assert_str_eq(written(a, &i, &r, CLAIM_USERINFO), "{\"name\":\"陳大文\"}");
        policy.sha256 = STR("another");
        assert_str_eq(written(a, &i, &r, CLAIM_USERINFO), "{}");
        agreement.policy = STR("p:1:another");
        agreement.fields = (struct str){ 0 };
        assert_str_eq(written(a, &i, &r, CLAIM_USERINFO), "{}");
}

/* A random world: fields of policies, requests, agreements. */
static unsigned dice_state = 1;

static unsigned dice(unsigned sides)
{
        dice_state = dice_state * 1103515245 + 12345;
        return (dice_state >> 16) % sides;
}

static const char *const words[] = { "openid", "profile", "email", "phone", "address", "admin", "sub", "subject",
                                     "document", "source", "iss", "transaction" };
#define WORD_COUNT (sizeof(words) / sizeof(words[0]))

static size_t claim_count(void)
{
        size_t n = 0;
        while (policy_claims[n].claim)
                n++;
        return n;
}

static const char *random_name(void)
{
        return dice(4) ? policy_claims[dice((unsigned)claim_count())].claim : words[dice(WORD_COUNT)];
}

static json_t *random_claims(struct arena *a)
{
        static const char *const targets[] = { "id_token", "userinfo", "elsewhere" };
        json_t *claims = json_new_object(a);
        for (size_t i = 0; i < 3; i++) {
                json_t *target = json_object();
                for (unsigned n = dice(9); n > 0; n--)
                        json_object_set_new(target, random_name(), dice(2) ? json_null() : json_pack("{s:s}", "value", "s-1"));
                json_object_set_new(claims, targets[i], target);
        }
        return claims;
}

static struct str random_words(struct arena *a, bool with_form)
{
        struct buf b = buf_in(a, 4096);
        for (unsigned n = dice(9); n > 0; n--) {
                buf_add_text(&b, with_form ? random_name() : words[dice(WORD_COUNT)]);
                if (with_form)
                        buf_printf(&b, ":%s", policy_form_name((enum policy_form)(1u << dice(4))));
                buf_add_char(&b, ' ');
        }
        return buf_str(&b);
}

static size_t random_policy(struct arena *a, struct policy_field **ret_fields)
{
        struct policy_field *fields = arena_new_array(a, struct policy_field, claim_count());
        size_t count = 0;
        for (size_t n = 0; n < claim_count(); n++) {
                unsigned form = 1u << dice(4);
                if (dice(2) && (policy_claims[n].forms & form))
                        fields[count++] = (struct policy_field){ str_from(policy_claims[n].claim),
                                                                 (enum policy_form)form, dice(2) };
        }
        *ret_fields = fields;
        return count;
}

/* Nothing of the person in clear where the form is another than the value. */
static void check_form(const struct identity *i, const char *name, const json_t *value, enum policy_form form)
{
        const struct attributes *p = &i->assertion.attributes;
        const struct str in_clear[] = { p->name_native, p->name_latin, p->birth_date, p->gender, p->phone_number,
                                        p->email, p->document_number, STR("CHAN"), STR("Tai Man") };
        assert_int_equal(json_is_boolean(value), form == POLICY_PREDICATE);
        assert_string_not_equal(name, "transaction");
        if (form == POLICY_VALUE || form == POLICY_PREDICATE)
                return;
        for (size_t n = 0; n < sizeof(in_clear) / sizeof(in_clear[0]); n++)
                assert_false(str_eq(json_text(value), in_clear[n]));
        if (form == POLICY_HASH)
                assert_int_equal(json_text(value).len, 43);
}

static void check_released(struct arena *a, const json_t *got, const struct release_request *r,
                           enum claim_target target, const struct policy *policy)
{
        struct identity i = person();
        const char *name;
        json_t *value;
        json_object_foreach((json_t *)(uintptr_t)got, name, value)
        {
                const struct policy_field *named = policy ? policy_field_find(policy, name) : NULL;
                bool crossing = r->client != &at_home;
                assert_true(scope_asks(r->scope, r->claims, name, target));
                assert_true(!crossing || named);
                if (crossing)
                        check_form(&i, name, value, named->form);
                if (r->agreement && crossing)
                        assert_true(str_has_word(r->agreement->fields,
                                                 ARENA_JOIN(a, str_from(name), STR(":"),
                                                            str_from(policy_form_name(named->form)))));
        }
}

static void test_property(void **state)
{
        size_t given = 0;
        (void)state;
        for (int round = 0; round < 5000; round++) {
                auto_arena a = arena_new(1 << 20);
                struct identity i = person();
                struct policy_field *fields;
                size_t count = random_policy(a, &fields);
                struct policy policy = policy_of(fields, count);
                const struct release_agreement agreement = { dice(4) ? STR("p:1:digest") : STR(""), random_words(a, true) };
                const struct release_request r = {
                        .client = dice(4) ? &abroad : &at_home,
                        .scope = random_words(a, false),
                        .claims = dice(4) ? random_claims(a) : NULL,
                        .subject = STR("s-1"),
                        .agreement = dice(2) ? &agreement : NULL,
                        .now = NOON_2026_03_01,
                };
                bool has_policy = dice(4);
                config.policies = (struct policy_list){ &policy, has_policy };
                struct release release = release_decide(a, &gateway, &i, &r);
                json_t *in_token = release_claims(a, &release, CLAIM_ID_TOKEN);
                json_t *in_userinfo = release_claims(a, &release, CLAIM_USERINFO);
                check_released(a, in_token, &r, CLAIM_ID_TOKEN, has_policy ? &policy : NULL);
                check_released(a, in_userinfo, &r, CLAIM_USERINFO, has_policy ? &policy : NULL);
                given += json_object_size(in_token) + json_object_size(in_userinfo);
        }
        assert_true(given > 5000); /* the rounds are about something */
}

/* The tables of policies, scopes and forms name the same claims. */
static void test_tables_agree(void **state)
{
        size_t n = 0;
        (void)state;
        for (; policy_claims[n].claim; n++)
                assert_string_equal(policy_claims[n].claim, scope_claims[n]);
        assert_null(scope_claims[n]);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_scopes),    cmocka_unit_test(test_names),    cmocka_unit_test(test_crossing),
                cmocka_unit_test(test_agreement), cmocka_unit_test(test_property), cmocka_unit_test(test_tables_agree),
        };
        return cmocka_run_group_tests(tests, setup, teardown);
}
