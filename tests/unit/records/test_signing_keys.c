/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The shared ring of signing keys: the first one stays until somebody who has read it puts another in its place. */
#include "store_fixture.h"

#include "signing_keys.h"

static json_t *ring_of(struct task *t, const char *text)
{
        json_t *ring = json_new_object(task_arena(t));
        json_put_str(ring, "wrapped", str_from(text));
        return ring;
}

IN_TASK(test_first_stays)
{
        json_t *ring = ring_of(t, "wrapped-private-keys"), *got = ring;
        struct str kept = STR("x");
        bool created = false;
        task_ok(signing_keys_get(t, &got, &kept));
        task_expect(!got && str_is_empty(kept));
        task_ok(signing_keys_put_new(t, ring, &created));
        task_expect(created);
        task_ok(signing_keys_put_new(t, ring_of(t, "another"), &created));
        task_expect(!created);
        task_ok(signing_keys_get(t, &got, &kept));
        task_expect(json_equal(got, ring) && !str_is_empty(kept));
        task_expect_sealed(t, "wrapped");
}

/* Durable: the clock does not touch it, nor does a change give it an end. */
IN_TASK(test_durable)
{
        json_t *got;
        struct str key, kept;
        bool created, changed;
        int64_t ttl;
        task_ok(signing_keys_put_new(t, ring_of(t, "one"), &created));
        task_ok(signing_keys_get(t, &got, &kept));
        task_ok(signing_keys_change(t, kept, ring_of(t, "two"), &changed));
        task_ok(store_only_key(t, "bg:d:", &key));
        task_ok(store_ttl(t, key, &ttl));
        task_expect(ttl == -1);
        store_fixture_shift(f, 1000000000);
        task_ok(signing_keys_get(t, &got, &kept));
        task_expect(got);
}

/* Of two who have read the same ring, one changes it; the other's change is not made. */
IN_TASK(test_two_changes)
{
        json_t *got;
        struct str kept;
        bool created, changed = false;
        task_ok(signing_keys_put_new(t, ring_of(t, "one"), &created));
        task_ok(signing_keys_get(t, &got, &kept));
        task_ok(signing_keys_change(t, kept, ring_of(t, "two"), &changed));
        task_expect(changed);
        task_ok(signing_keys_change(t, kept, ring_of(t, "three"), &changed));
        task_expect(!changed);
        task_ok(signing_keys_get(t, &got, &kept));
        task_expect(json_equal(got, ring_of(t, "two")));
        /* Where there is none any more, none comes back. */
        task_ok(store_flush(t));
        task_ok(signing_keys_change(t, kept, ring_of(t, "four"), &changed));
        task_expect(!changed);
}

/* The mark is another after each writing, even of the same ring, and is what was read with the ring. */
IN_TASK(test_mark)
{
        json_t *got;
        struct str kept, mark, later;
        bool created, changed;
        task_ok(signing_keys_mark(t, &mark));
        task_expect(str_is_empty(mark));
        task_ok(signing_keys_put_new(t, ring_of(t, "one"), &created));
        task_ok(signing_keys_get(t, &got, &kept));
        task_ok(signing_keys_mark(t, &mark));
        task_expect(!str_is_empty(mark) && str_eq(mark, record_mark_of(kept)));
        task_ok(signing_keys_change(t, kept, got, &changed));
        task_ok(signing_keys_mark(t, &later));
        task_expect(changed && !str_eq(mark, later));
}

/* One that does not open is told apart from none. */
IN_TASK(test_foreign)
{
        json_t *got = NULL;
        struct str key, kept;
        bool created;
        task_ok(signing_keys_put_new(t, ring_of(t, "one"), &created));
        task_ok(store_only_key(t, "bg:d:", &key));
        task_ok(store_set(t, key, STR("sealed by somebody else, it seems"), 0));
        task_error(signing_keys_get(t, &got, &kept), ERR_VERIFY);
        task_expect(!got);
}

IN_TASK(test_history)
{
        json_t **keys, *one = json_new_object(task_arena(t));
        size_t count;
        task_ok(signing_keys_history(t, &keys, &count));
        task_expect(count == 0);
        json_put_str(one, "kid", STR("first-key"));
        task_ok(signing_keys_history_put(t, STR("first-key"), one));
        task_ok(signing_keys_history_put(t, STR("first-key"), one));
        task_ok(signing_keys_history_put(t, STR("second-key"), ring_of(t, "x")));
        task_ok(signing_keys_history(t, &keys, &count));
        task_expect(count == 2);
        task_expect_sealed(t, "first-key");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_first_stays), cmocka_unit_test(test_durable), cmocka_unit_test(test_two_changes),
                cmocka_unit_test(test_mark),        cmocka_unit_test(test_foreign), cmocka_unit_test(test_history),
        };
        return cmocka_run_group_tests(tests, store_group_setup, store_group_teardown);
}
