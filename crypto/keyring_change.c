/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See keyring_change.h. Each change copies the entries, works on the copy, and has a ring made of it. */
#include "key.h"

#include "keyring_change.h"

#include <time.h>

#define ENTRIES_MAX 32

static const char *const act_names[] = {
        [KEY_STAGE] = "stage",   [KEY_IMPORT] = "import", [KEY_ACTIVATE] = "activate",
        [KEY_RETIRE] = "retire", [KEY_DROP] = "drop",     [KEY_REVOKE] = "revoke",
};

/* A ring on its way to the next one. */
struct work {
        struct arena *arena;
        const struct keyring_change *change;
        const struct keyring_rules *rules;
        struct keyring_entry entries[ENTRIES_MAX];
        size_t count;
};

const char *keyring_act_name(enum keyring_act act)
{
        return act_names[act];
}

static struct str time_text(struct arena *a, int64_t seconds)
{
        time_t t = (time_t)seconds;
        struct tm tm;
        char text[32];
        gmtime_r(&t, &tm);
        return arena_copy(a, str_slice(text, strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm)));
}

static json_t *acts_with(struct arena *a, const json_t *acts, enum keyring_act act, const struct keyring_change *change,
                         int64_t now)
{
        json_t *list = arena_own_json(a, acts ? json_deep_copy(acts) : json_array());
        json_t *one = json_object();
        must(list && one && json_array_append_new(list, one) == 0);
        json_put_str(one, "act", str_from(act_names[act]));
        json_put_int(one, "at", now);
        json_put_str(one, "by", change->by);
        return list;
}

static void note(struct work *w, struct keyring_entry *entry, enum keyring_act act)
{
        entry->acts = acts_with(w->arena, entry->acts, act, w->change, w->rules->now);
}

static struct keyring_entry *find(struct work *w, struct str kid)
{
        for (size_t i = 0; i < w->count; i++)
                if (str_eq(key_kid(w->entries[i].key), kid))
                        return &w->entries[i];
        return NULL;
}

static struct keyring_entry *find_state(struct work *w, enum alg alg, enum key_state state)
{
        for (size_t i = 0; i < w->count; i++)
                if (w->entries[i].state == state && key_alg(w->entries[i].key) == alg)
                        return &w->entries[i];
        return NULL;
}

static bool is_in_use(const struct keyring_rules *rules, enum alg alg)
{
        for (size_t i = 0; i < rules->alg_count; i++)
                if (rules->algs[i] == alg)
                        return true;
        return false;
}

static void become(struct work *w, struct keyring_entry *entry, enum key_state state, enum keyring_act act)
{
        entry->state = state;
        entry->state_since = w->rules->now;
        note(w, entry, act);
}

static void take_out(struct work *w, struct keyring_entry *entry)
{
        size_t index = (size_t)(entry - w->entries);
        memmove(entry, entry + 1, (w->count - index - 1) * sizeof(*entry));
        w->count--;
}

static result stage(struct work *w, enum keyring_act act)
{
        struct key *key = w->change->key;
        enum alg alg = key_alg(key);
        const struct keyring_entry *next = find_state(w, alg, KEY_NEXT);
        if (!key_is_private(key) || !key_kid(key).len)
                return fail(w->arena, ERR_CONFIG, "a key that is public, or has no kid, cannot sign");
        if (next)
                return fail(w->arena, ERR_CONFIG, "there is already a next key for %s, %.*s: activate or revoke it first",
                            alg_name(alg), STR_FMT(key_kid(next->key)));
        if (find(w, key_kid(key)))
                return fail(w->arena, ERR_CONFIG, "the ring has a key with this kid, %.*s", STR_FMT(key_kid(key)));
        if (w->count == ENTRIES_MAX)
                return fail(w->arena, ERR_CONFIG, "the ring is full (%d keys): wait until retired ones are gone, or revoke "
                                                  "them", ENTRIES_MAX);
        struct keyring_entry *entry = &w->entries[w->count++];
        *entry = (struct keyring_entry){ .key = key, .created_at = w->rules->now };
        become(w, entry, KEY_NEXT, act);
        return OK;
}

