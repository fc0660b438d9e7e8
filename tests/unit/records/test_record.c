/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What all records share, on a real redis-server: the seal, the key's name, the life, the one-time take. */
#include "store_fixture.h"

#include <stdatomic.h>

#include "digest.h"
#include "record.h"

static const struct record_kind code = { .name = "code" }, other = { .name = "other" };
static const struct record_kind kept = { .name = "kept", .durable = true };

static json_t *object(struct task *t)
{
        json_t *o = json_new_object(task_arena(t));
        json_put_str(o, "name", STR("CHAN Tai Man"));
        json_put_str(o, "bytes", STR("é\x01\"\\"));
        return o;
}

static const struct record_value *value(struct task *t, const json_t *o, int64_t ttl_s)
{
        struct record_value *v = arena_new_of(task_arena(t), struct record_value);
        *v = record_value_of(task_arena(t), o, ttl_s);
        return v;
}

IN_TASK(test_put_get_take_drop)
{
        json_t *o = object(t), *got = o;
        task_ok(record_get(t, &code, STR("a"), &got));
        task_expect(!got);
        task_ok(record_put(t, &code, STR("a"), value(t, o, 60)));
        task_ok(record_get(t, &code, STR("a"), &got));
        task_expect(got != o && json_equal(got, o));
        task_ok(record_get(t, &other, STR("a"), &got));
        task_expect(!got);
        task_ok(record_take(t, &code, STR("a"), &got));
        task_expect(json_equal(got, o));
        task_ok(record_take(t, &code, STR("a"), &got));
        task_expect(!got);
        task_ok(record_put(t, &code, STR("a"), value(t, o, 60)));
        task_ok(record_drop(t, &code, STR("a")));
        task_ok(record_drop(t, &code, STR("a")));
        task_ok(record_get(t, &code, STR("a"), &got));
        task_expect(!got);
}

IN_TASK(test_put_new)
{
        json_t *second = json_new_object(task_arena(t)), *got;
        bool created = false;
        task_ok(record_put_new(t, &code, STR("a"), value(t, object(t), 60), &created));
        task_expect(created);
        task_ok(record_put_new(t, &code, STR("a"), value(t, second, 60), &created));
        task_expect(!created);
        task_ok(record_get(t, &code, STR("a"), &got));
        task_expect(json_equal(got, object(t)));
}

IN_TASK(test_replace)
{
        const struct str key = STR("bg:code:a");
        json_t *second = json_new_object(task_arena(t)), *got;
        bool replaced = true;
        int64_t ttl;
        task_ok(record_replace(t, &code, STR("a"), value(t, second, 60), &replaced));
        task_expect(!replaced);
        task_ok(record_get(t, &code, STR("a"), &got));
        task_expect(!got);
        task_ok(record_put(t, &code, STR("a"), value(t, object(t), 60)));
        task_ok(record_replace(t, &code, STR("a"), value(t, second, 30), &replaced));
        task_expect(replaced);
        task_ok(record_get(t, &code, STR("a"), &got));
        task_expect(json_equal(got, second));
        task_ok(store_ttl(t, key, &ttl));
        task_expect(ttl > 20 && ttl <= 30);
}

IN_TASK(test_sealed_and_lives)
{
        int64_t ttl;
        task_ok(record_put(t, &code, STR("a"), value(t, object(t), 60)));
        task_ok(record_put(t, &kept, STR("a"), value(t, object(t), 0)));
        task_expect_sealed(t, "CHAN", "\"name\"", "\"bytes\"");
        task_ok(store_ttl(t, STR("bg:code:a"), &ttl));
        task_expect(ttl > 50 && ttl <= 60);
        task_ok(store_ttl(t, STR("bg:d:kept:a"), &ttl));
        task_expect(ttl == -1);
}

/* As much as can be read again, and not a byte more. */
IN_TASK(test_too_large)
{
        struct arena *a = task_arena(t);
        char *text = arena_alloc(a, RECORD_MAX);
        const size_t most = RECORD_MAX - strlen("{\"a\":\"\"}");
        json_t *o = json_new_object(a), *got;
        memset(text, 'x', RECORD_MAX);
        json_put_str(o, "a", str_slice(text, most + 1));
        task_error(record_put(t, &code, STR("a"), value(t, o, 60)), ERR_TOO_LARGE);
        json_put_str(o, "a", str_slice(text, RECORD_MAX));
        task_error(record_put(t, &code, STR("a"), value(t, o, 60)), ERR_TOO_LARGE);
        json_put_str(o, "a", str_slice(text, most));
        task_ok(record_put(t, &code, STR("a"), value(t, o, 60)));
        task_ok(record_get(t, &code, STR("a"), &got));
        task_expect(json_equal(got, o));
}

