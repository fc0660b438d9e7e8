/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See status_store.h. The lock is held for moments, never while anybody waits; a list that is being fetched stays in its
 * place until it is there. */
#include "status_store.h"

#include <pthread.h>

#include "claim.h"
#include "clock.h"
#include "flight.h"
#include "jwt.h"
#include "status_list.h"

#define PLACES_MAX ((size_t)1 << 20)
#define TTL_DEFAULT 15 /* for a list that says none */
#define TTL_MAX 3600
#define LIFE_MAX (30 * 86400)
#define LEEWAY 10
#define RETRY 1        /* seconds between two tries for the same list */
#define ETAG_MAX 256

struct kept_list {
        struct arena *arena;     /* holds the three; NULL: the place is free, or its first fetch runs */
        char *uri;               /* NULL: the place is free */
        size_t uri_len;
        struct str etag, bits;
        uint64_t generation;     /* of the keys that it was verified with */
        int64_t asked_at, tried_at, used_at, ttl, exp;
        bool failed;             /* the last try */
        struct flight flight;
};

struct status_store {
        struct status_store_options options;
        pthread_mutex_t mutex;
        struct kept_list *lists;
        uint64_t fetches, failures, unchanged;
};

struct status_store *status_store_new(const struct status_store_options *options)
{
        struct status_store *s = calloc(1, sizeof(*s));
        struct kept_list *lists = calloc(options->lists, sizeof(*lists));
        if (!s || !lists)
                abort();
        s->options = *options;
        s->lists = lists;
        pthread_mutex_init(&s->mutex, NULL);
        return s;
}

static void forget(struct kept_list *k)
{
        arena_free(k->arena);
        free(k->uri);
        *k = (struct kept_list){ 0 };
}

void status_store_free(struct status_store *s)
{
        if (!s)
                return;
        for (size_t i = 0; i < s->options.lists; i++)
                forget(&s->lists[i]);
        pthread_mutex_destroy(&s->mutex);
        free(s->lists);
        free(s);
}

/* ---- with the lock ---- */

/* A clock that was put back makes a list old, not young. */
static bool is_within(const struct kept_list *k, int64_t now, int64_t seconds)
{
        return k->arena && now >= k->asked_at && now - k->asked_at < seconds && now < k->exp;
}

static struct kept_list *find(struct status_store *s, struct str uri)
{
        for (size_t i = 0; i < s->options.lists; i++)
                if (s->lists[i].uri && str_eq(str_slice(s->lists[i].uri, s->lists[i].uri_len), uri))
                        return &s->lists[i];
        return NULL;
}

/* A free place, or that of the list that was not used for longest. NULL when all are being fetched. */
static struct kept_list *make_room(struct status_store *s, struct str uri)
{
        struct kept_list *oldest = NULL;
        for (size_t i = 0; i < s->options.lists; i++) {
                struct kept_list *k = &s->lists[i];
                if (!k->flight.runs && (!oldest || k->used_at < oldest->used_at))
                        oldest = k;
        }
        if (!oldest)
                return NULL;
        forget(oldest);
        oldest->uri = strndup(uri.data, uri.len);
        if (!oldest->uri)
                abort();
        oldest->uri_len = uri.len;
        return oldest;
}

/* What there is to do about a list. */
struct plan {
        struct kept_list *begin;    /* fetch it */
        struct task_signal *signal; /* wait for who fetches it */
};

/* While a list can't be had, only one waits for it; the others take the old one, or none. */
static struct plan plan_for(struct task *t, struct kept_list *k, int64_t now)
{
        struct plan plan = { 0 };
        if (is_within(k, now, k->ttl))
                return plan;
        if (k->flight.runs && !k->failed)
                plan.signal = flight_join(&k->flight, t);
        if (k->flight.runs || (k->failed && now >= k->tried_at && now - k->tried_at < RETRY))
                return plan;
        k->tried_at = now;
        k->flight.runs = true;
        plan.begin = k;
        return plan;
}

/* What was signed by a key that may be gone does not count any more. */
static void distrust(struct kept_list *k, uint64_t generation)
{
        if (!k->arena || k->flight.runs || k->generation == generation)
                return;
        arena_free(k->arena);
        k->arena = NULL;
        k->etag = k->bits = (struct str){ 0 };
}

/* ---- fetching: the place is ours while its flight runs ---- */

/* Is it enough to hear that nothing has changed? */
static bool may_stay(const struct kept_list *k)
{
        return k->etag.len > 0 && clock_now() < k->exp;
}

static result ask(struct task *t, const struct status_store *s, const struct kept_list *k, struct fetch_reply *ret_reply)
{
        const struct fetch_header headers[] = { { STR("Accept"), STR("application/" STATUS_LIST_TYPE) },
                                                { STR("If-None-Match"), k->etag } };
        const struct fetch_request request = {
                .peer = s->options.peer,
                .method = "GET",
                .url = str_from(k->uri),
                .headers = headers,
                .header_count = may_stay(k) ? 2 : 1,
        };
        return fetch(t, &request, ret_reply);
}

