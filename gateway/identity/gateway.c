/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See gateway.h. */
#include "gateway.h"

#include "base64url.h"
#include "clock.h"
#include "log.h"
#include "signing_keys.h"
#include "source_value.h"
#include "trail.h"

#define GATEWAY_ARENA (4 * 1024 * 1024)
#define RING_CONTEXT STR("signing_keys")
#define RING_MAX (64 * 1024)

static result host_keep(struct task *t, const struct source *source, struct str name, struct str value, int64_t ttl_s)
{
        return source_value_put(t, source->id, name, value, ttl_s);
}

static result host_keep_new(struct task *t, const struct source *source, struct str name, int64_t ttl_s,
                            bool *ret_created)
{
        return source_value_put_new(t, source->id, name, ttl_s, ret_created);
}

static result host_recall(struct task *t, const struct source *source, struct str name, struct str *ret_value,
                          bool *ret_found)
{
        return source_value_get(t, source->id, name, ret_value, ret_found);
}

static const struct adapter_host host = {
        .keep = host_keep,
        .keep_new = host_keep_new,
        .recall = host_recall,
};

const struct gateway *gateway_of(const struct task *t)
{
        return task_program(t);
}

const struct source *gateway_source(const struct gateway *g, struct str id)
{
        for (size_t i = 0; i < g->source_count; i++)
                if (str_eq(g->sources[i].id, id))
                        return &g->sources[i];
        return NULL;
}

struct key *gateway_key(const struct gateway *g)
{
        struct key *key = keyring_active(g->keyring, ALG_ES256);

        for (size_t i = 0; !key && i < g->config->signing_alg_count; i++)
                key = keyring_active(g->keyring, g->config->signing_algs[i]);
        return key;
}

static result configure_sources(struct gateway *g)
{
        const struct config *config = g->config;
        struct source *sources = arena_new_array(g->arena, struct source, config->source_count);

        for (size_t i = 0; i < config->source_count; i++) {
                const struct source_config *from = &config->sources[i];

                sources[i] = (struct source){
                        .id = from->id,
                        .jurisdiction = from->jurisdiction,
                        .adapter = adapter_find(from->type),
                        .host = &host,
                        .titles = from->titles,
                };
                if (!sources[i].adapter)
                        return fail(g->arena, ERR_CONFIG, "source %.*s: unknown type", STR_FMT(from->id));
                TRY(sources[i].adapter->configure(g->arena, from->settings, &sources[i]));
                g->source_count = i + 1;
                g->sources = sources;
        }
        return OK;
}

static struct subject_keys *make_subject_keys(const struct gateway *g, struct str master)
{
        size_t count = g->config->client_count;
        struct str *jurisdictions = arena_new_array(g->arena, struct str, count + 1);

        for (size_t i = 0; i < count; i++)
                jurisdictions[i] = g->config->clients[i].jurisdiction;
        jurisdictions[count] = g->config->account->jurisdiction;
        return subject_keys_new(master, jurisdictions, count + 1);
}

result gateway_new(struct arena *a, struct config *config, struct mistakes *mistakes, struct gateway **ret_gateway)
{
        struct arena *own = arena_new(GATEWAY_ARENA);
        struct gateway *g = arena_new_of(own, struct gateway);
        struct secret *master;
        result r;

        g->config = config;
        g->arena = own;
        r = master_key_load(own, config->master_key_file, true, &master);
        if (is_ok(r)) {
                g->subjects = make_subject_keys(g, secret_reveal(master));
                g->state = seal_new(secret_reveal(master), STR("state"));
                g->keys = seal_new(secret_reveal(master), STR("keyring"));
                r = assurance_map_load(own, config->assurance, mistakes, &g->assurance);
        }
        if (is_ok(r))
                r = configure_sources(g);
        if (!is_ok(r)) {
                result told = fail_with(a, r.error, "%.*s", STR_FMT(arena_reason(own)));

                gateway_free(g);
                return told;
        }
        *ret_gateway = g;
        return OK;
}

void gateway_free(struct gateway *g)
{
        if (!g)
                return;
        keyring_unref(g->keyring);
        subject_keys_free(g->subjects);
        seal_free(g->state);
        seal_free(g->keys);
        arena_free(g->arena);
}

/* Private keys are wrapped under a key of their own before the record is sealed as all records are. */
static json_t *ring_wrap(struct arena *a, const struct gateway *g, const struct keyring *ring)
{
        json_t *o = json_new_object(a);
        struct str plain = json_write(a, keyring_render(a, ring));

        json_put_str(o, "wrapped", base64url_encode(a, seal_close(g->keys, a, RING_CONTEXT, plain)));
        return o;
}

static result ring_unwrap(struct arena *a, const struct gateway *g, const json_t *record, struct keyring **ret_ring)
{
        struct str sealed, plain;
        json_t *ring;

        TRY(base64url_decode(a, json_str(record, "wrapped"), &sealed));
        TRY(seal_open(g->keys, a, RING_CONTEXT, sealed, &plain));
        TRY(json_read_object(a, plain, RING_MAX, &ring));
        return keyring_parse(a, ring, ret_ring);
}

static result ring_make(struct task *t, const struct gateway *g, json_t **ret_record)
{
        struct arena *a = task_arena(t);
        struct keyring *ring;
        bool created;

        TRY(keyring_make(a, g->config->signing_algs, g->config->signing_alg_count, clock_now(), &ring));
        *ret_record = ring_wrap(a, g, ring);
        keyring_unref(ring);
        TRY(signing_keys_put_new(t, *ret_record, &created));
        if (created)
                TRY(trail_keys_made(t, g));
        if (!created)
                TRY(signing_keys_get(t, ret_record));
        if (!*ret_record)
                return fail(a, ERR_CONFIG, "the signing keys in the store can't be opened: is it another master key?");
        log_event(LOG_INFO, created ? "signing_keys_made" : "signing_keys_found", LOG_TEXT("ring", "signing"));
        return OK;
}

/* Else each login would only fail at its end. */
static result check_algorithms(struct arena *a, const struct gateway *g)
{
        for (size_t i = 0; i < g->config->signing_alg_count; i++)
                if (!keyring_active(g->keyring, g->config->signing_algs[i]))
                        return fail(a, ERR_CONFIG, "signing_algs has %s, but the ring of signing keys was made without a key for it",
                                    alg_name(g->config->signing_algs[i]));
        return OK;
}

result gateway_load_keys(struct task *t, struct gateway *g)
{
        json_t *record;

        TRY(signing_keys_get(t, &record));
        if (!record)
                TRY(ring_make(t, g, &record));
        TRY(ring_unwrap(task_arena(t), g, record, &g->keyring));
        TRY(check_algorithms(task_arena(t), g));
        trail_sign(g);
        g->jwks = arena_copy(g->arena, json_write(task_arena(t), keyring_public(task_arena(t), g->keyring)));
        return OK;
}
