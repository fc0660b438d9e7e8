/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Each form of each claim: what it shows, and when it is not told at all. */
#include "unit.h"

#include "release_form.h"

#define NOON_2026_03_01 1772366400

static struct attributes attributes;
static struct release_form form;

static int setup(void **state)
{
        (void)state;
        attributes = (struct attributes){
                .name_native = STR("陳大文"),    .name_latin = STR("CHAN, Tai Man"), .birth_date = STR("2008-03-01"),
                .gender = STR("male"),           .document_type = STR("hkid"),       .document_number = STR("keyed"),
                .phone_number = STR("+85291234567"), .email = STR("tai.man@b.example"),
        };
        form = (struct release_form){
                .attributes = &attributes,
                .seal = seal_new(STR("0123456789abcdef0123456789abcdef"), STR("state")),
                .sector = STR("one.example"),
                .subject = STR("subject-1"),
                .now = NOON_2026_03_01,
        };
        return 0;
}

static int teardown(void **state)
{
        (void)state;
        seal_free((struct seal *)(uintptr_t)form.seal);
        return 0;
}

static struct str told(struct arena *a, const char *claim, enum policy_form as)
{
        const json_t *value = release_form_value(a, &form, claim, as);
        if (!value)
                return STR("nothing");
        return json_is_boolean(value) ? str_from(json_is_true(value) ? "true" : "false") : json_text(value);
}

#define assert_told(claim, as, expected) assert_str_eq(told(a, claim, as), expected)

static void test_values(void **state)
{
        auto_arena a = arena_new(1 << 20);
        (void)state;
        assert_told("name", POLICY_VALUE, "陳大文");
        assert_told("family_name", POLICY_VALUE, "CHAN");
        assert_told("document_number", POLICY_VALUE, "nothing");
        assert_told("age_over_18", POLICY_VALUE, "nothing");
        assert_told("transaction", POLICY_VALUE, "nothing");
        attributes.gender = STR("");
        assert_told("gender", POLICY_VALUE, "nothing");
}

static void test_masked(void **state)
{
        auto_arena a = arena_new(1 << 20);
        (void)state;
        assert_told("name", POLICY_MASKED, "陳**");
        assert_told("given_name", POLICY_MASKED, "T**");
        assert_told("birthdate", POLICY_MASKED, "2008");
        assert_told("phone_number", POLICY_MASKED, "****4567");
        assert_told("email", POLICY_MASKED, "t***@b.example");
        assert_told("gender", POLICY_MASKED, "nothing");
        assert_told("document_number", POLICY_MASKED, "nothing");
        attributes.phone_number = STR("1234567"); /* half of it would be shown */
        attributes.email = STR("nobody");
        attributes.birth_date = STR("unknown");
        attributes.name_native = attributes.name_latin = STR("");
        assert_told("phone_number", POLICY_MASKED, "nothing");
        assert_told("email", POLICY_MASKED, "nothing");
        assert_told("birthdate", POLICY_MASKED, "nothing");
        assert_told("name", POLICY_MASKED, "nothing");
}

static void test_hash(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct str first = told(a, "name", POLICY_HASH);
        (void)state;
        assert_int_equal(first.len, 43);
        assert_true(str_eq(first, told(a, "name", POLICY_HASH)));
        assert_int_equal(told(a, "document_number", POLICY_HASH).len, 43);
        attributes.gender = attributes.name_native; /* the same bytes as another claim */
        assert_false(str_eq(first, told(a, "gender", POLICY_HASH)));
        form.sector = STR("two.example");
        assert_false(str_eq(first, told(a, "name", POLICY_HASH)));
        attributes.document_number = STR("");
        assert_told("document_number", POLICY_HASH, "nothing");
}

static void test_age(void **state)
{
        auto_arena a = arena_new(1 << 20);
        static const struct {
                const char *birth_date, *over_18, *over_60;
        } cases[] = {
                { "2008-03-01", "true", "false" },   /* today */
                { "2008-03-02", "false", "false" },  /* tomorrow */
                { "2008-02-29", "true", "false" },
                { "1966-03-01", "true", "true" },
                { "1966-03-02", "true", "false" },
                { "1965-00-00", "true", "true" },
                { "2008-00-00", "nothing", "false" }, /* before or after the birthday? */
                { "2008", "nothing", "false" },
                { "2009", "false", "false" },
                { "", "nothing", "nothing" },
                { "2008-02-30", "nothing", "nothing" },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                attributes.birth_date = str_from(cases[i].birth_date);
                assert_told("age_over_18", POLICY_PREDICATE, cases[i].over_18);
                assert_told("age_over_60", POLICY_PREDICATE, cases[i].over_60);
        }
        attributes.birth_date = STR("2010-03-01");
        assert_told("age_over_16", POLICY_PREDICATE, "true");
}

static void test_residents(void **state)
{
        auto_arena a = arena_new(1 << 20);
        static const struct {
                const char *document, *hk, *cn;
        } cases[] = {
                { "hkid", "true", "false" },          { "resident_id", "false", "true" }, { "travel_permit", "nothing", "false" },
                { "residence_permit", "nothing", "false" }, { "passport", "nothing", "nothing" }, { "", "nothing", "nothing" },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                attributes.document_type = str_from(cases[i].document);
                assert_told("is_hk_resident", POLICY_PREDICATE, cases[i].hk);
                assert_told("is_cn_resident", POLICY_PREDICATE, cases[i].cn);
        }
}

static void test_same_person(void **state)
{
        auto_arena a = arena_new(1 << 20);
        (void)state;
        assert_told("same_person_as", POLICY_PREDICATE, "nothing");
        form.compared_subject = STR("subject-1");
        assert_told("same_person_as", POLICY_PREDICATE, "true");
        form.compared_subject = STR("subject-2");
        assert_told("same_person_as", POLICY_PREDICATE, "false");
        form.subject = STR("");
        assert_told("same_person_as", POLICY_PREDICATE, "nothing");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_values, setup, teardown),
                cmocka_unit_test_setup_teardown(test_masked, setup, teardown),
                cmocka_unit_test_setup_teardown(test_hash, setup, teardown),
                cmocka_unit_test_setup_teardown(test_age, setup, teardown),
                cmocka_unit_test_setup_teardown(test_residents, setup, teardown),
                cmocka_unit_test_setup_teardown(test_same_person, setup, teardown),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
