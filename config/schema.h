/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Settings are YAML, read against tables of fields. The same tables print the reference, so they are the manual.
 *
 * Reading collects every mistake with file and line; nothing is guessed: what a table asks for decides what a word
 * means, quoted or not, so `id: no` is the text "no". The result is a json_t tree with defaults filled in, from
 * which config.c and the adapters fill their structs. Aliases, tags and repeated members are mistakes. */
#pragma once

#include "json.h"

enum schema_kind {
        SCHEMA_END = 0,
        SCHEMA_STRING,    /* JSON string of min…max bytes (max 0: 4096) */
        SCHEMA_INT,       /* JSON integer, min…max (both 0: any) */
        SCHEMA_BOOL,      /* true or false */
        SCHEMA_DURATION,  /* "90s", "15m", "8h", "30d": JSON integer, seconds, min…max */
        SCHEMA_ENUM,      /* one of the space-separated words in `words` */
        SCHEMA_URL,       /* https, or http on loopback; no fragment */
        SCHEMA_ID,        /* [a-z0-9][a-z0-9_-]*, at most 64 */
        SCHEMA_FILE,      /* path, relative to the settings file; made absolute; must be readable when used */
        SCHEMA_OBJECT,    /* nested: `fields`; with the fallback "{}" it is made of its members' defaults */
        SCHEMA_TITLES,    /* {en, zh-Hant, zh-Hans}: all three needed */
        SCHEMA_STRINGS,   /* list of different strings, none empty; lists: min…max items (max 0: 4096) */
        SCHEMA_WORDS,     /* list of words out of `words` */
        SCHEMA_URLS,      /* list of SCHEMA_URL */
        SCHEMA_FILES,     /* list of SCHEMA_FILE */
        SCHEMA_OBJECTS,   /* list of objects: `fields`; each with a unique member named by `unique` */
        SCHEMA_MAP,       /* string → string; no "$" members */
        SCHEMA_ANY,       /* kept as it is (scalars are strings), checked by another table later */
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
/* A mistake in `member` of an object that a schema read; NULL member: the object as a whole. */
void mistake_at(struct mistakes *m, const json_t *object, const char *member, const char *format, ...)
        __attribute__((format(printf, 4, 5)));
/* The same for item `index` of the list `member`; the mistake begins with the member's name. */
void mistake_at_item(struct mistakes *m, const json_t *object, const char *member, size_t index, struct str what);

/* Reads YAML (one document, at most 1 MiB) against `fields`. Unknown and repeated members are mistakes. On
 * mistakes the result is ERR_CONFIG and *mistakes has all of them; *ret_tree is then set all the same when there is
 * a tree (NULL otherwise), without the members that were wrong, so that further checks can go on collecting. Each
 * object of the tree carries "$line" (integer), "$lines" (see yaml_tree.h) and "$file", so that later checks can
 * name the place; SCHEMA_TITLES and SCHEMA_MAP do not. */
result schema_read(struct str file, struct str yaml, const struct schema_field *fields, struct mistakes *mistakes,
                   json_t **ret_tree);
/* Checks an object kept by SCHEMA_ANY in place: fills defaults, converts. */
result schema_check(struct arena *a, json_t *object, const struct schema_field *fields, struct mistakes *mistakes);
/* Prints the table as a Markdown section: a heading, and a row for each setting, nested ones as "a.b", those of
 * lists as "a[].b". */
struct str schema_reference(struct arena *a, const char *title, const struct schema_field *fields);
