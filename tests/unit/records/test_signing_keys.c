/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The shared ring of signing keys: the first one stays, for good. */
#include "store_fixture.h"

#include "signing_keys.h"

IN_TASK(test_first_stays)
{
        json_t *ring = json_new_object(task_arena(t)), *other = json_new_object(task_arena(t)), *got = ring;
        bool created = false;
        json_put_str(ring, "wrapped", STR("wrapped-private-keys"));
        task_ok(signing_keys_get(t, &got));
        task_expect(!got);
        task_ok(signing_keys_put_new(t, ring, &created));
        task_expect(created);
        task_ok(signing_keys_put_new(t, other, &created));
        task_expect(!created);
        task_ok(signing_keys_get(t, &got));
        task_expect(json_equal(got, ring));
        task_expect_sealed(t, "wrapped");
}

/* Durable: the clock does not touch it. */
IN_TASK(test_durable)
{
        json_t *ring = json_new_object(task_arena(t)), *got;
        struct str key;
        bool created;
        int64_t ttl;
        task_ok(signing_keys_put_new(t, ring, &created));
        task_ok(store_only_key(t, "bg:d:", &key));
        task_ok(store_ttl(t, key, &ttl));
        task_expect(ttl == -1);
        store_fixture_shift(f, 1000000000);
        task_ok(signing_keys_get(t, &got));
        task_expect(got);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_first_stays),
                cmocka_unit_test(test_durable),
        };
        return cmocka_run_group_tests(tests, store_group_setup, store_group_teardown);
}
