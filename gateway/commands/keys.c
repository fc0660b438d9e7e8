/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* `baygate keys`: the ring of signing keys, for the admin. Which change is allowed when: crypto/keyring_change.h. */
#include "commands.h"

#include <getopt.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "keys_show.h"
#include "keys_work.h"

#define ARENA_CAP (64 * 1024 * 1024)
#define LOOK_MS 200

enum status { DONE = 0, FAILED = 1, WRONG_LINE = 2, REFUSED = 3, TRY_AGAIN = 4 };

struct asked {
        struct keys_place place;
        const char *file;
        struct str kid;
        enum alg alg; /* ALG_NONE: all */
        bool json, yes, no_wait, emergency, public, history;
};

/* Progress goes where it does not mix with JSON. */
#define SAY(asked, ...) fprintf((asked)->json ? stderr : stdout, __VA_ARGS__)

static int tell_failure(const struct asked *asked, result r, const struct keys_errand *e)
{
        struct str why = arena_reason(asked->place.arena);

        if (!str_is_empty(why))
                fprintf(stderr, "baygate keys: %.*s\n", STR_FMT(why));
        return e->change.act && e->keys && r.error == &ERR_CONFIG ? REFUSED : FAILED;
}

/* Fills errand->keys. */
static int go(const struct asked *asked, struct keys_errand *e)
{
        result r = keys_go(&asked->place, e);

        if (!is_ok(r))
                return tell_failure(asked, r, e);
        if (!e->change.act || e->done)
                return DONE;
        fputs("baygate keys: somebody else changed the keys in the same moment, and nothing was done here: look at "
              "`baygate keys list`, then try again\n", stderr);
        return TRY_AGAIN;
}

/* Whoever is not there to be asked has to say it beforehand. */
static bool is_sure(const struct asked *asked)
{
        char answer[8] = "";

        if (asked->yes)
                return true;
        if (!isatty(STDIN_FILENO)) {
                fputs("baygate keys: nobody is here to be asked: --yes says that you are sure\n", stderr);
                return false;
        }
        fputs("Type yes to go on: ", stderr);
        return fgets(answer, sizeof(answer), stdin) && str_is(str_trim(str_from(answer)), "yes");
}

static const json_t *find_key(const json_t *keys, struct str kid)
{
        for (size_t i = 0; i < json_array_size(keys); i++)
                if (str_eq(json_str(json_array_get(keys, i), "kid"), kid))
                        return json_array_get(keys, i);
        return NULL;
}

/* The key of this algorithm in this state; NULL: none. */
static const json_t *find_state(const json_t *keys, enum alg alg, const char *state)
{
        for (size_t i = 0; i < json_array_size(keys); i++) {
                const json_t *key = json_array_get(keys, i);

                if (str_is(json_str(key, "state"), state) && str_is(json_str(key, "alg"), alg_name(alg)))
                        return key;
        }
        return NULL;
}

/* ---- what only looks ---- */

static int list(const struct asked *asked)
{
        struct keys_errand e = { 0 };
        int status = go(asked, &e);

        return status ? status : keys_show_list(asked->place.arena, e.keys, asked->json);
}

static int history(const struct asked *asked)
{
        struct keys_errand e = { 0 };
        int status = go(asked, &e);

        return status ? status : keys_show_history(asked->place.arena, e.keys, asked->json);
}

static int export(const struct asked *asked)
{
        struct keys_errand e = { 0 };
        int status;

        if (!asked->public) {
                fputs("baygate keys: private keys never leave the store; baygate keys export --public gives the others\n", stderr);
                return WRONG_LINE;
        }
        status = go(asked, &e);
        return status ? status : keys_show_public(asked->place.arena, e.keys, asked->history);
}

/* ---- one step ---- */

static int done(const struct asked *asked, const struct keys_errand *e)
{
        return asked->json ? keys_show_list(asked->place.arena, e->keys, true) : DONE;
}

static void tell_next(const struct asked *asked, const json_t *key)
{
        struct str from = keys_time(asked->place.arena, json_int(key, "signs_from", 0));

        SAY(asked, "published: %.*s (%.*s), which can sign from %.*s\n", STR_FMT(json_str(key, "kid")),
            STR_FMT(json_str(key, "alg")), STR_FMT(from));
}

static void tell_how_to_go_on(const struct asked *asked, const json_t *key)
{
        SAY(asked, "after that type: baygate keys activate --kid %.*s\n", STR_FMT(json_str(key, "kid")));
}

static int generate(const struct asked *asked)
{
        struct keys_errand e = { .change = { .act = KEY_STAGE }, .alg = asked->alg };
        int status = go(asked, &e);

        if (status)
                return status;
        tell_next(asked, find_state(e.keys, asked->alg, "next"));
        tell_how_to_go_on(asked, find_state(e.keys, asked->alg, "next"));
        return done(asked, &e);
}

