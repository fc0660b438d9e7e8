/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Settings are YAML, read against tables of fields. The same tables print the reference, so they are the manual.
 *
 * Reading collects every mistake with file and line; nothing is guessed. The result is a json_t tree with defaults
 * filled in, from which config.c and the adapters fill their structs. */
#pragma once

#include "json.h"

enum schema_kind {
        SCHEMA_END = 0,
        SCHEMA_STRING,    /* JSON string */
        SCHEMA_INT,       /* JSON integer, min…max */
        SCHEMA_BOOL,      /* true or false */
        SCHEMA_DURATION,  /* "90s", "15m", "8h", "30d": JSON integer, seconds, min…max */
        SCHEMA_ENUM,      /* one of the space-separated words in `words` */
        SCHEMA_URL,       /* https, or http on loopback; no fragment */
        SCHEMA_ID,        /* [a-z0-9][a-z0-9_-]*, at most 64 */
        SCHEMA_FILE,      /* path, relative to the settings file; made absolute; must be readable when used */
        SCHEMA_OBJECT,    /* nested: `fields` */
        SCHEMA_TITLES,    /* {en, zh-Hant, zh-Hans}: all three needed */
        SCHEMA_STRINGS,   /* list of strings */
        SCHEMA_WORDS,     /* list of words out of `words` */
        SCHEMA_URLS,      /* list of SCHEMA_URL */
        SCHEMA_OBJECTS,   /* list of objects: `fields`; each with a unique member named by `unique` */
        SCHEMA_MAP,       /* string → string */
        SCHEMA_ANY,       /* kept as it is, checked by another table later */
};

struct schema_field {
        const char *name;
        enum schema_kind kind;
        bool required;
        bool secret;              /* never printed */
        const char *fallback;     /* YAML text of the default; NULL: absent */
        const char *words;
        int64_t min, max;
        const struct schema_field *fields;
        const char *unique;
        const char *doc;          /* one sentence for the reference */
};

/* A list of mistakes, each "file:line: what". */
struct mistakes {
        struct arena *arena;
        struct str *items;
        size_t count;
};
void mistake_add(struct mistakes *m, struct str file, size_t line, const char *format, ...)
        __attribute__((format(printf, 4, 5)));

/* Reads YAML (one document, at most 1 MiB) against `fields`. Unknown and repeated members are mistakes. On
 * mistakes the result is ERR_CONFIG and *mistakes has all of them. Each object of the tree carries a member "$line"
 * (integer) and the root "$file", so that later checks can name the place. */
result schema_read(struct arena *a, struct str file, struct str yaml, const struct schema_field *fields,
                   struct mistakes *mistakes, json_t **ret_tree);
/* Checks an object kept by SCHEMA_ANY in place: fills defaults, converts. */
result schema_check(struct arena *a, json_t *object, const struct schema_field *fields, struct mistakes *mistakes);
/* Prints the table as Markdown rows. */
struct str schema_reference(struct arena *a, const char *title, const struct schema_field *fields);
