/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Ids that carry their slot. */
#include "unit.h"

#include "slots.h"

static void test_round_trip(void **state)
{
        (void)state;
        auto_arena a = arena_new(65536);
        struct slot_id first = slot_id_make(a, 0xabc), second = slot_id_make(a, 0xabc);
        assert_int_equal(strlen(first.text), SLOT_ID_LEN);
        assert_int_equal(slot_id_index(slot_id_str(&first)), 0xabc);
        assert_true(slot_id_eq(&first, str_from(first.text)));
        assert_false(slot_id_eq(&first, slot_id_str(&second)));
}

static void test_no_ids(void **state)
{
        (void)state;
        struct slot_id empty = { "" };
        assert_false(slot_id_eq(&empty, STR("")));
        assert_true(slot_id_index(STR("")) == SIZE_MAX);
        assert_true(slot_id_index(STR("0000")) == SIZE_MAX);
        assert_true(slot_id_index(STR("zzzz0000000000000000000000000000")) == SIZE_MAX);
        assert_true(slot_id_index(STR("000000000000000000000000000000000")) == SIZE_MAX);
}

static void test_fields_are_cut(void **state)
{
        (void)state;
        char field[4];
        field_set(field, sizeof field, STR("abcdef"));
        assert_string_equal(field, "abc");
        field_set(field, sizeof field, STR(""));
        assert_string_equal(field, "");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_round_trip),
                cmocka_unit_test(test_no_ids),
                cmocka_unit_test(test_fields_are_cut),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
