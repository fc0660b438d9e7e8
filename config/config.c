/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The snapshot itself: where it lives and how clients and sources are found in it. */
#include "config.h"

#include "config_load.h"

struct config_snapshot {
        struct config config;          /* first: a pointer to it is a pointer to the snapshot */
        struct arena *arena;
        const struct client **index;   /* open addressing; a power of two, at least half empty */
        size_t index_size;
};

/* All settings with the largest permitted files fit many times. */
#define SNAPSHOT_SOFT_CAP (64 * 1024 * 1024)

static struct config_snapshot *snapshot_of(struct config *c)
{
        return (struct config_snapshot *)c;
}

struct config *config_new(void)
{
        struct arena *a = arena_new(SNAPSHOT_SOFT_CAP);
        struct config_snapshot *s = arena_new_of(a, struct config_snapshot);
        s->arena = a;
        return &s->config;
}

void config_free(struct config *c)
{
        if (c)
                arena_free(snapshot_of(c)->arena);
}

void config_cleanup(struct config **c)
{
        config_free(*c);
}

struct arena *config_arena(struct config *c)
{
        return snapshot_of(c)->arena;
}

void config_set_state_dir(struct config *c, struct str dir)
{
        struct arena *a = config_arena(c);
        struct str beside = ARENA_JOIN(a, c->state_dir, STR("/master.key"));
        bool is_default = str_is_empty(c->master_key_file) ||
                          (!str_is_empty(c->state_dir) && str_eq(c->master_key_file, beside));
        while (dir.len > 1 && dir.data[dir.len - 1] == '/')
                dir.len--;
        c->state_dir = arena_copy(a, dir);
        if (is_default)
                c->master_key_file = ARENA_JOIN(a, c->state_dir, STR("/master.key"));
}

/* FNV-1a: client ids are public and come from the settings, so nobody can choose colliding ones. */
static size_t hash_of(struct str s)
{
        uint64_t hash = 0xcbf29ce484222325u;
        for (size_t i = 0; i < s.len; i++)
                hash = (hash ^ (unsigned char)s.data[i]) * 0x100000001b3u;
        return (size_t)hash;
}

static void index_client(struct config_snapshot *s, const struct client *client)
{
        size_t at = hash_of(client->client_id) & (s->index_size - 1);
        while (s->index[at])
                at = (at + 1) & (s->index_size - 1);
        s->index[at] = client;
}

void config_index_clients(struct config *c)
{
        struct config_snapshot *s = snapshot_of(c);
        s->index_size = 4;
        while (s->index_size < (c->client_count + 1) * 2)
                s->index_size *= 2;
        s->index = arena_new_array(s->arena, const struct client *, s->index_size);
        for (size_t i = 0; i < c->client_count; i++)
                index_client(s, &c->clients[i]);
        index_client(s, c->account);
}

const struct client *config_client(const struct config *c, struct str client_id)
{
        const struct config_snapshot *s = (const struct config_snapshot *)c;
        size_t at = hash_of(client_id) & (s->index_size - 1);
        for (; s->index[at]; at = (at + 1) & (s->index_size - 1))
                if (str_eq(s->index[at]->client_id, client_id))
                        return s->index[at];
        return NULL;
}

const struct source_config *config_source(const struct config *c, struct str id)
{
        for (size_t i = 0; i < c->source_count; i++)
                if (str_eq(c->sources[i].id, id))
                        return &c->sources[i];
        return NULL;
}
