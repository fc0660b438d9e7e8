/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* `baygate serve`: builds the gateway from its settings, starts Redis if it is ours, the listeners, and waits for a
 * signal. */
#include "commands.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backing.h"
#include "digest.h"
#include "log.h"
#include "page.h"
#include "readiness.h"
#include "routes.h"
#include "settings.h"
#include "signing_ring.h"
#include "store.h"

#define ARENA_CAP (16 * 1024 * 1024)
#define TEND_MS 500 /* between two looks at the shared keys: a change is to be everywhere within a second */
#define FILE_MAX ((size_t)1024 * 1024)

/* Everything that serving holds; each part is NULL until it is there, and stopped in the reverse order. */
struct serving {
        struct arena *arena;
        struct config *config;
        struct gateway *gateway;
        struct redis_child *redis;
        struct server *admin;
        struct server *server;
        bool keys_unread; /* the last look at the shared keys failed, and the log has it */
};

static void handle_public(struct task *t)
{
        route_dispatch(t, public_routes);
}

static void handle_admin(struct task *t)
{
        route_dispatch(t, admin_routes);
}

static size_t cap_of(const struct gateway *g, const struct route *table, enum method method, struct str path)
{
        const struct route *r = route_find(table, path, NULL);

        if (!r || method != METHOD_POST || r->body == BODY_NONE)
                return r && r->body == BODY_NONE ? 0 : g->config->limits.body_bytes;
        return r->body_max ? r->body_max : g->config->limits.body_bytes;
}

static size_t public_body_cap(void *program, enum method method, struct str path)
{
        return cap_of(program, public_routes, method, path);
}

static size_t admin_body_cap(void *program, enum method method, struct str path)
{
        return cap_of(program, admin_routes, method, path);
}

static const char *name_of(const struct route *table, struct str path)
{
        const struct route *r = route_find(table, path, NULL);

        return r ? r->path : "unknown";
}

static const char *public_route_name(void *program, enum method method, struct str path)
{
        (void)program;
        (void)method;
        return name_of(public_routes, path);
}

static const char *admin_route_name(void *program, enum method method, struct str path)
{
        (void)program;
        (void)method;
        return name_of(admin_routes, path);
}

static struct server_options server_options(const struct serving *s, const struct listen_config *listen)
{
        const struct limits *limits = &s->config->limits;

        return (struct server_options){
                .host = listen->host,
                .port = listen->port,
                .workers = limits->workers,
                .max_tasks = limits->tasks,
                .max_connections = limits->connections,
                .deadline_ms = limits->request_deadline_ms,
                .idle_timeout_s = limits->idle_timeout_s,
                .max_header_bytes = limits->header_bytes,
                .program = s->gateway,
        };
}

/* The file's content: keys of a listener with TLS, the settings for their digest. */
static result read_file(struct arena *a, struct str path, struct str *ret_content)
{
        struct buf b = buf_in(a, FILE_MAX);
        char part[4096];
        size_t n;
        FILE *f;

        if (str_is_empty(path))
                return OK;
        f = fopen(arena_cstr(a, path), "re");
        if (!f)
                return fail(a, ERR_CONFIG, "%.*s: %m", STR_FMT(path));
        while ((n = fread(part, 1, sizeof(part), f)) > 0)
                buf_add(&b, str_slice(part, n));
        fclose(f);
        *ret_content = buf_str(&b);
        return OK;
}

struct preparing {
        struct gateway *gateway;
        bool durability_required;
        result r;
        char reason[256];
};

/* What has to be read from the store before the first request. Runs as a task on the admin listener's worker. */
static void prepare(struct task *t, void *argument)
{
        struct preparing *p = argument;
        bool persistent = true;

        p->r = p->durability_required ? store_is_persistent(t, &persistent) : OK;
        if (is_ok(p->r) && !persistent)
                p->r = fail(task_arena(t), ERR_CONFIG,
                            "this Redis has no append-only file (appendonly no), but bindings and keys must last; "
                            "the setting state.durability: none accepts that");
        if (is_ok(p->r))
                p->r = signing_ring_load(t, p->gateway);
        snprintf(p->reason, sizeof(p->reason), "%.*s", STR_FMT(arena_reason(task_arena(t))));
}

