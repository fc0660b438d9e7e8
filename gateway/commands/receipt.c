/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* `baygate receipt`: checks a receipt against the gateway's public keys, offline, and tells in words what it says. */
#include "commands.h"

#include <getopt.h>
#include <stdio.h>

#include "audit_verify.h"
#include "clock.h"
#include "receipt.h"

#define ARENA_CAP ((size_t)4 * 1024 * 1024)
#define FILE_MAX (256 * 1024)

static void close_stream(FILE **f)
{
        if (*f && *f != stdin)
                fclose(*f);
}

/* "-" is standard input. */
static result read_file(struct arena *a, const char *path, struct str *ret_content)
{
        __attribute__((cleanup(close_stream))) FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
        struct buf b = buf_in(a, FILE_MAX);
        char piece[4096];
        size_t got;

        if (!f)
                return fail(a, ERR_CONFIG, "%s: %m", path);
        while ((got = fread(piece, 1, sizeof(piece), f)) > 0)
                buf_add(&b, str_slice(piece, got));
        if (ferror(f) || b.over)
                return fail(a, ERR_CONFIG, "%s: %s", path, b.over ? "too long" : "can't be read");
        *ret_content = buf_str(&b);
        return OK;
}

/* The English title, or whatever there is. */
static struct str title(const json_t *titles)
{
        struct str english = json_str(titles, "en");
        const char *name;
        json_t *value;

        json_object_foreach((json_t *)titles, name, value)
                if (str_is_empty(english))
                        english = json_str(titles, name);
        return english;
}

static void print(const char *label, struct str value)
{
        if (value.len > 0)
                printf("%-16s%.*s\n", label, STR_FMT(value));
}

static void print_parties(struct arena *a, const json_t *claims)
{
        const json_t *party;
        size_t i;

        json_array_foreach(json_object_get(claims, "party_identification"), i, party) {
                struct str id = json_str(party, "party_id"), name = title(json_object_get(party, "party_name"));

                print(arena_cstr(a, json_str(party, "party_role")),
                      name.len > 0 ? ARENA_JOIN(a, id, STR(" ("), name, STR(")")) : id);
        }
}

static void print_processing(struct arena *a, const json_t *processing)
{
        const json_t *policy = json_object_get(processing, "release_policy"), *field;
        size_t i;

        print("from", json_str(processing, "source_jurisdiction"));
        print("to", json_str(processing, "jurisdiction"));
        print("item", title(json_object_get(json_object_get(processing, "service"), "title")));
        print("purpose", title(json_object_get(processing, "purpose")));
        json_array_foreach(json_object_get(processing, "pii_information"), i, field)
                print(i == 0 ? "fields" : "", ARENA_JOIN(a, json_str(field, "pii_type"), STR(" as "),
                                                         json_str(field, "form")));
        json_array_foreach(json_object_get(processing, "refused"), i, field)
                print(i == 0 ? "refused" : "", str_slice(json_string_value(field), json_string_length(field)));
        print("kept for", json_str(processing, "retention_period"));
        if (policy)
                print("policy", ARENA_JOIN(a, json_str(policy, "id"), STR(" "), json_str(policy, "version"),
                                           STR(" sha256 "), json_str(policy, "sha256")));
}

static void print_match(struct arena *a, const json_t *match)
{
        const char *name;
        json_t *verdict;

        print("match", json_str(match, "grade"));
        json_object_foreach((json_t *)match, name, verdict)
                if (strcmp(name, "grade") != 0)
                        print("", ARENA_JOIN(a, str_from(name), STR(": "), json_str(match, name)));
}

static void tell(struct arena *a, struct str type, const json_t *claims)
{
        const json_t *processing = json_object_get(claims, "pii_processing");

        printf("ok: a receipt of %s, signed by %.*s\n",
               str_is(type, RECEIPT_CONSENT_TYPE) ? "a consent" : "a binding of two accounts",
               STR_FMT(json_str(claims, "iss")));
        print("number", json_str(claims, "record_id"));
        print("time", clock_text(a, json_int(claims, "iat", 0)));
        print("person", json_str(claims, "pii_principal_id"));
        print_parties(a, claims);
        print_processing(a, processing);
        print_match(a, json_object_get(claims, "match"));
        print("withdraw at", json_str(processing ? processing : claims, "withdrawal_method"));
}

static int verify(const char *file, const char *jwks_file, bool json)
{
        auto_arena a = arena_new(ARENA_CAP);
        struct str receipt, type;
        struct jwks keys;
        json_t *claims;

        if (!is_ok(audit_keys_read(a, str_from(jwks_file), &keys)) || !is_ok(read_file(a, file, &receipt))) {
                fprintf(stderr, "baygate receipt: %.*s\n", STR_FMT(arena_reason(a)));
                return 1;
        }
        if (!is_ok(receipt_verify(a, str_trim(receipt), &keys, &type, &claims))) {
                fprintf(stderr, "baygate receipt: %s: refused: %.*s\n", file, STR_FMT(arena_reason(a)));
                return 1;
        }
        if (json)
                printf("%.*s\n", STR_FMT(json_write(a, claims)));
        else
                tell(a, type, claims);
        return fflush(stdout) == 0 ? 0 : 1;
}

static int usage(FILE *to, int status)
{
        fputs("usage: baygate receipt verify FILE --jwks FILE [--json]\n\n"
              "verify proves, offline, that a receipt was signed by a gateway and not touched since, and tells what it\n"
              "says. FILE - is standard input. Exit status: 0 genuine, 1 not, 2 wrong usage.\n\n"
              "  -j, --jwks FILE   the gateway's keys, as its /jwks gives them\n"
              "  -J, --json        print the receipt's content as JSON\n\n"
              "example: curl -s https://id.example.org/jwks > jwks.json\n"
              "         baygate receipt verify baygate-receipt-1f0c9a2e.jwt --jwks jwks.json\n",
              to);
        return status;
}

int command_receipt(int argc, char **argv)
{
        static const struct option options[] = {
                { "jwks", required_argument, NULL, 'j' },
                { "json", no_argument, NULL, 'J' },
                { "help", no_argument, NULL, 'h' },
                { NULL, 0, NULL, 0 },
        };
        const char *jwks = NULL;
        bool json = false;
        int c;

        while ((c = getopt_long(argc, argv, "j:Jh", options, NULL)) != -1) {
                switch (c) {
                case 'j': jwks = optarg; break;
                case 'J': json = true; break;
                default: return usage(c == 'h' ? stdout : stderr, c == 'h' ? 0 : 2);
                }
        }
        if (argc - optind != 2 || strcmp(argv[optind], "verify") != 0 || !jwks)
                return usage(stderr, 2);
        return verify(argv[optind + 1], jwks, json);
}