/* A value under another key, of the same kind, of another kind, or of a durable one, counts as absent. */
IN_TASK(test_moved)
{
        struct str sealed;
        json_t *got;
        bool found;
        task_ok(record_put(t, &code, STR("a"), value(t, object(t), 60)));
        task_ok(store_get(t, STR("bg:code:a"), &sealed, &found));
        task_expect(found);
        task_ok(store_set(t, STR("bg:code:b"), sealed, 60));
        task_ok(record_get(t, &code, STR("b"), &got));
        task_expect(!got);
        task_ok(record_take(t, &code, STR("b"), &got));
        task_expect(!got);
        task_ok(store_set(t, STR("bg:other:a"), sealed, 60));
        task_ok(record_get(t, &other, STR("a"), &got));
        task_expect(!got);
        task_ok(store_set(t, STR("bg:d:kept:a"), sealed, 0));
        task_ok(record_get(t, &kept, STR("a"), &got));
        task_expect(!got);
        task_ok(record_get(t, &code, STR("a"), &got));
        task_expect(got);
        task_expect(str_is_empty(arena_reason(task_arena(t))));
}

/* Each byte of the sealed value counts, and so does its end. */
IN_TASK(test_edited)
{
        struct arena *a = task_arena(t);
        const struct str key = STR("bg:code:a");
        struct str sealed;
        json_t *got;
        bool found;
        task_ok(record_put(t, &code, STR("a"), value(t, object(t), 60)));
        task_ok(store_get(t, key, &sealed, &found));
        task_expect(found && sealed.len > 29);
        for (size_t i = 0; i < sealed.len; i++) {
                char *edited = arena_cstr(a, sealed);
                edited[i] ^= 0x10;
                task_ok(store_set(t, key, str_slice(edited, sealed.len), 60));
                task_ok(record_get(t, &code, STR("a"), &got));
                task_expect(!got);
        }
        const struct str cut[] = { str_head(sealed, sealed.len - 1), str_head(sealed, 28), str_head(sealed, 1),
                                   STR("") };
        for (size_t i = 0; i < sizeof(cut) / sizeof(cut[0]); i++) {
                task_ok(store_set(t, key, cut[i], 60));
                task_ok(record_get(t, &code, STR("a"), &got));
                task_expect(!got);
        }
        task_ok(store_set(t, key, sealed, 60));
        task_ok(record_get(t, &code, STR("a"), &got));
        task_expect(got);
}

/* The same object sealed twice looks different. */
IN_TASK(test_sealed_anew)
{
        struct str first, second;
        bool found;
        task_ok(record_put(t, &code, STR("a"), value(t, object(t), 60)));
        task_ok(store_get(t, STR("bg:code:a"), &first, &found));
        task_ok(record_put(t, &code, STR("a"), value(t, object(t), 60)));
        task_ok(store_get(t, STR("bg:code:a"), &second, &found));
        task_expect(first.len == second.len && !str_eq(first, second));
}

static const struct record_member ann = { &code, { "r", 1 }, { "ann", 3 } }, bob = { &code, { "r", 1 }, { "bob", 3 } };
static const struct record_member elsewhere = { &code, { "s", 1 }, { "ann", 3 } };

IN_TASK(test_members)
{
        json_t *o = object(t), *second = json_new_object(task_arena(t)), *got = o, **all;
        int64_t there;
        size_t count = 9;
        task_ok(record_member_get(t, &ann, &got));
        task_expect(!got);
        task_ok(record_members(t, &code, STR("r"), &all, &count));
        task_expect(count == 0);
        task_ok(record_member_put(t, &ann, value(t, second, 60), &there));
        task_expect(there == 1);
        task_ok(record_member_put(t, &bob, value(t, second, 60), &there));
        task_expect(there == 2);
        task_ok(record_member_put(t, &ann, value(t, o, 60), &there)); /* in the place of the old one */
        task_expect(there == 2);
        task_ok(record_member_get(t, &ann, &got));
        task_expect(json_equal(got, o));
        task_ok(record_member_get(t, &elsewhere, &got));
        task_expect(!got);
        task_ok(record_members(t, &code, STR("r"), &all, &count));
        task_expect(count == 2 && json_equal(all[0], o) != json_equal(all[1], o));
        task_ok(record_member_drop(t, &ann));
        task_ok(record_member_drop(t, &ann));
        task_ok(record_member_get(t, &ann, &got));
        task_expect(!got);
        task_ok(record_members(t, &code, STR("r"), &all, &count));
        task_expect(count == 1 && json_equal(all[0], second));
}

