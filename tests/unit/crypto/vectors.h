/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Test vectors that others wrote, read in place from the folder BAYGATE_VECTORS; and hexadecimal. */
#pragma once

#include "unit.h"

#include "json.h"

/* The document; when the folder is not there, says so, frees the arena and skips the test. */
static inline json_t *vectors_open(struct arena **a, const char *file)
{
        const char *folder = getenv("BAYGATE_VECTORS");
        struct stat status;
        if (!folder || stat(folder, &status) != 0) {
                print_message("skipped: no test vectors in the folder that BAYGATE_VECTORS names\n");
                arena_free(*a);
                skip();
        }
        json_t *json = json_load_file(arena_printf(*a, "%s/%s", folder, file).data, 0, NULL);
        assert_non_null(json);
        return arena_own_json(*a, json);
}

static inline unsigned vectors_nibble(char c)
{
        return (unsigned)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

static inline struct str unhex(struct arena *a, struct str text)
{
        char *out = arena_alloc(a, text.len / 2 + 1);
        for (size_t i = 0; i < text.len / 2; i++)
                out[i] = (char)(vectors_nibble(text.data[2 * i]) << 4 | vectors_nibble(text.data[2 * i + 1]));
        return str_slice(out, text.len / 2);
}

static inline struct str member_hex(struct arena *a, const json_t *object, const char *name)
{
        return unhex(a, json_str(object, name));
}

/* JSON from a literal. */
static inline json_t *json_literal(struct arena *a, const char *text)
{
        json_t *json = NULL;
        assert_ok(json_read(a, str_from(text), 65536, &json));
        return json;
}
