/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See keys_work.h. The ring is only ever touched from a task, so a small server without routes runs for the errand. */
#include "keys_work.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "backing.h"
#include "log.h"
#include "secret.h"
#include "settings.h"
#include "signing_ring.h"

#define KEY_FILE_MAX 16384
#define CONNECTIONS 4
#define DEADLINE_MS 30000
#define IDLE_S 1
#define HEADER_BYTES 4096
#define AUDIT_TRIES 50
#define AUDIT_PAUSE_MS 100

/* All that is open meanwhile; closed in the reverse order. */
struct site {
        const struct keys_place *place;
        struct keys_errand *errand;
        struct config *config;
        struct gateway *gateway;
        struct redis_child *redis;
        struct server *server;
        result r;
};

static void close_site(struct site *s)
{
        server_stop(s->server);
        if (s->gateway)
                audit_stop(s->gateway->audit);
        redis_child_stop(s->redis);
        gateway_free(s->gateway);
        config_free(s->config);
}

static void answer_nothing(struct task *t)
{
        reply_body(t, 404, NULL, STR(""));
}

static size_t no_body(void *program, enum method method, struct str path)
{
        (void)program;
        (void)method;
        (void)path;
        return 0;
}

static const char *no_route(void *program, enum method method, struct str path)
{
        (void)program;
        (void)method;
        (void)path;
        return "unknown";
}

static result start_server(struct site *s)
{
        struct str socket = s->redis ? redis_child_socket(s->redis) : backing_find_redis(s->place->arena, s->config);
        const struct store_options store = backing_store(s->gateway, socket);
        const struct server_options options = {
                .host = STR("127.0.0.1"),
                .workers = 1,
                .max_tasks = CONNECTIONS,
                .max_connections = CONNECTIONS,
                .deadline_ms = DEADLINE_MS,
                .idle_timeout_s = IDLE_S,
                .max_header_bytes = HEADER_BYTES,
                .body_cap = no_body,
                .route_name = no_route,
                .handle = answer_nothing,
                .program = s->gateway,
                .store = &store,
        };

        return server_start(s->place->arena, &options, &s->server);
}

/* A command must not make a master key: with one of its own it could open nothing. And what another user writes into the
 * audit's folder, the gateway's user could not go on with. */
static result check_master_key(const struct site *s)
{
        struct arena *a = s->place->arena;
        struct str file = s->config->master_key_file;
        const struct passwd *owner;
        struct stat status;

        if (stat(arena_cstr(a, file), &status) != 0)
                return fail(a, ERR_CONFIG, "master key %.*s: %s: run this as the gateway's user, with its settings, after its "
                                           "first start", STR_FMT(file), strerror(errno));
        if (status.st_uid == geteuid())
                return OK;
        owner = getpwuid(status.st_uid);
        return fail(a, ERR_CONFIG, "the master key %.*s belongs to another user: sudo -u %s baygate keys …", STR_FMT(file),
                    owner ? owner->pw_name : "OWNER");
}

/* Another `baygate keys` on this machine may be at work, which takes no time to speak of. */
static result open_audit(struct site *s)
{
        const struct timespec pause = { .tv_nsec = AUDIT_PAUSE_MS * 1000000L };
        struct arena *a = s->place->arena;
        const struct audit_options options = backing_audit(a, s->config, STR(".keys"));
        result r = audit_start(a, &options, &s->gateway->audit);

        for (int i = 0; i < AUDIT_TRIES && r.error == &ERR_CONFIG; i++) {
                nanosleep(&pause, NULL);
                arena_clear_reason(a);
                r = audit_start(a, &options, &s->gateway->audit);
        }
        return r;
}

static result open_site(struct site *s)
{
        struct arena *a = s->place->arena;
        struct mistakes mistakes = { .arena = a };

        TRY(settings_load(a, s->place->settings, &s->config));
        if (s->place->state_dir)
                config_set_state_dir(s->config, str_from(s->place->state_dir));
        TRY(check_master_key(s));
        TRY(gateway_new(a, s->config, &mistakes, &s->gateway));
        if (s->errand->change.act)
                TRY(open_audit(s));
        if (str_is_empty(backing_find_redis(a, s->config)))
                TRY(backing_start_redis(a, s->config, &s->redis));
        return start_server(s);
}

static json_t *with_times(const struct keyring *ring, const struct keyring_rules *rules, json_t *keys)
{
        for (size_t i = 0; i < json_array_size(keys); i++) {
                json_t *one = json_array_get(keys, i);
                const struct keyring_entry *entry = keyring_find(ring, json_str(one, "kid"));

                if (entry && entry->state != KEY_ACTIVE)
                        json_put_int(one, entry->state == KEY_NEXT ? "signs_from" : "goes_at", keyring_due_at(entry, rules));
        }
        return keys;
}

