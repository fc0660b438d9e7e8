/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* JSON (RFC 8259) read strictly and written compactly. Wraps jansson: parsed documents belong to the arena.
 *
 * Strict: UTF-8, no duplicate members, nesting at most JSON_DEPTH_MAX (jansson's stack use is bounded by it), no
 * bytes after the document, integers that fit in int64, no reals beyond what double holds. */
#pragma once

#include "result.h"

#define JSON_DEPTH_MAX 32

/* Parses one object or array of at most `max` bytes; the document is owned by the arena.
 * Errors: ERR_MALFORMED with a reason that quotes no content. */
result json_read(struct arena *a, struct str text, size_t max, json_t **ret_json);
/* As json_read, and it must be an object. */
result json_read_object(struct arena *a, struct str text, size_t max, json_t **ret_object);

/* Compact rendering in the arena, members in insertion order. */
struct str json_write(struct arena *a, const json_t *json);

/* The inside of an object, member after member without the braces, for what is only to be written: no tree is built.
 * What is empty or NULL is left out. Aborts on bytes that are not UTF-8, and on NUL. */
void json_add_str(struct buf *members, const char *name, struct str s);
void json_add_int(struct buf *members, const char *name, int64_t value);
void json_add(struct buf *members, const char *name, const json_t *value);

/* Member `name` as a string; the empty view when absent or of another type. */
struct str json_str(const json_t *object, const char *name);
/* Member `name` as an integer; `fallback` when absent or of another type. */
int64_t json_int(const json_t *object, const char *name, int64_t fallback);
bool json_bool(const json_t *object, const char *name, bool fallback);
/* A string value's view; empty for other types. */
struct str json_text(const json_t *value);

/* The same, but absence or another type is ERR_MALFORMED naming the member. */
result json_need_str(struct arena *a, const json_t *object, const char *name, struct str *ret_value);
result json_need_int(struct arena *a, const json_t *object, const char *name, int64_t *ret_value);

/* A new empty object owned by the arena. Members set on it with json_object_set_new live with it. */
json_t *json_new_object(struct arena *a);
json_t *json_new_array(struct arena *a);
/* A new reference holding `s`. Not owned: give it to a container with json_object_set_new. Aborts on bytes that
 * are not UTF-8: check outside input first. */
json_t *json_from_str(struct str s);
/* Sets string member; does nothing when `s` is empty. */
void json_put_str(json_t *object, const char *name, struct str s);
void json_put_int(json_t *object, const char *name, int64_t value);
void json_put_bool(json_t *object, const char *name, bool value);
