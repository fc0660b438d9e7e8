/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Fetching and keeping the keys (RFC 7517, section 5; OpenID Connect Discovery 1.0, section 4). The lock is held for
 * moments, never while anybody waits; whoever waits for another's fetch is woken by a signal. */
#include "key_store.h"

#include <pthread.h>

#include "clock.h"
#include "digest.h"
#include "flight.h"
#include "uri.h"

#define SET_ARENA ((size_t)4 * 1024 * 1024)

struct key_store {
        struct key_store_options options;
        pthread_mutex_t mutex;
        struct key_set *set;
        char digest[SHA256_SIZE]; /* of the text of `set` */
        struct flight flight;
        int64_t tried_at;         /* 0: never */
        int64_t fetched_at;
        uint64_t generations;
        uint64_t fetches, failures, too_early;
};

/* ---- one set ---- */

void key_set_unref(struct key_set *set)
{
        if (set && __atomic_sub_fetch(&set->references, 1, __ATOMIC_ACQ_REL) == 0)
                arena_free(set->arena);
}

void key_set_cleanup(struct key_set **set)
{
        key_set_unref(*set);
}

static result fill(struct arena *a, struct key_set *set, struct str text)
{
        json_t *json = NULL;
        if (!is_ok(json_read_object(set->arena, text, text.len, &json)) ||
            !is_ok(jwks_from_json(set->arena, json, &set->jwks)))
                return fail(a, ERR_MALFORMED, "the JWKS of the issuer is not one");
        if (set->jwks.count == 0)
                return fail(a, ERR_MALFORMED, "the JWKS of the issuer has no key that can be used");
        const json_t *keys = json_object_get(json, "keys");
        struct raw_key *raw = arena_new_array(set->arena, struct raw_key, json_array_size(keys));
        for (size_t i = 0; i < json_array_size(keys); i++) {
                const json_t *jwk = json_array_get(keys, i);
                if (json_is_object(jwk))
                        raw[set->raw_count++] = (struct raw_key){ json_str(jwk, "kid"),
                                                                  json_write(set->arena, jwk).data };
        }
        set->raw = raw;
        return OK;
}

result key_set_parse(struct arena *a, struct str text, uint64_t generation, struct key_set **ret_set)
{
        struct arena *own = arena_new(SET_ARENA);
        struct key_set *set = arena_new_of(own, struct key_set);
        *set = (struct key_set){ .arena = own, .generation = generation, .references = 1 };
        result r = fill(a, set, text);
        if (is_ok(r))
                *ret_set = set;
        else
                arena_free(own);
        return r;
}

/* ---- the store ---- */

struct key_store *key_store_new(const struct key_store_options *options)
{
        struct key_store *s = calloc(1, sizeof(*s));
        if (!s)
                abort();
        s->options = *options;
        pthread_mutex_init(&s->mutex, NULL);
        return s;
}

void key_store_free(struct key_store *s)
{
        if (!s)
                return;
        key_set_unref(s->set);
        pthread_mutex_destroy(&s->mutex);
        free(s);
}

/* Seconds since `then`; a clock that was put back counts as no time. */
static int64_t age_of(int64_t then, int64_t now)
{
        return now > then ? now - then : 0;
}

static bool is_usable(const struct key_store *s, int64_t now)
{
        return s->set && age_of(s->fetched_at, now) <= s->options.max_stale;
}

static bool is_too_early(const struct key_store *s, int64_t now)
{
        return s->tried_at && now >= s->tried_at && now - s->tried_at < s->options.min_refresh;
}

result key_store_get(struct arena *a, struct key_store *s, struct key_set **ret_set)
{
        pthread_mutex_lock(&s->mutex);
        struct key_set *set = is_usable(s, clock_now()) ? s->set : NULL;
        if (set)
                (void)__atomic_add_fetch(&set->references, 1, __ATOMIC_RELAXED);
        pthread_mutex_unlock(&s->mutex);
        if (!set)
                return fail(a, ERR_TEMPORARILY_UNAVAILABLE, "there are no keys of the issuer that are fresh enough");
        *ret_set = set;
        return OK;
}

bool key_store_is_due(struct key_store *s)
{
        int64_t now = clock_now();
        pthread_mutex_lock(&s->mutex);
        bool wanted = !s->fetched_at || now < s->fetched_at || now - s->fetched_at >= s->options.refresh;
        bool due = wanted && !s->flight.runs && !is_too_early(s, now);
        pthread_mutex_unlock(&s->mutex);
        return due;
}

struct key_store_figures key_store_figures(struct key_store *s)
{
        int64_t now = clock_now();
        pthread_mutex_lock(&s->mutex);
        struct key_store_figures f = {
                .fetches = s->fetches,
                .failures = s->failures,
                .too_early = s->too_early,
                .keys = s->set ? s->set->jwks.count : 0,
                .age = s->fetched_at ? age_of(s->fetched_at, now) : -1,
                .usable = is_usable(s, now),
        };
        pthread_mutex_unlock(&s->mutex);
        return f;
}

/* ---- fetching ---- */

