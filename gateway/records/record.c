/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See record.h. Sealing under the key's name: NIST SP 800-38D through crypto/seal.h. */
#include "record.h"

#include "digest.h"
#include "seal.h"
#include "store.h"

#define MARK_SIZE 13 /* version and nonce of a sealed value */

struct str record_secret_id(struct arena *a, struct str secret)
{
        return sha256_base64url(a, secret);
}

static struct str record_key(struct arena *a, const struct record_kind *kind, struct str id)
{
        return ARENA_JOIN(a, kind->durable ? STR("bg:d:") : STR("bg:"), str_from(kind->name), STR(":"), id);
}

struct record_value record_value_of(struct arena *a, const json_t *object, int64_t ttl_s)
{
        struct record_value value = { .members = buf_in(a, RECORD_MAX), .ttl_s = ttl_s };
        const char *name;
        json_t *member;

        json_object_foreach((json_t *)object, name, member)
                json_add(&value.members, name, member);
        return value;
}

static int64_t life_of(const struct record_kind *kind, const struct record_value *value)
{
        if (kind->durable)
                return 0;
        return value->ttl_s > 0 ? value->ttl_s : 1;
}

/* What is too long to be read again is not written. */
static result record_close(struct task *t, struct str key, const struct record_value *value, struct str *ret_sealed)
{
        struct arena *a = task_arena(t);
        struct str plain = ARENA_JOIN(a, STR("{"), buf_str(&value->members), STR("}"));

        if (value->members.over || plain.len > RECORD_MAX)
                return fail(a, ERR_TOO_LARGE, "a record of more than %d bytes", RECORD_MAX);
        *ret_sealed = seal_close(store_seal(t), a, key, plain);
        return OK;
}

static json_t *record_open(struct task *t, struct str key, struct str sealed)
{
        struct arena *a = task_arena(t);
        struct str had = arena_reason(a);
        struct str plain;
        json_t *object = NULL;

        if (is_ok(seal_open(store_seal(t), a, key, sealed, &plain)) &&
            is_ok(json_read_object(a, plain, RECORD_MAX, &object)))
                return object;
        if (str_is_empty(had))
                arena_clear_reason(a);
        return NULL;
}

result record_put(struct task *t, const struct record_kind *kind, struct str id, const struct record_value *value)
{
        struct str key = record_key(task_arena(t), kind, id), sealed;

        TRY(record_close(t, key, value, &sealed));
        return store_set(t, key, sealed, life_of(kind, value));
}

result record_put_new(struct task *t, const struct record_kind *kind, struct str id, const struct record_value *value,
                      bool *ret_created)
{
        struct str key = record_key(task_arena(t), kind, id), sealed;

        TRY(record_close(t, key, value, &sealed));
        return store_set_new(t, key, sealed, life_of(kind, value), ret_created);
}

result record_replace(struct task *t, const struct record_kind *kind, struct str id, const struct record_value *value,
                      bool *ret_replaced)
{
        struct str key = record_key(task_arena(t), kind, id), sealed;

        TRY(record_close(t, key, value, &sealed));
        return store_replace(t, key, sealed, life_of(kind, value), ret_replaced);
}

result record_get(struct task *t, const struct record_kind *kind, struct str id, json_t **ret_value)
{
        struct str key = record_key(task_arena(t), kind, id);
        struct str sealed;
        bool found;

        TRY(store_get(t, key, &sealed, &found));
        *ret_value = found ? record_open(t, key, sealed) : NULL;
        return OK;
}

result record_take(struct task *t, const struct record_kind *kind, struct str id, json_t **ret_value)
{
        struct str key = record_key(task_arena(t), kind, id);
        struct str sealed;
        bool found;

        TRY(store_take(t, key, &sealed, &found));
        *ret_value = found ? record_open(t, key, sealed) : NULL;
        return OK;
}

