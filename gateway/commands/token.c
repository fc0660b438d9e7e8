/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* `baygate token`: tells people at a terminal what a token is, and which check fails. What a token names is never fetched:
 * keys come from where the command line says. */
#include "commands.h"

#include <getopt.h>
#include <stdio.h>

#include "audit_verify.h"
#include "clock.h"
#include "fetch_now.h"
#include "token_checks.h"

#define ARENA_CAP ((size_t)4 * 1024 * 1024)
#define TOKEN_MAX ((size_t)64 * 1024)
#define KEYS_MAX ((size_t)256 * 1024)

struct token_options {
        const char *keys;          /* file or address; NULL: by discovery */
        const char *ca_file;
        struct str issuer, audience;
        bool json;
};

/* ---- input ---- */

static result read_stdin(struct arena *a, struct str *ret_text)
{
        struct buf b = buf_in(a, TOKEN_MAX);
        char piece[4096];
        size_t got;

        while ((got = fread(piece, 1, sizeof(piece), stdin)) > 0)
                buf_add(&b, str_slice(piece, got));
        if (ferror(stdin) || b.over)
                return fail(a, ERR_CONFIG, "standard input: %s", b.over ? "longer than any token" : "can't be read");
        *ret_text = buf_str(&b);
        return OK;
}

static result read_token(struct arena *a, const char *argument, struct str *ret_token)
{
        struct str text = str_from(argument);

        if (str_is(text, "-"))
                TRY(read_stdin(a, &text));
        *ret_token = str_trim(text);
        return OK;
}

/* ---- keys ---- */

static result fetch_keys(struct arena *a, struct str url, const char *ca_file, struct jwks *ret_keys)
{
        struct str text;

        TRY(fetch_now(a, url, ca_file, KEYS_MAX, &text));
        return jwks_parse(a, text, ret_keys);
}

/* With this reason in place of one that says less. */
static result fail_anew(struct arena *a, const char *why)
{
        arena_clear_reason(a);
        return fail(a, ERR_CONFIG, "%s", why);
}

/* OpenID Connect Discovery 1.0, section 4: the issuer's own document, and keys at the issuer's own place. */
static result discover(struct arena *a, struct str issuer, const char *ca_file, struct str *ret_url)
{
        struct str text, url = ARENA_JOIN(a, issuer, STR("/.well-known/openid-configuration"));
        struct uri own, keys;
        json_t *document;

        TRY(fetch_now(a, url, ca_file, KEYS_MAX, &text));
        if (!is_ok(json_read_object(a, text, KEYS_MAX, &document)) || !str_eq(json_str(document, "issuer"), issuer))
                return fail_anew(a, "the discovery document is none, or that of another issuer");
        if (!is_ok(uri_parse(a, issuer, &own)) || !is_ok(uri_parse(a, json_str(document, "jwks_uri"), &keys)) ||
            !str_eq(own.origin, keys.origin))
                return fail_anew(a, "the discovery document names no keys, or some that are elsewhere: --jwks can name them");
        *ret_url = json_str(document, "jwks_uri");
        return OK;
}

static result find_keys(struct arena *a, const struct token_options *o, struct jwks *ret_keys)
{
        struct str place = str_from(o->keys);

        if (o->keys && !str_starts(place, STR("http:")) && !str_starts(place, STR("https:")))
                return audit_keys_read(a, place, ret_keys);
        if (!o->keys)
                TRY(discover(a, o->issuer, o->ca_file, &place));
        return fetch_keys(a, place, o->ca_file, ret_keys);
}

/* ---- output ---- */

static const char *const verdict_words[] = {
        [TOKEN_GOOD] = "good",
        [TOKEN_FAILED] = "FAILED",
        [TOKEN_NOT_CHECKED] = "not checked",
};

static void print_checks(const struct token_checks *c)
{
        const struct token_check *failure = token_checks_failure(c);

        putchar('\n');
        for (size_t i = 0; i < c->count; i++)
                printf("  %-12s %-10s %.*s\n", verdict_words[c->items[i].verdict], c->items[i].name,
                       STR_FMT(c->items[i].words));
        if (failure)
                printf("\nrefused: %s: %.*s\n", failure->name, STR_FMT(failure->words));
        else
                printf("\ngood\n");
}

static void print_json(struct arena *a, const struct token_view *v, const struct token_checks *c)
{
        json_t *root = json_new_object(a), *list = json_array();
        char *text;

        json_put_str(root, "kind", str_from(v->kind->words));
        for (size_t i = 0; c && i < c->count; i++) {
                json_t *check = json_new_object(a);

                json_put_str(check, "check", str_from(c->items[i].name));
                json_put_str(check, "verdict", str_from(verdict_words[c->items[i].verdict]));
                json_put_str(check, "words", c->items[i].words);
                json_array_append(list, check);
        }
        json_object_set_new(root, "checks", list);
        if (c)
                json_put_bool(root, "good", !token_checks_failure(c));
        if (v->header) {
                json_object_set(root, "header", (json_t *)v->header);
                json_object_set(root, "claims", (json_t *)v->claims);
        }
        text = json_dumps(root, JSON_INDENT(2) | JSON_ENSURE_ASCII);
        if (text)
                puts(text);
        free(text);
}

