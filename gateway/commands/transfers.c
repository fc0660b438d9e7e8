/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* `baygate transfers report`: the record of transfers, made of a folder of audit files. They are verified while they
 * are read, and nothing is printed when they were touched. Works on the files alone, so also on copies. */
#include "commands.h"

#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "audit_transfers_text.h"
#include "clock.h"

#define ARENA_CAP ((size_t)64 * 1024 * 1024)
#define PROGRESS_MS 1000
#define PROGRESS_RECORDS 4096 /* between two looks at the clock */

static const struct format {
        const char *name;
        void (*print)(FILE *, const struct audit_transfers_report *);
        bool preamble_apart; /* the format has no place for it */
} formats[] = {
        { "table", audit_transfers_table, false },
        { "csv", audit_transfers_csv, true },
        { "json", audit_transfers_json, false },
};

struct asked {
        const char *directory, *jwks, *from, *to;
        const struct format *format;
};

/* ---- reading, with a word about how far it is ---- */

struct reading {
        struct audit_transfers *sums;
        int64_t shown_at_ms;
        bool terminal, shown;
};

static void show_progress(struct reading *r)
{
        int64_t records = audit_transfers_heard(r->sums), now;

        if (!r->terminal || records % PROGRESS_RECORDS != 0)
                return;
        now = clock_monotonic_ms();
        if (now - r->shown_at_ms < PROGRESS_MS)
                return;
        fprintf(stderr, "\rbaygate transfers: %lld records", (long long)records);
        r->shown_at_ms = now;
        r->shown = true;
}

static result hear(void *context, struct arena *scratch, const json_t *record)
{
        struct reading *r = context;

        TRY(audit_transfers_hear(r->sums, scratch, record));
        show_progress(r);
        return OK;
}

static bool read_all(struct arena *a, const char *directory, const struct jwks *keys, struct audit_transfers *sums,
                     struct audit_report *ret_proof)
{
        struct reading r = { .sums = sums, .shown_at_ms = clock_monotonic_ms(), .terminal = isatty(STDERR_FILENO) };
        const struct audit_listener listener = { hear, &r };
        bool good = audit_verify_hearing(a, str_from(directory), keys, &listener, ret_proof);

        if (r.shown)
                fputs("\r\033[K", stderr);
        return good;
}

/* ---- the command ---- */

static int refuse(const struct audit_fault *fault)
{
        if (fault->line > 0)
                fprintf(stderr, "baygate transfers: %.*s:%zu: %.*s\n", STR_FMT(fault->file), fault->line,
                        STR_FMT(fault->what));
        else
                fprintf(stderr, "baygate transfers: %.*s: %.*s\n", STR_FMT(fault->file), STR_FMT(fault->what));
        return 1;
}

static int report(const struct asked *asked, struct audit_period period)
{
        auto_arena a = arena_new(ARENA_CAP);
        __attribute__((cleanup(audit_transfers_cleanup))) struct audit_transfers *sums = audit_transfers_new(period);
        struct audit_report proof;
        struct audit_transfers_report text = { period, sums, &proof, asked->jwks };
        struct jwks keys;

        if (asked->jwks && !is_ok(audit_keys_read(a, str_from(asked->jwks), &keys))) {
                fprintf(stderr, "baygate transfers: %.*s\n", STR_FMT(arena_reason(a)));
                return 1;
        }
        if (!read_all(a, asked->directory, asked->jwks ? &keys : NULL, sums, &proof))
                return refuse(&proof.fault);
        if (asked->format->preamble_apart)
                audit_transfers_preamble(stderr, &text);
        asked->format->print(stdout, &text);
        if (fflush(stdout) == 0 && !ferror(stdout))
                return 0;
        fprintf(stderr, "baygate transfers: standard output: %m\n");
        return 1;
}

/* A day stands for its first or its last second. */
static bool read_time(struct arena *a, const char *name, const char *text, const char *rest_of_day, struct str *ret_time)
{
        struct str time = str_from(text);

        if (time.len == sizeof("2026-11-22") - 1)
                time = ARENA_JOIN(a, time, str_from(rest_of_day));
        if (!audit_time_is_real(time)) {
                fprintf(stderr, "baygate transfers: %s: \"%s\" is neither a day such as 2026-11-22 nor a time such as "
                                "2026-11-22T15:04:05Z\n", name, text);
                return false;
        }
        *ret_time = time;
        return true;
}

static int report_period(const struct asked *asked)
{
        auto_arena a = arena_new(ARENA_CAP);
        struct audit_period period;

        if (!read_time(a, "--from", asked->from, "T00:00:00Z", &period.from) ||
            !read_time(a, "--to", asked->to, "T23:59:59Z", &period.to))
                return 2;
        if (memcmp(period.from.data, period.to.data, period.from.len) > 0) {
                fprintf(stderr, "baygate transfers: the period ends (%s) before it begins (%s)\n", asked->to, asked->from);
                return 2;
        }
        return report(asked, period);
}

static int usage(FILE *to, int status)
{
        fputs("usage: baygate transfers report DIR --from DATE --to DATE [--format table|csv|json] [--jwks FILE]\n\n"
              "Sums the crossings in the audit files of DIR: how many, and of how many persons, for each direction,\n"
              "purpose, recipient, item, policy, field and form. The files are verified first, as `baygate audit verify`\n"
              "does; when one was touched, nothing is printed but its place.\n\n"
              "  -f, --from DATE       the period's beginning: 2026-11-01, or 2026-11-01T08:00:00Z (UTC)\n"
              "  -t, --to DATE         its end, included: a day with all its seconds, or a time\n"
              "  -F, --format FORMAT   table (the default), csv or json\n"
              "  -j, --jwks FILE       the gateway's keys, as its /jwks gives them: signatures are checked too\n\n"
              "exit status: 0 printed; 1 a file is missing, unreadable or was touched; 2 the command line is wrong\n\n"
              "example:\n"
              "  baygate transfers report /var/lib/baygate/audit --from 2026-11-01 --to 2026-11-30 --jwks jwks.json\n",
              to);
        return status;
}

static const struct format *find_format(const char *name)
{
        for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
                if (strcmp(formats[i].name, name) == 0)
                        return &formats[i];
        fprintf(stderr, "baygate transfers: there is no format \"%s\"\n", name);
        return NULL;
}

/* -1: go on. */
static int read_options(int argc, char **argv, struct asked *asked)
{
        static const struct option options[] = {
                { "from", required_argument, NULL, 'f' },   { "to", required_argument, NULL, 't' },
                { "format", required_argument, NULL, 'F' }, { "jwks", required_argument, NULL, 'j' },
                { "help", no_argument, NULL, 'h' },         { NULL, 0, NULL, 0 },
        };
        int c;

        while ((c = getopt_long(argc, argv, "f:t:F:j:h", options, NULL)) != -1) {
                switch (c) {
                case 'f': asked->from = optarg; break;
                case 't': asked->to = optarg; break;
                case 'F': asked->format = find_format(optarg); break;
                case 'j': asked->jwks = optarg; break;
                default: return usage(c == 'h' ? stdout : stderr, c == 'h' ? 0 : 2);
                }
                if (!asked->format)
                        return 2;
        }
        return -1;
}

int command_transfers(int argc, char **argv)
{
        struct asked asked = { .format = &formats[0] };
        int status = read_options(argc, argv, &asked);

        if (status >= 0)
                return status;
        if (argc - optind != 2 || strcmp(argv[optind], "report") != 0 || !asked.from || !asked.to)
                return usage(stderr, 2);
        asked.directory = argv[optind + 1];
        return report_period(&asked);
}
