/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See audit_transfers.h. */
#include "audit_transfers.h"

#include <stdlib.h>

#include "digest.h"

#define ARENA_CAP ((size_t)64 * 1024 * 1024)
#define KEY_SIZE 12
#define SLOTS_FIRST 1024 /* a power of two */

/* ---- a table from digests to small numbers, open addressing ---- */

struct key96 {
        uint32_t words[KEY_SIZE / sizeof(uint32_t)];
};

struct slot {
        struct key96 key;
        uint32_t value; /* 0: free */
};

struct table {
        struct slot *slots;
        size_t room, used;
};

static struct slot *table_find(const struct table *table, const struct key96 *key)
{
        size_t i = (key->words[0] ^ key->words[1] * 0x9e3779b9u) & (table->room - 1);

        while (table->slots[i].value && memcmp(&table->slots[i].key, key, sizeof(*key)) != 0)
                i = (i + 1) & (table->room - 1);
        return &table->slots[i];
}

static void table_grow(struct table *table)
{
        struct table bigger = { .room = table->room ? table->room * 2 : SLOTS_FIRST, .used = table->used };

        bigger.slots = calloc(bigger.room, sizeof(*bigger.slots));
        if (!bigger.slots)
                abort();
        for (size_t i = 0; i < table->room; i++)
                if (table->slots[i].value)
                        *table_find(&bigger, &table->slots[i].key) = table->slots[i];
        free(table->slots);
        *table = bigger;
}

/* The value that is kept under the key: `value` from now on, when there was none. */
static uint32_t table_keep(struct table *table, const struct key96 *key, uint32_t value, bool *ret_new)
{
        struct slot *slot;

        if (table->used * 4 >= table->room * 3)
                table_grow(table);
        slot = table_find(table, key);
        *ret_new = !slot->value;
        if (*ret_new) {
                *slot = (struct slot){ *key, value };
                table->used++;
        }
        return slot->value;
}

static struct key96 key_of(struct arena *scratch, struct str bytes)
{
        struct key96 key;

        memcpy(&key, digest_of(scratch, DIGEST_SHA256, bytes).data, sizeof(key));
        return key;
}

/* ---- the sums ---- */

struct audit_transfers {
        struct arena *arena; /* names of rows */
        struct audit_period period;
        struct table places; /* of a row, from 1 */
        struct table seen;   /* person and row together */
        struct audit_transfer *rows;
        size_t count, room;
        int64_t heard, lost;
};

struct audit_transfers *audit_transfers_new(struct audit_period period)
{
        struct audit_transfers *t = calloc(1, sizeof(*t));

        if (!t)
                abort();
        t->arena = arena_new(ARENA_CAP);
        t->period.from = arena_copy(t->arena, period.from);
        t->period.to = arena_copy(t->arena, period.to);
        return t;
}

void audit_transfers_free(struct audit_transfers *t)
{
        if (!t)
                return;
        arena_free(t->arena);
        free(t->places.slots);
        free(t->seen.slots);
        free(t->rows);
        free(t);
}

void audit_transfers_cleanup(struct audit_transfers **t)
{
        audit_transfers_free(*t);
}

static struct audit_transfer copy_names(struct arena *a, const struct audit_transfer *r)
{
        return (struct audit_transfer){
                .direction = arena_copy(a, r->direction),
                .purpose = arena_copy(a, r->purpose),
                .recipient = arena_copy(a, r->recipient),
                .policy = arena_copy(a, r->policy),
                .policy_sha256 = arena_copy(a, r->policy_sha256),
                .item = arena_copy(a, r->item),
                .field = arena_copy(a, r->field),
                .form = arena_copy(a, r->form),
        };
}

static void add_row(struct audit_transfers *t, const struct audit_transfer *r)
{
        if (t->count == t->room) {
                t->room = t->room ? t->room * 2 : 64;
                t->rows = reallocarray(t->rows, t->room, sizeof(*t->rows));
                if (!t->rows)
                        abort();
        }
        t->rows[t->count++] = copy_names(t->arena, r);
}

/* JSON strings hold no NUL here, so that joining is unambiguous. */
static struct key96 row_key(struct arena *scratch, const struct audit_transfer *r)
{
        const struct str nul = { "", 1 };

        return key_of(scratch, ARENA_JOIN(scratch, r->direction, nul, r->purpose, nul, r->recipient, nul, r->policy, nul,
                                          r->policy_sha256, nul, r->item, nul, r->field, nul, r->form));
}

