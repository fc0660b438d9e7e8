/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The ring of signing keys, as an immutable and counted snapshot. */
#include "key.h"

#include "keyring.h"

#include <pthread.h>

#define RING_MAX 32
#define RING_VERSION 1

struct keyring {
        int references; /* atomic */
        uint64_t number;
        size_t count;
        struct keyring_entry entries[RING_MAX];
        struct key *keys[RING_MAX]; /* the same keys, for `jwks` */
        struct jwks jwks;
        struct str public_text;
};

struct keyring_current {
        pthread_mutex_t mutex;
        struct keyring *ring;
};

static const char *const state_names[] = { [KEY_NEXT] = "next", [KEY_ACTIVE] = "active", [KEY_RETIRED] = "retired" };

static void unref_at_end(struct keyring **ring)
{
        keyring_unref(*ring);
}
#define AUTO_RING __attribute__((cleanup(unref_at_end))) struct keyring *

static struct keyring *keyring_new(void)
{
        static uint64_t made; /* atomic */
        struct keyring *ring = calloc(1, sizeof *ring);
        must(ring);
        ring->references = 1;
        ring->number = __atomic_add_fetch(&made, 1, __ATOMIC_RELAXED);
        ring->jwks.keys = ring->keys;
        return ring;
}

/* Only while the ring is being made. Takes a reference of the key. */
static result add(struct arena *a, struct keyring *ring, struct keyring_entry entry)
{
        if (ring->count == RING_MAX)
                return fail(a, ERR_MALFORMED, "key ring: more than %d keys", RING_MAX);
        if (entry.state == KEY_ACTIVE && keyring_active(ring, key_alg(entry.key)))
                return fail(a, ERR_MALFORMED, "key ring: two active keys for %s", alg_name(key_alg(entry.key)));
        for (size_t i = 0; i < ring->count; i++)
                if (str_eq(key_kid(ring->keys[i]), key_kid(entry.key)))
                        return fail(a, ERR_MALFORMED, "key ring: two keys with one kid");
        ring->keys[ring->count] = key_ref(entry.key);
        entry.acts = json_deep_copy(entry.acts); /* the ring's own: another thread may be the one that frees it */
        ring->entries[ring->count++] = entry;
        ring->jwks.count = ring->count;
        return OK;
}

/* Nothing is added any more; the caller's pointer lets go of it. */
static struct keyring *finished(struct arena *a, struct keyring **ring)
{
        struct keyring *done = *ring;
        struct str text = json_write(a, keyring_public(a, done));
        char *copy = calloc(1, text.len);
        must(copy);
        memcpy(copy, text.data, text.len);
        done->public_text = str_slice(copy, text.len);
        *ring = NULL;
        return done;
}

result keyring_make(struct arena *a, const enum alg *algs, size_t count, int64_t now, struct keyring **ret_ring)
{
        AUTO_RING ring = keyring_new();
        for (size_t i = 0; i < count; i++) {
                struct keyring_entry entry = { .state = KEY_ACTIVE, .created_at = now, .state_since = now };
                TRY(key_generate(a, algs[i], &entry.key));
                TRY(add(a, ring, entry));
        }
        *ret_ring = finished(a, &ring);
        return OK;
}

result keyring_of(struct arena *a, const struct keyring_entry *entries, size_t count, struct keyring **ret_ring)
{
        AUTO_RING ring = keyring_new();
        for (size_t i = 0; i < count; i++)
                TRY(add(a, ring, entries[i]));
        *ret_ring = finished(a, &ring);
        return OK;
}

json_t *keyring_render(struct arena *a, const struct keyring *ring)
{
        json_t *json = json_new_object(a);
        json_t *keys = json_array();
        must(keys);
        json_put_int(json, "version", RING_VERSION);
        must(json_object_set_new(json, "keys", keys) == 0);
        for (size_t i = 0; i < ring->count; i++) {
                const struct keyring_entry *entry = &ring->entries[i];
                json_t *one = json_object();
                must(one && json_array_append_new(keys, one) == 0);
                json_put_str(one, "state", str_from(state_names[entry->state]));
                json_put_int(one, "created_at", entry->created_at);
                json_put_int(one, "state_since", entry->state_since);
                must(json_object_set(one, "jwk", key_private_jwk(a, entry->key)) == 0);
                if (entry->acts)
                        must(json_object_set_new(one, "acts", json_deep_copy(entry->acts)) == 0);
        }
        return json;
}

static result parse_state(struct arena *a, struct str name, enum key_state *ret_state)
{
        for (enum key_state state = KEY_NEXT; state <= KEY_RETIRED; state++) {
                if (!str_is(name, state_names[state]))
                        continue;
                *ret_state = state;
                return OK;
        }
        return fail(a, ERR_MALFORMED, "key ring: no such state");
}

