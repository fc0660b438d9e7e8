/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* From the file to the snapshot: reading, the checks that need more than one member, filling. Goes on after a
 * mistake, so that all are listed at once. */
#include "config_load.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "log.h"
#include "secret.h"
#include "uri.h"
#include "yaml_tree.h"

#define ROTATION_MIN 3600

static void cleanup_fd(int *fd)
{
        if (*fd >= 0)
                close(*fd);
}

/* 0, or an errno; EFBIG when there is more than `max`. */
static int read_whole(struct arena *a, const char *path, size_t max, struct str *ret_content)
{
        __attribute__((cleanup(cleanup_fd))) int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                return errno;
        struct buf content = buf_in(a, max);
        char piece[4096];
        ssize_t got;
        while ((got = read(fd, piece, sizeof(piece))) != 0) {
                if (got < 0 && errno != EINTR)
                        return errno;
                if (got > 0)
                        buf_add(&content, str_slice(piece, (size_t)got));
                if (content.over)
                        return EFBIG;
        }
        wipe(piece, sizeof(piece));
        *ret_content = buf_str(&content);
        return 0;
}

int config_read_path(struct arena *a, struct str path, size_t max, struct str *ret_content)
{
        return read_whole(a, arena_cstr(a, path), max, ret_content);
}

result config_read_file(struct config_loading *l, const json_t *object, const char *member, size_t max,
                        struct str *ret_content)
{
        struct str path = json_str(object, member);
        int error = read_whole(l->arena, arena_cstr(l->arena, path), max, ret_content);
        if (!error)
                return OK;
        mistake_at(l->mistakes, object, member, "\"%s\": %.*s: %s", member, STR_FMT(path), strerror(error));
        return fail(l->arena, ERR_CONFIG, "a file of the settings can't be read");
}

const struct str *config_strings(struct arena *a, const json_t *object, const char *member, size_t *ret_count)
{
        const json_t *list = json_object_get(object, member);
        size_t count = json_array_size(list);
        struct str *items = arena_new_array(a, struct str, count + 1);
        for (size_t i = 0; i < count; i++)
                items[i] = arena_copy(a, json_text(json_array_get(list, i)));
        *ret_count = count;
        return items;
}

struct str config_str(struct arena *a, const json_t *object, const char *member)
{
        return arena_copy(a, json_str(object, member));
}

struct str config_jurisdiction(struct config_loading *l, const json_t *object)
{
        struct str s = config_str(l->arena, object, "jurisdiction");
        bool good = s.len == 2 && s.data[0] >= 'A' && s.data[0] <= 'Z' && s.data[1] >= 'A' && s.data[1] <= 'Z';
        if (!good && !str_is_empty(s))
                mistake_at(l->mistakes, object, "jurisdiction",
                           "\"jurisdiction\" must be two capital letters (ISO 3166-1), such as HK, CN or MO");
        return s;
}

static void load_issuer(struct config_loading *l, const json_t *tree)
{
        struct config *c = l->config;
        struct uri uri;
        c->issuer = config_str(l->arena, tree, "issuer");
        if (str_is_empty(c->issuer) || !is_ok(uri_parse(l->arena, c->issuer, &uri)))
                return;
        c->issuer_is_https = uri_is_https(&uri);
        if (str_ends(c->issuer, STR("/")) || uri.has_query)
                mistake_at(l->mistakes, tree, "issuer", "\"issuer\" must have no \"/\" at its end and no \"?\"");
}

/* A file that another part of the program opens. */
static struct str readable_file(struct config_loading *l, const json_t *object, const char *member)
{
        struct str path = config_str(l->arena, object, member);
        if (!str_is_empty(path) && access(path.data, R_OK) != 0)
                mistake_at(l->mistakes, object, member, "\"%s\": %.*s: %s", member, STR_FMT(path), strerror(errno));
        return path;
}