static void count(struct audit_transfers *t, struct arena *scratch, const struct audit_transfer *r, struct key96 person)
{
        struct key96 key = row_key(scratch, r);
        bool is_new;
        uint32_t place = table_keep(&t->places, &key, (uint32_t)t->count + 1, &is_new);

        if (is_new)
                add_row(t, r);
        t->rows[place - 1].crossings++;
        person.words[0] ^= place;
        (void)table_keep(&t->seen, &person, 1, &is_new);
        t->rows[place - 1].persons += is_new;
}

static void count_fields(struct audit_transfers *t, struct arena *scratch, struct audit_transfer r, struct str fields,
                         struct key96 person)
{
        struct str word;

        r.field = STR("sub");
        r.form = STR("pairwise");
        count(t, scratch, &r, person);
        while (str_split(&fields, ' ', &word)) {
                size_t colon = str_find(word, ':');

                r.field = str_head(word, colon);
                r.form = str_from_index(word, colon + 1);
                if (r.field.len > 0)
                        count(t, scratch, &r, person);
        }
}

static bool is_direction(struct str text)
{
        size_t arrow = str_find(text, '>');

        return arrow > 0 && arrow + 1 < text.len;
}

static result hear_crossing(struct audit_transfers *t, struct arena *scratch, const json_t *record)
{
        struct audit_transfer total = { 0 }, r = {
                .direction = json_str(record, "direction"),
                .purpose = json_str(record, "purpose"),
                .recipient = json_str(record, "client"),
                .policy = json_str(record, "policy"),
                .policy_sha256 = json_str(record, "policy_sha256"),
                .item = json_str(record, "item"),
        };
        struct audit_transfer direction = { .direction = r.direction };
        struct str person = json_str(record, "person");
        struct key96 key;

        if (!is_direction(r.direction) || r.recipient.len == 0 || person.len == 0)
                return fail(scratch, ERR_VERIFY, "a crossing that does not say who, to whom or in which direction");
        key = key_of(scratch, person);
        count(t, scratch, &total, key);
        count(t, scratch, &direction, key);
        count_fields(t, scratch, r, json_str(record, "fields"), key);
        return OK;
}

/* In this form times sort as text. */
static bool is_within(const struct audit_period *period, struct str time)
{
        return memcmp(time.data, period->from.data, time.len) >= 0 && memcmp(time.data, period->to.data, time.len) <= 0;
}

result audit_transfers_hear(void *context, struct arena *scratch, const json_t *record)
{
        struct audit_transfers *t = context;
        struct str event = json_str(record, "event"), time = json_str(record, "time");

        t->heard++;
        if (!str_is(event, "crossing") && !str_is(event, "records_lost"))
                return OK;
        if (!audit_time_is_real(time))
                return fail(scratch, ERR_VERIFY, "a record without a time");
        if (!is_within(&t->period, time))
                return OK;
        if (str_is(event, "crossing"))
                return hear_crossing(t, scratch, record);
        t->lost += json_int(record, "count", 0);
        return OK;
}

static int compare_str(struct str a, struct str b)
{
        size_t shorter = a.len < b.len ? a.len : b.len;
        int order = shorter > 0 ? memcmp(a.data, b.data, shorter) : 0;

        return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static int compare_rows(const void *left, const void *right)
{
        const struct audit_transfer *l = left, *r = right;
        const struct str *const pairs[][2] = {
                { &l->direction, &r->direction }, { &l->purpose, &r->purpose },
                { &l->recipient, &r->recipient }, { &l->item, &r->item },
                { &l->policy, &r->policy },       { &l->policy_sha256, &r->policy_sha256 },
        };
        int order = 0;

        for (size_t i = 0; order == 0 && i < sizeof(pairs) / sizeof(pairs[0]); i++)
                order = compare_str(*pairs[i][0], *pairs[i][1]);
        if (order == 0)
                order = str_is(r->field, "sub") - str_is(l->field, "sub");
        if (order == 0)
                order = compare_str(l->field, r->field);
        return order != 0 ? order : compare_str(l->form, r->form);
}

const struct audit_transfer *audit_transfers_rows(struct audit_transfers *t, size_t *ret_count)
{
        if (t->count > 0)
                qsort(t->rows, t->count, sizeof(*t->rows), compare_rows);
        *ret_count = t->count;
        return t->rows;
}

int64_t audit_transfers_heard(const struct audit_transfers *t)
{
        return t->heard;
}

int64_t audit_transfers_lost(const struct audit_transfers *t)
{
        return t->lost;
}