static int import(const struct asked *asked)
{
        struct keys_errand e = { .change = { .act = KEY_IMPORT } };
        result r = keys_read_private(asked->place.arena, asked->file, asked->alg, &e.change.key);
        int status;

        if (!is_ok(r))
                return tell_failure(asked, r, &e);
        status = go(asked, &e);
        if (status)
                return status;
        tell_next(asked, find_key(e.keys, key_kid(e.change.key)));
        tell_how_to_go_on(asked, find_key(e.keys, key_kid(e.change.key)));
        SAY(asked, "the store has it now: destroy %s and its copies\n", asked->file);
        return done(asked, &e);
}

static void tell_active(const struct asked *asked, const json_t *keys, struct str kid)
{
        SAY(asked, "signs now: %.*s (%.*s)\n", STR_FMT(kid), STR_FMT(json_str(find_key(keys, kid), "alg")));
        for (size_t i = 0; i < json_array_size(keys); i++) {
                const json_t *key = json_array_get(keys, i);
                struct str goes = keys_time(asked->place.arena, json_int(key, "goes_at", 0));

                if (str_is(json_str(key, "state"), "retired") &&
                    str_eq(json_str(key, "alg"), json_str(find_key(keys, kid), "alg")))
                        SAY(asked, "stays published: %.*s, until %.*s, when its last token has expired; a node then drops it\n",
                            STR_FMT(json_str(key, "kid")), STR_FMT(goes));
        }
}

static int activate_kid(const struct asked *asked, struct str kid, struct keys_errand *e)
{
        int status;

        *e = (struct keys_errand){ .change = { .act = KEY_ACTIVATE, .kid = kid, .emergency = asked->emergency } };
        status = go(asked, e);
        if (!status)
                tell_active(asked, e->keys, kid);
        return status;
}

static int activate(const struct asked *asked)
{
        struct keys_errand e;
        int status;

        if (asked->emergency) {
                fputs("Services whose copy of /jwks is up to 5 minutes old do not have this key yet. Those that do not fetch again "
                      "for an unknown kid will refuse its tokens until then.\n", stderr);
                if (!is_sure(asked))
                        return WRONG_LINE;
        }
        status = activate_kid(asked, asked->kid, &e);
        return status ? status : done(asked, &e);
}

static int retire(const struct asked *asked)
{
        struct keys_errand e = { .change = { .act = KEY_RETIRE, .kid = asked->kid } };
        int status;

        fputs("Nothing will be signed with this algorithm any more.\n", stderr);
        if (!is_sure(asked))
                return WRONG_LINE;
        status = go(asked, &e);
        if (status)
                return status;
        SAY(asked, "retired: %.*s\n", STR_FMT(asked->kid));
        return done(asked, &e);
}

/* ---- revocation ---- */

static void tell_what_stops(const json_t *key)
{
        bool next = str_is(json_str(key, "state"), "next");

        fprintf(stderr, "Revoking %.*s (%.*s, %.*s):\n", STR_FMT(json_str(key, "kid")), STR_FMT(json_str(key, "alg")),
                STR_FMT(json_str(key, "state")));
        if (next) {
                fputs("  - it has signed nothing: nothing stops working\n", stderr);
                return;
        }
        fputs("  - every token that it signed and that has not expired stops working: at the gateway within a second, at services\n"
              "    when they fetch /jwks again; people sign in again, or clients refresh\n"
              "  - services keep their copy of /jwks for up to 5 minutes: until then they still accept what a thief signs with it;\n"
              "    where that is too long, restart them or empty their caches\n"
              "  - ID tokens of it no longer count as id_token_hint: signing out asks the person\n", stderr);
        if (str_is(json_str(key, "state"), "active"))
                fputs("  - its successor signs at once; services that do not fetch /jwks again for an unknown kid refuse its tokens\n"
                      "    for up to 5 minutes\n", stderr);
        fputs("  - receipts and the audit stay verifiable with `baygate keys export --public --history`; what was signed after the\n"
              "    theft can't be told from what the gateway signed, so keep the time of this revocation\n", stderr);
}