static result start_admin(struct serving *s, const struct store_options *store)
{
        struct server_options options = server_options(s, &s->config->admin);
        struct preparing p = {
                .gateway = s->gateway,
                .durability_required = s->config->durability == DURABILITY_REQUIRED,
        };

        options.workers = 1;
        options.store = store;
        options.handle = handle_admin;
        options.body_cap = admin_body_cap;
        options.route_name = admin_route_name;
        TRY(server_start(s->arena, &options, &s->admin));
        server_run_task(s->admin, prepare, &p);
        return is_ok(p.r) ? OK : fail_with(s->arena, p.r.error, "%s", p.reason);
}

static result start_public(struct serving *s, const struct store_options *store)
{
        struct server_options options = server_options(s, &s->config->listen);

        options.store = store;
        options.handle = handle_public;
        options.body_cap = public_body_cap;
        options.route_name = public_route_name;
        TRY(read_file(s->arena, s->config->listen.certificate_file, &options.tls_certificate));
        TRY(read_file(s->arena, s->config->listen.key_file, &options.tls_private_key));
        return server_start(s->arena, &options, &s->server);
}

/* The first records say which program began, with which settings. */
static result start_audit(struct serving *s)
{
        const struct audit_options options = backing_audit(s->arena, s->config, STR(""));
        struct str settings;

        TRY(audit_start(s->arena, &options, &s->gateway->audit));
        TRY(read_file(s->arena, s->config->file, &settings));
        audit_note(s->gateway->audit, &(struct audit_event){ .kind = AUDIT_START, .reason = STR(BAYGATE_VERSION) });
        audit_note(s->gateway->audit, &(struct audit_event){ .kind = AUDIT_SETTINGS_LOADED,
                                                              .sha256 = sha256_base64url(s->arena, settings) });
        return OK;
}

static void stop_audit(struct serving *s)
{
        if (!s->gateway || !s->gateway->audit)
                return;
        audit_note(s->gateway->audit, &(struct audit_event){ .kind = AUDIT_STOP });
        audit_stop(s->gateway->audit);
}

static json_t *acr_values(const struct gateway *g)
{
        json_t *list = json_new_array(g->arena);

        for (size_t i = 0; i < g->assurance->acr_count; i++)
                json_array_append_new(list, json_from_str(g->assurance->acrs[i].acr));
        return list;
}

static result build(struct serving *s)
{
        struct mistakes mistakes = { .arena = s->arena };
        struct gateway *g;
        struct pages *pages;

        TRY(gateway_new(s->arena, s->config, &mistakes, &s->gateway));
        g = s->gateway;
        TRY(pages_load(g->arena, &pages));
        g->pages = pages;
        g->discovery = json_write(g->arena, discovery_render(g->arena, g->config, routes_metadata(g->arena), acr_values(g)));
        return OK;
}

static result start(struct serving *s)
{
        struct store_options store;

        if (mkdir(arena_cstr(s->arena, s->config->state_dir), 0700) != 0 && errno != EEXIST)
                return fail(s->arena, ERR_CONFIG, "state_dir %.*s: %m", STR_FMT(s->config->state_dir));
        TRY(build(s));
        TRY(start_audit(s));
        TRY(backing_start_redis(s->arena, s->config, &s->redis));
        store = backing_store(s->gateway, s->redis ? redis_child_socket(s->redis) : STR(""));
        TRY(start_admin(s, &store));
        TRY(start_public(s, &store));
        s->gateway->server = s->server;
        return OK;
}

static void stop(struct serving *s)
{
        readiness_stopping();
        server_stop(s->admin); /* first: its /metrics reads the other's figures */
        server_stop(s->server);
        stop_audit(s);
        redis_child_stop(s->redis);
        gateway_free(s->gateway);
        config_free(s->config);
        arena_free(s->arena);
}

struct tending {
        struct gateway *gateway;
        struct str by;
        result r;
        char reason[256];
};

