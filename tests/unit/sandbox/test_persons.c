/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The made-up people keep the rules of real numbers. */
#include "unit.h"

#include "persons.h"

static void test_hkid_check_digits(void **state)
{
        (void)state;
        assert_int_equal(hkid_check_digit(STR("A123456")), '3');
        assert_int_equal(hkid_check_digit(STR("G123456")), 'A');
        assert_int_equal(hkid_check_digit(STR("L555555")), '0');
        assert_int_equal(hkid_check_digit(STR("AB987654")), '3');
        assert_int_equal(hkid_check_digit(STR("AB123456")), '9');
        assert_int_equal(hkid_check_digit(STR("A12345")), 0);
        assert_int_equal(hkid_check_digit(STR("1234567")), 0);
        assert_int_equal(hkid_check_digit(STR("A12345B")), 0);
        for (size_t i = 0; i < person_count; i++)
                assert_int_equal(hkid_check_digit(str_from(persons[i].hk.hkid)), persons[i].hk.check_digit[0]);
}

static void test_residence_numbers(void **state)
{
        (void)state;
        assert_int_equal(residence_check_character(STR("11010519491231002X")), 'X');
        assert_int_equal(residence_check_character(STR("8100001990011500")), 0);
        assert_int_equal(residence_check_character(STR("81000019900115O01")), 0);
        size_t seen = 0;
        for (size_t i = 0; i < person_count; i++) {
                const struct gd_account *gd = &persons[i].gd;
                if (!gd->uid || strcmp(gd->document_type, "10") != 0)
                        continue;
                struct str number = str_from(gd->document_number);
                assert_int_equal(number.len, 18);
                assert_int_equal(residence_check_character(number), number.data[17]);
                assert_memory_equal(number.data + 6, gd->birth_date, 8);
                assert_int_equal((number.data[16] - '0') % 2, gd->gender[0] == 'M');
                seen++;
        }
        assert_true(seen > 0);
}

static void test_people_cover_the_cases(void **state)
{
        (void)state;
        bool plus = false, plain = false, nameless = false, no_account = false, levels[4] = { false };
        for (size_t i = 0; i < person_count; i++) {
                const struct person *p = &persons[i];
                plus |= strcmp(p->hk.user_type, "sign") == 0;
                plain |= strcmp(p->hk.user_type, "default") == 0;
                nameless |= !p->hk.name_chinese;
                no_account |= !p->gd.uid;
                levels[p->gd.level] = true;
                assert_ptr_equal(person_find(str_from(p->id)), p);
        }
        assert_true(plus && plain && nameless && no_account && levels[1] && levels[2] && levels[3]);
        assert_null(person_find(STR("nobody")));
        assert_null(person_find(STR("")));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_hkid_check_digits),
                cmocka_unit_test(test_residence_numbers),
                cmocka_unit_test(test_people_cover_the_cases),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
