/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See backing.h. */
#include "backing.h"

#include <unistd.h>

#define REDIS_START_MS 15000

static struct str redis_folder(struct arena *a, const struct config *config)
{
        return ARENA_JOIN(a, config->state_dir, STR("/redis"));
}

result backing_start_redis(struct arena *a, const struct config *config, struct redis_child **ret_redis)
{
        const struct redis_child_options options = {
                .directory = redis_folder(a, config),
                .sync_always = config->fsync == FSYNC_ALWAYS,
                .start_timeout_ms = REDIS_START_MS,
        };

        return config->redis.embedded ? redis_child_start(a, &options, ret_redis) : OK;
}

struct str backing_find_redis(struct arena *a, const struct config *config)
{
        return config->redis.embedded ? redis_child_find(a, redis_folder(a, config)) : STR("");
}

struct store_options backing_store(const struct gateway *g, struct str unix_path)
{
        const struct redis_config *redis = &g->config->redis;
        struct store_options options = {
                .host = redis->host,
                .unix_path = redis->unix_path,
                .port = redis->port,
                .database = redis->database,
                .user = redis->user,
                .password = redis->password,
                .tls = redis->tls,
                .timeout_ms = redis->timeout_ms,
                .seal = g->state,
        };

        if (unix_path.len > 0)
                options.unix_path = unix_path;
        return options;
}

/* The host's name, as far as it can be a node's. */
static struct str node_name(struct arena *a)
{
        char name[65] = "";

        if (gethostname(name, sizeof(name) - 1) != 0 || !name[0])
                return STR("node");
        for (char *c = name; *c; c++)
                if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", *c))
                        *c = '-';
        return name[0] == '.' ? STR("node") : arena_copy(a, str_from(name));
}

struct audit_options backing_audit(struct arena *a, const struct config *config, struct str suffix)
{
        const struct audit_config *c = &config->audit;
        struct str node = c->node.len > 0 ? c->node : node_name(a);

        return (struct audit_options){
                .directory = c->directory.len > 0 ? c->directory : ARENA_JOIN(a, config->state_dir, STR("/audit")),
                .node = ARENA_JOIN(a, node, suffix),
                .retention_s = c->retention,
                .checkpoint_records = c->checkpoint_every,
                .checkpoint_s = c->checkpoint_interval,
                .file_bytes = c->file_bytes,
        };
}
