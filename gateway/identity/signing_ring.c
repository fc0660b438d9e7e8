/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See signing_ring.h. */
#include "signing_ring.h"

#include "base64url.h"
#include "clock.h"
#include "log.h"
#include "signing_keys.h"
#include "trail.h"

#define RING_CONTEXT STR("signing_keys")
#define RING_MAX (64 * 1024)
#define NOTICE_S 5  /* until every node publishes what one has staged: a second, and clocks that differ */
#define LAST_S 60   /* until no node signs with a key that one has retired: requests at work, and clocks again */

struct keyring_rules signing_ring_rules(const struct config *c)
{
        const struct lifetimes *l = &c->lifetimes;

        return (struct keyring_rules){
                .now = clock_now(),
                .publish_s = JWKS_MAX_AGE_S + NOTICE_S,
                .token_s = (l->access_token > l->id_token ? l->access_token : l->id_token) + LAST_S,
                .algs = c->signing_algs,
                .alg_count = c->signing_alg_count,
        };
}

static void unref(void *ring)
{
        keyring_unref(ring);
}

/* Lets go of the ring when the task ends. */
static struct keyring *kept_by(struct task *t, struct keyring *ring)
{
        arena_own(task_arena(t), ring, unref);
        return ring;
}

/* Private keys are wrapped under a key of their own before the record is sealed as all records are. */
static json_t *ring_wrap(struct arena *a, const struct gateway *g, const struct keyring *ring)
{
        json_t *o = json_new_object(a);
        struct str plain = json_write(a, keyring_render(a, ring));

        json_put_str(o, "wrapped", base64url_encode(a, seal_close(g->keys, a, RING_CONTEXT, plain)));
        return o;
}

static result ring_unwrap(struct task *t, const struct gateway *g, const json_t *record, struct keyring **ret_ring)
{
        struct arena *a = task_arena(t);
        struct str sealed, plain;
        struct keyring *ring;
        json_t *json;

        TRY(base64url_decode(a, json_str(record, "wrapped"), &sealed));
        TRY(seal_open(g->keys, a, RING_CONTEXT, sealed, &plain));
        TRY(json_read_object(a, plain, RING_MAX, &json));
        TRY(keyring_parse(a, json, &ring));
        *ret_ring = kept_by(t, ring);
        return OK;
}

/* NULL: there is none yet. */
static result ring_read(struct task *t, const struct gateway *g, struct keyring **ret_ring, struct str *ret_kept)
{
        json_t *record = NULL;
        struct keyring *ring = NULL;
        struct str kept = { 0 };
        result r = signing_keys_get(t, &record, &kept);

        if (is_ok(r) && record)
                r = ring_unwrap(t, g, record, &ring);
        if (r.error == &ERR_VERIFY || r.error == &ERR_MALFORMED) {
                arena_clear_reason(task_arena(t));
                return fail_with(task_arena(t), &ERR_CONFIG,
                                 "the ring of signing keys in the store does not open under the master key of %.*s: put the "
                                 "master key back that the ring was made with",
                                 STR_FMT(g->config->master_key_file));
        }
        TRY(r);
        *ret_ring = ring;
        *ret_kept = kept;
        return OK;
}

static result ring_make(struct task *t, const struct gateway *g)
{
        struct arena *a = task_arena(t);
        struct keyring *ring;
        bool created;

        TRY(keyring_make(a, g->config->signing_algs, g->config->signing_alg_count, clock_now(), &ring));
        TRY(signing_keys_put_new(t, ring_wrap(a, g, kept_by(t, ring)), &created));
        if (created)
                TRY(trail_keys_made(t, g));
        log_event(LOG_INFO, created ? "signing_keys_made" : "signing_keys_found", LOG_TEXT("ring", "signing"));
        return OK;
}

