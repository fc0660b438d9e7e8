/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Pairwise subjects: stable, and different as soon as anything is. */
#include "unit.h"

#include "subject.h"

static const struct str jurisdictions[] = { STR("HK"), STR("CN"), STR("CN") };
#define MASTER STR("0123456789abcdef0123456789abcdef")

static struct str subject(struct arena *a, struct str master, const struct subject_input *input)
{
        struct subject_keys *keys = subject_keys_new(master, jurisdictions, 3);
        struct str sub = { 0 };
        assert_ok(subject_of(keys, a, input, &sub));
        subject_keys_free(keys);
        return sub;
}

static const struct subject_input person = { STR("portal.example"), STR("CN"), STR("iamsmart"), STR("MvMc%2B58dk%3D") };

static void stable_and_opaque(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct str sub = subject(a, MASTER, &person);
        (void)state;
        assert_int_equal(sub.len, 43);
        assert_same_str(sub, subject(a, MASTER, &person));
        assert_null(memmem(sub.data, sub.len, "MvMc", 4));
}

static void every_part_counts(void **state)
{
        const struct subject_input others[] = {
                { STR("other.example"), STR("CN"), STR("iamsmart"), STR("MvMc%2B58dk%3D") },
                { STR("portal.example"), STR("HK"), STR("iamsmart"), STR("MvMc%2B58dk%3D") },
                { STR("portal.example"), STR("CN"), STR("guangdong"), STR("MvMc%2B58dk%3D") },
                { STR("portal.example"), STR("CN"), STR("iamsmart"), STR("MvMc+58dk=") },
                /* The same bytes, cut elsewhere. */
                { STR("portal.exampl"), STR("CN"), STR("iamsmart"), STR("eMvMc%2B58dk%3D") },
                { STR("portal.example"), STR("CN"), STR("iamsmar"), STR("tMvMc%2B58dk%3D") },
                { STR("portal.example"), STR("CN"), STR("iamsmartM"), STR("vMc%2B58dk%3D") },
        };
        auto_arena a = arena_new(1 << 20);
        struct str subs[8] = { subject(a, MASTER, &person) };
        (void)state;
        for (size_t i = 0; i < 7; i++) {
                subs[i + 1] = subject(a, MASTER, &others[i]);
                for (size_t j = 0; j <= i; j++)
                        assert_false(str_eq(subs[i + 1], subs[j]));
        }
        assert_false(str_eq(subs[0], subject(a, STR("0123456789abcdef0123456789abcdeF"), &person)));
}

static void refused(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct subject_keys *keys = subject_keys_new(MASTER, jurisdictions, 2);
        struct subject_input input = person;
        struct str sub = STR("untouched");
        (void)state;
        input.jurisdiction = STR("MO");
        assert_error(subject_of(keys, a, &input, &sub), ERR_CONFIG);
        input = person;
        input.source_subject = (struct str){ 0 };
        assert_error(subject_of(keys, a, &input, &sub), ERR_MALFORMED);
        input = person;
        input.sector = STR("");
        assert_error(subject_of(keys, a, &input, &sub), ERR_MALFORMED);
        assert_str_eq(sub, "untouched");
        subject_keys_free(keys);
        subject_keys_free(NULL);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(stable_and_opaque),
                cmocka_unit_test(every_part_counts),
                cmocka_unit_test(refused),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