static int revoke_kid(const struct asked *asked, struct str kid, struct keys_errand *e)
{
        struct keys_errand before = { 0 };
        int status = go(asked, &before);
        const json_t *key = status ? NULL : find_key(before.keys, kid), *successor;

        if (status)
                return status;
        if (!key || !keys_is_live(key)) {
                fprintf(stderr, "baygate keys: the ring has no key %.*s\n", STR_FMT(kid));
                return REFUSED;
        }
        tell_what_stops(key);
        if (!is_sure(asked))
                return WRONG_LINE;
        *e = (struct keys_errand){ .change = { .act = KEY_REVOKE, .kid = kid } };
        status = go(asked, e);
        if (status)
                return status;
        SAY(asked, "revoked: %.*s\n", STR_FMT(kid));
        successor = find_state(e->keys, alg_find(json_str(key, "alg")), "active");
        if (successor && str_is(json_str(key, "state"), "active"))
                SAY(asked, "signs now: %.*s (%.*s)\n", STR_FMT(json_str(successor, "kid")), STR_FMT(json_str(successor, "alg")));
        return DONE;
}

static int revoke_key(const struct asked *asked)
{
        struct keys_errand e;
        int status = revoke_kid(asked, asked->kid, &e);

        return status ? status : done(asked, &e);
}

/* ---- rotation ---- */

/* The algorithms to rotate: the one that was asked for, or those of the settings. */
static size_t which(const struct asked *asked, const struct keys_errand *e, enum alg *ret_algs)
{
        if (asked->alg != ALG_NONE) {
                ret_algs[0] = asked->alg;
                return 1;
        }
        memcpy(ret_algs, e->algs, e->alg_count * sizeof(*ret_algs));
        return e->alg_count;
}

static int rotate_at_once(const struct asked *asked, const enum alg *algs, size_t count, struct keys_errand *e)
{
        for (size_t i = 0; i < count; i++) {
                const json_t *active = find_state(e->keys, algs[i], "active");
                int status = active ? revoke_kid(asked, json_str(active, "kid"), e) : DONE;

                if (status)
                        return status;
        }
        return done(asked, e);
}

/* A key that is there already goes on from where an earlier command stopped. *ret_from: when all of them can sign. */
static int stage_all(const struct asked *asked, const enum alg *algs, size_t count, struct keys_errand *e, int64_t *ret_from)
{
        *ret_from = 0;
        for (size_t i = 0; i < count; i++) {
                const json_t *next = find_state(e->keys, algs[i], "next");
                int status = DONE;

                if (!next) {
                        *e = (struct keys_errand){ .change = { .act = KEY_STAGE }, .alg = algs[i] };
                        status = go(asked, e);
                }
                if (status)
                        return status;
                next = find_state(e->keys, algs[i], "next");
                tell_next(asked, next);
                if (asked->no_wait)
                        tell_how_to_go_on(asked, next);
                if (json_int(next, "signs_from", 0) > *ret_from)
                        *ret_from = json_int(next, "signs_from", 0);
        }
        return DONE;
}

static void wait_until(const struct asked *asked, int64_t from)
{
        const struct timespec pause = { .tv_nsec = LOOK_MS * 1000000L };
        struct str time = keys_time(asked->place.arena, from);

        if (clock_now() < from)
                SAY(asked, "waiting until %.*s, when every service can have them; an interrupted `baygate keys rotate` goes on "
                           "when it is typed again\n", STR_FMT(time));
        fflush(asked->json ? stderr : stdout);
        while (clock_now() < from)
                nanosleep(&pause, NULL);
}

static int rotate(const struct asked *asked)
{
        enum alg algs[ALG_COUNT_];
        struct keys_errand e = { 0 };
        int64_t from;
        int status = go(asked, &e);
        size_t count = status ? 0 : which(asked, &e, algs);

        if (status)
                return status;
        if (asked->emergency)
                return rotate_at_once(asked, algs, count, &e);
        status = stage_all(asked, algs, count, &e, &from);
        if (status || asked->no_wait)
                return status ? status : done(asked, &e);
        wait_until(asked, from);
        for (size_t i = 0; i < count; i++) {
                const json_t *next = find_state(e.keys, algs[i], "next");

                status = activate_kid(asked, json_str(next, "kid"), &e);
                if (status)
                        return status;
        }
        return done(asked, &e);
}

/* ---- the command line ---- */

