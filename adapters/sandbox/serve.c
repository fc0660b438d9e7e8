/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* baygate-sandbox serve: one server with one worker for each stand-in; the main thread waits for the end and, ten
 * times a second, sends off the callbacks that are due. */
#include "commands.h"
#include "log.h"
#include "settings.h"

#include <getopt.h>
#include <signal.h>

#define TICK_NS 100000000L
#define ARENA_BYTES ((size_t)8 * 1024 * 1024)

struct stand_in {
        struct site site;
        int port;
        struct server *server;
};

enum { IAMSMART = 0, GUANGDONG, PORTAL, SERVICE, STAND_INS };

static void stand_ins_set(struct stand_in *s, const struct settings *settings)
{
        s[IAMSMART] =
                (struct stand_in){ { "iamsmart", iamsmart_routes, settings->iamsmart }, settings->iamsmart_port, NULL };
        s[GUANGDONG] = (struct stand_in){ { "guangdong", guangdong_routes, settings->guangdong },
                                          settings->guangdong_port,
                                          NULL };
        s[PORTAL] = (struct stand_in){ { "portal", portal_routes, settings->portal }, settings->portal_port, NULL };
        s[SERVICE] =
                (struct stand_in){ { "service", service_routes, settings->service }, settings->service_port, NULL };
}

static result stand_in_start(struct arena *a, struct str host, struct stand_in *s)
{
        struct server_options options = { .host = host,
                                          .port = s->port,
                                          .workers = 1,
                                          .max_tasks = 512,
                                          .max_connections = 1024,
                                          .deadline_ms = 30000,
                                          .idle_timeout_s = 30,
                                          .max_header_bytes = 16384,
                                          .body_cap = site_body_cap,
                                          .route_name = site_route_name,
                                          .handle = site_handle,
                                          .program = &s->site };
        TRY(server_start(a, &options, &s->server));
        log_event(LOG_INFO, "listening", LOG_TEXT("stand_in", s->site.name), LOG_STR("host", host),
                  LOG_INT("port", server_port(s->server)));
        return OK;
}

/* `only`: comma-separated names, or empty for all that the settings have. */
static bool is_wanted(struct str only, const struct stand_in *s)
{
        struct str name;
        if (!s->site.state)
                return false;
        if (str_is_empty(only))
                return true;
        while (str_split(&only, ',', &name))
                if (str_is(name, s->site.name))
                        return true;
        return false;
}

static void run_until_signal(const struct stand_in *s, const sigset_t *signals)
{
        const struct timespec tick = { .tv_nsec = TICK_NS };
        struct iamsmart *iamsmart = s[IAMSMART].site.state;
        while (sigtimedwait(signals, NULL, &tick) < 0)
                if (s[IAMSMART].server && atomic_load(&iamsmart->due))
                        server_run_task(s[IAMSMART].server, iamsmart_deliver, iamsmart);
}

static int serve(struct arena *a, const struct settings *settings, struct str only)
{
        struct stand_in stand_ins[STAND_INS];
        sigset_t signals;
        int status = 0;
        size_t started = 0;
        sigemptyset(&signals);
        sigaddset(&signals, SIGTERM);
        sigaddset(&signals, SIGINT);
        sigprocmask(SIG_BLOCK, &signals, NULL);
        signal(SIGPIPE, SIG_IGN);

        stand_ins_set(stand_ins, settings);
        for (size_t i = 0; i < STAND_INS && !status; i++) {
                if (!is_wanted(only, &stand_ins[i]))
                        continue;
                if (is_ok(stand_in_start(a, settings->host, &stand_ins[i])))
                        started++;
                else
                        status = 1;
        }
        if (status)
                log_event(LOG_ERROR, "start_failed", LOG_STR("reason", arena_reason(a)));
        else if (started)
                run_until_signal(stand_ins, &signals);
        for (size_t i = 0; i < STAND_INS; i++)
                if (stand_ins[i].server)
                        server_stop(stand_ins[i].server);
        return status;
}

static const char usage[] =
        "usage: baygate-sandbox serve --settings FILE [--keys DIR] [--only NAME,…]\n\n"
        "  --settings FILE  YAML; each of its sections iamsmart, guangdong, portal, service starts one stand-in\n"
        "  --keys DIR       where the key and secret files named in it are (default: the folder of FILE)\n"
        "  --only NAME,…    start only these sections\n"
        "Stops on SIGTERM or Ctrl-C.\n";

int command_serve(int argc, char **argv)
{
        static const struct option options[] = { { "settings", required_argument, NULL, 's' },
                                                 { "keys", required_argument, NULL, 'k' },
                                                 { "only", required_argument, NULL, 'o' },
                                                 { "help", no_argument, NULL, 'h' },
                                                 { 0 } };
        struct str file = STR(""), keys = STR(""), only = STR("");
        int c;
        while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
                if (c == 's')
                        file = str_from(optarg);
                else if (c == 'k')
                        keys = str_from(optarg);
                else if (c == 'o')
                        only = str_from(optarg);
                else {
                        fputs(usage, c == 'h' ? stdout : stderr);
                        return c == 'h' ? 0 : 2;
                }
        }
        if (str_is_empty(file)) {
                fputs(usage, stderr);
                return 2;
        }
        auto_arena a = arena_new(ARENA_BYTES);
        struct mistakes mistakes = { .arena = a };
        struct settings settings = { 0 };
        int status = 1;
        if (is_ok(settings_load(a, file, keys, &mistakes, &settings)))
                status = serve(a, &settings, only);
        else if (!mistakes.count)
                fprintf(stderr, "%.*s\n", STR_FMT(arena_reason(a)));
        for (size_t i = 0; i < mistakes.count; i++)
                fprintf(stderr, "%.*s\n", STR_FMT(mistakes.items[i]));
        settings_done(&settings);
        return status;
}