static void put_in_charge(struct work *w, struct keyring_entry *entry)
{
        struct keyring_entry *former = find_state(w, key_alg(entry->key), KEY_ACTIVE);
        if (former)
                become(w, former, KEY_RETIRED, KEY_RETIRE);
        become(w, entry, KEY_ACTIVE, KEY_ACTIVATE);
}

static result activate(struct work *w, struct keyring_entry *entry)
{
        int64_t from = entry->state_since + w->rules->publish_s;
        if (entry->state != KEY_NEXT)
                return fail(w->arena, ERR_CONFIG, "the key is %s: only a next key can be activated",
                            key_state_name(entry->state));
        if (!w->change->emergency && w->rules->now < from)
                return fail(w->arena, ERR_CONFIG, "too early: verifiers may still have a copy of the JWKS without this key, "
                                                  "and would refuse its tokens; from %.*s on it can sign",
                            STR_FMT(time_text(w->arena, from)));
        put_in_charge(w, entry);
        return OK;
}

static result retire(struct work *w, struct keyring_entry *entry)
{
        enum alg alg = key_alg(entry->key);
        if (entry->state != KEY_ACTIVE)
                return fail(w->arena, ERR_CONFIG, "the key is %s: only an active key can be retired",
                            key_state_name(entry->state));
        if (is_in_use(w->rules, alg))
                return fail(w->arena, ERR_CONFIG, "it is the only key that signs with %s, which signing_algs asks for: "
                                                  "activate another one, and it retires by itself", alg_name(alg));
        become(w, entry, KEY_RETIRED, KEY_RETIRE);
        return OK;
}

static result drop(struct work *w, struct keyring_entry *entry)
{
        int64_t from = entry->state_since + w->rules->token_s;
        if (entry->state != KEY_RETIRED)
                return fail(w->arena, ERR_CONFIG, "the key is %s: only a retired key goes", key_state_name(entry->state));
        if (w->rules->now < from)
                return fail(w->arena, ERR_CONFIG, "too early: tokens that it signed are still good; it goes at %.*s",
                            STR_FMT(time_text(w->arena, from)));
        take_out(w, entry);
        return OK;
}

/* Where it was the active key and its algorithm is in use, the next key signs at once, or the one that the change brings. */
static result revoke(struct work *w, struct keyring_entry *entry)
{
        enum alg alg = key_alg(entry->key);
        bool gap = entry->state == KEY_ACTIVE && is_in_use(w->rules, alg);
        take_out(w, entry);
        if (!gap)
                return OK;
        if (!find_state(w, alg, KEY_NEXT)) {
                if (!w->change->key || key_alg(w->change->key) != alg)
                        return fail(w->arena, ERR_CONFIG, "it is the only key that signs with %s, and there is none instead",
                                    alg_name(alg));
                TRY(stage(w, KEY_STAGE));
        }
        put_in_charge(w, find_state(w, alg, KEY_NEXT));
        return OK;
}

static result change_entry(struct work *w)
{
        struct keyring_entry *entry = find(w, w->change->kid);
        if (!entry)
                return fail(w->arena, ERR_CONFIG, "the ring has no key %.*s", STR_FMT(w->change->kid));
        switch (w->change->act) {
        case KEY_ACTIVATE: return activate(w, entry);
        case KEY_RETIRE: return retire(w, entry);
        case KEY_DROP: return drop(w, entry);
        default: return revoke(w, entry);
        }
}