static struct listen_config load_listen(struct config_loading *l, const json_t *listen)
{
        struct listen_config c = {
                .host = config_str(l->arena, listen, "host"),
                .port = (int)json_int(listen, "port", 0),
                .certificate_file = readable_file(l, listen, "certificate_file"),
                .key_file = readable_file(l, listen, "key_file"),
        };
        if (str_is_empty(c.certificate_file) != str_is_empty(c.key_file))
                mistake_at(l->mistakes, listen, NULL, "\"certificate_file\" and \"key_file\" go together");
        return c;
}

static void load_state(struct config_loading *l, const json_t *state)
{
        struct config *c = l->config;
        c->master_key_file = config_str(l->arena, state, "master_key_file");
        c->fsync = str_is(json_str(state, "fsync"), "always") ? FSYNC_ALWAYS : FSYNC_EVERYSEC;
        c->durability = str_is(json_str(state, "durability"), "none") ? DURABILITY_NONE : DURABILITY_REQUIRED;
        config_set_state_dir(c, json_str(state, "dir"));
}

static void load_lifetimes(struct config_loading *l, const json_t *lifetimes)
{
        l->config->lifetimes = (struct lifetimes){
                .interaction = json_int(lifetimes, "interaction", 0),
                .authorization_code = json_int(lifetimes, "authorization_code", 0),
                .access_token = json_int(lifetimes, "access_token", 0),
                .id_token = json_int(lifetimes, "id_token", 0),
                .session = json_int(lifetimes, "session", 0),
                .consent = json_int(lifetimes, "consent", 0),
                .refresh_token = json_int(lifetimes, "refresh_token", 0),
                .offline_grant = json_int(lifetimes, "offline_grant", 0),
                .refresh_grace = json_int(lifetimes, "refresh_grace", 0),
                .fresh_login = json_int(lifetimes, "fresh_login", 0),
        };
}

static void load_status_list(struct config_loading *l, const json_t *status_list)
{
        l->config->status_list = (struct status_list_config){
                .enabled = json_bool(status_list, "enabled", true),
                .ttl = json_int(status_list, "ttl", 0),
        };
}

static void load_limits(struct config_loading *l, const json_t *limits)
{
        int64_t workers = json_int(limits, "workers", 0);
        if (workers == 0)
                workers = sysconf(_SC_NPROCESSORS_ONLN);
        l->config->limits = (struct limits){
                .workers = workers > 0 ? (unsigned)workers : 1,
                .tasks = (unsigned)json_int(limits, "tasks", 0),
                .connections = (unsigned)json_int(limits, "connections", 0),
                .request_deadline_ms = (int)json_int(limits, "request_deadline", 0) * 1000,
                .idle_timeout_s = (int)json_int(limits, "idle_timeout", 0),
                .header_bytes = (size_t)json_int(limits, "header_bytes", 0),
                .body_bytes = (size_t)json_int(limits, "body_bytes", 0),
        };
}

static void load_audit(struct config_loading *l, const json_t *audit)
{
        l->config->audit = (struct audit_config){
                .directory = config_str(l->arena, audit, "directory"),
                .node = config_str(l->arena, audit, "node"),
                .retention = json_int(audit, "retention", 0),
                .checkpoint_every = json_int(audit, "checkpoint_every", 0),
                .checkpoint_interval = json_int(audit, "checkpoint_interval", 0),
                .file_bytes = json_int(audit, "file_bytes", 0),
        };
}

/* Position of a word, from 0, in a list that begins with the least; the schema knows that it is there. */
static int rank_of(struct str word, const char *words)
{
        struct str rest = str_from(words), next;
        int rank = 0;
        while (str_split(&rest, ' ', &next) && !str_eq(next, word))
                rank++;
        return rank;
}

static void load_algs(struct config_loading *l, const json_t *tree)
{
        struct config *c = l->config;
        size_t count;
        const struct str *names = config_strings(l->arena, tree, "signing_algs", &count);
        enum alg *algs = arena_new_array(l->arena, enum alg, count + 1);
        for (size_t i = 0; i < count; i++)
                algs[i] = alg_find(names[i]);
        c->signing_algs = algs;
        c->signing_alg_count = count;
}