IN_TASK(test_members_are_sealed)
{
        json_t *big = json_new_object(task_arena(t));
        char *text = arena_alloc(task_arena(t), RECORD_MAX);
        int64_t there, ttl;
        memset(text, 'x', RECORD_MAX);
        json_put_str(big, "a", str_slice(text, RECORD_MAX));
        task_error(record_member_put(t, &ann, value(t, big, 60), &there), ERR_TOO_LARGE);
        task_ok(record_member_put(t, &ann, value(t, object(t), 60), &there));
        task_expect_sealed(t, "CHAN", "\"bytes\"", "ann");
        task_ok(store_ttl(t, STR("bg:code:r"), &ttl));
        task_expect(ttl > 50 && ttl <= 60);
}

/* Every member of a record as it lies in the store. */
static result raw_of(struct task *t, struct str key, struct store_member *ret_member)
{
        struct store_member *members;
        size_t count;
        TRY(store_members(t, key, &members, &count));
        *ret_member = members[0];
        return count == 1 ? OK : fail(task_arena(t), ERR_SERVER_ERROR, "not one");
}

/* A value under the name of another member, or in another record, counts as absent; and names are not alike there. */
IN_TASK(test_moved_member)
{
        struct store_member own, others, moved;
        json_t *got, **all;
        int64_t there;
        size_t count;
        task_ok(record_member_put(t, &ann, value(t, object(t), 60), &there));
        task_ok(raw_of(t, STR("bg:code:r"), &own));
        task_ok(record_member_put(t, &elsewhere, value(t, object(t), 60), &there));
        task_ok(raw_of(t, STR("bg:code:s"), &others));
        task_expect(!str_eq(own.name, others.name));
        moved = (struct store_member){ others.name, own.value };
        task_ok(store_member_set(t, STR("bg:code:s"), &moved, 60, &there)); /* to another record */
        task_ok(record_member_get(t, &elsewhere, &got));
        task_expect(!got);
        task_ok(record_members(t, &code, STR("s"), &all, &count));
        task_expect(count == 0);
        task_ok(record_member_drop(t, &ann));
        task_ok(record_member_put(t, &bob, value(t, object(t), 60), &there));
        task_ok(raw_of(t, STR("bg:code:r"), &others));
        moved = (struct store_member){ others.name, own.value };
        task_ok(store_member_set(t, STR("bg:code:r"), &moved, 60, &there)); /* to another name */
        task_ok(record_member_get(t, &bob, &got));
        task_expect(!got);
        task_ok(store_member_set(t, STR("bg:code:r"), &own, 60, &there)); /* back where it was */
        task_ok(record_member_get(t, &ann, &got));
        task_expect(json_equal(got, object(t)));
        task_ok(record_members(t, &code, STR("r"), &all, &count));
        task_expect(count == 1); /* one that does not open takes nobody along */
        task_expect(str_is_empty(arena_reason(task_arena(t))));
}

static atomic_uint winners, losers;

static void take(struct task *t, void *argument)
{
        json_t *got;
        (void)argument;
        task_ok(record_take(t, &code, STR("once"), &got));
        atomic_fetch_add(got ? &winners : &losers, 1);
}

static void put_once(struct task *t, void *argument)
{
        (void)argument;
        task_ok(record_put(t, &code, STR("once"), value(t, object(t), 60)));
}

static void test_take_is_atomic(void **state)
{
        for (int round = 0; round < 20; round++) {
                atomic_store(&winners, 0);
                atomic_store(&losers, 0);
                store_fixture_run(*state, put_once);
                store_fixture_race(*state, take, 8);
                assert_int_equal(atomic_load(&winners), 1);
                assert_int_equal(atomic_load(&losers), 7);
        }
}

IN_TASK(test_secret_id)
{
        struct arena *a = task_arena(t);
        task_expect(record_secret_id(a, STR("code-1")).len == 43);
        task_expect(str_eq(record_secret_id(a, STR("code-1")), sha256_base64url(a, STR("code-1"))));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_put_get_take_drop),
                cmocka_unit_test(test_put_new),
                cmocka_unit_test(test_replace),
                cmocka_unit_test(test_sealed_and_lives), cmocka_unit_test(test_too_large),
                cmocka_unit_test(test_moved),
                cmocka_unit_test(test_edited),
                cmocka_unit_test(test_sealed_anew),
                cmocka_unit_test(test_take_is_atomic),
                cmocka_unit_test(test_secret_id),
                cmocka_unit_test(test_members),
                cmocka_unit_test(test_members_are_sealed),
                cmocka_unit_test(test_moved_member),
        };
        return cmocka_run_group_tests(tests, store_group_setup, store_group_teardown);
}