result keyring_apply(struct arena *a, const struct keyring *ring, const struct keyring_change *change,
                     const struct keyring_rules *rules, struct keyring **ret_ring)
{
        struct work w = { .arena = a, .change = change, .rules = rules, .count = keyring_count(ring) };
        for (size_t i = 0; i < w.count; i++)
                w.entries[i] = *keyring_at(ring, i);
        if (change->act == KEY_STAGE || change->act == KEY_IMPORT)
                TRY(stage(&w, change->act));
        else
                TRY(change_entry(&w));
        return keyring_of(a, w.entries, w.count, ret_ring);
}

int64_t keyring_due_at(const struct keyring_entry *entry, const struct keyring_rules *rules)
{
        if (entry->state == KEY_ACTIVE)
                return 0;
        return entry->state_since + (entry->state == KEY_NEXT ? rules->publish_s : rules->token_s);
}

static const struct keyring_entry *entry_of(const struct keyring *ring, enum alg alg, enum key_state state)
{
        for (size_t i = 0; i < keyring_count(ring); i++)
                if (keyring_at(ring, i)->state == state && key_alg(keyring_at(ring, i)->key) == alg)
                        return keyring_at(ring, i);
        return NULL;
}

/* Does the schedule ask for something with this algorithm? */
static bool alg_is_due(const struct keyring *ring, const struct keyring_rules *rules, int64_t period, enum alg alg,
                       struct keyring_change *ret_change)
{
        const struct keyring_entry *active = entry_of(ring, alg, KEY_ACTIVE), *next = entry_of(ring, alg, KEY_NEXT);
        if (!active)
                return false;
        if (!next && rules->now >= active->state_since + period - rules->publish_s) {
                *ret_change = (struct keyring_change){ .act = KEY_STAGE };
                return true;
        }
        if (!next || rules->now < active->state_since + period || rules->now < keyring_due_at(next, rules))
                return false;
        *ret_change = (struct keyring_change){ .act = KEY_ACTIVATE, .kid = key_kid(next->key) };
        return true;
}

bool keyring_due(const struct keyring *ring, const struct keyring_rules *rules, int64_t period,
                 struct keyring_change *ret_change, enum alg *ret_alg)
{
        for (size_t i = 0; i < keyring_count(ring); i++) {
                const struct keyring_entry *entry = keyring_at(ring, i);
                if (entry->state != KEY_RETIRED || rules->now < keyring_due_at(entry, rules))
                        continue;
                *ret_change = (struct keyring_change){ .act = KEY_DROP, .kid = key_kid(entry->key) };
                return true;
        }
        for (size_t i = 0; period > 0 && i < rules->alg_count; i++)
                if (alg_is_due(ring, rules, period, rules->algs[i], ret_change)) {
                        *ret_alg = rules->algs[i];
                        return true;
                }
        return false;
}

static json_t *public_of(struct arena *a, const struct keyring_entry *entry, const char *state, const json_t *acts)
{
        json_t *o = json_new_object(a);
        json_put_str(o, "kid", key_kid(entry->key));
        json_put_str(o, "alg", str_from(alg_name(key_alg(entry->key))));
        json_put_str(o, "state", str_from(state));
        json_put_int(o, "created_at", entry->created_at);
        json_put_int(o, "state_since", entry->state_since);
        must(json_object_set(o, "jwk", key_public_jwk(a, entry->key)) == 0);
        must(json_object_set_new(o, "acts", acts ? json_deep_copy(acts) : json_array()) == 0);
        return o;
}

json_t *keyring_entry_leaving(struct arena *a, const struct keyring_entry *entry, const struct keyring_change *change,
                              int64_t now)
{
        const struct keyring_entry left = { .key = entry->key, .created_at = entry->created_at, .state_since = now };
        return public_of(a, &left, change->act == KEY_REVOKE ? "revoked" : "dropped",
                         acts_with(a, entry->acts, change->act, change, now));
}

json_t *keyring_entry_public(struct arena *a, const struct keyring_entry *entry)
{
        return public_of(a, entry, key_state_name(entry->state), entry->acts);
}
