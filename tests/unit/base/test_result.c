/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Tests of result.c and errors.def: failing keeps one reason; every row is fit to be shown. */
#include "unit.h"

static const struct error *const rows[] = {
#define ERROR_ROW(symbol, code, status, redirect, description) &symbol,
#include "errors.def"
#undef ERROR_ROW
};

static void fails_with_a_reason(void **state)
{
        (void)state;
        auto_arena a = arena_new(1000);
        result failed = fail(a, ERR_INVALID_GRANT, "code is %d seconds old", 61);
        assert_false(is_ok(failed));
        assert_true(is_error(failed, &ERR_INVALID_GRANT));
        assert_false(is_error(failed, &ERR_INVALID_CLIENT));
        assert_str_eq(arena_reason(a), "code is 61 seconds old");
        assert_error(fail(a, ERR_SERVER_ERROR, "later"), ERR_SERVER_ERROR);
        assert_str_eq(arena_reason(a), "code is 61 seconds old");
}

static void cuts_long_reasons(void **state)
{
        (void)state;
        auto_arena a = arena_new(1000);
        assert_error(fail(a, ERR_MALFORMED, "%0300d", 7), ERR_MALFORMED);
        assert_int_equal(arena_reason(a).len, 256);
}

static result step(struct arena *a, bool fine)
{
        if (!fine)
                return fail(a, ERR_MALFORMED, "not fine");
        return OK;
}

static result two_steps(struct arena *a, bool first, bool *ret_came_past)
{
        TRY(step(a, first));
        *ret_came_past = true;
        return OK;
}

static void try_returns_the_failure(void **state)
{
        (void)state;
        auto_arena a = arena_new(1000);
        bool came_past = false;
        assert_error(two_steps(a, false, &came_past), ERR_MALFORMED);
        assert_false(came_past);
        assert_ok(two_steps(a, true, &came_past));
        assert_true(came_past);
}

/* RFC 6749, section 5.2: %x20-21 / %x23-5B / %x5D-7E; RFC 6750, section 3 says the same of the header field. */
static bool is_error_text(const char *text)
{
        struct str s = str_from(text);
        return s.len > 0 && str_is_printable_ascii(s) && str_find(s, '"') == s.len && str_find(s, '\\') == s.len;
}

static void every_row_can_be_shown(void **state)
{
        (void)state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                assert_true(is_error_text(rows[i]->code));
                assert_true(is_error_text(rows[i]->description));
                assert_true(rows[i]->status >= 400 && rows[i]->status <= 599);
                assert_true(str_starts(str_from(rows[i]->symbol), STR("ERR_")));
                for (size_t j = 0; j < i; j++)
                        assert_string_not_equal(rows[i]->symbol, rows[j]->symbol);
        }
}

static void what_is_not_proven_is_not_redirected(void **state)
{
        (void)state;
        assert_false(ERR_UNKNOWN_CLIENT.redirect);
        assert_false(ERR_REDIRECT_URI.redirect);
        assert_false(ERR_FLOW_FOREIGN.redirect);
        assert_true(ERR_ACCESS_DENIED.redirect);
        assert_string_equal(ERR_INVALID_GRANT.symbol, "ERR_INVALID_GRANT");
        assert_int_equal(ERR_INVALID_CLIENT.status, 401);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(fails_with_a_reason),
                cmocka_unit_test(cuts_long_reasons),
                cmocka_unit_test(try_returns_the_failure),
                cmocka_unit_test(every_row_can_be_shown),
                cmocka_unit_test(what_is_not_proven_is_not_redirected),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