static result parse_entry(struct arena *a, const json_t *json, struct keyring_entry *ret_entry)
{
        struct keyring_entry entry = { 0 };
        TRY(parse_state(a, json_str(json, "state"), &entry.state));
        TRY(json_need_int(a, json, "created_at", &entry.created_at));
        TRY(json_need_int(a, json, "state_since", &entry.state_since));
        TRY(key_from_jwk(a, json_object_get(json, "jwk"), ALG_NONE, &entry.key));
        if (!key_is_private(entry.key) || !key_kid(entry.key).len)
                return fail(a, ERR_MALFORMED, "key ring: a key is public or has no kid");
        entry.acts = json_object_get(json, "acts");
        if (entry.acts && !json_is_array(entry.acts))
                return fail(a, ERR_MALFORMED, "key ring: what was done with a key is not a list");
        *ret_entry = entry;
        return OK;
}

result keyring_parse(struct arena *a, const json_t *json, struct keyring **ret_ring)
{
        const json_t *keys = json_object_get(json, "keys");
        if (json_int(json, "version", 0) != RING_VERSION || !json_is_array(keys))
                return fail(a, ERR_MALFORMED, "key ring: of an unknown version, or without keys");
        AUTO_RING ring = keyring_new();
        for (size_t i = 0; i < json_array_size(keys); i++) {
                struct keyring_entry entry = { 0 };
                TRY(parse_entry(a, json_array_get(keys, i), &entry));
                TRY(add(a, ring, entry));
        }
        *ret_ring = finished(a, &ring);
        return OK;
}

struct keyring *keyring_ref(struct keyring *ring)
{
        (void)__atomic_add_fetch(&ring->references, 1, __ATOMIC_RELAXED);
        return ring;
}

void keyring_unref(struct keyring *ring)
{
        if (!ring || __atomic_sub_fetch(&ring->references, 1, __ATOMIC_ACQ_REL) > 0)
                return;
        for (size_t i = 0; i < ring->count; i++) {
                key_unref(ring->keys[i]);
                json_decref((json_t *)(uintptr_t)ring->entries[i].acts);
        }
        free((char *)(uintptr_t)ring->public_text.data);
        free(ring);
}

struct key *keyring_active(const struct keyring *ring, enum alg alg)
{
        for (size_t i = 0; i < ring->count; i++)
                if (ring->entries[i].state == KEY_ACTIVE && key_alg(ring->keys[i]) == alg)
                        return ring->keys[i];
        return NULL;
}

json_t *keyring_public(struct arena *a, const struct keyring *ring)
{
        json_t *jwks = json_new_object(a);
        json_t *keys = json_array();
        must(keys && json_object_set_new(jwks, "keys", keys) == 0);
        for (size_t i = 0; i < ring->count; i++)
                must(json_array_append(keys, key_public_jwk(a, ring->keys[i])) == 0);
        return jwks;
}

struct str keyring_public_text(const struct keyring *ring)
{
        return ring->public_text;
}

const struct jwks *keyring_jwks(const struct keyring *ring)
{
        return &ring->jwks;
}

uint64_t keyring_number(const struct keyring *ring)
{
        return ring->number;
}

size_t keyring_count(const struct keyring *ring)
{
        return ring->count;
}

const struct keyring_entry *keyring_at(const struct keyring *ring, size_t index)
{
        must(index < ring->count);
        return &ring->entries[index];
}

const struct keyring_entry *keyring_find(const struct keyring *ring, struct str kid)
{
        for (size_t i = 0; i < ring->count; i++)
                if (str_eq(key_kid(ring->keys[i]), kid))
                        return &ring->entries[i];
        return NULL;
}

const char *key_state_name(enum key_state state)
{
        return state_names[state];
}

struct keyring_current *keyring_current_new(struct keyring *ring)
{
        struct keyring_current *c = calloc(1, sizeof(*c));
        must(c);
        pthread_mutex_init(&c->mutex, NULL);
        c->ring = ring;
        return c;
}

void keyring_current_free(struct keyring_current *c)
{
        if (!c)
                return;
        keyring_unref(c->ring);
        pthread_mutex_destroy(&c->mutex);
        free(c);
}

struct keyring *keyring_current_ref(struct keyring_current *c)
{
        pthread_mutex_lock(&c->mutex);
        struct keyring *ring = c->ring ? keyring_ref(c->ring) : NULL;
        pthread_mutex_unlock(&c->mutex);
        return ring;
}

void keyring_current_put(struct keyring_current *c, struct keyring *ring)
{
        pthread_mutex_lock(&c->mutex);
        struct keyring *former = c->ring;
        c->ring = ring;
        pthread_mutex_unlock(&c->mutex);
        keyring_unref(former);
}
