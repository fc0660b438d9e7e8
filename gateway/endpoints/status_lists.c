/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* /status_lists/{list} (IETF draft-ietf-oauth-status-list): which tokens are revoked, signed, for services that verify
 * tokens themselves. Each worker keeps the lists that are asked for, looks at the bits at most once a second, and signs
 * anew only when they changed or the signature grows old; an unchanged list is 304, whichever worker or node signed it.
 * So a revocation is known to everybody after `ttl` and a second. */
#include <pthread.h>
#include <stdlib.h>

#include "clock.h"
#include "digest.h"
#include "handlers.h"
#include "jwt.h"
#include "status_bits.h"
#include "status_list.h"

#define KEPT 64              /* lists in each worker */
#define SIGNED_LIFE 3600     /* seconds */
#define SIGNED_ANEW 1800     /* seconds: where each period of so long begins */
#define SIGNED_A_SECOND 50   /* by each worker, at most */
#define LIST_DIGITS 9

struct kept {
        const struct gateway *gateway;
        int64_t number;
        int64_t looked_at;       /* seconds */
        struct arena *arena;     /* holds the two */
        struct str tag, jwt;
};

static pthread_key_t kept_key;

/* At the end of a worker's thread. */
static void forget(void *lists)
{
        struct kept *kept = lists;

        for (size_t i = 0; i < KEPT; i++)
                arena_free(kept[i].arena);
        free(kept);
}

static void make_key(void)
{
        if (pthread_key_create(&kept_key, forget) != 0)
                abort();
}

/* This worker's. */
static struct kept *place_of(int64_t number)
{
        static pthread_once_t once = PTHREAD_ONCE_INIT;
        struct kept *kept;

        pthread_once(&once, make_key);
        kept = pthread_getspecific(kept_key);
        if (!kept) {
                kept = calloc(KEPT, sizeof(*kept));
                if (!kept || pthread_setspecific(kept_key, kept) != 0)
                        abort();
        }
        return &kept[number % KEPT];
}

static bool holds(const struct kept *k, const struct gateway *g, int64_t number)
{
        return k->arena && k->gateway == g && k->number == number;
}

/* Whoever asks for many lists in turn pushes them out of their places: that must not cost a signature each. */
static bool may_sign(int64_t now)
{
        static _Thread_local int64_t second;
        static _Thread_local int signatures;

        if (now != second)
                signatures = 0;
        second = now;
        return signatures++ < SIGNED_A_SECOND;
}

static result sign_list(struct task *t, const struct status_list *list, struct str *ret_jwt)
{
        const struct gateway *g = gateway_of(t);
        const struct signer signer = { gateway_key(t), task_slot(t) };
        json_t *claims;

        if (!signer.key)
                return fail(task_arena(t), ERR_SERVER_ERROR, "no key that could sign a status list");
        TRY(status_list_render(task_arena(t), g->config, list, &claims));
        return jws_sign(task_arena(t), &signer, STATUS_LIST_TYPE, json_write(task_arena(t), claims), ret_jwt);
}

/* Weak, for the same bits may be signed more than once (RFC 9110, section 8.8.1); another when the signature grows old, or
 * another key signs. */
static struct str tag_of(struct task *t, const struct status_list *list)
{
        struct arena *a = task_arena(t);
        const struct key *key = gateway_key(t);
        struct str kid = key ? str_head(sha256_base64url(a, key_kid(key)), 8) : STR("");
        struct str digest = str_head(sha256_base64url(a, list->bits), 22);

        return arena_printf(a, "W/\"%.*s-%lld-%.*s\"", STR_FMT(digest), (long long)(list->now / SIGNED_ANEW), STR_FMT(kid));
}

/* Puts what was read and signed into its place. */
static void keep(struct kept *k, const struct kept *fresh)
{
        struct arena *arena = arena_new(fresh->jwt.len + 4096);

        arena_free(k->arena);
        *k = *fresh;
        k->arena = arena;
        k->jwt = arena_copy(arena, fresh->jwt);
        k->tag = arena_copy(arena, fresh->tag);
}

/* Looks at the bits. */
static result renew(struct task *t, int64_t number, struct kept *k)
{
        struct arena *a = task_arena(t);
        struct status_list list = { .number = number, .size = STATUS_LIST_SIZE, .now = clock_now(), .life = SIGNED_LIFE };
        struct kept fresh = { .gateway = gateway_of(t), .number = number, .looked_at = list.now };
        bool found;

        TRY(status_bits_get(t, number, &list.bits, &found));
        if (!found)
                return fail(a, ERR_NOT_FOUND, "no such status list");
        fresh.tag = tag_of(t, &list);
        if (holds(k, fresh.gateway, number) && str_eq(k->tag, fresh.tag)) {
                k->looked_at = list.now;
                return OK;
        }
        if (!may_sign(list.now))
                return fail(a, ERR_BUSY, "too many status lists are asked for at once");
        TRY(sign_list(t, &list, &fresh.jwt));
        keep(k, &fresh);
        return OK;
}

/* *ret_list is valid until the task waits. */
static result find(struct task *t, int64_t number, const struct kept **ret_list)
{
        struct kept *k = place_of(number);

        if (!holds(k, gateway_of(t), number) || clock_now() != k->looked_at)
                TRY(renew(t, number, k));
        *ret_list = k;
        return OK;
}

result status_lists_endpoint(struct task *t, const struct call *call)
{
        struct arena *a = task_arena(t);
        const struct config *config = gateway_of(t)->config;
        const struct kept *list;
        int64_t number;

        if (call->values[0].len > LIST_DIGITS || !str_to_int(call->values[0], &number))
                return fail(a, ERR_NOT_FOUND, "no such status list");
        TRY(find(t, number, &list));
        reply_header(t, "ETag", arena_copy(a, list->tag));
        reply_header(t, "Cache-Control", arena_printf(a, "public, max-age=%lld", (long long)config->status_list.ttl));
        if (str_eq(str_trim(request_header(t, "If-None-Match")), list->tag))
                reply_body(t, 304, NULL, (struct str){ 0 });
        else
                reply_body(t, 200, "application/" STATUS_LIST_TYPE, arena_copy(a, list->jwt));
        return OK;
}
