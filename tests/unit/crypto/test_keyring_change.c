/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What may happen to a ring of keys and what is refused; and, over random histories, that no verifier with a copy of the
 * JWKS no older than allowed ever meets a good token whose key it does not have. Time is a number here. */
#include "vectors.h"

#include "keyring_change.h"

#define PUBLISH 300
#define TOKEN 600
#define START 100000

static const enum alg algs[] = { ALG_ES256, ALG_EDDSA };

static void unref(void *ring)
{
        keyring_unref(ring);
}

static struct keyring *keep(struct arena *a, struct keyring *ring)
{
        arena_own(a, ring, unref);
        return ring;
}

static struct keyring_rules at(int64_t now)
{
        return (struct keyring_rules){ .now = now, .publish_s = PUBLISH, .token_s = TOKEN, .algs = algs, .alg_count = 2 };
}

static struct keyring *make(struct arena *a)
{
        struct keyring *ring = NULL;
        assert_ok(keyring_make(a, algs, 2, START, &ring));
        return keep(a, ring);
}

static struct key *new_key(struct arena *a, enum alg alg)
{
        struct key *key = NULL;
        assert_ok(key_generate(a, alg, &key));
        return key;
}

static struct str kid_of(const struct keyring *ring, enum alg alg)
{
        return key_kid(keyring_active(ring, alg));
}

static struct keyring *apply(struct arena *a, struct keyring *ring, struct keyring_change change, int64_t now)
{
        const struct keyring_rules rules = at(now);
        struct keyring *after = NULL;
        change.by = STR("alice@host");
        assert_ok(keyring_apply(a, ring, &change, &rules, &after));
        return keep(a, after);
}

static void refused(struct arena *a, struct keyring *ring, struct keyring_change change, int64_t now, const char *why)
{
        const struct keyring_rules rules = at(now);
        struct keyring *untouched = NULL;
        arena_clear_reason(a);
        assert_error(keyring_apply(a, ring, &change, &rules, &untouched), ERR_CONFIG);
        assert_null(untouched);
        struct str reason = arena_reason(a);
        if (!memmem(reason.data, reason.len, why, strlen(why)))
                fail_msg("\"%s\" is not in \"%.*s\"", why, STR_FMT(reason));
}

static enum key_state state_of(const struct keyring *ring, struct str kid)
{
        const struct keyring_entry *entry = keyring_find(ring, kid);
        return entry ? entry->state : 0;
}

static void test_a_rotation(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct keyring *ring = make(a);
        struct str old = kid_of(ring, ALG_ES256);
        struct key *key = new_key(a, ALG_ES256);
        const struct keyring_change activate = { .act = KEY_ACTIVATE, .kid = key_kid(key) }, drop = { .act = KEY_DROP, .kid = old };

        ring = apply(a, ring, (struct keyring_change){ .act = KEY_STAGE, .key = key }, START + 10);
        assert_int_equal(state_of(ring, key_kid(key)), KEY_NEXT);
        assert_same_str(kid_of(ring, ALG_ES256), old);
        assert_int_equal(keyring_jwks(ring)->count, 3);
        refused(a, ring, activate, START + 10 + PUBLISH - 1, "too early");
        ring = apply(a, ring, activate, START + 10 + PUBLISH);
        assert_same_str(kid_of(ring, ALG_ES256), key_kid(key));
        assert_int_equal(state_of(ring, old), KEY_RETIRED);
        refused(a, ring, activate, START + 1000, "only a next key");
        refused(a, ring, drop, START + 10 + PUBLISH + TOKEN - 1, "too early");
        ring = apply(a, ring, drop, START + 10 + PUBLISH + TOKEN);
        assert_int_equal(state_of(ring, old), 0);
        assert_int_equal(keyring_jwks(ring)->count, 2);
        assert_non_null(keyring_active(ring, ALG_EDDSA));
}