static int usage(FILE *to, int status)
{
        fputs("usage: baygate keys list | generate | rotate | activate | retire | revoke | import | export | history  [OPTION…]\n\n"
              "  list                         the keys in the ring: next (published), active (signs), retired (published)\n"
              "  rotate [--alg ALG]           publish a new key, wait until every service can have it, let it sign; the old\n"
              "                               one stays published until its last token has expired, then a node drops it\n"
              "  rotate --emergency           revoke the active keys at once, and say what stops working\n"
              "  generate --alg ALG           only publish a new key\n"
              "  activate --kid KID           let a published key sign; too early is refused, except with --emergency\n"
              "  retire --kid KID             stop signing with an algorithm that the settings no longer ask for\n"
              "  revoke --kid KID             take a key away at once, and say what stops working\n"
              "  import --file FILE           publish a private key (JWK) that was made elsewhere\n"
              "  export --public [--history]  the public keys as a JWKS; with --history also those that are gone, for proofs\n"
              "  history                      all keys, and who did what when\n\n"
              "  -s, --settings FILE    the gateway's settings (default: /etc/baygate/baygate.yaml)\n"
              "  -d, --state-dir DIR    as of `baygate serve`\n"
              "  -a, --alg ALG          ES256, RS256, PS256, EdDSA, SGD_SM3_SM2; rotate: all of the settings without it\n"
              "  -k, --kid KID          which key\n"
              "  -f, --file FILE        mode 0600\n"
              "  -n, --no-wait          rotate: publish only, and say what to type later\n"
              "  -y, --yes              do not ask\n"
              "  -j, --json             JSON on standard output; what else is told goes to standard error\n\n"
              "exit status: 0 done; 1 it failed; 2 the command line is wrong, or you were not sure; 3 refused, with the reason;\n"
              "4 somebody else changed the keys in the same moment. Except for 0 nothing was changed by the step that is told.\n\n"
              "example: baygate keys rotate --alg ES256\n",
              to);
        return status;
}

static const struct verb {
        const char *name;
        int (*run)(const struct asked *asked);
        bool kid, alg, file; /* what it cannot do without */
} verbs[] = {
        { "list", list, false, false, false },       { "generate", generate, false, true, false },
        { "rotate", rotate, false, false, false },   { "activate", activate, true, false, false },
        { "retire", retire, true, false, false },    { "revoke", revoke_key, true, false, false },
        { "import", import, false, false, true },    { "export", export, false, false, false },
        { "history", history, false, false, false },
};

/* False: there is no such algorithm. */
static bool take_alg(struct asked *asked, const char *name)
{
        asked->alg = alg_find(str_from(name));
        if (asked->alg == ALG_NONE)
                fprintf(stderr, "baygate keys: there is no algorithm \"%s\"\n", name);
        return asked->alg != ALG_NONE;
}

/* -1: go on. */
static int read_options(int argc, char **argv, struct asked *asked)
{
        static const struct option options[] = {
                { "settings", required_argument, NULL, 's' }, { "state-dir", required_argument, NULL, 'd' },
                { "alg", required_argument, NULL, 'a' },      { "kid", required_argument, NULL, 'k' },
                { "file", required_argument, NULL, 'f' },     { "no-wait", no_argument, NULL, 'n' },
                { "yes", no_argument, NULL, 'y' },            { "json", no_argument, NULL, 'j' },
                { "emergency", no_argument, NULL, 'E' },      { "public", no_argument, NULL, 'P' },
                { "history", no_argument, NULL, 'H' },        { "help", no_argument, NULL, 'h' },
                { NULL, 0, NULL, 0 },
        };
        int c;

        while ((c = getopt_long(argc, argv, "s:d:a:k:f:nyjh", options, NULL)) != -1) {
                switch (c) {
                case 's': asked->place.settings = optarg; break;
                case 'd': asked->place.state_dir = optarg; break;
                case 'k': asked->kid = str_from(optarg); break;
                case 'f': asked->file = optarg; break;
                case 'n': asked->no_wait = true; break;
                case 'y': asked->yes = true; break;
                case 'j': asked->json = true; break;
                case 'E': asked->emergency = true; break;
                case 'P': asked->public = true; break;
                case 'H': asked->history = true; break;
                case 'a':
                        if (!take_alg(asked, optarg))
                                return WRONG_LINE;
                        break;
                default: return usage(c == 'h' ? stdout : stderr, c == 'h' ? DONE : WRONG_LINE);
                }
        }
        return -1;
}

static int run(const struct asked *asked, const char *name)
{
        for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
                const struct verb *v = &verbs[i];

                if (strcmp(v->name, name) != 0)
                        continue;
                if ((v->kid && str_is_empty(asked->kid)) || (v->alg && asked->alg == ALG_NONE) || (v->file && !asked->file)) {
                        fprintf(stderr, "baygate keys %s: --%s is missing\n", name, v->kid ? "kid" : v->alg ? "alg" : "file");
                        return WRONG_LINE;
                }
                return v->run(asked);
        }
        return usage(stderr, WRONG_LINE);
}

int command_keys(int argc, char **argv)
{
        auto_arena a = arena_new(ARENA_CAP);
        struct asked asked = { .place = { .arena = a, .settings = "/etc/baygate/baygate.yaml" } };
        int status = read_options(argc, argv, &asked);

        if (status >= 0)
                return status;
        if (argc - optind != 1)
                return usage(stderr, WRONG_LINE);
        signal(SIGPIPE, SIG_IGN);
        signal(SIGXFSZ, SIG_IGN);
        asked.place.by = keys_who(a);
        return run(&asked, argv[optind]);
}
