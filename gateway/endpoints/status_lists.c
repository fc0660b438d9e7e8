/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* /status_lists/{list} (IETF draft-ietf-oauth-status-list): which tokens are revoked, signed, for services that verify
 * tokens themselves. Each worker keeps the lists that are asked for, looks at the bits at most once a second, and signs
 * anew only when they changed or the signature grows old; an unchanged list is 304. So a revocation is known to everybody
 * after `ttl` and a second. */
#include "clock.h"
#include "digest.h"
#include "handlers.h"
#include "jwt.h"
#include "status_bits.h"
#include "status_list.h"

#define KEPT 64              /* lists in each worker */
#define SIGNED_LIFE 3600     /* seconds; signed anew when half of it is over */
#define LIST_DIGITS 9

struct kept {
        const struct gateway *gateway;
        int64_t number;
        int64_t looked_at, signed_at; /* seconds */
        struct arena *arena;          /* holds the two */
        struct str bits_sha256, jwt;
};

static _Thread_local struct kept kept[KEPT];

static bool holds(const struct kept *k, const struct gateway *g, int64_t number)
{
        return k->arena && k->gateway == g && k->number == number;
}

static result sign_list(struct task *t, const struct status_list *list, struct str *ret_jwt)
{
        const struct gateway *g = gateway_of(t);
        const struct signer signer = { gateway_key(g), task_slot(t) };
        json_t *claims;

        if (!signer.key)
                return fail(task_arena(t), ERR_SERVER_ERROR, "no key that could sign a status list");
        TRY(status_list_render(task_arena(t), g->config, list, &claims));
        return jws_sign(task_arena(t), &signer, STATUS_LIST_TYPE, json_write(task_arena(t), claims), ret_jwt);
}

/* Puts what was read and signed into its place. */
static void keep(struct kept *k, const struct kept *fresh, struct str jwt, struct str bits_sha256)
{
        struct arena *arena = arena_new(jwt.len + 4096);

        arena_free(k->arena);
        *k = *fresh;
        k->arena = arena;
        k->jwt = arena_copy(arena, jwt);
        k->bits_sha256 = arena_copy(arena, bits_sha256);
}

/* Looks at the bits. *ret_jwt is valid until the task waits. */
static result renew(struct task *t, int64_t number, struct kept *k, struct str *ret_jwt)
{
        struct arena *a = task_arena(t);
        const struct gateway *g = gateway_of(t);
        struct status_list list = { .number = number, .size = STATUS_LIST_SIZE, .now = clock_now(), .life = SIGNED_LIFE };
        const struct kept fresh = { .gateway = g, .number = number, .looked_at = list.now, .signed_at = list.now };
        struct str digest, jwt;
        bool found;

        TRY(status_bits_get(t, number, &list.bits, &found));
        if (!found)
                return fail(a, ERR_NOT_FOUND, "no such status list");
        digest = sha256_base64url(a, list.bits);
        if (holds(k, g, number) && str_eq(k->bits_sha256, digest) && list.now - k->signed_at < SIGNED_LIFE / 2) {
                k->looked_at = list.now;
        } else {
                TRY(sign_list(t, &list, &jwt));
                keep(k, &fresh, jwt, digest);
        }
        *ret_jwt = k->jwt;
        return OK;
}

static result find(struct task *t, int64_t number, struct str *ret_jwt)
{
        const struct gateway *g = gateway_of(t);
        struct kept *k = &kept[number % KEPT];

        if (!holds(k, g, number) || clock_now() != k->looked_at)
                return renew(t, number, k, ret_jwt);
        *ret_jwt = k->jwt;
        return OK;
}

result status_lists_endpoint(struct task *t, const struct call *call)
{
        struct arena *a = task_arena(t);
        const struct config *config = gateway_of(t)->config;
        struct str jwt, tag;
        int64_t number;

        if (!config->status_list.enabled || call->values[0].len > LIST_DIGITS || !str_to_int(call->values[0], &number))
                return fail(a, ERR_NOT_FOUND, "no such status list");
        TRY(find(t, number, &jwt));
        tag = ARENA_JOIN(a, STR("\""), str_head(sha256_base64url(a, jwt), 22), STR("\""));
        reply_header(t, "ETag", tag);
        reply_header(t, "Cache-Control", arena_printf(a, "public, max-age=%lld", (long long)config->status_list.ttl));
        if (str_eq(str_trim(request_header(t, "If-None-Match")), tag))
                reply_body(t, 304, NULL, (struct str){ 0 });
        else
                reply_body(t, 200, "application/" STATUS_LIST_TYPE, arena_copy(a, jwt));
        return OK;
}
