/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The compact form of a template, between template_parse.c (writes it) and template_render.c (reads it). */
#pragma once

#include "template.h"

#define TEMPLATE_PATH_MAX 4
#define TEMPLATE_INCLUDE_DEPTH_MAX 4

/* Pre-split "a.b.c"; count 0 is ".", the current item. */
struct template_path {
        const char *parts[TEMPLATE_PATH_MAX];
        size_t count;
};

enum template_kind {
        NODE_LITERAL = 1, /* text */
        NODE_VALUE,       /* path */
        NODE_ADDRESS,     /* path; at the start of an attribute that holds an address */
        NODE_SECTION,     /* path, end */
        NODE_INVERTED,    /* path, end */
        NODE_SENTENCE,    /* text: the key or its fixed part; path: its variable part; args */
        NODE_INCLUDE,     /* text: the name; included */
};

struct template_node {
        enum template_kind kind;
        struct str text;
        struct template_path path;
        bool key_has_path; /* NODE_SENTENCE: the key ends in the value of path */
        struct template_path args[TEMPLATE_ARGS_MAX];
        size_t arg_count;
        size_t end; /* index of the node after the section's last */
        const struct template *included;
};

struct template {
        struct str name;
        struct template_node *nodes;
        size_t count;
};

struct template_set {
        struct template *items;
        size_t count;
};

/* NULL when there is none. */
const struct template *template_find(const struct template_set *set, struct str name);
/* Parses one template; includes are not resolved yet. */
result template_parse(struct arena *a, const struct template_source *source, struct template *ret_template);
/* Reads "{0}" … "{3}" at the start of `s`: its number, or -1. */
int template_placeholder(struct str s);
