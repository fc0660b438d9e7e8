/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* `baygate config check FILE`: every mistake in the settings, or one line that says they are good.
 * `baygate config reference`: the manual of settings in Markdown. */
#include "commands.h"

#include <stdio.h>

#include "adapter.h"
#include "assurance.h"
#include "settings.h"

#define ARENA_CAP (64 * 1024 * 1024)

/* Lets the source's adapter read its settings, which finds what no table can: a key that is none, a file that is not
 * there. */
static void try_source(struct arena *a, const struct source_config *settings, struct mistakes *mistakes)
{
        const struct adapter *adapter = adapter_find(settings->type);
        struct source source = {
                .id = settings->id,
                .jurisdiction = settings->jurisdiction,
                .adapter = adapter,
                .titles = settings->titles,
        };
        arena_clear_reason(a);
        if (!is_ok(adapter->configure(a, settings->settings, &source)))
                mistake_at(mistakes, settings->settings, NULL, "source \"%.*s\": %.*s", STR_FMT(source.id),
                           STR_FMT(arena_reason(a)));
}

static int check(const char *file)
{
        auto_arena a = arena_new(ARENA_CAP);
        __attribute__((cleanup(config_cleanup))) struct config *c = NULL;
        struct mistakes mistakes = { .arena = a };
        if (is_ok(settings_read(a, str_from(file), &mistakes, &c)))
                for (size_t i = 0; i < c->source_count; i++)
                        try_source(a, &c->sources[i], &mistakes);
        for (size_t i = 0; i < mistakes.count; i++)
                printf("%.*s\n", STR_FMT(mistakes.items[i]));
        if (mistakes.count)
                return 1;
        printf("ok: %zu clients, %zu sources\n", c->client_count, c->source_count);
        return 0;
}

static int reference(void)
{
        auto_arena a = arena_new(ARENA_CAP);
        struct str text = ARENA_JOIN(a, config_reference(a, config_types_of_adapters(a)), STR("\n"),
                                     schema_reference(a, "The assurance map", assurance_schema), STR("\n"),
                                     schema_reference(a, "A release policy", policy_schema));
        return fwrite(text.data, 1, text.len, stdout) == text.len && fflush(stdout) == 0 ? 0 : 1;
}

int command_config(int argc, char **argv)
{
        if (argc == 3 && strcmp(argv[1], "check") == 0)
                return check(argv[2]);
        if (argc == 2 && strcmp(argv[1], "reference") == 0)
                return reference();
        bool asked = argc == 2 && strcmp(argv[1], "--help") == 0;
        fputs("usage: baygate config check FILE    every mistake, as file:line: what; or one line that says ok\n"
              "       baygate config reference     the manual of settings, in Markdown (docs/settings.md)\n",
              asked ? stdout : stderr);
        return asked ? 0 : 2;
}