static void test_refused(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 22);
        struct keyring *ring = make(a);
        struct str active = kid_of(ring, ALG_ES256);
        json_t *public = key_public_jwk(a, keyring_active(ring, ALG_ES256));
        struct key *only_public = NULL;

        assert_ok(key_from_jwk(a, public, ALG_ES256, &only_public));
        refused(a, ring, (struct keyring_change){ .act = KEY_IMPORT, .key = only_public }, START, "public");
        refused(a, ring, (struct keyring_change){ .act = KEY_IMPORT, .key = keyring_active(ring, ALG_ES256) }, START, "this kid");
        refused(a, ring, (struct keyring_change){ .act = KEY_RETIRE, .kid = active }, START, "only key that signs with ES256");
        refused(a, ring, (struct keyring_change){ .act = KEY_DROP, .kid = active }, START + 9999, "only a retired key");
        refused(a, ring, (struct keyring_change){ .act = KEY_REVOKE, .kid = active }, START, "none instead");
        refused(a, ring, (struct keyring_change){ .act = KEY_REVOKE, .kid = STR("nobody") }, START, "no key nobody");
        ring = apply(a, ring, (struct keyring_change){ .act = KEY_STAGE, .key = new_key(a, ALG_ES256) }, START);
        refused(a, ring, (struct keyring_change){ .act = KEY_STAGE, .key = new_key(a, ALG_ES256) }, START, "already a next key");
        while (keyring_count(ring) < 32) {
                ring = apply(a, ring, (struct keyring_change){ .act = KEY_STAGE, .key = new_key(a, ALG_EDDSA) }, START);
                struct str kid = key_kid(keyring_at(ring, keyring_count(ring) - 1)->key);
                ring = apply(a, ring, (struct keyring_change){ .act = KEY_ACTIVATE, .kid = kid, .emergency = true }, START);
        }
        refused(a, ring, (struct keyring_change){ .act = KEY_STAGE, .key = new_key(a, ALG_EDDSA) }, START, "full");
}

/* An algorithm that the settings no longer ask for may go without a successor. */
static void test_retire_what_is_not_in_use(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct keyring *ring = make(a), *after = NULL;
        struct keyring_rules rules = at(START);
        const struct keyring_change change = { .act = KEY_RETIRE, .kid = kid_of(ring, ALG_EDDSA), .by = STR("x") };

        rules.alg_count = 1;
        assert_ok(keyring_apply(a, ring, &change, &rules, &after));
        (void)keep(a, after);
        assert_null(keyring_active(after, ALG_EDDSA));
        assert_int_equal(keyring_jwks(after)->count, 2);
}

static void test_revoke(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct keyring *first = make(a), *ring;
        struct str old = kid_of(first, ALG_ES256);
        struct key *next = new_key(a, ALG_ES256), *spare = new_key(a, ALG_ES256);

        ring = apply(a, first, (struct keyring_change){ .act = KEY_REVOKE, .kid = old, .key = spare }, START);
        assert_int_equal(state_of(ring, old), 0);
        assert_same_str(kid_of(ring, ALG_ES256), key_kid(spare));
        /* What is published already is the better successor. */
        ring = apply(a, first, (struct keyring_change){ .act = KEY_STAGE, .key = next }, START);
        ring = apply(a, ring, (struct keyring_change){ .act = KEY_REVOKE, .kid = old, .key = spare }, START + 1);
        assert_same_str(kid_of(ring, ALG_ES256), key_kid(next));
        assert_int_equal(keyring_count(ring), 2);
        /* A key of another algorithm is no successor. */
        refused(a, first, (struct keyring_change){ .act = KEY_REVOKE, .kid = old, .key = new_key(a, ALG_EDDSA) }, START,
                "none instead");
}