/* Takes over keys that were changed elsewhere, and changes what is due. A task of its own: no request waits for it. */
static void tend(struct task *t, void *argument)
{
        struct tending *p = argument;

        p->r = signing_ring_refresh(t, p->gateway);
        if (is_ok(p->r))
                p->r = signing_ring_tend(t, p->gateway, p->by);
        snprintf(p->reason, sizeof(p->reason), "%.*s", STR_FMT(arena_reason(task_arena(t))));
}

/* A failure is told once; the gateway goes on with the keys that it has. */
static void tend_keys(struct serving *s, struct str by)
{
        struct tending p = { .gateway = s->gateway, .by = by };

        server_run_task(s->admin, tend, &p);
        if (!is_ok(p.r) && !s->keys_unread)
                log_event(LOG_ERROR, "signing_keys_unread", LOG_TEXT("reason", p.reason));
        s->keys_unread = !is_ok(p.r);
}

/* Until SIGTERM or SIGINT (0), or the end of our Redis (1). */
static int wait_for_end(struct serving *s, const sigset_t *signals)
{
        const struct timespec pause = { .tv_nsec = TEND_MS * 1000000L };
        struct str by = ARENA_JOIN(s->arena, STR("schedule@"), backing_audit(s->arena, s->config, STR("")).node);

        for (;;) {
                if (sigtimedwait(signals, NULL, &pause) > 0)
                        return 0;
                readiness_alive();
                if (s->redis && !redis_child_is_running(s->redis)) {
                        log_event(LOG_ERROR, "redis_ended", LOG_TEXT("reason", "the embedded redis-server ended by itself"));
                        return 1;
                }
                tend_keys(s, by);
        }
}

static int serve(const char *file, const char *state_dir)
{
        struct serving s = { .arena = arena_new(ARENA_CAP) };
        sigset_t signals;
        int status = 1;
        result r;

        sigemptyset(&signals);
        sigaddset(&signals, SIGTERM);
        sigaddset(&signals, SIGINT);
        pthread_sigmask(SIG_BLOCK, &signals, NULL); /* before threads are made: they inherit it */
        signal(SIGPIPE, SIG_IGN);
        signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is a failed write, as a full disk is */
        r = settings_load(s.arena, file, &s.config);
        if (is_ok(r)) {
                if (state_dir)
                        config_set_state_dir(s.config, str_from(state_dir));
                log_set_level((enum log_level)s.config->log_level);
                r = start(&s);
                if (!is_ok(r))
                        fprintf(stderr, "baygate: %.*s\n", STR_FMT(arena_reason(s.arena)));
        }
        if (is_ok(r)) {
                log_event(LOG_INFO, "serving", LOG_STR("issuer", s.config->issuer), LOG_INT("port", server_port(s.server)),
                          LOG_INT("admin_port", server_port(s.admin)), LOG_TEXT("version", BAYGATE_VERSION));
                readiness_ready();
                status = wait_for_end(&s, &signals);
                log_event(LOG_INFO, "stopping", LOG_INT("status", status));
        }
        stop(&s);
        return status;
}

static int usage(FILE *to, int status)
{
        fputs("usage: baygate serve [--settings FILE] [--state-dir DIR]\n\n"
              "Serves until SIGTERM or SIGINT, then finishes what runs and exits.\n\n"
              "  -s, --settings FILE   the settings (default: /etc/baygate/baygate.yaml)\n"
              "  -d, --state-dir DIR   for the master key and the embedded Redis; goes before the setting\n\n"
              "example: baygate serve --settings config/demo/baygate.yaml --state-dir /tmp/baygate\n",
              to);
        return status;
}

int command_serve(int argc, char **argv)
{
        static const struct option options[] = {
                { "settings", required_argument, NULL, 's' },
                { "state-dir", required_argument, NULL, 'd' },
                { "help", no_argument, NULL, 'h' },
                { NULL, 0, NULL, 0 },
        };
        const char *file = "/etc/baygate/baygate.yaml", *state_dir = NULL;
        int c;

        while ((c = getopt_long(argc, argv, "s:d:h", options, NULL)) != -1) {
                if (c == 's')
                        file = optarg;
                else if (c == 'd')
                        state_dir = optarg;
                else
                        return usage(c == 'h' ? stdout : stderr, c == 'h' ? 0 : 2);
        }
        return optind < argc ? usage(stderr, 2) : serve(file, state_dir);
}