static struct fetch_request get_from(const struct key_store *s, struct str url)
{
        return (struct fetch_request){ .peer = s->options.peer, .method = "GET", .url = url };
}

/* The document must be the issuer's own, and lead to no other host (OpenID Connect Discovery 1.0, section 4.3). */
static result discover(struct task *t, const struct key_store *s, struct str *ret_jwks_uri)
{
        struct arena *a = task_arena(t);
        const struct str url = ARENA_JOIN(a, s->options.issuer, STR("/.well-known/openid-configuration"));
        struct fetch_request request = get_from(s, url);
        struct uri issuer, keys;
        json_t *document = NULL;
        TRY(fetch_json(t, &request, &document));
        if (!str_eq(json_str(document, "issuer"), s->options.issuer))
                return fail(a, ERR_SOURCE_BAD_ANSWER, "the discovery document is of another issuer");
        TRY(uri_parse(a, s->options.issuer, &issuer));
        if (!is_ok(uri_parse(a, json_str(document, "jwks_uri"), &keys)) || !str_eq(keys.origin, issuer.origin))
                return fail(a, ERR_SOURCE_BAD_ANSWER,
                            "the discovery document's jwks_uri is absent or elsewhere: the setting jwks_uri can allow it");
        *ret_jwks_uri = arena_copy(a, json_str(document, "jwks_uri"));
        return OK;
}

static result fetch_text(struct task *t, const struct key_store *s, struct str *ret_text)
{
        struct str url = s->options.jwks_uri;
        if (str_is_empty(url))
                TRY(discover(t, s, &url));
        struct fetch_request request = get_from(s, url);
        struct fetch_reply reply;
        TRY(fetch(t, &request, &reply));
        if (reply.status != 200)
                return fail(task_arena(t), ERR_SOURCE_BAD_ANSWER, "the JWKS was answered with status %d", reply.status);
        *ret_text = reply.body;
        return OK;
}

/* With the lock. The new set replaces the old one unless it says the same. Takes over `set`. */
static void install(struct key_store *s, struct key_set *set, struct str digest)
{
        struct key_set *old = set;
        if (!s->set || memcmp(s->digest, digest.data, SHA256_SIZE) != 0) {
                old = s->set;
                set->generation = ++s->generations;
                s->set = set;
                memcpy(s->digest, digest.data, SHA256_SIZE);
        }
        s->fetched_at = clock_now();
        key_set_unref(old);
}

/* The one fetch that runs. Whatever its end, those who wait for it go on. */
static result fetch_once(struct task *t, struct key_store *s)
{
        struct arena *a = task_arena(t);
        struct key_set *set = NULL;
        struct str text;
        result r = fetch_text(t, s, &text);
        if (is_ok(r))
                r = key_set_parse(a, text, 0, &set);
        pthread_mutex_lock(&s->mutex);
        s->fetches++;
        s->failures += !is_ok(r);
        if (is_ok(r))
                install(s, set, digest_of(a, DIGEST_SHA256, text));
        struct flight_waiter *waiters = flight_end(&s->flight);
        pthread_mutex_unlock(&s->mutex);
        flight_tell(waiters);
        return r;
}

/* With the lock: may this task begin to fetch? */
static bool begin(struct key_store *s)
{
        int64_t now = clock_now();
        if (is_too_early(s, now)) {
                s->too_early++;
                return false;
        }
        s->tried_at = now;
        s->flight.runs = true;
        return true;
}

uint64_t key_store_generation(struct key_store *s)
{
        pthread_mutex_lock(&s->mutex);
        uint64_t generation = s->generations;
        pthread_mutex_unlock(&s->mutex);
        return generation;
}

bool key_store_refetch(struct task *t, struct key_store *s, uint64_t known)
{
        struct task_signal *signal = NULL;
        bool begun = false;
        pthread_mutex_lock(&s->mutex);
        bool other = s->generations != known;
        if (!other && s->flight.runs)
                signal = flight_join(&s->flight, t);
        else if (!other)
                begun = begin(s);
        pthread_mutex_unlock(&s->mutex);
        if (begun)
                ignore_failure(fetch_once(t, s), "counted there; the request is refused for want of its key");
        flight_wait(signal);
        return key_store_generation(s) != known;
}

result key_store_find(struct task *t, struct key_store *s, const struct jws *jws, struct key_set **ret_set)
{
        auto_key_set set = NULL;
        TRY(key_store_get(task_arena(t), s, &set));
        if (!jwks_find(&set->jwks, jws->kid, jws->alg) && key_store_refetch(t, s, set->generation)) {
                key_set_unref(set);
                set = NULL;
                TRY(key_store_get(task_arena(t), s, &set));
        }
        *ret_set = set;
        set = NULL;
        return OK;
}

result key_store_refresh(struct task *t, struct key_store *s)
{
        if (!key_store_is_due(s))
                return OK;
        pthread_mutex_lock(&s->mutex);
        bool begun = !s->flight.runs && begin(s);
        pthread_mutex_unlock(&s->mutex);
        return begun ? fetch_once(t, s) : OK;
}