static result verify(struct task *t, const struct status_store *s, const char *uri, struct str text,
                     struct kept_list *fresh)
{
        struct arena *a = task_arena(t);
        auto_key_set keys = NULL;
        struct jws jws;
        json_t *claims = NULL;
        const struct jwt_expect expect = {
                .type = STATUS_LIST_TYPE,
                .issuer = s->options.issuer,
                .audience_unchecked = true,
                .subject = str_from(uri),
                .now = clock_now(),
                .leeway = LEEWAY,
                .max_age = LIFE_MAX,
                .max_life = LIFE_MAX,
                .exp_required = true,
        };
        TRY(jws_parse(a, text, &jws));
        TRY(key_store_find(t, s->options.keys, &jws, &keys));
        TRY(jwt_verify(a, text, &keys->jwks, &expect, &claims));
        TRY(status_list_read(a, claims, PLACES_MAX, &fresh->bits));
        int64_t ttl = json_int(claims, "ttl", TTL_DEFAULT);
        fresh->ttl = ttl < 1 ? 1 : ttl > TTL_MAX ? TTL_MAX : ttl;
        fresh->generation = keys->generation;
        return claim_time(claims, "exp", &fresh->exp) ? OK : fail(a, ERR_VERIFY, "the status list has no \"exp\"");
}

/* With the lock. */
static void put(struct kept_list *k, const struct kept_list *fresh)
{
        arena_free(k->arena);
        k->arena = arena_new(PLACES_MAX);
        k->etag = arena_copy(k->arena, fresh->etag);
        k->bits = arena_copy(k->arena, fresh->bits);
        k->ttl = fresh->ttl;
        k->exp = fresh->exp;
        k->generation = fresh->generation;
}

static result fetch_list(struct task *t, struct status_store *s, const struct kept_list *k, struct kept_list *fresh)
{
        struct fetch_reply reply;
        TRY(ask(t, s, k, &reply));
        if (reply.status == 304 && may_stay(k))
                return OK;
        if (reply.status != 200)
                return fail(task_arena(t), ERR_SOURCE_BAD_ANSWER, "the status list was answered with status %d",
                            reply.status);
        if (reply.etag.len <= ETAG_MAX)
                fresh->etag = reply.etag;
        return verify(t, s, k->uri, str_trim(reply.body), fresh);
}

/* The one fetch of this list that runs. Whatever its end, those who wait for it go on. */
static void fetch_once(struct task *t, struct status_store *s, struct kept_list *k)
{
        struct kept_list fresh = { 0 };
        result r = fetch_list(t, s, k, &fresh);
        pthread_mutex_lock(&s->mutex);
        s->fetches++;
        s->failures += !is_ok(r);
        s->unchanged += is_ok(r) && !fresh.bits.data;
        k->failed = !is_ok(r);
        if (is_ok(r) && fresh.bits.data)
                put(k, &fresh);
        if (is_ok(r))
                k->asked_at = k->tried_at;
        struct flight_waiter *waiters = flight_end(&k->flight);
        pthread_mutex_unlock(&s->mutex);
        flight_tell(waiters);
}

/* ---- the question ---- */

static result look(struct arena *a, struct status_store *s, struct str uri, int64_t index, bool *ret_revoked)
{
        result r = OK;
        pthread_mutex_lock(&s->mutex);
        struct kept_list *k = find(s, uri);
        if (!k || !is_within(k, clock_now(), k->ttl + s->options.max_stale))
                r = fail(a, ERR_TEMPORARILY_UNAVAILABLE, "the token's status list can't be had");
        else if (!is_ok(status_list_look(a, k->bits, index, ret_revoked)))
                r = fail(a, ERR_INVALID_TOKEN, "the token's place is not in its status list");
        pthread_mutex_unlock(&s->mutex);
        return r;
}

result status_store_check(struct task *t, struct status_store *s, struct str uri, int64_t index, bool *ret_revoked)
{
        int64_t now = clock_now();
        uint64_t generation = key_store_generation(s->options.keys);
        struct plan plan = { 0 };
        pthread_mutex_lock(&s->mutex);
        struct kept_list *k = find(s, uri);
        if (!k)
                k = make_room(s, uri);
        if (k) {
                k->used_at = now;
                distrust(k, generation);
                plan = plan_for(t, k, now);
        }
        pthread_mutex_unlock(&s->mutex);
        if (plan.begin)
                fetch_once(t, s, plan.begin);
        flight_wait(plan.signal);
        TRY(look(task_arena(t), s, uri, index, ret_revoked));
        arena_clear_reason(task_arena(t)); /* of a fetch that failed while the old list is still good */
        return OK;
}

struct status_store_figures status_store_figures(struct status_store *s)
{
        pthread_mutex_lock(&s->mutex);
        struct status_store_figures f = { s->fetches, s->failures, s->unchanged, 0 };
        for (size_t i = 0; i < s->options.lists; i++)
                f.lists += s->lists[i].arena != NULL;
        pthread_mutex_unlock(&s->mutex);
        return f;
}
