/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The program: one table of commands. */
#include <stdio.h>
#include <string.h>

#include "commands.h"

static int command_help(int argc, char **argv);

static int command_version(int argc, char **argv)
{
        (void)argc;
        (void)argv;
        puts("baygate " BAYGATE_VERSION);
        return 0;
}

static const struct command {
        const char *name;
        int (*run)(int argc, char **argv);
        const char *summary;
} commands[] = {
        { "serve", command_serve, "run the gateway" },
        { "config", command_config, "check settings; print the reference of settings" },
        { "policy", command_policy, "check release policies; tell what would cross and why" },
        { "keys", command_keys, "list and rotate signing keys" },
        { "audit", command_audit, "prove, show and export the audit" },
        { "receipt", command_receipt, "prove a person's receipt and tell what it says" },
        { "token", command_token, "tell what a token is, and which check fails" },
        { "transfers", command_transfers, "the record of transfers: sum what crossed in a period" },
        { "version", command_version, "print the version" },
        { "help", command_help, "print this" },
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static int command_help(int argc, char **argv)
{
        (void)argc;
        (void)argv;
        puts("usage: baygate COMMAND [ARGUMENT…]\n");
        for (size_t i = 0; i < COMMAND_COUNT; i++)
                printf("  %-10s %s\n", commands[i].name, commands[i].summary);
        puts("\nbaygate COMMAND --help tells more.");
        return 0;
}

int main(int argc, char **argv)
{
        const char *name = argc > 1 ? argv[1] : "help";

        if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
                name = "help";
        if (strcmp(name, "--version") == 0)
                name = "version";
        for (size_t i = 0; i < COMMAND_COUNT; i++)
                if (strcmp(commands[i].name, name) == 0)
                        return commands[i].run(argc > 1 ? argc - 1 : 0, argv + (argc > 1));
        fprintf(stderr, "baygate: no command '%s'; see baygate help\n", name);
        return 2;
}