/* What the ring holds by now, in the memory of the command. */
static result look(struct task *t, struct site *s)
{
        const struct keyring_rules rules = signing_ring_rules(s->config);
        struct arena *a = s->place->arena;
        json_t *keys;

        TRY(signing_ring_refresh(t, s->gateway));
        TRY(signing_ring_history(t, &keys));
        s->errand->keys = arena_own_json(a, json_deep_copy(with_times(gateway_keyring(t), &rules, keys)));
        return OK;
}

static result change(struct task *t, struct site *s)
{
        struct keys_errand *e = s->errand;
        struct keyring_change change = e->change;
        const struct keyring_entry *entry = keyring_find(gateway_keyring(t), change.kid);

        change.by = s->place->by;
        if (change.act == KEY_STAGE)
                TRY(key_generate(task_arena(t), e->alg, &change.key));
        if (change.act == KEY_REVOKE && entry)
                TRY(key_generate(task_arena(t), key_alg(entry->key), &change.key));
        return signing_ring_change(t, s->gateway, &change, &e->done);
}

static result work(struct task *t, struct site *s)
{
        TRY(signing_ring_open(t, s->gateway));
        TRY(look(t, s));
        if (!s->errand->change.act)
                return OK;
        TRY(change(t, s));
        return look(t, s);
}

static void errand_main(struct task *t, void *argument)
{
        struct site *s = argument;

        s->r = work(t, s);
        if (!is_ok(s->r))
                arena_set_reason(s->place->arena, arena_copy(s->place->arena, arena_reason(task_arena(t))));
}

result keys_go(const struct keys_place *place, struct keys_errand *errand)
{
        __attribute__((cleanup(close_site))) struct site s = { .place = place, .errand = errand };
        enum alg *algs;

        log_set_level(LOG_ERROR);
        TRY(open_site(&s));
        algs = arena_new_array(place->arena, enum alg, s.config->signing_alg_count + 1);
        memcpy(algs, s.config->signing_algs, s.config->signing_alg_count * sizeof(*algs));
        errand->algs = algs;
        errand->alg_count = s.config->signing_alg_count;
        server_run_task(s.server, errand_main, &s);
        return s.r;
}

static void cleanup_fd(const int *fd)
{
        if (*fd >= 0)
                close(*fd);
}

static result read_key_file(struct arena *a, const char *path, struct str *ret_text)
{
        __attribute__((cleanup(cleanup_fd))) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        char *text = arena_alloc(a, KEY_FILE_MAX);
        struct stat status;
        ssize_t len;

        if (fd < 0 || fstat(fd, &status) != 0)
                return fail(a, ERR_CONFIG, "%s: %s", path, strerror(errno));
        if (!S_ISREG(status.st_mode))
                return fail(a, ERR_CONFIG, "%s: not a file", path);
        if (status.st_mode & (S_IRWXG | S_IRWXO))
                return fail(a, ERR_CONFIG, "%s: others than its owner can reach this private key (mode %04o): chmod 600 %s, and "
                                           "think about who may have read it", path, status.st_mode & 07777u, path);
        len = read(fd, text, KEY_FILE_MAX);
        if (len < 0 || len == KEY_FILE_MAX)
                return fail(a, ERR_CONFIG, "%s: %s", path, len < 0 ? strerror(errno) : "too long for a key");
        *ret_text = str_slice(text, (size_t)len);
        return OK;
}

static result read_key(struct arena *a, struct str text, enum alg alg, struct key **ret_key)
{
        json_t *jwk;
        struct key *key;

        TRY(json_read_object(a, text, KEY_FILE_MAX, &jwk));
        TRY(key_from_jwk(a, jwk, alg, &key));
        if (!key_is_private(key))
                return fail(a, ERR_CONFIG, "this is a public key");
        if (str_is_empty(key_kid(key))) {
                json_put_str(jwk, "kid", key_thumbprint(a, key));
                TRY(key_from_jwk(a, jwk, alg, &key));
        }
        *ret_key = key;
        return OK;
}

result keys_read_private(struct arena *a, const char *path, enum alg alg, struct key **ret_key)
{
        struct str text;

        TRY(read_key_file(a, path, &text));
        if (!is_ok(read_key(a, text, alg, ret_key))) {
                struct str why = arena_copy(a, arena_reason(a));

                arena_clear_reason(a);
                return fail(a, ERR_CONFIG, "%s: %.*s; a private JWK is wanted (RFC 7517)%s%s", path, STR_FMT(why),
                            alg == ALG_NONE ? "; --alg says for which algorithm" : " for ", alg == ALG_NONE ? "" : alg_name(alg));
        }
        return OK;
}

struct str keys_who(struct arena *a)
{
        const struct passwd *entry = getpwuid(getuid());
        const char *sudo = getenv("SUDO_USER");
        struct str user = entry ? arena_copy(a, str_from(entry->pw_name)) : arena_printf(a, "uid %u", (unsigned)getuid());
        char host[65] = "";

        if (gethostname(host, sizeof(host) - 1) != 0)
                host[0] = '\0';
        if (sudo && *sudo)
                user = arena_printf(a, "%.64s(%.*s)", sudo, STR_FMT(user));
        return arena_printf(a, "%.*s@%s", STR_FMT(user), host);
}
