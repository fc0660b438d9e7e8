/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Values that adapters share: any bytes, per source and name, for a time. */
#include "store_fixture.h"

#include "source_value.h"

IN_TASK(test_bytes)
{
        const struct str key = STR("\0\x01\xff\xfe key \r\n");
        struct str got;
        bool found = true;
        task_ok(source_value_get(t, STR("iamsmart"), STR("cek"), &got, &found));
        task_expect(!found);
        task_ok(source_value_put(t, STR("iamsmart"), STR("cek"), key, 600));
        task_ok(source_value_get(t, STR("iamsmart"), STR("cek"), &got, &found));
        task_expect(found && str_eq(got, key));
        task_expect_sealed(t, " key ", "AAH__iBrZXkgDQo");
        task_ok(source_value_put(t, STR("iamsmart"), STR("cek"), STR("newer"), 600));
        task_ok(source_value_get(t, STR("iamsmart"), STR("cek"), &got, &found));
        task_expect(found && str_is(got, "newer"));
        bool first = false, second = true;
        task_ok(source_value_put_new(t, STR("iamsmart"), STR("asked"), 10, &first));
        task_ok(source_value_put_new(t, STR("iamsmart"), STR("asked"), 10, &second));
        task_expect(first && !second);
}

IN_TASK(test_apart)
{
        struct str got;
        bool found = true;
        task_ok(source_value_put(t, STR("iamsmart"), STR("cek"), STR("v"), 600));
        task_ok(source_value_get(t, STR("iamsmart2"), STR("cek"), &got, &found));
        task_expect(!found);
        task_ok(source_value_get(t, STR("iamsmart"), STR("token"), &got, &found));
        task_expect(!found);
}

IN_TASK(test_life)
{
        struct str got, key;
        int64_t ttl;
        bool found = true;
        task_ok(source_value_put(t, STR("iamsmart"), STR("cek"), STR("v"), 600));
        task_ok(store_only_key(t, "bg:source:", &key));
        task_ok(store_ttl(t, key, &ttl));
        task_expect(ttl > 590 && ttl <= 600);
        store_fixture_shift(f, 601);
        task_ok(source_value_get(t, STR("iamsmart"), STR("cek"), &got, &found));
        task_expect(!found && got.len == 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_bytes),
                cmocka_unit_test(test_apart),
                cmocka_unit_test(test_life),
        };
        return cmocka_run_group_tests(tests, store_group_setup, store_group_teardown);
}
