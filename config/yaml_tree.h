/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* YAML 1.1 text as a JSON tree, by libyaml's document tree. No meaning is guessed from the look of a word: every
 * scalar is a string, except that a plain empty one, "~" and "null" are null. What the schema asks for decides.
 *
 * Refused, each as a mistake with its line: aliases, tags, repeated keys, keys that are not text or begin with '$',
 * more than one document, nesting deeper than 16, more than 1 MiB. A refused value is left in the tree as false,
 * which nothing else is, so that it is not reported twice.
 *
 * Every object carries "$file", "$line" and "$lines": {member: its line, or for a list [its line, line of item 0, …]}. */
#pragma once

#include "schema.h"

#define YAML_MAX (1024 * 1024)
#define YAML_DEPTH_MAX 16

/* The tree is owned by the arena. Errors: ERR_CONFIG when there is no tree at all; smaller mistakes leave one. */
result yaml_tree_read(struct arena *a, struct str file, struct str yaml, struct mistakes *mistakes,
                      json_t **ret_tree);
