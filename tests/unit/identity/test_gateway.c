/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The gateway's parts: sources by id. */
#include "fixed_gateway.h"

IN_TASK(test_sources)
{
        const struct gateway *g = gateway_of(t);
        task_expect(gateway_source(g, STR("hk")) == &fixed_sources[0]);
        task_expect(gateway_source(g, STR("cn")) == &fixed_sources[1]);
        task_expect(!gateway_source(g, STR("HK")) && !gateway_source(g, STR("")));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_sources),
        };
        return cmocka_run_group_tests(tests, fixed_group_setup, fixed_group_teardown);
}
