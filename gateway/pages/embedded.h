/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The files of this folder that are inside of the program, so that it is one file. embed.py writes the table at build
 * time out of the list in meson.build. */
#pragma once

#include "str.h"

struct embedded_file {
        const char *name; /* without folder: "chooser.html" */
        struct str content;
        const char *sha256; /* of the content, hexadecimal */
};

extern const struct embedded_file embedded_files[];
extern const size_t embedded_file_count;

/* NULL when there is none. */
const struct embedded_file *embedded_find(const char *name);