static void test_who_did_what(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct keyring *ring = make(a), *again = NULL;
        struct key *key = new_key(a, ALG_ES256);
        const struct keyring_change drop = { .act = KEY_DROP, .kid = kid_of(ring, ALG_ES256), .by = STR("node") };

        ring = apply(a, ring, (struct keyring_change){ .act = KEY_IMPORT, .key = key }, START + 1);
        ring = apply(a, ring, (struct keyring_change){ .act = KEY_ACTIVATE, .kid = key_kid(key) }, START + 1 + PUBLISH);
        assert_ok(keyring_parse(a, keyring_render(a, ring), &again));
        (void)keep(a, again);
        json_t *public = keyring_entry_public(a, keyring_find(again, key_kid(key)));
        const json_t *acts = json_object_get(public, "acts");
        assert_int_equal(json_array_size(acts), 2);
        assert_same_str(json_str(json_array_get(acts, 0), "act"), STR("import"));
        assert_same_str(json_str(json_array_get(acts, 1), "act"), STR("activate"));
        assert_same_str(json_str(json_array_get(acts, 1), "by"), STR("alice@host"));
        assert_int_equal(json_int(json_array_get(acts, 1), "at", 0), START + 1 + PUBLISH);
        assert_null(json_object_get(json_object_get(public, "jwk"), "d"));
        json_t *left = keyring_entry_leaving(a, keyring_find(again, drop.kid), &drop, START + 5000);
        assert_same_str(json_str(left, "state"), STR("dropped"));
        assert_same_str(json_str(json_array_get(json_object_get(left, "acts"), 1), "by"), STR("node"));
}

static void test_due(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct keyring *ring = make(a);
        struct keyring_change change;
        enum alg alg = ALG_NONE;
        struct keyring_rules rules = at(START + 3600 - PUBLISH - 1);

        assert_false(keyring_due(ring, &rules, 3600, &change, &alg));
        rules.now++;
        assert_false(keyring_due(ring, &rules, 0, &change, &alg));
        assert_true(keyring_due(ring, &rules, 3600, &change, &alg));
        assert_int_equal(change.act, KEY_STAGE);
        assert_int_equal(alg, ALG_ES256);
        change.key = new_key(a, alg);
        ring = apply(a, ring, change, rules.now);
        assert_true(keyring_due(ring, &rules, 3600, &change, &alg));
        assert_int_equal(alg, ALG_EDDSA);
        change.key = new_key(a, alg);
        ring = apply(a, ring, change, rules.now);
        assert_false(keyring_due(ring, &rules, 3600, &change, &alg));
        rules.now += PUBLISH;
        assert_true(keyring_due(ring, &rules, 3600, &change, &alg));
        assert_int_equal(change.act, KEY_ACTIVATE);
        ring = apply(a, ring, change, rules.now);
        /* Without a schedule a retired key goes all the same. */
        rules.now += TOKEN;
        assert_true(keyring_due(ring, &rules, 0, &change, &alg));
        assert_int_equal(change.act, KEY_DROP);
}

/* ---- random histories ---- */

#define KEYS_MAX 256

/* When a key was published and when it signed; what has not ended ends never. */
struct life {
        struct str kid;
        int64_t published_from, published_to, signed_from, signed_to;
};

struct world {
        struct arena *arena;
        struct keyring *ring;
        int64_t now;
        struct life lives[KEYS_MAX];
        size_t count;
        uint64_t random;
};

static unsigned dice(struct world *w, unsigned sides)
{
        w->random = w->random * 6364136223846793005u + 1442695040888963407u;
        return (unsigned)(w->random >> 33) % sides;
}

static struct life *life_of(struct world *w, struct str kid)
{
        for (size_t i = 0; i < w->count; i++)
                if (str_eq(w->lives[i].kid, kid))
                        return &w->lives[i];
        assert_true(w->count < KEYS_MAX);
        w->lives[w->count] = (struct life){ kid, w->now, INT64_MAX, 0, 0 };
        return &w->lives[w->count++];
}

