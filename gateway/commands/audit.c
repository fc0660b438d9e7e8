/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* `baygate audit`: proves the audit's files whole, shows and exports them. Works on the files alone, so also on copies,
 * on another machine, without the settings. */
#include "commands.h"

#include <getopt.h>
#include <stdio.h>

#include "audit_verify.h"
#include "secret.h"
#include "trail.h"

#define ARENA_CAP ((size_t)64 * 1024 * 1024)
#define SUBJECT_MAX 1024

static int told(const struct arena *a)
{
        fprintf(stderr, "baygate audit: %.*s\n", STR_FMT(arena_reason(a)));
        return 1;
}

/* ---- verify ---- */

static int report_fault(const struct audit_fault *fault)
{
        if (fault->line > 0)
                printf("%.*s:%zu: %.*s\n", STR_FMT(fault->file), fault->line, STR_FMT(fault->what));
        else
                printf("%.*s: %.*s\n", STR_FMT(fault->file), STR_FMT(fault->what));
        return 1;
}

static int verify(const char *directory, const char *jwks_file)
{
        auto_arena a = arena_new(ARENA_CAP);
        struct audit_report report;
        struct jwks keys;

        if (jwks_file && !is_ok(audit_keys_read(a, str_from(jwks_file), &keys)))
                return told(a);
        if (!audit_verify(a, str_from(directory), jwks_file ? &keys : NULL, &report))
                return report_fault(&report.fault);
        for (size_t i = 0; i < report.count; i++) {
                const struct audit_node *n = &report.nodes[i];

                printf("ok: %.*s: records %lld to %lld in %zu files, %.*s to %.*s; signed up to record %lld%s\n",
                       STR_FMT(n->node), (long long)n->first, (long long)n->last, n->files, STR_FMT(n->since),
                       STR_FMT(n->until), (long long)n->signed_to, jwks_file ? "" : " (signatures not checked: no --jwks)");
        }
        return 0;
}

/* ---- show and export ---- */

struct filter {
        struct str subject, client, item, event, since;
        bool json;
        bool any; /* something was printed */
};

static bool wanted(const struct filter *f, const json_t *record)
{
        struct str time = json_str(record, "time");
        size_t n = f->since.len < time.len ? f->since.len : time.len;

        if (f->subject.len > 0 && !str_eq(json_str(record, "person"), f->subject) &&
            !str_eq(json_str(record, "other"), f->subject))
                return false;
        if (f->client.len > 0 && !str_eq(json_str(record, "client"), f->client))
                return false;
        if (f->item.len > 0 && !str_eq(json_str(record, "item"), f->item))
                return false;
        if (f->event.len > 0 && !str_eq(json_str(record, "event"), f->event))
                return false;
        return f->since.len == 0 || memcmp(time.data, f->since.data, n) >= 0;
}

/* One line for people: time, node, number, event, and what else there is but hashes and signatures. */
static void print_line(struct arena *a, const json_t *record)
{
        static const char *const names[] = {
                "client", "item",   "direction", "source",  "other_source", "purpose", "policy", "fields",
                "reason", "person", "other",     "binding", "session",      "grant",   "key",    "alg",
                "by",     "file",   "request",
        };
        int64_t count = json_int(record, "count", 0);

        printf("%.*s %.*s %lld %.*s", STR_FMT(json_str(record, "time")), STR_FMT(json_str(record, "node")),
               (long long)json_int(record, "seq", 0), STR_FMT(json_str(record, "event")));
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
                struct str value = json_str(record, names[i]);

                if (value.len > 0)
                        printf(" %s=%.*s", names[i], STR_FMT(json_write(a, json_object_get(record, names[i]))));
        }
        if (count)
                printf(" count=%lld", (long long)count);
        putchar('\n');
}

static result show_line(struct arena *a, const struct audit_file *file, size_t number, struct str line,
                        struct filter *filter)
{
        json_t *record;

        if (!is_ok(json_read_object(a, line, AUDIT_LINE_MAX, &record))) {
                arena_clear_reason(a);
                return fail(a, ERR_VERIFY, "%.*s:%zu: not a record", STR_FMT(file->path), number);
        }
        if (!wanted(filter, record))
                return OK;
        if (filter->json)
                printf("%s%.*s", filter->any ? ",\n" : "", STR_FMT(line));
        else
                print_line(a, record);
        filter->any = true;
        return OK;
}

static void cleanup_reader(struct audit_reader *r)
{
        audit_reader_done(r);
}

static result show_file(struct arena *a, const struct audit_file *file, struct filter *filter)
{
        __attribute__((cleanup(cleanup_reader))) struct audit_reader reader = { 0 };
        auto_arena scratch = arena_new(AUDIT_LINE_MAX * 16);
        struct str line;

        TRY(audit_reader_open(a, file->path, &reader));
        while (audit_reader_next(&reader, &line)) {
                arena_reset(scratch);
                if (!is_ok(show_line(scratch, file, reader.number, line, filter)))
                        return fail(a, ERR_VERIFY, "%.*s", STR_FMT(arena_reason(scratch)));
        }
        return OK;
}