/* ---- the two ---- */

static int refuse(struct arena *a, const char *what)
{
        fprintf(stderr, "baygate token: %s%.*s\n", what, STR_FMT(token_plain(a, arena_reason(a))));
        return 1;
}

static int decode(struct arena *a, const char *argument, const struct token_options *o)
{
        struct str text;
        struct token_view v;

        if (!is_ok(read_token(a, argument, &text)))
                return refuse(a, "");
        v = token_view_of(a, text);
        if (o->json) {
                print_json(a, &v, NULL);
        } else {
                token_view_tell(a, &v, clock_now());
                if (v.header)
                        printf("\nNothing of this is proven; `baygate token verify` checks it.\n\n");
                else
                        printf("  %-12s %.*s\n", "can't be read", STR_FMT(v.unreadable));
                token_view_print(a, &v);
        }
        return fflush(stdout) == 0 && v.header ? 0 : 1;
}

static int verify(struct arena *a, const char *argument, const struct token_options *o)
{
        struct token_wanted wanted = { .issuer = o->issuer, .audience = o->audience, .now = clock_now() };
        struct token_checks checks;
        struct token_view v;
        struct jwks keys;
        struct str text;

        if (!is_ok(read_token(a, argument, &text)))
                return refuse(a, "");
        if (!is_ok(find_keys(a, o, &keys)))
                return refuse(a, "the keys can't be had: ");
        arena_clear_reason(a);
        v = token_view_of(a, text);
        wanted.keys = &keys;
        token_checks_run(a, &v, &wanted, &checks);
        if (o->json) {
                print_json(a, &v, &checks);
        } else {
                token_view_tell(a, &v, wanted.now);
                print_checks(&checks);
        }
        return fflush(stdout) == 0 && !token_checks_failure(&checks) ? 0 : 1;
}

static int usage(FILE *to, int status)
{
        fputs("usage: baygate token decode [--json] TOKEN|-\n"
              "       baygate token verify (--jwks FILE|ADDRESS | --issuer ISSUER) [OPTION...] TOKEN|-\n\n"
              "decode tells what a token says; nothing of that is proven. verify checks it, and tells which check fails.\n"
              "With - the token is read from standard input: what is on a command line, everybody on this machine can see,\n"
              "and the shell remembers it.\n\n"
              "  -j, --jwks FILE|ADDRESS   the issuer's keys, as its /jwks gives them\n"
              "  -i, --issuer ISSUER       who must have made it; without --jwks its keys are asked for there\n"
              "  -a, --audience AUDIENCE   for whom it must be\n"
              "  -c, --ca FILE             certificates (PEM) to trust for these addresses instead of the system's\n"
              "  -J, --json                print the result as JSON\n\n"
              "Addresses begin with https:// (http:// only on this machine). Nothing that a token names is fetched: neither\n"
              "keys nor status lists; whether it was revoked, the gateway knows. Exit status: 0 good, 1 refused, 2 wrong usage.\n\n"
              "example: baygate token verify --issuer https://id.example.org --audience https://records.example.org - < token\n",
              to);
        return status;
}

int command_token(int argc, char **argv)
{
        static const struct option options[] = {
                { "jwks", required_argument, NULL, 'j' },   { "issuer", required_argument, NULL, 'i' },
                { "audience", required_argument, NULL, 'a' }, { "ca", required_argument, NULL, 'c' },
                { "json", no_argument, NULL, 'J' },         { "help", no_argument, NULL, 'h' },
                { NULL, 0, NULL, 0 },
        };
        struct token_options o = { 0 };
        auto_arena a = arena_new(ARENA_CAP);
        int c;

        while ((c = getopt_long(argc, argv, "j:i:a:c:Jh", options, NULL)) != -1) {
                switch (c) {
                case 'j': o.keys = optarg; break;
                case 'i': o.issuer = str_from(optarg); break;
                case 'a': o.audience = str_from(optarg); break;
                case 'c': o.ca_file = optarg; break;
                case 'J': o.json = true; break;
                default: return usage(c == 'h' ? stdout : stderr, c == 'h' ? 0 : 2);
                }
        }
        if (argc - optind != 2)
                return usage(stderr, 2);
        if (strcmp(argv[optind], "decode") == 0)
                return decode(a, argv[optind + 1], &o);
        if (strcmp(argv[optind], "verify") == 0 && (o.keys || o.issuer.len > 0))
                return verify(a, argv[optind + 1], &o);
        return usage(stderr, 2);
}