/* Shorter, and there would be no time to publish a key before it signs. */
static void load_keys(struct config_loading *l, const json_t *keys)
{
        l->config->keys_rotation = json_int(keys, "rotation", 0);
        if (l->config->keys_rotation > 0 && l->config->keys_rotation < ROTATION_MIN)
                mistake_at(l->mistakes, keys, "rotation", "\"rotation\" must be 0s or at least 1h");
}

/* The file that the settings name, or assurance.yaml beside them when it is there. */
static void load_assurance(struct config_loading *l, const json_t *tree, const struct schema_field *schema)
{
        struct config *c = l->config;
        size_t folder = c->file.len;
        while (folder > 0 && c->file.data[folder - 1] != '/')
                folder--;
        bool named = json_object_get(tree, "assurance");
        struct str beside = ARENA_JOIN(l->arena, str_head(c->file, folder), STR("assurance.yaml"));
        struct str path = named ? config_str(l->arena, tree, "assurance") : beside, yaml;
        if (!named && access(path.data, F_OK) != 0)
                return;
        int error = read_whole(l->arena, arena_cstr(l->arena, path), YAML_MAX, &yaml);
        if (error) {
                mistake_at(l->mistakes, tree, "assurance", "\"assurance\": %.*s: %s", STR_FMT(path), strerror(error));
                return;
        }
        json_t *map = NULL;
        ignore_failure(schema_read(path, yaml, schema, l->mistakes, &map), "in l->mistakes");
        c->assurance = map;
        c->assurance_file = path;
}

static void load_tree(struct config_loading *l, const json_t *tree, const struct schema_field *assurance_schema)
{
        struct config *c = l->config;
        load_issuer(l, tree);
        c->listen = load_listen(l, json_object_get(tree, "listen"));
        c->admin = load_listen(l, json_object_get(tree, "admin"));
        load_state(l, json_object_get(tree, "state"));
        config_load_redis(l, json_object_get(tree, "redis"));
        load_lifetimes(l, json_object_get(tree, "lifetimes"));
        load_status_list(l, json_object_get(tree, "status_list"));
        load_limits(l, json_object_get(tree, "limits"));
        load_audit(l, json_object_get(tree, "audit"));
        load_algs(l, tree);
        load_keys(l, json_object_get(tree, "keys"));
        c->log_level = LOG_DEBUG + rank_of(json_str(tree, "log_level"), "debug info warning error");
        c->binding_grade_minimum =
                1 + rank_of(json_str(json_object_get(tree, "binding"), "grade_minimum"), "weak strong exact");
        if (assurance_schema)
                load_assurance(l, tree, assurance_schema);
        config_load_sources(l, tree);
        config_load_clients(l, tree);
        config_load_policies(l, tree);
        config_load_catalogue(l, tree);
}

result config_load(struct str file, const struct config_source_type *types, const struct schema_field *assurance_schema,
                   struct mistakes *mistakes, struct config **ret_config)
{
        size_t before = mistakes->count;
        __attribute__((cleanup(config_cleanup))) struct config *c = config_new();
        struct config_loading l = { .arena = config_arena(c), .mistakes = mistakes, .config = c, .types = types };
        c->file = arena_copy(l.arena, file);
        struct str yaml;
        int error = read_whole(l.arena, c->file.data, YAML_MAX, &yaml);
        if (error) {
                mistake_add(mistakes, file, 1, "can't be read: %s", strerror(error));
                return fail(mistakes->arena, ERR_CONFIG, "the settings can't be read");
        }
        json_t *tree;
        ignore_failure(schema_read(c->file, yaml, config_schema, mistakes, &tree), "in *mistakes");
        if (tree)
                load_tree(&l, tree, assurance_schema);
        if (mistakes->count > before)
                return fail(mistakes->arena, ERR_CONFIG, "%zu mistakes in the settings", mistakes->count - before);
        config_index_clients(c);
        arena_clear_reason(l.arena);
        *ret_config = c;
        c = NULL;
        return OK;
}
