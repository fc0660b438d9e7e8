/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Folding of Han characters: the table is sorted and final, and pairs that names need are in it. */
#include "unit.h"

#include "han_fold.h"

static void table_is_sorted_and_final(void **state)
{
        uint32_t before = 0, from, to;
        (void)state;
        assert_true(han_fold_count() > 2000);
        for (size_t i = 0; i < han_fold_count(); i++) {
                han_fold_pair(i, &from, &to);
                assert_true(from > before);
                assert_int_equal(han_fold(from), to);
                assert_int_equal(han_fold(to), to);
                before = from;
        }
}

static void folds(void **state)
{
        (void)state;
        assert_int_equal(han_fold(U'陳'), U'陈');
        assert_int_equal(han_fold(U'鍾'), U'钟');
        assert_int_equal(han_fold(U'鐘'), U'钟');
        assert_int_equal(han_fold(U'衛'), U'卫');
        assert_int_equal(han_fold(U'衞'), U'卫');
        assert_int_equal(han_fold(U'顗'), U'𫖮'); /* simplified form beyond the basic plane */
}

static void leaves_alone(void **state)
{
        (void)state;
        assert_int_equal(han_fold(U'大'), U'大');
        assert_int_equal(han_fold(U'喆'), U'喆');
        assert_int_equal(han_fold(U'𠮷'), U'𠮷');
        assert_int_equal(han_fold('A'), 'A');
        assert_int_equal(han_fold(0), 0);
        assert_int_equal(han_fold(0xffffffff), 0xffffffff);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(table_is_sorted_and_final),
                cmocka_unit_test(folds),
                cmocka_unit_test(leaves_alone),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
