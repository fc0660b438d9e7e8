/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Numbers of identity documents: published examples, every kind of mistake, and that no reason quotes a number. */
#include "unit.h"

#include "document.h"

struct row {
        const char *text, *number, *person;
};

static void check_good(const char *type, const struct row *rows, size_t count)
{
        auto_arena a = arena_new(1 << 20);
        for (size_t i = 0; i < count; i++) {
                struct document d = { 0 };
                assert_ok(document_parse(a, str_from(type), str_from(rows[i].text), &d));
                assert_str_eq(d.number, rows[i].number);
                assert_str_eq(d.person, rows[i].person);
                assert_str_eq(document_type_name(d.type), type);
        }
}

/* No run of four digits of the input may turn up in the reason. */
static void check_reason(const struct arena *a, struct str text)
{
        struct str reason = arena_reason(a);
        assert_true(reason.len > 0);
        for (size_t i = 0; i + 4 <= text.len; i++)
                assert_null(memmem(reason.data, reason.len, text.data + i, 4));
}

static void check_bad(const char *type, const char *const *texts, size_t count)
{
        for (size_t i = 0; i < count; i++) {
                auto_arena a = arena_new(1 << 20);
                struct document d = { .type = DOCUMENT_PASSPORT };
                result r = document_parse(a, str_from(type), str_from(texts[i]), &d);
                if (is_ok(r))
                        print_error("accepted: %s\n", texts[i]);
                assert_error(r, ERR_MALFORMED);
                assert_int_equal(d.type, DOCUMENT_PASSPORT);
                check_reason(a, str_from(texts[i]));
        }
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void hkid(void **state)
{
        static const struct row rows[] = {
                { "A123456(3)", "A1234563", "A123456" },     { "A1234563", "A1234563", "A123456" },
                { "E364912(5)", "E3649125", "E364912" },     { "P131609(9)", "P1316099", "P131609" },
                { "D288754(2)", "D2887542", "D288754" },     { "AB987654(3)", "AB9876543", "AB987654" },
                { "AB1234569", "AB1234569", "AB123456" },    { "G123456(A)", "G123456A", "G123456" },
                { "g123456a", "G123456A", "G123456" },       { "L555555(0)", "L5555550", "L555555" },
                { " a 123456 (3) ", "A1234563", "A123456" }, { "Ａ１２３４５６（３）", "A1234563", "A123456" },
                { "ａ１２３　４５６３", "A1234563", "A123456" },
        };
        (void)state;
        check_good("hkid", rows, COUNT(rows));
}

static void hkid_refused(void **state)
{
        static const char *const texts[] = {
                "",           "A123456(4)", "A123456",      "A123456()",  "A12345(6)",  "ABC123456(3)", "1123456(3)",
                "A123456(B)", "A123456(3",  "A1234563)",    "(A1234563)", "A123456((3", "A123456-3",    "A12B456(3)",
                "A123456３４", "陳123456(3)", "A123456(3)(3)", "\xef\xbc",   "\xff\xff",   "A1234563\xe3\x80",
                "B123456(3)", "A123465(3)", "A1234563A1234563A1234563A1234563",
        };
        (void)state;
        check_bad("hkid", texts, COUNT(texts));
}

static void hkid_in_two_pieces(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct document d = { 0 };
        (void)state;
        assert_ok(document_parse_hkid(a, STR("A123456"), STR("3"), &d));
        assert_str_eq(d.number, "A1234563");
        assert_str_eq(d.person, "A123456");
        assert_ok(document_parse_hkid(a, STR("G123456"), STR("a"), &d));
        assert_ok(document_parse_hkid(a, STR("AB123456"), STR("9"), &d));
        assert_str_eq(d.person, "AB123456");
        assert_error(document_parse_hkid(a, STR("A123456"), STR("4"), &d), ERR_MALFORMED);
        assert_error(document_parse_hkid(a, STR("A123456"), STR(""), &d), ERR_MALFORMED);
        assert_error(document_parse_hkid(a, STR("A123456"), STR("33"), &d), ERR_MALFORMED);
        assert_error(document_parse_hkid(a, STR(""), STR("A1234563"), &d), ERR_MALFORMED);
        assert_error(document_parse_hkid(a, STR("A1234563"), STR("3"), &d), ERR_MALFORMED);
        assert_error(document_parse_hkid(a, STR("A123456("), STR("3"), &d), ERR_MALFORMED);
        assert_str_eq(d.person, "AB123456");
}

static void travel_permit(void **state)
{
        static const struct row rows[] = {
                { "H1234567800", "H1234567800", "H12345678" },
                { "H1234567801", "H1234567801", "H12345678" },
                { "H12345678", "H12345678", "H12345678" },
                { "m0123456702", "M0123456702", "M01234567" },
                { "Ｈ12345678 00", "H1234567800", "H12345678" },
        };
        static const char *const texts[] = {
                "", "H", "H1234567", "H123456780", "H123456780000", "X12345678", "12345678", "HH1234567", "H1234567A",
                "(H12345678", "H12345678(0",
        };
        (void)state;
        check_good("travel_permit", rows, COUNT(rows));
        check_bad("travel_permit", texts, COUNT(texts));
}

static void residence_permit(void **state)
{
        static const struct row rows[] = {
                { "810000199001150011", "810000199001150011", "810000199001150011" },
                { "820000198512310029", "820000198512310029", "820000198512310029" },
                { "830000200002290031", "830000200002290031", "830000200002290031" },
        };
        static const char *const texts[] = {
                "",
                "810000199001150012",   /* check character */
                "11010519491231002X",   /* a resident's, not a permit */
                "81000019900115001",    /* short */
                "8100001990011500111",  /* long */
                "810000199013150010",   /* month 13: the check character is right */
                "X10000199001150011",
        };
        (void)state;
        check_good("residence_permit", rows, COUNT(rows));
        check_bad("residence_permit", texts, COUNT(texts));
}

static void resident_id(void **state)
{
        static const struct row rows[] = {
                { "11010519491231002X", "11010519491231002X", "11010519491231002X" },
                { "１１０１０５１９４９１２３１００２ｘ", "11010519491231002X", "11010519491231002X" },
        };
        (void)state;
        check_good("resident_id", rows, COUNT(rows));
}

/* Finds the check character by trying all: exactly one is accepted when the date is real, none otherwise. */
static int accepted_check_characters(const char *first_17)
{
        auto_arena a = arena_new(1 << 20);
        struct document d;
        int count = 0;
        for (const char *c = "0123456789X"; *c; c++)
                count += is_ok(document_parse(a, STR("resident_id"), arena_printf(a, "%s%c", first_17, *c), &d));
        return count;
}

static void date_of_birth_must_exist(void **state)
{
        (void)state;
        assert_int_equal(accepted_check_characters("11010519960229001"), 1);
        assert_int_equal(accepted_check_characters("11010519970229001"), 0);
        assert_int_equal(accepted_check_characters("11010519970431001"), 0);
        assert_int_equal(accepted_check_characters("11010519971301001"), 0);
        assert_int_equal(accepted_check_characters("11010519970100001"), 0);
        assert_int_equal(accepted_check_characters("11010500000101001"), 0);
}

static void birth_date_and_gender_inside(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct document d;
        (void)state;
        assert_ok(document_parse(a, STR("residence_permit"), STR("810000199001150011"), &d));
        assert_str_eq(d.birth_date, "1990-01-15");
        assert_str_eq(d.gender, "male");
        assert_ok(document_parse(a, STR("resident_id"), STR("820000198512310029"), &d));
        assert_str_eq(d.birth_date, "1985-12-31");
        assert_str_eq(d.gender, "female");
        assert_int_equal(d.type, DOCUMENT_RESIDENCE_PERMIT);
        assert_ok(document_parse(a, STR("hkid"), STR("A123456(3)"), &d));
        assert_str_empty(d.birth_date);
        assert_str_empty(d.gender);
}

static void passport(void **state)
{
        static const struct row rows[] = { { "k 0123456", "K0123456", "K0123456" } };
        static const char *const texts[] = { "", "K123", "K0123(456)", "K01234567890123456789" };
        (void)state;
        check_good("passport", rows, COUNT(rows));
        check_bad("passport", texts, COUNT(texts));
}

static void unknown_type(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct document d = { 0 };
        (void)state;
        assert_error(document_parse(a, STR("library_card"), STR("A1234563"), &d), ERR_UNSUPPORTED);
        assert_error(document_parse(a, STR(""), STR("A1234563"), &d), ERR_UNSUPPORTED);
        assert_int_equal(d.type, DOCUMENT_NONE);
}

static struct str pseudonym(struct arena *a, const struct seal *seal, const char *type, const char *text)
{
        struct document d;
        assert_ok(document_parse(a, str_from(type), str_from(text), &d));
        return document_pseudonym(seal, a, &d);
}

static void pseudonyms(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct seal *seal = seal_new(STR("0123456789abcdef0123456789abcdef"), STR("match"));
        struct seal *other = seal_new(STR("0123456789abcdef0123456789abcdef"), STR("other"));
        (void)state;
        struct str card = pseudonym(a, seal, "hkid", "A123456(3)");
        assert_int_equal(card.len, 43);
        assert_same_str(card, pseudonym(a, seal, "hkid", "a1234563"));
        assert_false(str_eq(card, pseudonym(a, seal, "hkid", "E364912(5)")));
        assert_false(str_eq(card, pseudonym(a, other, "hkid", "A123456(3)")));
        /* Renewed permits are the same person's; the same characters in another scheme are not. */
        struct str permit = pseudonym(a, seal, "travel_permit", "H1234567800");
        assert_same_str(permit, pseudonym(a, seal, "travel_permit", "H1234567807"));
        assert_same_str(permit, pseudonym(a, seal, "travel_permit", "H12345678"));
        assert_false(str_eq(permit, pseudonym(a, seal, "passport", "H12345678")));
        /* A permit that a source calls a resident identity card is still the same document. */
        assert_same_str(pseudonym(a, seal, "resident_id", "810000199001150011"),
                        pseudonym(a, seal, "residence_permit", "810000199001150011"));
        seal_free(seal);
        seal_free(other);
}

static void completes_attributes(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct attributes attributes = { 0 };
        struct document d;
        (void)state;
        assert_ok(document_parse(a, STR("residence_permit"), STR("810000199001150011"), &d));
        assert_ok(document_complete(a, &d, &attributes));
        assert_str_eq(attributes.birth_date, "1990-01-15");
        assert_str_eq(attributes.gender, "male");
        assert_ok(document_complete(a, &d, &attributes));

        attributes = (struct attributes){ .birth_date = STR("1990-00-00"), .gender = STR("male") };
        assert_ok(document_complete(a, &d, &attributes));
        assert_str_eq(attributes.birth_date, "1990-00-00");

        attributes = (struct attributes){ .birth_date = STR("1990-01-16") };
        assert_error(document_complete(a, &d, &attributes), ERR_SOURCE_BAD_ANSWER);
        assert_str_empty(attributes.gender);
        attributes = (struct attributes){ .gender = STR("female") };
        assert_error(document_complete(a, &d, &attributes), ERR_SOURCE_BAD_ANSWER);
        assert_str_empty(attributes.birth_date);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(hkid),
                cmocka_unit_test(hkid_refused),
                cmocka_unit_test(hkid_in_two_pieces),
                cmocka_unit_test(travel_permit),
                cmocka_unit_test(residence_permit),
                cmocka_unit_test(resident_id),
                cmocka_unit_test(date_of_birth_must_exist),
                cmocka_unit_test(birth_date_and_gender_inside),
                cmocka_unit_test(passport),
                cmocka_unit_test(unknown_type),
                cmocka_unit_test(pseudonyms),
                cmocka_unit_test(completes_attributes),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
