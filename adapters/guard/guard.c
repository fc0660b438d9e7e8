/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* One request: which one is asked about, its rule, its token (RFC 6750, section 2.1), its answer. */
#include "guard.h"

#include "clock.h"
#include "digest.h"
#include "request_path.h"
#include "uri.h"

#define AUTH_PATH "/auth"
#define BREAKER_TRIPS 8
#define BREAKER_OPEN_MS 2000
#define REPLY_MAX ((size_t)256 * 1024)
#define METHOD_MAX 32
#define LISTS_AT_ONCE 32

static struct peer *peer_at(const struct guard_settings *settings, struct str name, const struct str *origins,
                            size_t count)
{
        const struct peer_options peer = {
                .name = name,
                .origins = origins,
                .origin_count = count,
                .timeout_ms = (int)settings->fetch_timeout * 1000,
                .connect_timeout_ms = (int)settings->fetch_timeout * 1000,
                .max_waiting = LISTS_AT_ONCE,
                .trip_after = BREAKER_TRIPS,
                .open_ms = BREAKER_OPEN_MS,
                .max_reply = REPLY_MAX,
                .ca_file = settings->ca_file,
        };
        return peer_new(&peer);
}

static void init_statuses(struct guard *g)
{
        const struct guard_settings *s = &g->settings;
        if (s->status_origin_count == 0)
                return;
        g->lists = peer_at(s, STR("status lists"), s->status_origins, s->status_origin_count);
        g->statuses = status_store_new(&(struct status_store_options){
                .issuer = s->issuer,
                .peer = g->lists,
                .keys = g->keys,
                .max_stale = s->status_max_stale,
                .lists = s->status_lists,
        });
}

void guard_init(struct arena *a, const struct guard_settings *settings, struct guard *ret_guard)
{
        struct guard *g = ret_guard;
        struct uri uri = { 0 };
        *g = (struct guard){ .settings = *settings };
        ignore_failure(uri_parse(a, settings->jwks_uri.len ? settings->jwks_uri : settings->issuer, &uri),
                       "the settings were checked");
        g->issuer = peer_at(settings, STR("issuer"), &uri.origin, 1);
        g->keys = key_store_new(&(struct key_store_options){
                .issuer = settings->issuer,
                .jwks_uri = settings->jwks_uri,
                .peer = g->issuer,
                .refresh = settings->refresh,
                .min_refresh = settings->min_refresh,
                .max_stale = settings->max_stale,
        });
        init_statuses(g);
        g->tokens = seen_new(settings->cached_tokens);
        g->proofs = settings->dpop_origin_count ? seen_new(settings->dpop_proofs) : NULL;
        g->proof_salt = random_bytes(a, SHA256_SIZE);
}

void guard_done(struct guard *g)
{
        status_store_free(g->statuses);
        if (g->lists)
                peer_free(g->lists);
        key_store_free(g->keys);
        if (g->issuer)
                peer_free(g->issuer);
        seen_free(g->tokens);
        seen_free(g->proofs);
        *g = (struct guard){ 0 };
}

/* ---- what is asked about ---- */

/* A header that only the proxy sets: exactly one. */
static result read_header(struct task *t, const char *name, struct str *ret_value)
{
        struct str value = request_header(t, name);
        if (str_is_empty(value) || request_header_is_repeated(t, name))
                return fail(task_arena(t), ERR_ACCESS_DENIED, "the proxy's header %s is absent or repeated", name);
        *ret_value = value;
        return OK;
}

static result read_method(struct task *t, struct str method, struct str *ret_method)
{
        if (method.len == 0 || method.len > METHOD_MAX || !str_is_printable_ascii(method))
                return fail(task_arena(t), ERR_ACCESS_DENIED, "the method is not one");
        *ret_method = method;
        return OK;
}

static result read_target(struct task *t, const struct guard *g, struct inquiry *q)
{
        const struct guard_settings *s = &g->settings;
        struct str uri = str_from_index(request_path(t), sizeof(AUTH_PATH) - 1), method = request_method_name(t);
        if (s->target_from == TARGET_FROM_HEADERS) {
                TRY(read_header(t, s->uri_header, &uri));
                TRY(read_header(t, s->method_header, &method));
        }
        TRY(read_method(t, method, &q->method));
        return request_path_parse(task_arena(t), uri, &q->path);
}

