/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Bindings: found from both sides, one for each pair of sources, halves without the other half do not count. */
#include "store_fixture.h"

#include <stdatomic.h>

#include "binding.h"

static const struct binding_side hk = { { "iamsmart", 8 }, { "hk-openid-1", 11 } };
static const struct binding_side cn = { { "guangdong", 9 }, { "cn-uid-1", 8 } };

static struct binding some_binding(struct task *t, const char *id)
{
        json_t *low = json_new_object(task_arena(t)), *high = json_new_object(task_arena(t));
        json_put_int(low, "ial", 1);
        json_put_int(high, "ial", 2);
        return (struct binding){
                .id = str_from(id),
                .sides = { hk, cn },
                .grade = 2,
                .levels = { low, high },
                .made_at = 1795320000,
        };
}

IN_TASK(test_both_sides_find_it)
{
        struct binding b = some_binding(t, "b-1"), got;
        bool conflict = true, found = true;
        task_ok(binding_get(t, &hk, cn.source, &got, &found));
        task_expect(!found);
        task_ok(binding_put_new(t, &b, &conflict));
        task_expect(!conflict);
        task_ok(binding_get(t, &hk, cn.source, &got, &found));
        task_expect(found && str_is(got.id, "b-1") && got.grade == 2 && got.made_at == b.made_at);
        task_expect(str_eq(got.sides[0].subject, hk.subject) && str_eq(got.sides[1].subject, cn.subject));
        task_expect(json_int(got.levels[0], "ial", 0) == 1 && json_int(got.levels[1], "ial", 0) == 2);
        task_ok(binding_get(t, &cn, hk.source, &got, &found));
        task_expect(found && str_is(got.id, "b-1"));
        task_expect(str_eq(got.sides[0].source, cn.source) && str_eq(got.sides[1].subject, hk.subject));
        task_expect(json_int(got.levels[0], "ial", 0) == 2 && json_int(got.levels[1], "ial", 0) == 1);
        task_expect_sealed(t, "hk-openid-1", "cn-uid-1", "b-1");
}

IN_TASK(test_others_do_not)
{
        const struct binding_side stranger = { hk.source, STR("hk-openid-10") }, elsewhere = { cn.source, hk.subject };
        struct binding b = some_binding(t, "b-1"), got;
        bool conflict, found = true;
        task_ok(binding_put_new(t, &b, &conflict));
        task_ok(binding_get(t, &stranger, cn.source, &got, &found));
        task_expect(!found);
        task_ok(binding_get(t, &elsewhere, hk.source, &got, &found));
        task_expect(!found);
        task_ok(binding_get(t, &hk, STR("macao"), &got, &found));
        task_expect(!found);
}

/* The same again is no conflict, and the first one stays. */
IN_TASK(test_same_again)
{
        struct binding b = some_binding(t, "b-1"), again = some_binding(t, "b-2"), got;
        bool conflict = true, found;
        task_ok(binding_put_new(t, &b, &conflict));
        task_ok(binding_put_new(t, &again, &conflict));
        task_expect(!conflict);
        task_ok(binding_get(t, &hk, cn.source, &got, &found));
        task_expect(found && str_is(got.id, "b-1"));
}

/* Either side bound to somebody else: refused, and nothing changes, nor is a half left over. */
IN_TASK(test_conflicts)
{
        struct binding b = some_binding(t, "b-1"), first = some_binding(t, "b-2"), second = some_binding(t, "b-3"), got;
        bool conflict, found;
        struct str before, after;
        task_ok(binding_put_new(t, &b, &conflict));
        task_ok(store_dump(t, &before));
        first.sides[1].subject = STR("cn-uid-2");
        task_ok(binding_put_new(t, &first, &conflict));
        task_expect(conflict);
        second.sides[0].subject = STR("hk-openid-2");
        conflict = false;
        task_ok(binding_put_new(t, &second, &conflict));
        task_expect(conflict);
        task_ok(store_dump(t, &after));
        task_expect(before.len == after.len);
        task_ok(binding_get(t, &hk, cn.source, &got, &found));
        task_expect(found && str_is(got.id, "b-1") && str_is(got.sides[1].subject, "cn-uid-1"));
        task_ok(binding_get(t, &first.sides[1], hk.source, &got, &found));
        task_expect(!found);
        task_ok(binding_get(t, &second.sides[0], cn.source, &got, &found));
        task_expect(!found);
}