/* Else each login would only fail at its end. */
static result check_algorithms(struct arena *a, const struct gateway *g, const struct keyring *ring)
{
        for (size_t i = 0; i < g->config->signing_alg_count; i++) {
                const char *alg = alg_name(g->config->signing_algs[i]);

                if (!keyring_active(ring, g->config->signing_algs[i]))
                        return fail(a, ERR_CONFIG, "signing_algs has %s, but the ring of signing keys has no active key for it: "
                                                   "baygate keys rotate --alg %s makes one", alg, alg);
        }
        return OK;
}

static void use(struct gateway *g, struct keyring *ring, struct str kept)
{
        struct str mark = record_mark_of(kept);
        struct key *key = gateway_key_of(g, ring);

        memcpy(g->ring_mark, mark.data, mark.len < sizeof(g->ring_mark) ? mark.len : sizeof(g->ring_mark));
        g->ring_mark_len = mark.len;
        if (key)
                audit_sign_with(g->audit, key);
        keyring_current_put(g->signing, keyring_ref(ring));
}

result signing_ring_load(struct task *t, struct gateway *g)
{
        struct keyring *ring;
        struct str kept;

        TRY(ring_read(t, g, &ring, &kept));
        if (!ring) {
                TRY(ring_make(t, g));
                TRY(ring_read(t, g, &ring, &kept));
        }
        if (!ring)
                return fail(task_arena(t), ERR_CONFIG, "the ring of signing keys does not stay in the store");
        TRY(check_algorithms(task_arena(t), g, ring));
        use(g, ring, kept);
        return OK;
}

result signing_ring_open(struct task *t, struct gateway *g)
{
        struct keyring *ring;
        struct str kept;

        TRY(ring_read(t, g, &ring, &kept));
        if (!ring)
                return fail(task_arena(t), ERR_CONFIG, "there is no ring of signing keys yet: baygate serve makes it at its "
                                                       "first start");
        use(g, ring, kept);
        return OK;
}

result signing_ring_refresh(struct task *t, struct gateway *g)
{
        struct keyring *ring;
        struct str mark, kept;

        TRY(signing_keys_mark(t, &mark));
        if (str_eq(mark, str_slice(g->ring_mark, g->ring_mark_len)))
                return OK;
        TRY(ring_read(t, g, &ring, &kept));
        if (!ring)
                return fail(task_arena(t), ERR_CONFIG, "the ring of signing keys is gone from the store");
        use(g, ring, kept);
        log_event(LOG_INFO, "signing_keys_changed", LOG_INT("keys", (int64_t)keyring_count(ring)));
        return OK;
}

/* The audit hears of each key that comes, goes, or is in another state. */
static result tell(struct task *t, const struct gateway *g, const struct keyring_change *change,
                   const struct keyring *before, const struct keyring *after)
{
        for (size_t i = 0; i < keyring_count(before); i++) {
                const struct keyring_entry *was = keyring_at(before, i), *is = keyring_find(after, key_kid(was->key));

                if (!is)
                        TRY(trail_key(t, g, change->act == KEY_REVOKE ? AUDIT_KEY_REVOKED : AUDIT_KEY_DROPPED, was->key,
                                      change->by));
                else if (is->state != was->state)
                        TRY(trail_key(t, g, is->state == KEY_ACTIVE ? AUDIT_KEY_ACTIVATED : AUDIT_KEY_RETIRED, is->key,
                                      change->by));
        }
        for (size_t i = 0; i < keyring_count(after); i++) {
                const struct keyring_entry *is = keyring_at(after, i);

                if (keyring_find(before, key_kid(is->key)))
                        continue;
                TRY(trail_key(t, g, change->act == KEY_IMPORT ? AUDIT_KEY_IMPORTED : AUDIT_KEY_STAGED, is->key, change->by));
                if (is->state == KEY_ACTIVE)
                        TRY(trail_key(t, g, AUDIT_KEY_ACTIVATED, is->key, change->by));
        }
        return OK;
}