/* ---- the token ---- */

/* b64token of RFC 6750, section 2.1. */
static bool is_token(struct str s)
{
        for (size_t i = 0; i < s.len; i++) {
                char c = s.data[i];
                bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
                if (!letter && !(c && strchr("-._~+/=", c)))
                        return false;
        }
        return s.len > 0;
}

/* Another scheme, such as Basic, is as good as no token. */
static result read_token(struct task *t, struct inquiry *q)
{
        struct arena *a = task_arena(t);
        struct str header = request_header(t, "Authorization");
        size_t blank = str_find(header, ' ');
        struct str scheme = str_head(header, blank);
        q->dpop_scheme = str_eq_nocase(scheme, STR("DPoP"));
        if (request_header_is_repeated(t, "Authorization"))
                return fail(a, ERR_INVALID_REQUEST, "there is more than one Authorization header");
        if (!q->dpop_scheme && !str_eq_nocase(scheme, STR("Bearer")))
                return fail(a, ERR_LOGIN_REQUIRED, "there is no token");
        q->token = str_trim(str_from_index(header, blank));
        return is_token(q->token) ? OK : fail(a, ERR_INVALID_TOKEN, "the token has characters that a token can't have");
}

static result decide(struct task *t, struct guard *g, struct inquiry *q)
{
        struct arena *a = task_arena(t);
        TRY(read_target(t, g, q));
        TRY(rule_find(a, &g->settings.rules, q->method, q->path, &q->rule));
        if (q->rule->open)
                return OK;
        TRY(read_token(t, q));
        TRY(guard_token_check(t, g, q));
        TRY(guard_status_check(t, g, q));
        TRY(guard_binding_check(t, g, q));
        return rule_check(a, q->rule, q->claims, clock_now(), g->settings.leeway);
}

/* ---- routes ---- */

static void answer_auth(struct task *t, struct guard *g)
{
        struct inquiry q = { 0 };
        result r = decide(t, g, &q);
        guard_answer(t, g, &q, r);
}

static void answer_health(struct task *t, struct guard *g)
{
        (void)g;
        reply_body(t, 200, "text/plain", STR("ok\n"));
}

static void answer_readiness(struct task *t, struct guard *g)
{
        bool ready = key_store_figures(g->keys).usable;
        reply_body(t, ready ? 200 : 503, "text/plain", ready ? STR("ready\n") : STR("no keys of the issuer\n"));
}

static const struct {
        const char *path;
        void (*answer)(struct task *t, struct guard *g);
} routes[] = {
        { AUTH_PATH, answer_auth },
        { "/healthz", answer_health },
        { "/readyz", answer_readiness },
        { "/metrics", guard_metrics },
};

/* Index into routes[]; their count when there is none. */
static size_t route_of(const struct guard *g, struct str path)
{
        const size_t count = sizeof routes / sizeof routes[0];
        if (g->settings.target_from == TARGET_FROM_PATH && request_path_is_under(path, STR(AUTH_PATH)))
                return 0;
        size_t i = 0;
        while (i < count && !str_is(path, routes[i].path))
                i++;
        return i;
}

void guard_handle(struct task *t)
{
        struct guard *g = task_program(t);
        size_t i = route_of(g, request_path(t));
        reply_header(t, "Cache-Control", STR("no-store"));
        if (i < sizeof routes / sizeof routes[0])
                routes[i].answer(t, g);
        else
                reply_body(t, 404, "text/plain", STR("nothing is here\n"));
}

size_t guard_body_cap(void *program, enum method method, struct str path)
{
        (void)program;
        (void)method;
        (void)path;
        return 0;
}

const char *guard_route_name(void *program, enum method method, struct str path)
{
        (void)method;
        size_t i = route_of(program, path);
        return i < sizeof routes / sizeof routes[0] ? routes[i].path : "unknown";
}