/* As if the gateway had ended between the two writes, on either side. */
IN_TASK(test_half_counts_as_absent)
{
        static const struct store_script drop_one = {
                "local k = redis.call('KEYS', 'bg:d:binding:*') table.sort(k) redis.call('DEL', k[tonumber(ARGV[1])]) "
                "return #k",
        };
        static const char *const which[] = { "1", "2" };
        for (size_t i = 0; i < 2; i++) {
                struct binding b = some_binding(t, "b-1"), next = some_binding(t, "b-2"), got;
                bool conflict = true, found = true;
                struct str count, arg = str_from(which[i]);
                task_ok(store_flush(t));
                task_ok(binding_put_new(t, &b, &conflict));
                task_ok(store_eval(t, &(struct store_call){ &drop_one, NULL, 0, &arg, 1 }, &count));
                task_expect(str_is(count, "2"));
                task_ok(binding_get(t, &hk, cn.source, &got, &found));
                task_expect(!found);
                task_ok(binding_get(t, &cn, hk.source, &got, &found));
                task_expect(!found);
                /* It does not keep its one side from being bound to another subject. */
                next.sides[i].subject = STR("another");
                task_ok(binding_put_new(t, &next, &conflict));
                task_expect(!conflict);
                task_ok(binding_get(t, &next.sides[0], cn.source, &got, &found));
                task_expect(found && str_is(got.id, "b-2"));
                task_ok(binding_get(t, &next.sides[1], hk.source, &got, &found));
                task_expect(found && str_is(got.id, "b-2"));
        }
}

IN_TASK(test_dropped)
{
        struct binding b = some_binding(t, "b-1"), got;
        struct str rest;
        bool conflict, found;
        task_ok(binding_put_new(t, &b, &conflict));
        task_ok(binding_get(t, &cn, hk.source, &got, &found));
        task_ok(binding_drop(t, &got)); /* as the other side sees it */
        task_ok(store_dump(t, &rest));
        task_expect(rest.len == 0);
        task_ok(binding_put_new(t, &b, &conflict));
        task_expect(!conflict);
}

/* Two ceremonies at once for one Hong Kong account and two mainland ones: at most one binding comes out whole, and
 * what both sides say agrees. */
static atomic_uint made, number;

static void bind(struct task *t, void *argument)
{
        unsigned n = atomic_fetch_add(&number, 1);
        struct binding b = some_binding(t, arena_cstr(task_arena(t), arena_printf(task_arena(t), "b-%u", n)));
        bool conflict;
        (void)argument;
        b.sides[1].subject = arena_printf(task_arena(t), "cn-uid-%u", n);
        task_ok(binding_put_new(t, &b, &conflict));
        if (!conflict)
                atomic_fetch_add(&made, 1);
}

static void check_one(struct task *t, void *argument)
{
        struct binding here, there;
        bool found = false;
        (void)argument;
        task_ok(binding_get(t, &hk, cn.source, &here, &found));
        task_expect(found);
        task_ok(binding_get(t, &here.sides[1], hk.source, &there, &found));
        task_expect(found && str_eq(here.id, there.id) && str_eq(there.sides[1].subject, hk.subject));
        task_ok(store_flush(t));
}

static void test_race(void **state)
{
        for (int round = 0; round < 10; round++) {
                atomic_store(&made, 0);
                store_fixture_race(*state, bind, 4);
                store_fixture_run(*state, check_one);
                assert_true(atomic_load(&made) >= 1);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_both_sides_find_it),
                cmocka_unit_test(test_others_do_not),
                cmocka_unit_test(test_same_again),
                cmocka_unit_test(test_conflicts),
                cmocka_unit_test(test_half_counts_as_absent),
                cmocka_unit_test(test_dropped),
                cmocka_unit_test(test_race),
        };
        return cmocka_run_group_tests(tests, store_group_setup, store_group_teardown);
}
