/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* baygate-guard: its command line. */
#include <getopt.h>

#include "guard_serve.h"

#define ARENA_BYTES ((size_t)16 * 1024 * 1024)

static const char usage_text[] =
        "usage: baygate-guard [--config FILE]\n"
        "       baygate-guard check FILE\n"
        "       baygate-guard reference\n\n"
        "Runs beside a service and answers its proxy's question at /auth: may this request pass? (docs/guard.md)\n\n"
        "  -c, --config FILE   the settings (default: /etc/baygate/guard.yaml); stops on SIGTERM or Ctrl-C\n"
        "  check FILE          lists every mistake in the settings with its line, and ends\n"
        "  reference           prints the manual of the settings (docs/guard-settings.md)\n";

static const char reference_text[] =
        "<!-- Made by `baygate-guard reference` from the table in adapters/guard; edit that. -->\n"
        "\n"
        "# Settings of the guard\n"
        "\n"
        "One YAML file. `baygate-guard check FILE` lists every mistake with its line. Relative paths start at the settings\n"
        "file's folder. Durations have a unit: `90s`, `15m`, `8h`, `30d`. Addresses are https, or http on loopback. Unknown\n"
        "and repeated settings, aliases and tags are mistakes. `a.b` is `b` inside `a`; `a[].b` is `b` in each item of the\n"
        "list `a`. [config/guard.yaml](../config/guard.yaml) is a commented example, [guard.md](guard.md) explains.\n"
        "\n";

static int usage(FILE *to, int status)
{
        fputs(usage_text, to);
        return status;
}

static int print_reference(struct arena *a)
{
        fputs(reference_text, stdout);
        printf("%.*s", STR_FMT(schema_reference(a, "The guard", guard_schema)));
        return 0;
}

static result load(struct arena *a, const char *file, FILE *to, struct guard_settings *ret_settings)
{
        struct mistakes mistakes = { .arena = a };
        result r = guard_settings_load(a, str_from(file), &mistakes, ret_settings);
        for (size_t i = 0; i < mistakes.count; i++)
                fprintf(to, "%.*s\n", STR_FMT(mistakes.items[i]));
        if (!is_ok(r) && mistakes.count == 0)
                fprintf(to, "%.*s\n", STR_FMT(arena_reason(a)));
        return r;
}

static int check(struct arena *a, const char *file)
{
        struct guard_settings settings;
        if (!is_ok(load(a, file, stdout, &settings)))
                return 1;
        printf("%s: %zu rules, no mistakes\n", file, settings.rules.count);
        return 0;
}

static int serve(struct arena *a, const char *file)
{
        struct guard_settings settings;
        return is_ok(load(a, file, stderr, &settings)) ? guard_serve(a, &settings) : 1;
}

int main(int argc, char **argv)
{
        static const struct option options[] = {
                { "config", required_argument, NULL, 'c' },
                { "help", no_argument, NULL, 'h' },
                { NULL, 0, NULL, 0 },
        };
        const char *file = "/etc/baygate/guard.yaml";
        auto_arena a = arena_new(ARENA_BYTES);
        int c;
        while ((c = getopt_long(argc, argv, "c:h", options, NULL)) != -1) {
                if (c != 'c')
                        return usage(c == 'h' ? stdout : stderr, c == 'h' ? 0 : 2);
                file = optarg;
        }
        if (optind == argc)
                return serve(a, file);
        if (strcmp(argv[optind], "check") == 0 && optind + 2 == argc)
                return check(a, argv[optind + 1]);
        if (strcmp(argv[optind], "reference") == 0 && optind + 1 == argc)
                return print_reference(a);
        return usage(stderr, 2);
}