result record_swap(struct task *t, const struct record_kind *kind, struct str id, const struct record_value *value,
                   json_t **ret_before)
{
        struct str key = record_key(task_arena(t), kind, id), sealed, before;

        TRY(record_close(t, key, value, &sealed));
        TRY(store_swap(t, key, sealed, life_of(kind, value), &before));
        *ret_before = before.len > 0 ? record_open(t, key, before) : NULL;
        return OK;
}

result record_drop(struct task *t, const struct record_kind *kind, struct str id)
{
        return store_drop(t, record_key(task_arena(t), kind, id), NULL);
}

result record_get_kept(struct task *t, const struct record_kind *kind, struct str id, json_t **ret_value,
                       struct str *ret_kept)
{
        struct str key = record_key(task_arena(t), kind, id), kept;
        json_t *value = NULL;
        bool found;

        TRY(store_get(t, key, &kept, &found));
        if (found)
                value = record_open(t, key, kept);
        if (found && !value)
                return fail(task_arena(t), ERR_VERIFY, "the record %.*s does not open", STR_FMT(key));
        *ret_value = value;
        *ret_kept = kept;
        return OK;
}

result record_change(struct task *t, const struct record_kind *kind, struct str id, const struct record_value *value,
                     bool *ret_replaced)
{
        struct str key = record_key(task_arena(t), kind, id), sealed;

        TRY(record_close(t, key, value, &sealed));
        return store_compare_and_set(t, key, value->kept, sealed, ret_replaced);
}

result record_mark(struct task *t, const struct record_kind *kind, struct str id, struct str *ret_mark)
{
        return store_get_head(t, record_key(task_arena(t), kind, id), MARK_SIZE, ret_mark);
}

struct str record_mark_of(struct str kept)
{
        return str_head(kept, kept.len < MARK_SIZE ? kept.len : MARK_SIZE);
}

/* The record's key is part of it: one name in two records can't be seen to be the same. */
static struct str member_name(struct task *t, struct str key, struct str name)
{
        struct arena *a = task_arena(t);

        return seal_pseudonym(store_seal(t), a, STR("member"), ARENA_JOIN(a, key, STR(" "), name));
}

/* What a member is sealed under: it can't be moved to another key or name. */
static struct str member_place(struct arena *a, struct str key, struct str name)
{
        return ARENA_JOIN(a, key, STR(" "), name);
}

result record_member_put(struct task *t, const struct record_member *m, const struct record_value *value,
                         int64_t *ret_count)
{
        struct arena *a = task_arena(t);
        struct str key = record_key(a, m->kind, m->id);
        struct store_member member = { .name = member_name(t, key, m->name) };

        TRY(record_close(t, member_place(a, key, member.name), value, &member.value));
        return store_member_set(t, key, &member, life_of(m->kind, value), ret_count);
}

result record_member_get(struct task *t, const struct record_member *m, json_t **ret_value)
{
        struct arena *a = task_arena(t);
        struct str key = record_key(a, m->kind, m->id), name = member_name(t, key, m->name), sealed;
        bool found;

        TRY(store_member_get(t, key, name, &sealed, &found));
        *ret_value = found ? record_open(t, member_place(a, key, name), sealed) : NULL;
        return OK;
}

result record_member_drop(struct task *t, const struct record_member *m)
{
        struct str key = record_key(task_arena(t), m->kind, m->id);

        return store_member_drop(t, key, member_name(t, key, m->name));
}

result record_members(struct task *t, const struct record_kind *kind, struct str id, json_t ***ret_values,
                      size_t *ret_count)
{
        struct arena *a = task_arena(t);
        struct str key = record_key(a, kind, id);
        struct store_member *members;
        json_t **values;
        size_t found, count = 0;

        TRY(store_members(t, key, &members, &found));
        values = arena_new_array(a, json_t *, found + 1);
        for (size_t i = 0; i < found; i++) {
                values[count] = record_open(t, member_place(a, key, members[i].name), members[i].value);
                count += values[count] != NULL;
        }
        *ret_values = values;
        *ret_count = count;
        return OK;
}
