/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The ring of signing keys that all nodes share: made once, changed by one at a time, noticed by the others, and held by
 * whoever still works with a former one. */
#include "fixed_gateway.h"

#include "signing_keys.h"
#include "signing_ring.h"

static void end_node(void *node)
{
        struct gateway *g = node;
        keyring_current_free(g->signing);
}

/* Another node of the same gateway: the same seals, settings with one algorithm, no ring yet. Ends with the task. */
static struct gateway *node_of(struct task *t)
{
        static const enum alg algs[] = { ALG_ES256 };
        struct gateway *node = arena_new_of(task_arena(t), struct gateway);
        struct config *config = arena_new_of(task_arena(t), struct config);
        *node = *gateway_of(t);
        *config = *node->config;
        config->signing_algs = algs;
        config->signing_alg_count = 1;
        node->config = config;
        node->signing = keyring_current_new(NULL);
        node->ring_mark_len = 0;
        arena_own(task_arena(t), node, end_node);
        return node;
}

static void unref(void *ring)
{
        keyring_unref(ring);
}

static struct keyring *ring_of(struct task *t, const struct gateway *g)
{
        struct keyring *ring = keyring_current_ref(g->signing);
        arena_own(task_arena(t), ring, unref);
        return ring;
}

static struct str kid_of(struct task *t, const struct gateway *g)
{
        return key_kid(keyring_active(ring_of(t, g), ALG_ES256));
}

static struct keyring_change stage(struct task *t)
{
        struct keyring_change change = { .act = KEY_STAGE, .by = STR("alice@host") };
        ignore_failure(key_generate(task_arena(t), ALG_ES256, &change.key), "the test meets no key");
        return change;
}

IN_TASK(test_one_ring_for_all)
{
        struct gateway *first = node_of(t), *second = node_of(t);
        task_ok(signing_ring_load(t, first));
        task_ok(signing_ring_load(t, second));
        task_expect(str_eq(kid_of(t, first), kid_of(t, second)));
        task_expect_sealed(t, "wrapped", "\"d\"", "kid");
}

/* With another master key the ring does not open: that is an error, never a second ring; and a node that has a ring goes
 * on with it. */
IN_TASK(test_another_master_key)
{
        struct gateway *first = node_of(t), *other = node_of(t);
        struct str before, after;
        task_ok(signing_ring_load(t, first));
        task_ok(store_dump(t, &before));
        other->keys = seal_new(STR("another master key of 32 bytes.."), STR("keyring"));
        result loaded = signing_ring_load(t, other), opened = signing_ring_open(t, other);
        seal_free(other->keys);
        task_error(loaded, ERR_CONFIG);
        task_error(opened, ERR_CONFIG);
        task_expect(str_holds(arena_reason(task_arena(t)), "master key"));
        task_expect(!keyring_current_ref(other->signing));
        task_ok(store_dump(t, &after));
        task_expect(str_eq(before, after));
}

IN_TASK(test_no_ring_yet)
{
        struct gateway *node = node_of(t);
        struct str after;
        task_error(signing_ring_open(t, node), ERR_CONFIG);
        task_ok(store_dump(t, &after));
        task_expect(str_is_empty(after));
}

/* A change is made by one node; the other notices, and who held the former ring holds it still. */
IN_TASK(test_change_is_noticed)
{
        struct gateway *first = node_of(t), *second = node_of(t);
        struct keyring_change change = stage(t);
        bool done = false;
        task_ok(signing_ring_load(t, first));
        task_ok(signing_ring_load(t, second));
        const struct keyring *held = ring_of(t, second);
        task_ok(signing_ring_change(t, first, &change, &done));
        task_expect(done && keyring_count(ring_of(t, second)) == 1);
        task_ok(signing_ring_refresh(t, second));
        task_expect(keyring_count(ring_of(t, second)) == 2 && keyring_count(held) == 1);
        uint64_t number = keyring_number(ring_of(t, second));
        task_ok(signing_ring_refresh(t, second)); /* nothing new: the same ring */
        task_expect(keyring_number(ring_of(t, second)) == number);
        change = (struct keyring_change){ .act = KEY_ACTIVATE, .kid = key_kid(change.key), .by = STR("alice@host") };
        task_error(signing_ring_change(t, first, &change, &done), ERR_CONFIG);
        store_fixture_shift(f, JWKS_MAX_AGE_S + 6);
        task_ok(signing_ring_change(t, first, &change, &done));
        task_ok(signing_ring_refresh(t, second));
        task_expect(str_eq(kid_of(t, second), change.kid));
        task_ok(jws_sign(task_arena(t), &(struct signer){ keyring_active(held, ALG_ES256), task_slot(t) }, "JWT", STR("{}"),
                         &change.by));
}

