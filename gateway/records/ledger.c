/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See ledger.h. Two records for each person: one that stays and one that goes. */
#include "ledger.h"

#include <stdlib.h>

#include "clock.h"
#include "seal.h"
#include "store.h"

/* So many members may be there before those that ended are looked for and dropped, but for the latest grants. */
#define TIDY_ABOVE 64
#define TIDY_EVERY 16
#define GRANTS_SHOWN 20

static const struct record_kind passing = { .name = "person" };
static const struct record_kind lasting = { .name = "person", .durable = true };

static const struct record_kind *record_of(enum ledger_kind kind)
{
        return kind == LEDGER_CONSENT || kind == LEDGER_BINDING ? &lasting : &passing;
}

static const struct {
        const char *name;
        size_t offset;
} members[] = {
        { "id", offsetof(struct ledger_entry, id) },
        { "client", offsetof(struct ledger_entry, client_id) },
        { "item", offsetof(struct ledger_entry, item) },
        { "session", offsetof(struct ledger_entry, session) },
        { "binding", offsetof(struct ledger_entry, binding) },
        { "direction", offsetof(struct ledger_entry, direction) },
        { "fields", offsetof(struct ledger_entry, fields) },
        { "policy", offsetof(struct ledger_entry, policy) },
        { "key", offsetof(struct ledger_entry, key) },
        { "subject", offsetof(struct ledger_entry, subject) },
        { "receipt", offsetof(struct ledger_entry, receipt) },
};

static struct str person_id(struct task *t, const struct person *p)
{
        struct arena *a = task_arena(t);
        struct str len = arena_printf(a, "%zu:", p->source.len);

        return seal_pseudonym(store_seal(t), a, STR("person"), ARENA_JOIN(a, len, p->source, p->subject));
}

static struct record_member member_of(struct task *t, const struct person *p, enum ledger_kind kind, struct str id)
{
        struct arena *a = task_arena(t);

        return (struct record_member){
                .kind = record_of(kind),
                .id = person_id(t, p),
                .name = ARENA_JOIN(a, arena_printf(a, "%d:", (int)kind), id),
        };
}

static struct ledger_entry parse(const json_t *o)
{
        struct ledger_entry e = {
                .kind = (enum ledger_kind)json_int(o, "kind", 0),
                .at = json_int(o, "at", 0),
                .until = json_int(o, "until", 0),
        };

        for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
                *(struct str *)((char *)&e + members[i].offset) = json_str(o, members[i].name);
        return e;
}

/* For how long it is kept: a grant is listed for a while after its end. */
static int64_t listed_until(const struct ledger_entry *e)
{
        return e->kind == LEDGER_GRANT ? e->until + LEDGER_GRANT_SHOWN : e->until;
}

static bool has_ended(const struct ledger_entry *e)
{
        return e->until > 0 && listed_until(e) <= clock_now();
}

static int later_first(const void *a, const void *b)
{
        const struct ledger_entry *x = a, *y = b;

        return (x->at < y->at) - (x->at > y->at);
}

static result read_all(struct task *t, const struct person *person, const struct record_kind *record,
                       struct ledger_entry **ret_entries, size_t *ret_count)
{
        struct ledger_entry *entries;
        json_t **values;
        size_t count;

        TRY(record_members(t, record, person_id(t, person), &values, &count));
        entries = arena_new_array(task_arena(t), struct ledger_entry, count + 1);
        for (size_t i = 0; i < count; i++)
                entries[i] = parse(values[i]);
        qsort(entries, count, sizeof(*entries), later_first);
        *ret_entries = entries;
        *ret_count = count;
        return OK;
}

/* Members of a hash do not end by themselves. */
static result tidy(struct task *t, const struct person *person)
{
        struct ledger_entry *entries;
        size_t count, shown = 0;

        TRY(read_all(t, person, &passing, &entries, &count));
        for (size_t i = 0; i < count; i++) {
                shown += entries[i].kind == LEDGER_GRANT;
                if (has_ended(&entries[i]) || (entries[i].until <= clock_now() && shown > GRANTS_SHOWN))
                        TRY(ledger_drop(t, person, &entries[i]));
        }
        return OK;
}

result ledger_put(struct task *t, const struct person *person, const struct ledger_entry *entry)
{
        struct record_value value = { buf_in(task_arena(t), RECORD_MAX), 0 };
        const struct record_member m = member_of(t, person, entry->kind, entry->id);
        struct buf *o = &value.members;
        int64_t count;

        if (!record_of(entry->kind)->durable)
                value.ttl_s = listed_until(entry) - clock_now();
        json_add_int(o, "kind", entry->kind);
        json_add_int(o, "at", entry->at);
        json_add_int(o, "until", entry->until);
        for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
                json_add_str(o, members[i].name, *(const struct str *)((const char *)entry + members[i].offset));
        TRY(record_member_put(t, &m, &value, &count));
        return count > TIDY_ABOVE && count % TIDY_EVERY == 0 && !record_of(entry->kind)->durable ? tidy(t, person) : OK;
}

result ledger_get(struct task *t, const struct person *person, struct ledger_entry *ret_entry, bool *ret_found)
{
        const struct record_member m = member_of(t, person, ret_entry->kind, ret_entry->id);
        struct ledger_entry e;
        json_t *o;

        TRY(record_member_get(t, &m, &o));
        if (o)
                e = parse(o);
        *ret_found = o && !has_ended(&e);
        if (*ret_found)
                *ret_entry = e;
        return OK;
}

result ledger_drop(struct task *t, const struct person *person, const struct ledger_entry *entry)
{
        const struct record_member m = member_of(t, person, entry->kind, entry->id);

        return record_member_drop(t, &m);
}

result ledger_list(struct task *t, const struct person *person, enum ledger_kind kind, struct ledger_entry **ret_entries,
                   size_t *ret_count)
{
        struct ledger_entry *entries;
        size_t found, count = 0;

        TRY(read_all(t, person, record_of(kind), &entries, &found));
        for (size_t i = 0; i < found; i++)
                if (entries[i].kind == kind && !has_ended(&entries[i]))
                        entries[count++] = entries[i];
        *ret_entries = entries;
        *ret_count = count;
        return OK;
}
