/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See gateway.h. */
#include "gateway.h"

#include "source_value.h"

#define GATEWAY_ARENA (4 * 1024 * 1024)

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

static void unref(void *ring)
{
        keyring_unref(ring);
}

struct keyring *gateway_keyring(struct task *t)
{
        struct keyring *ring = keyring_current_ref(gateway_of(t)->signing);

        arena_own(task_arena(t), ring, unref);
        return ring;
}

struct key *gateway_key_of(const struct gateway *g, const struct keyring *ring)
{
        struct key *key = keyring_active(ring, ALG_ES256);

        for (size_t i = 0; !key && i < g->config->signing_alg_count; i++)
                key = keyring_active(ring, g->config->signing_algs[i]);
        return key;
}

struct key *gateway_key(struct task *t)
{
        return gateway_key_of(gateway_of(t), gateway_keyring(t));
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
        g->signing = keyring_current_new(NULL);
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
        keyring_current_free(g->signing);
        subject_keys_free(g->subjects);
        seal_free(g->state);
        seal_free(g->keys);
        arena_free(g->arena);
}