/* What a retired key has signed may still be shown; then any node lets it go, once, and its public half stays. */
IN_TASK(test_nodes_drop)
{
        struct gateway *first = node_of(t), *second = node_of(t);
        struct keyring_change change = stage(t);
        json_t **gone;
        size_t count;
        bool done;
        task_ok(signing_ring_load(t, first));
        task_ok(signing_ring_load(t, second));
        struct str old = arena_copy(task_arena(t), kid_of(t, first));
        task_ok(signing_ring_change(t, first, &change, &done));
        change = (struct keyring_change){ .act = KEY_ACTIVATE, .kid = key_kid(change.key), .by = STR("a"), .emergency = true };
        task_ok(signing_ring_change(t, first, &change, &done));
        task_ok(signing_ring_refresh(t, first));
        task_ok(signing_ring_refresh(t, second));
        const struct keyring_rules rules = signing_ring_rules(first->config);
        store_fixture_shift(f, rules.token_s - 5);
        task_ok(signing_ring_tend(t, first, STR("node-1")));
        task_expect(keyring_count(ring_of(t, first)) == 2);
        store_fixture_shift(f, rules.token_s + 5);
        task_ok(signing_ring_tend(t, first, STR("node-1")));
        task_expect(keyring_count(ring_of(t, first)) == 1);
        /* The second has not looked yet, and would drop it again: it finds that this is done. */
        task_ok(signing_ring_tend(t, second, STR("node-2")));
        task_expect(keyring_count(ring_of(t, second)) == 1);
        task_ok(signing_keys_history(t, &gone, &count));
        task_expect(count == 1 && str_eq(json_str(gone[0], "kid"), old) && str_is(json_str(gone[0], "state"), "dropped"));
        json_t *acts = json_object_get(gone[0], "acts");
        task_expect(str_is(json_str(json_array_get(acts, json_array_size(acts) - 1), "by"), "node-1"));
}

IN_TASK(test_schedule)
{
        struct gateway *node = node_of(t);
        struct config config = *node->config;
        task_ok(signing_ring_load(t, node));
        struct str old = arena_copy(task_arena(t), kid_of(t, node));
        config.keys_rotation = 3600;
        node->config = &config;
        static const struct {
                int64_t at;
                size_t keys;
                bool rotated;
        } looks[] = { { 0, 1, false }, { 3200, 1, false }, { 3300, 2, false }, { 3500, 2, false }, { 3700, 2, true } };
        for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
                store_fixture_shift(f, looks[i].at);
                task_ok(signing_ring_tend(t, node, STR("node")));
                task_expect(keyring_count(ring_of(t, node)) == looks[i].keys);
                task_expect(str_eq(kid_of(t, node), old) == !looks[i].rotated);
        }
}

/* A revoked key does not come back by an import. */
IN_TASK(test_no_return)
{
        struct gateway *node = node_of(t);
        struct keyring_change change = stage(t);
        struct key *key = change.key;
        bool done;
        task_ok(signing_ring_load(t, node));
        task_ok(signing_ring_change(t, node, &change, &done));
        change = (struct keyring_change){ .act = KEY_REVOKE, .kid = key_kid(key), .by = STR("a") };
        task_ok(signing_ring_change(t, node, &change, &done));
        change = (struct keyring_change){ .act = KEY_IMPORT, .key = key, .by = STR("a") };
        task_error(signing_ring_change(t, node, &change, &done), ERR_CONFIG);
        task_expect(str_holds(arena_reason(task_arena(t)), "revoked"));
}

/* ---- two admins in the same moment ---- */

static unsigned race_done, race_refused, race_lost;

static void race_task(struct task *t, void *argument)
{
        struct keyring_change change = stage(t);
        bool done = false;
        (void)argument;
        result r = signing_ring_change(t, node_of(t), &change, &done);
        __atomic_add_fetch(!is_ok(r) ? &race_refused : done ? &race_done : &race_lost, 1, __ATOMIC_RELAXED);
}

static void make_ring(struct task *t, void *argument)
{
        (void)argument;
        task_ok(store_flush(t));
        task_ok(signing_ring_load(t, node_of(t)));
}

/* One of them stages a key; the others are told that somebody was first, or, later, that there is a next key. */
static void test_race(void **state)
{
        store_fixture_shift(*state, 0);
        store_fixture_run(*state, make_ring);
        store_fixture_race(*state, race_task, 8);
        assert_int_equal(race_done, 1);
        assert_int_equal(race_done + race_refused + race_lost, 8);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_one_ring_for_all), cmocka_unit_test(test_another_master_key),
                cmocka_unit_test(test_no_ring_yet),      cmocka_unit_test(test_change_is_noticed),
                cmocka_unit_test(test_nodes_drop),       cmocka_unit_test(test_schedule),
                cmocka_unit_test(test_no_return),        cmocka_unit_test(test_race),
        };
        return cmocka_run_group_tests(tests, fixed_group_setup, fixed_group_teardown);
}
