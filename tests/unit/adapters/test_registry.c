/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The table of adapters: each found by its name, each complete. */
#include "unit.h"

#include "adapter.h"

static void test_finds(void **state)
{
        (void)state;
        const struct adapter *iamsmart = adapter_find(STR("iamsmart")), *guangdong = adapter_find(STR("guangdong"));

        assert_non_null(iamsmart);
        assert_non_null(guangdong);
        assert_string_equal(iamsmart->name, "iamsmart");
        assert_string_equal(guangdong->name, "guangdong");
        assert_null(adapter_find(STR("IAMSMART")));
        assert_null(adapter_find(STR("iamsmart ")));
        assert_null(adapter_find(STR("")));
}

/* What the gateway calls without asking must be there. */
static void test_rows_are_complete(void **state)
{
        (void)state;
        for (const struct adapter *const *each = adapter_registry; *each; each++) {
                const struct adapter *a = *each;

                assert_ptr_equal(adapter_find(str_from(a->name)), a);
                assert_non_null(a->schema);
                assert_non_null(a->configure);
                assert_non_null(a->start);
                assert_non_null(a->finish);
                assert_non_null(a->browser_origins);
                assert_int_equal((a->traits & ADAPTER_NOTIFIES) != 0, a->notify != NULL);
                assert_int_equal((a->traits & ADAPTER_NOTIFIES) != 0, a->resume != NULL);
                if (a->traits & ADAPTER_STEP_UP)
                        assert_non_null(a->next_level);
                assert_int_equal((a->traits & ADAPTER_LOGOUT) != 0, a->logout_url != NULL);
        }
}

/* Each setting is explained, and none is named twice. */
static void test_settings_are_documented(void **state)
{
        (void)state;
        for (const struct adapter *const *each = adapter_registry; *each; each++)
                for (const struct schema_field *f = (*each)->schema; f->kind != SCHEMA_END; f++) {
                        assert_non_null(f->doc);
                        for (const struct schema_field *g = f + 1; g->kind != SCHEMA_END; g++)
                                assert_string_not_equal(f->name, g->name);
                }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_finds),
                cmocka_unit_test(test_rows_are_complete),
                cmocka_unit_test(test_settings_are_documented),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