/* Notes what the ring of this moment publishes and signs with. */
static void observe(struct world *w)
{
        for (size_t i = 0; i < keyring_count(w->ring); i++) {
                const struct keyring_entry *entry = keyring_at(w->ring, i);
                struct life *life = life_of(w, key_kid(entry->key));
                if (entry->state == KEY_ACTIVE && !life->signed_from)
                        life->signed_from = w->now;
                if (entry->state == KEY_RETIRED && !life->signed_to)
                        life->signed_to = w->now;
        }
        for (size_t i = 0; i < w->count; i++)
                if (w->lives[i].published_to == INT64_MAX && !keyring_find(w->ring, w->lives[i].kid))
                        w->lives[i].published_to = w->now;
        for (size_t i = 0; i < 2; i++)
                assert_non_null(keyring_active(w->ring, algs[i]));
}

/* Any change at any time, sensible or not; what is refused changes nothing. */
static void try_something(struct world *w, const struct key *const *pool, size_t pool_count)
{
        static const enum keyring_act acts[] = { KEY_STAGE, KEY_ACTIVATE, KEY_RETIRE, KEY_DROP };
        const struct keyring_rules rules = at(w->now);
        struct keyring_change change = { .act = acts[dice(w, 4)], .by = STR("chance") };
        struct keyring *after = NULL;
        enum alg alg;

        if (dice(w, 4) == 0 && !keyring_due(w->ring, &rules, 3600, &change, &alg))
                return;
        if (change.act == KEY_STAGE)
                change.key = (struct key *)(uintptr_t)pool[dice(w, (unsigned)pool_count)];
        else if (!change.kid.len)
                change.kid = key_kid(keyring_at(w->ring, dice(w, (unsigned)keyring_count(w->ring)))->key);
        arena_clear_reason(w->arena);
        if (!is_ok(keyring_apply(w->arena, w->ring, &change, &rules, &after)))
                return;
        w->ring = keep(w->arena, after);
        if (change.act == KEY_STAGE) /* a key that comes a second time lives a second life */
                for (size_t i = 0; i < w->count; i++)
                        if (str_eq(w->lives[i].kid, key_kid(change.key)))
                                w->lives[i].kid = STR("");
}

/* A token signed at any second of a key's time and shown at any second of the token's, to a verifier whose copy of the
 * JWKS is of any second up to PUBLISH before: the key is in it, if it was published so long before and after. */
static void check_lives(const struct world *w)
{
        for (size_t i = 0; i < w->count; i++) {
                const struct life *life = &w->lives[i];
                int64_t last_signature = life->signed_to ? life->signed_to : w->now;
                if (!life->signed_from)
                        continue;
                if (life->signed_from != START)
                        assert_true(life->published_from <= life->signed_from - PUBLISH);
                if (life->published_to != INT64_MAX)
                        assert_true(life->published_to >= last_signature + TOKEN);
        }
}

static void test_no_verifier_is_left_behind(void **state)
{
        (void)state;
        auto_arena keys = arena_new(1 << 22);
        const struct key *pool[24];
        for (size_t i = 0; i < 24; i++)
                pool[i] = new_key(keys, algs[i % 2]);
        size_t rotations = 0;
        for (uint64_t seed = 1; seed <= 40; seed++) {
                auto_arena a = arena_new(1 << 26);
                struct world w = { .arena = a, .ring = make(a), .now = START, .random = seed };
                observe(&w);
                for (int step = 0; step < 400; step++) {
                        w.now += dice(&w, 120);
                        try_something(&w, pool, 24);
                        observe(&w);
                }
                check_lives(&w);
                rotations += w.count;
        }
        assert_true(rotations > 400); /* it did happen */
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_a_rotation),
                cmocka_unit_test(test_refused),
                cmocka_unit_test(test_retire_what_is_not_in_use),
                cmocka_unit_test(test_revoke),
                cmocka_unit_test(test_who_did_what),
                cmocka_unit_test(test_due),
                cmocka_unit_test(test_no_verifier_is_left_behind),
        };
        return cmocka_run_group_tests_name("keyring_change", tests, NULL, NULL);
}
