/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* `baygate policy check FILE…`: every mistake in release policies, or their digests.
 * `baygate policy show`: the policies of the settings.
 * `baygate policy explain`: field by field, what a client would be told about a person of a source, and why. */
#include "commands.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "clock.h"
#include "release.h"
#include "settings.h"

#define ARENA_CAP (64 * 1024 * 1024)
#define DAY 86400

struct asked {
        const char *settings, *client, *source, *scope, *item;
        struct str id; /* of a policy; empty: all */
};

static int check(int count, char **files)
{
        auto_arena a = arena_new(ARENA_CAP);
        struct mistakes mistakes = { .arena = a };
        struct policy_list list = { 0 };
        for (int i = 0; i < count; i++)
                policy_read(a, str_from(files[i]), &mistakes, &list);
        policy_check_all(&list, &mistakes);
        for (size_t i = 0; i < mistakes.count; i++)
                printf("%.*s\n", STR_FMT(mistakes.items[i]));
        if (mistakes.count)
                return 1;
        for (size_t i = 0; i < list.count; i++)
                printf("ok: %.*s %.*s, sha256 %.*s\n", STR_FMT(list.items[i].id), STR_FMT(list.items[i].version),
                       STR_FMT(list.items[i].sha256));
        return 0;
}

/* "2026-01-31", or a word where there is no such day. */
static const char *day_text(int64_t time, const char *none, char *text, size_t size)
{
        time_t seconds = (time_t)time;
        struct tm day;
        if (time == 0 || time == INT64_MAX || !gmtime_r(&seconds, &day) || !strftime(text, size, "%Y-%m-%d", &day))
                return none;
        return text;
}

static void show_one(const struct policy *p)
{
        char from[32], until[32];
        int64_t last = p->valid_until == INT64_MAX ? INT64_MAX : p->valid_until - DAY;
        printf("%.*s %.*s\n", STR_FMT(p->id), STR_FMT(p->version));
        printf("  %-12s %.*s → %.*s\n", "direction", STR_FMT(p->from), STR_FMT(p->to));
        printf("  %-12s %.*s (%.*s)\n", "purpose", STR_FMT(p->purpose), STR_FMT(json_str(p->purposes, "en")));
        printf("  %-12s %.*s\n", "recipient", STR_FMT(json_str(p->recipients, "en")));
        printf("  %-12s", "legal basis");
        for (size_t i = 0; i < p->legal_basis_count; i++)
                printf(" %.*s", STR_FMT(p->legal_bases[i]));
        printf("\n  %-12s %" PRId64 " days\n", "retention", p->retention / DAY);
        printf("  %-12s %s to %s\n", "valid", day_text(p->valid_from, "always", from, sizeof(from)),
               day_text(last, "no end", until, sizeof(until)));
        printf("  %-12s %.*s\n", "sha256", STR_FMT(p->sha256));
        for (size_t i = 0; i < p->field_count; i++)
                printf("  %-16.*s %-10s%s\n", STR_FMT(p->fields[i].claim), policy_form_name(p->fields[i].form),
                       p->fields[i].essential ? " essential" : "");
}

static int show(struct arena *a, const struct config *c, const struct asked *asked)
{
        size_t shown = 0;
        for (size_t i = 0; i < c->policies.count; i++) {
                if (asked->id.len > 0 && !str_eq(c->policies.items[i].id, asked->id))
                        continue;
                show_one(&c->policies.items[i]);
                shown++;
        }
        (void)a;
        if (shown == 0)
                fprintf(stderr, "baygate: %s\n", asked->id.len ? "no policy has this id" : "the settings have no policies");
        return shown > 0 ? 0 : 1;
}

static const char *verdict_text(const struct release_field *field, const struct release *release)
{
        switch (field->verdict) {
        case RELEASE_NO_POLICY:
                return "no: no policy is valid for this direction, purpose and client";
        case RELEASE_NOT_NAMED:
                return "no: the policy does not name it";
        case RELEASE_GIVEN:
                if (!release->crossing)
                        return "yes: nothing crosses, the request decides";
                return field->essential ? "yes: essential, named by the policy" : "yes: named by the policy, may be refused";
        default:
                return "no: no scope or claim asks for it";
        }
}

/* All that could be asked: each claim that the client's scopes permit, by name. */
static json_t *every_claim(struct arena *a, struct str scopes)
{
        json_t *claims = json_new_object(a), *userinfo = json_object();
        for (const char *const *claim = scope_claims; *claim; claim++)
                if (scope_covers(scopes, *claim))
                        json_object_set_new(userinfo, *claim, json_null());
        json_object_set_new(claims, "userinfo", userinfo);
        return claims;
}

static void explain_fields(const struct release *release, struct str scope)
{
        for (size_t n = 0; n < release->count; n++) {
                const struct release_field *field = &release->fields[n];
                bool given = field->verdict == RELEASE_GIVEN;
                const char *how = scope_stands_for(scope, field->claim) ? "by scope" : "by name";
                printf("  %-16s %-9s %-10s %s\n", field->claim, field->targets ? how : "-",
                       given ? policy_form_name(field->form) : "-", verdict_text(field, release));
        }
}

/* The item of this id; NULL when there is none, or not for the client. */
static const struct catalogue_item *find_item(const struct config *c, const struct client *client, const char *id)
{
        const struct catalogue_item *item = catalogue_find_id(&c->catalogue, str_from(id));
        return item ? catalogue_find(&c->catalogue, item->resource, client->client_id) : NULL;
}

