/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* baygate-sandbox: the table of commands. */
#include "banned.h"
#include "commands.h"

static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
        const char *doc;
} commands[] = {
        { "serve", command_serve, "start the stand-ins: iAM Smart, Guangdong, a portal, a service" },
        { "keys", command_keys, "make the key pair, and secrets, that the settings name" },
        { "frame", command_frame, "seal or open iAM Smart content with a content key" },
        { "drive", command_drive, "sign in at the portal without a browser, twice, and check the tokens" },
};

static int usage(FILE *out, int status)
{
        fputs("usage: baygate-sandbox COMMAND [--help]\n\n", out);
        for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
                fprintf(out, "  %-8s %s\n", commands[i].name, commands[i].doc);
        return status;
}

int main(int argc, char **argv)
{
        if (argc < 2)
                return usage(stderr, 2);
        if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
                return usage(stdout, 0);
        for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
                if (strcmp(argv[1], commands[i].name) == 0)
                        return commands[i].run(argc - 1, argv + 1);
        return usage(stderr, 2);
}
