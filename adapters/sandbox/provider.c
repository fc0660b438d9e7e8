/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Discovery document and key set of a provider, each kept in an arena of its own and replaced whole. */
#include "provider.h"

#include "clock.h"

#define METADATA_LIFE_MS 60000
#define KEYS_PAUSE_MS 10000
#define DOCUMENT_MAX ((size_t)256 * 1024)

/* Fetches a JSON object into a fresh arena that the caller takes over. */
static result document_fetch(struct task *t, const struct provider *p, struct str url, struct arena **ret_arena,
                             json_t **ret_json)
{
        struct fetch_request request = { .peer = p->peer, .method = "GET", .url = url };
        struct fetch_reply reply;
        TRY(fetch(t, &request, &reply));
        if (reply.status != 200)
                return fail(task_arena(t), ERR_SOURCE_BAD_ANSWER, "the provider answered %d", reply.status);

        struct arena *arena = arena_new(DOCUMENT_MAX * 4);
        json_t *json;
        result read = json_read_object(arena, reply.body, DOCUMENT_MAX, &json);
        if (!is_ok(read)) {
                arena_free(arena);
                return fail(task_arena(t), ERR_SOURCE_BAD_ANSWER, "the provider's document is not JSON");
        }
        *ret_arena = arena;
        *ret_json = json;
        return OK;
}

static result metadata_refresh(struct task *t, struct provider *p)
{
        int64_t now = clock_monotonic_ms();
        if (p->metadata && now < p->metadata_ms + METADATA_LIFE_MS)
                return OK;
        struct str url = ARENA_JOIN(task_arena(t), p->issuer, STR("/.well-known/openid-configuration"));
        struct arena *arena;
        json_t *metadata;
        TRY(document_fetch(t, p, url, &arena, &metadata));
        if (!str_eq(json_str(metadata, "issuer"), p->issuer)) {
                arena_free(arena);
                return fail(task_arena(t), ERR_SOURCE_BAD_ANSWER, "discovery names another issuer");
        }
        arena_free(p->metadata_arena);
        p->metadata_arena = arena;
        p->metadata = metadata;
        p->metadata_ms = now;
        return OK;
}

result provider_endpoint(struct task *t, struct provider *p, const char *name, struct str *ret_url)
{
        TRY(metadata_refresh(t, p));
        *ret_url = arena_copy(task_arena(t), json_str(p->metadata, name));
        return OK;
}

static bool keys_have(const struct provider *p, struct str kid)
{
        for (size_t i = 0; i < p->keys.count; i++)
                if (str_eq(key_kid(p->keys.keys[i]), kid))
                        return true;
        return false;
}

static result keys_refresh(struct task *t, struct provider *p, struct str kid)
{
        int64_t now = clock_monotonic_ms();
        if (keys_have(p, kid) || (p->keys_ms && now < p->keys_ms + KEYS_PAUSE_MS))
                return OK;
        struct str url;
        TRY(provider_endpoint(t, p, "jwks_uri", &url));
        p->keys_ms = now;
        struct arena *arena;
        json_t *json;
        struct jwks keys;
        TRY(document_fetch(t, p, url, &arena, &json));
        if (!is_ok(jwks_from_json(arena, json, &keys))) {
                arena_free(arena);
                return fail(task_arena(t), ERR_SOURCE_BAD_ANSWER, "the provider's key set is malformed");
        }
        arena_free(p->keys_arena);
        p->keys_arena = arena;
        p->keys = keys;
        return OK;
}

result provider_verify(struct task *t, struct provider *p, struct str token, struct jwt_expect expect,
                       json_t **ret_claims)
{
        struct jws jws;
        TRY(jws_parse(task_arena(t), token, &jws));
        TRY(keys_refresh(t, p, jws.kid));
        expect.issuer = p->issuer;
        return jwt_verify(task_arena(t), token, &p->keys, &expect, ret_claims);
}

void provider_done(struct provider *p)
{
        arena_free(p->metadata_arena);
        arena_free(p->keys_arena);
        peer_free(p->peer);
}