/* Before the ring lets go of it: a key is in one of the two, or for a moment in both. */
static result enter_history(struct task *t, const struct keyring_change *change, const struct keyring *before,
                            const struct keyring *after)
{
        for (size_t i = 0; i < keyring_count(before); i++) {
                const struct keyring_entry *was = keyring_at(before, i);
                struct str kid = key_kid(was->key);

                if (!keyring_find(after, kid))
                        TRY(signing_keys_history_put(t, kid, keyring_entry_leaving(task_arena(t), was, change, clock_now())));
        }
        return OK;
}

/* A key that was dropped or revoked does not come back. */
static result check_unknown(struct task *t, const struct key *key)
{
        json_t **gone;
        size_t count;

        TRY(signing_keys_history(t, &gone, &count));
        for (size_t i = 0; i < count; i++)
                if (str_eq(json_str(gone[i], "kid"), key_kid(key)))
                        return fail(task_arena(t), ERR_CONFIG, "the ring had this key once, and it was %.*s: bring another one",
                                    STR_FMT(json_str(gone[i], "state")));
        return OK;
}

result signing_ring_change(struct task *t, struct gateway *g, const struct keyring_change *change, bool *ret_done)
{
        const struct keyring_rules rules = signing_ring_rules(g->config);
        struct arena *a = task_arena(t);
        struct keyring *before, *after;
        struct str kept;
        bool done;

        TRY(ring_read(t, g, &before, &kept));
        if (!before)
                return fail(a, ERR_CONFIG, "there is no ring of signing keys");
        if (change->act == KEY_IMPORT)
                TRY(check_unknown(t, change->key));
        TRY(keyring_apply(a, before, change, &rules, &after));
        (void)kept_by(t, after);
        TRY(tell(t, g, change, before, after));
        TRY(enter_history(t, change, before, after));
        TRY(signing_keys_change(t, kept, ring_wrap(a, g, after), &done));
        if (!done)
                TRY(trail_key_change_lost(t, g, change->by));
        *ret_done = done;
        return OK;
}

result signing_ring_tend(struct task *t, struct gateway *g, struct str by)
{
        const struct keyring_rules rules = signing_ring_rules(g->config);
        const struct keyring *ring = kept_by(t, keyring_current_ref(g->signing));
        struct keyring_change change;
        enum alg alg;
        bool done;
        result r;

        if (!keyring_due(ring, &rules, g->config->keys_rotation, &change, &alg))
                return OK;
        change.by = by;
        if (change.act == KEY_STAGE)
                TRY(key_generate(task_arena(t), alg, &change.key));
        r = signing_ring_change(t, g, &change, &done);
        TRY(signing_ring_refresh(t, g));
        if (is_ok(r) || keyring_number(kept_by(t, keyring_current_ref(g->signing))) == keyring_number(ring))
                return r;
        arena_clear_reason(task_arena(t)); /* refused, because another node has done it */
        return OK;
}

static int64_t age_order(const json_t *l, const json_t *r)
{
        return json_int(l, "created_at", 0) - json_int(r, "created_at", 0);
}

static int compare(const void *l, const void *r)
{
        int64_t order = age_order(*(json_t *const *)l, *(json_t *const *)r);

        return (order > 0) - (order < 0);
}

/* A key that is still in the ring stands in the history only when a change was lost: the ring is right. */
result signing_ring_history(struct task *t, json_t **ret_keys)
{
        struct arena *a = task_arena(t);
        const struct keyring *ring = kept_by(t, keyring_current_ref(gateway_of(t)->signing));
        json_t **gone, **all, *list = json_new_array(a);
        size_t count, n = 0;

        TRY(signing_keys_history(t, &gone, &count));
        all = arena_new_array(a, json_t *, count + keyring_count(ring) + 1);
        for (size_t i = 0; i < count; i++)
                if (!keyring_find(ring, json_str(gone[i], "kid")))
                        all[n++] = gone[i];
        for (size_t i = 0; i < keyring_count(ring); i++)
                all[n++] = keyring_entry_public(a, keyring_at(ring, i));
        qsort(all, n, sizeof(*all), compare);
        for (size_t i = 0; i < n; i++)
                json_array_append(list, all[i]);
        *ret_keys = list;
        return OK;
}
