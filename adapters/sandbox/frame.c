/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* baygate-sandbox frame: seals and opens iAM Smart content frames on the command line, which the openssl program
 * cannot (it has no AES-GCM). For people who try the protocol by hand; keys on a command line are for sandboxes. */
#include "commands.h"
#include "digest.h"
#include "iamsmart_wire.h"

#define TEXT_MAX ((size_t)256 * 1024)

static const char usage[] =
        "usage: baygate-sandbox frame seal|open HEXKEY < TEXT\n\n"
        "HEXKEY is the content key, 64 hexadecimal digits. seal: text to content; open: content to text.\n";

static int digit_of(char c)
{
        return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool key_read(struct str hex, char key[CEK_SIZE])
{
        if (hex.len != (size_t)CEK_SIZE * 2)
                return false;
        for (size_t i = 0; i < CEK_SIZE; i++) {
                int high = digit_of(hex.data[2 * i]), low = digit_of(hex.data[2 * i + 1]);
                if (high < 0 || low < 0)
                        return false;
                key[i] = (char)(high * 16 + low);
        }
        return true;
}

int command_frame(int argc, char **argv)
{
        char cek[CEK_SIZE];
        bool seal = argc == 3 && strcmp(argv[1], "seal") == 0;
        if (argc != 3 || (!seal && strcmp(argv[1], "open") != 0) || !key_read(str_from(argv[2]), cek)) {
                fputs(usage, stderr);
                return 2;
        }
        auto_arena a = arena_new(TEXT_MAX * 4);
        char *data = arena_alloc(a, TEXT_MAX);
        struct str text = str_slice(data, fread(data, 1, TEXT_MAX, stdin));
        struct str out;
        if (seal) {
                out = wire_frame(a, str_slice(cek, CEK_SIZE), random_bytes(a, 12), text);
        } else if (!is_ok(wire_unframe(a, str_slice(cek, CEK_SIZE), str_trim(text), &out))) {
                fputs("the content does not open under this key\n", stderr);
                return 1;
        }
        printf("%.*s\n", STR_FMT(out));
        return 0;
}