/* A request for an item gets the item's scopes, of those that it asks for (RFC 8707, section 2). */
static struct str scope_of(struct arena *a, const struct catalogue_item *item, struct str asked)
{
        struct buf granted = buf_in(a, asked.len + 1);
        struct str scope;
        while (str_split(&asked, ' ', &scope)) {
                if (item && !str_is(scope, "openid") && !str_has_word(item->scopes, scope))
                        continue;
                buf_add_text(&granted, granted.len > 0 ? " " : "");
                buf_add(&granted, scope);
        }
        return buf_str(&granted);
}

static void explain_direction(const struct source_config *source, const struct release_request *request,
                              const struct release *release)
{
        const struct client *client = request->client;
        const struct catalogue_item *item = request->item;
        struct str purpose = item && item->purpose.len > 0 ? item->purpose : client->purpose;
        printf("%.*s (%.*s) → %.*s (%.*s): %s, purpose %.*s\n", STR_FMT(source->id), STR_FMT(source->jurisdiction),
               STR_FMT(client->client_id), STR_FMT(client->jurisdiction), release->crossing ? "a crossing" : "no crossing",
               STR_FMT(purpose.len > 0 ? purpose : STR("not named")));
        if (item)
                printf("item %.*s (%.*s), resource %.*s\n", STR_FMT(item->id), STR_FMT(json_str(item->titles, "en")),
                       STR_FMT(item->resource));
        if (release->policy)
                printf("policy %.*s %.*s, sha256 %.*s\n", STR_FMT(release->policy->id), STR_FMT(release->policy->version),
                       STR_FMT(release->policy->sha256));
}

static int explain(struct arena *a, const struct config *c, const struct asked *asked)
{
        const struct client *client = config_client(c, str_from(asked->client));
        const struct source_config *source = config_source(c, str_from(asked->source));
        if (!client || !source) {
                fprintf(stderr, "baygate: the settings have no %s\n", client ? "such source" : "such client");
                return 1;
        }
        const struct catalogue_item *item = asked->item ? find_item(c, client, asked->item) : NULL;
        if (asked->item && !item) {
                fprintf(stderr, "baygate: the catalogue has no such item, or not for this client\n");
                return 1;
        }
        struct str scope = scope_of(a, item, asked->scope ? str_from(asked->scope) : client->scopes);
        const struct release_request request = {
                .client = client,
                .item = item,
                .scope = scope,
                .claims = asked->scope ? NULL : every_claim(a, scope),
                .now = clock_now(),
        };
        const struct release release = release_foresee(a, c, source->jurisdiction, &request);
        explain_direction(source, &request, &release);
        printf("  %-16s %-9s %-10s %s\n", "sub", "always", "value", "yes: pairwise, this client's sector only");
        explain_fields(&release, request.scope);
        return 0;
}

static int usage(FILE *to, int status)
{
        fputs("usage: baygate policy check FILE…\n"
              "       baygate policy show [--settings FILE] [ID]\n"
              "       baygate policy explain [--settings FILE] --client ID --source ID [--scope SCOPES] [--item ID]\n\n"
              "check     every mistake in release policies, as file:line: what; or their digests\n"
              "show      the policies of the settings\n"
              "explain   field by field, what the client would be told about a person of the source, and why;\n"
              "          without --scope: of all that the client may ask for;\n"
              "          with --item: when it asks for this item of the catalogue, which has scopes of its own\n",
              to);
        return status;
}

static int with_settings(const struct asked *asked, int (*run)(struct arena *, const struct config *, const struct asked *))
{
        auto_arena a = arena_new(ARENA_CAP);
        __attribute__((cleanup(config_cleanup))) struct config *c = NULL;
        return is_ok(settings_load(a, asked->settings, &c)) ? run(a, c, asked) : 1;
}

static bool read_options(int argc, char **argv, struct asked *asked)
{
        static const struct option options[] = {
                { "settings", required_argument, NULL, 's' }, { "client", required_argument, NULL, 'c' },
                { "source", required_argument, NULL, 'o' },   { "scope", required_argument, NULL, 'p' },
                { "item", required_argument, NULL, 'i' },     { NULL, 0, NULL, 0 },
        };
        int c;
        while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
                if (c == 's')
                        asked->settings = optarg;
                else if (c == 'c')
                        asked->client = optarg;
                else if (c == 'o')
                        asked->source = optarg;
                else if (c == 'p')
                        asked->scope = optarg;
                else if (c == 'i')
                        asked->item = optarg;
                else
                        return false;
        }
        if (optind < argc)
                asked->id = str_from(argv[optind]);
        return optind + 1 >= argc;
}

int command_policy(int argc, char **argv)
{
        const char *verb = argc > 1 ? argv[1] : "";
        struct asked asked = { .settings = "/etc/baygate/baygate.yaml" };
        if (strcmp(verb, "--help") == 0)
                return usage(stdout, 0);
        if (strcmp(verb, "check") == 0 && argc > 2)
                return check(argc - 2, argv + 2);
        if (argc < 2 || !read_options(argc - 1, argv + 1, &asked))
                return usage(stderr, 2);
        if (strcmp(verb, "show") == 0)
                return with_settings(&asked, show);
        if (strcmp(verb, "explain") == 0 && asked.client && asked.source && !asked.id.len)
                return with_settings(&asked, explain);
        return usage(stderr, 2);
}
