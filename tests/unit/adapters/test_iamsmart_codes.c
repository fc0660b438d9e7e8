/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Response codes: the ones that a person meets have an error of their own, the unknown ones are never success. */
#include "unit.h"

#include "iamsmart.h"

static void test_success(void **state)
{
        (void)state;
        assert_null(iamsmart_code_error(STR("D00000")));
}

static void test_known(void **state)
{
        (void)state;
        static const struct {
                const char *code;
                const struct error *error;
        } rows[] = {
                { "D40000", &ERR_SOURCE_REFUSED },     { "D40001", &ERR_SOURCE_REFUSED },
                { "D40002", &ERR_SOURCE_FAILED },      { "D40003", &ERR_SOURCE_TIMEOUT },
                { "D40004", &ERR_SOURCE_EXPIRED },     { "D40035", &ERR_SOURCE_ID_CARD },
                { "D50001", &ERR_SOURCE_REFUSED },     { "D50002", &ERR_SOURCE_FAILED },
                { "D50003", &ERR_SOURCE_TIMEOUT },     { "D60000", &ERR_SOURCE_REFUSED },
                { "D60003", &ERR_SOURCE_TIMEOUT },     { "D70001", &ERR_SOURCE_REFUSED },
                { "D70004", &ERR_SOURCE_NOT_ALLOWED }, { "D80001", &ERR_SOURCE_REFUSED },
                { "D80003", &ERR_SOURCE_TIMEOUT },     { "D20000", &ERR_SOURCE_DOWN },
                { "D20006", &ERR_SOURCE_NOT_ALLOWED }, { "D20009", &ERR_SOURCE_EXPIRED },
                { "D20012", &ERR_SOURCE_NOT_ALLOWED }, { "D20015", &ERR_SOURCE_NOT_ALLOWED },
                { "D30001", &ERR_SOURCE_NOT_ALLOWED }, { "D30004", &ERR_SOURCE_BAD_ANSWER },
        };

        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                assert_ptr_equal(iamsmart_code_error(str_from(rows[i].code)), rows[i].error);
}

static void test_unknown_is_never_success(void **state)
{
        (void)state;
        static const char *const codes[] = { "",       "D",      "D0000", "D000000", "d00000",
                                             "M00000", "D99999", "00000", "SUCCESS" };

        for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
                assert_ptr_equal(iamsmart_code_error(str_from(codes[i])), &ERR_SOURCE_BAD_ANSWER);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_success),
                cmocka_unit_test(test_known),
                cmocka_unit_test(test_unknown_is_never_success),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