static int show(const char *directory, struct filter *filter)
{
        auto_arena a = arena_new(ARENA_CAP);
        struct audit_file *files;
        enum audit_kind kind;
        size_t count;

        if (filter->event.len > 0 && !audit_kind_find(filter->event, &kind)) {
                fprintf(stderr, "baygate audit: there is no event \"%.*s\"\n", STR_FMT(filter->event));
                return 2;
        }
        if (!is_ok(audit_files_list(a, str_from(directory), (struct str){ 0 }, &files, &count)))
                return told(a);
        if (filter->json)
                fputs("[", stdout);
        for (size_t i = 0; i < count; i++)
                if (!is_ok(show_file(a, &files[i], filter)))
                        return told(a);
        if (filter->json)
                puts("]");
        return fflush(stdout) == 0 ? 0 : 1;
}

/* ---- pseudonym ---- */

/* The subject comes on standard input: a command line is seen by everybody on the machine. */
static int pseudonym(const char *source, const char *key_file)
{
        auto_arena a = arena_new(ARENA_CAP);
        char subject[SUBJECT_MAX];
        struct secret *master;
        struct seal *seal;
        size_t len;

        if (!is_ok(master_key_load(a, str_from(key_file), false, &master)))
                return told(a);
        len = fread(subject, 1, sizeof(subject), stdin);
        seal = seal_new(secret_reveal(master), STR("state"));
        printf("%.*s\n", STR_FMT(trail_person(a, seal, str_from(source), str_trim(str_slice(subject, len)))));
        seal_free(seal);
        wipe(subject, sizeof(subject));
        return 0;
}

static int usage(FILE *to, int status)
{
        fputs("usage: baygate audit verify DIR [--jwks FILE]\n"
              "       baygate audit show DIR [FILTER…]\n"
              "       baygate audit export DIR --json [FILTER…]\n"
              "       baygate audit pseudonym SOURCE --master-key FILE < SUBJECT\n\n"
              "verify proves the files of a folder whole and unaltered, or names file and line of the first fault.\n"
              "pseudonym tells how records name a person: the subject at the source is read from standard input.\n\n"
              "  -j, --jwks FILE       the gateway's keys, as its /jwks gives them: signatures are checked too\n"
              "  -p, --subject P       only records about this pseudonym\n"
              "  -c, --client C        only records of this client\n"
              "  -i, --item I          only records about this item of the catalogue\n"
              "  -e, --event E         only this event\n"
              "  -s, --since T         only from this time on: 2026-11-22 or 2026-11-22T15:04:05Z (UTC)\n"
              "  -k, --master-key FILE the key that pseudonyms are made with\n\n"
              "example: baygate audit verify /var/lib/baygate/audit --jwks jwks.json\n",
              to);
        return status;
}

struct arguments {
        const char *jwks, *master_key;
        struct filter filter;
};

/* -1: go on. */
static int read_options(int argc, char **argv, struct arguments *ret_arguments)
{
        static const struct option options[] = {
                { "jwks", required_argument, NULL, 'j' },       { "subject", required_argument, NULL, 'p' },
                { "client", required_argument, NULL, 'c' },     { "event", required_argument, NULL, 'e' },
                { "since", required_argument, NULL, 's' },      { "json", no_argument, NULL, 'J' },
                { "master-key", required_argument, NULL, 'k' }, { "item", required_argument, NULL, 'i' },
                { "help", no_argument, NULL, 'h' },             { NULL, 0, NULL, 0 },
        };
        struct arguments found = { 0 };
        int c;

        while ((c = getopt_long(argc, argv, "j:p:c:i:e:s:k:h", options, NULL)) != -1) {
                switch (c) {
                case 'j': found.jwks = optarg; break;
                case 'k': found.master_key = optarg; break;
                case 'p': found.filter.subject = str_from(optarg); break;
                case 'c': found.filter.client = str_from(optarg); break;
                case 'i': found.filter.item = str_from(optarg); break;
                case 'e': found.filter.event = str_from(optarg); break;
                case 's': found.filter.since = str_from(optarg); break;
                case 'J': found.filter.json = true; break;
                default: return usage(c == 'h' ? stdout : stderr, c == 'h' ? 0 : 2);
                }
        }
        *ret_arguments = found;
        return -1;
}

int command_audit(int argc, char **argv)
{
        struct arguments arguments;
        int status = read_options(argc, argv, &arguments);
        const char *what, *operand;

        if (status >= 0)
                return status;
        if (argc - optind != 2)
                return usage(stderr, 2);
        what = argv[optind];
        operand = argv[optind + 1];
        if (strcmp(what, "verify") == 0)
                return verify(operand, arguments.jwks);
        if (strcmp(what, "show") == 0 && !arguments.filter.json)
                return show(operand, &arguments.filter);
        if (strcmp(what, "export") == 0 && arguments.filter.json)
                return show(operand, &arguments.filter);
        if (strcmp(what, "pseudonym") == 0 && arguments.master_key)
                return pseudonym(operand, arguments.master_key);
        return usage(stderr, 2);
}
