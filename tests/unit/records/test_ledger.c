/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The ledger on a real redis-server: what is entered is found from its person and from nobody else, the latest first;
 * what has ended is not, but for grants, of which the latest stay in the list for a while. */
#include "store_fixture.h"

#include "ledger.h"

static const struct person chan = { { "hk", 2 }, { "chan-1", 6 } };
static const struct person others[] = {
        { { "hk", 2 }, { "lee-1", 5 } }, { { "cn", 2 }, { "chan-1", 6 } }, { { "hkc", 3 }, { "han-1", 5 } },
        { { "h", 1 }, { "kchan-1", 7 } }, { { "hk", 2 }, { "chan-1\0", 7 } },
};
#define OTHERS (sizeof(others) / sizeof(others[0]))

static struct ledger_entry entry_of(enum ledger_kind kind, struct str id, int64_t ago)
{
        int64_t at = clock_now() - ago;
        bool lasting = kind == LEDGER_CONSENT || kind == LEDGER_BINDING;

        return (struct ledger_entry){ .kind = kind, .id = id, .at = at, .until = lasting ? 0 : at + 3600 };
}

static result put(struct task *t, enum ledger_kind kind, const char *id, int64_t ago)
{
        const struct ledger_entry e = entry_of(kind, str_from(id), ago);

        return ledger_put(t, &chan, &e);
}

static result get(struct task *t, const struct person *person, enum ledger_kind kind, const char *id,
                  struct ledger_entry *ret_entry, bool *ret_found)
{
        *ret_entry = (struct ledger_entry){ .kind = kind, .id = str_from(id) };
        return ledger_get(t, person, ret_entry, ret_found);
}

/* The ids of a kind in the order of the list: "a b c". */
static result ids_of(struct task *t, const struct person *person, enum ledger_kind kind, struct str *ret_ids)
{
        struct ledger_entry *entries;
        struct buf ids = buf_in(task_arena(t), 65536);
        size_t count;

        TRY(ledger_list(t, person, kind, &entries, &count));
        for (size_t i = 0; i < count; i++) {
                buf_add_text(&ids, i > 0 ? " " : "");
                buf_add(&ids, entries[i].id);
        }
        *ret_ids = buf_str(&ids);
        return OK;
}

IN_TASK(test_put_get_drop)
{
        const struct ledger_entry put = {
                .kind = LEDGER_GRANT, .id = STR("g-1"), .at = clock_now(), .until = clock_now() + 60,
                .client_id = STR("portal"), .item = STR("allowance"), .session = STR("s-1"), .binding = STR("b-1"),
                .direction = STR("HK>CN"), .fields = STR("name:masked"), .policy = STR("p:1:d"), .key = STR("k"),
                .subject = STR("cn-1"), .receipt = STR("r"),
        };
        struct ledger_entry got;
        bool found = true;
        task_ok(get(t, &chan, LEDGER_GRANT, "g-1", &got, &found));
        task_expect(!found && str_is(got.id, "g-1") && got.at == 0);
        task_ok(ledger_put(t, &chan, &put));
        task_ok(get(t, &chan, LEDGER_GRANT, "g-1", &got, &found));
        task_expect(found && got.kind == LEDGER_GRANT && got.at == put.at && got.until == put.until);
        task_expect(str_is(got.id, "g-1") && str_is(got.client_id, "portal") && str_is(got.item, "allowance"));
        task_expect(str_is(got.session, "s-1") && str_is(got.binding, "b-1") && str_is(got.direction, "HK>CN"));
        task_expect(str_is(got.fields, "name:masked") && str_is(got.policy, "p:1:d") && str_is(got.key, "k"));
        task_expect(str_is(got.subject, "cn-1") && str_is(got.receipt, "r"));
        task_ok(get(t, &chan, LEDGER_SESSION, "g-1", &got, &found)); /* of another kind */
        task_expect(!found);
        task_ok(ledger_drop(t, &chan, &put));
        task_ok(ledger_drop(t, &chan, &put));
        task_ok(get(t, &chan, LEDGER_GRANT, "g-1", &got, &found));
        task_expect(!found);
}

IN_TASK(test_lists_by_kind_the_latest_first)
{
        struct str ids;
        task_ok(put(t, LEDGER_SESSION, "s-2", 20));
        task_ok(put(t, LEDGER_SESSION, "s-3", 10));
        task_ok(put(t, LEDGER_SESSION, "s-1", 30));
        task_ok(put(t, LEDGER_GRANT, "g-1", 5));
        task_ok(put(t, LEDGER_CONSENT, "c-1", 9));
        task_ok(put(t, LEDGER_CONSENT, "c-2", 7));
        task_ok(put(t, LEDGER_BINDING, "b-1", 8));
        task_ok(ids_of(t, &chan, LEDGER_SESSION, &ids));
        task_expect(str_is(ids, "s-3 s-2 s-1"));
        task_ok(ids_of(t, &chan, LEDGER_GRANT, &ids));
        task_expect(str_is(ids, "g-1"));
        task_ok(ids_of(t, &chan, LEDGER_CONSENT, &ids));
        task_expect(str_is(ids, "c-2 c-1"));
        task_ok(ids_of(t, &chan, LEDGER_BINDING, &ids));
        task_expect(str_is(ids, "b-1"));
}

IN_TASK(test_takes_the_place_of_the_old_one)
{
        struct ledger_entry e = entry_of(LEDGER_CONSENT, STR("c-1"), 100), got;
        struct str ids;
        bool found;
        e.fields = STR("name:masked");
        task_ok(ledger_put(t, &chan, &e));
        e.fields = (struct str){ 0 };
        e.at += 50;
        task_ok(ledger_put(t, &chan, &e));
        task_ok(ids_of(t, &chan, LEDGER_CONSENT, &ids));
        task_expect(str_is(ids, "c-1"));
        task_ok(get(t, &chan, LEDGER_CONSENT, "c-1", &got, &found));
        task_expect(found && got.fields.len == 0 && got.at == e.at);
}

IN_TASK(test_others_see_nothing_of_it)
{
        struct ledger_entry got;
        struct str ids;
        bool found;
        for (int kind = LEDGER_SESSION; kind < LEDGER_KINDS; kind++)
                task_ok(put(t, (enum ledger_kind)kind, "x", 0));
        for (size_t n = 0; n < OTHERS; n++)
                for (int kind = LEDGER_SESSION; kind < LEDGER_KINDS; kind++) {
                        const struct ledger_entry x = { .kind = (enum ledger_kind)kind, .id = STR("x") };
                        task_ok(ids_of(t, &others[n], (enum ledger_kind)kind, &ids));
                        task_expect(ids.len == 0);
                        task_ok(get(t, &others[n], (enum ledger_kind)kind, "x", &got, &found));
                        task_expect(!found);
                        task_ok(ledger_drop(t, &others[n], &x)); /* and takes nothing away */
                }
        for (int kind = LEDGER_SESSION; kind < LEDGER_KINDS; kind++) {
                task_ok(ids_of(t, &chan, (enum ledger_kind)kind, &ids));
                task_expect(str_is(ids, "x"));
        }
}

IN_TASK(test_what_has_ended)
{
        struct ledger_entry got;
        struct str ids;
        bool found;
        task_ok(put(t, LEDGER_SESSION, "s-1", 0));
        task_ok(put(t, LEDGER_GRANT, "g-1", 0));
        task_ok(put(t, LEDGER_CONSENT, "c-1", 0));
        store_fixture_shift(f, 3601);
        task_ok(ids_of(t, &chan, LEDGER_SESSION, &ids));
        task_expect(ids.len == 0);
        task_ok(get(t, &chan, LEDGER_SESSION, "s-1", &got, &found));
        task_expect(!found);
        task_ok(ids_of(t, &chan, LEDGER_GRANT, &ids)); /* what was given of late is listed */
        task_expect(str_is(ids, "g-1"));
        store_fixture_shift(f, 3601 + LEDGER_GRANT_SHOWN);
        task_ok(ids_of(t, &chan, LEDGER_GRANT, &ids));
        task_expect(ids.len == 0);
        store_fixture_shift(f, (int64_t)10 * 365 * 86400);
        task_ok(ids_of(t, &chan, LEDGER_CONSENT, &ids));
        task_expect(str_is(ids, "c-1"));
}

/* Of 60 ended grants the latest 20 stay when there are many members; what lives is never dropped. */
IN_TASK(test_tidied)
{
        struct ledger_entry *entries;
        struct str ids;
        size_t count;
        for (int i = 0; i < 60; i++)
                task_ok(put(t, LEDGER_GRANT, arena_printf(task_arena(t), "old-%d", i).data, 3600 + 60 - i));
        task_ok(put(t, LEDGER_SESSION, "ends", 3590));
        for (int i = 0; i < 3; i++)
                task_ok(put(t, LEDGER_GRANT, arena_printf(task_arena(t), "lives-%d", i).data, 3000));
        task_ok(ledger_list(t, &chan, LEDGER_GRANT, &entries, &count));
        task_expect(count == 63); /* 64 members are not too many */
        store_fixture_shift(f, 20);
        for (int i = 0; i < 16; i++)
                task_ok(put(t, LEDGER_SESSION, arena_printf(task_arena(t), "s-%d", i).data, 0));
        task_ok(ledger_list(t, &chan, LEDGER_GRANT, &entries, &count));
        task_expect(count == 20 && str_starts(entries[0].id, STR("lives-")) && str_is(entries[3].id, "old-59"));
        task_expect(str_is(entries[19].id, "old-43"));
        task_ok(ledger_list(t, &chan, LEDGER_SESSION, &entries, &count));
        task_expect(count == 16);
        store_fixture_shift(f, 0); /* what ended is not only hidden */
        task_ok(ids_of(t, &chan, LEDGER_SESSION, &ids));
        task_expect(!str_holds(ids, "ends") && str_holds(ids, "s-15"));
}

IN_TASK(test_open_grants_are_not_tidied_away)
{
        struct ledger_entry *entries;
        size_t count;
        for (int i = 0; i < 80; i++)
                task_ok(put(t, LEDGER_GRANT, arena_printf(task_arena(t), "g-%d", i).data, i));
        task_ok(ledger_list(t, &chan, LEDGER_GRANT, &entries, &count));
        task_expect(count == 80);
}

IN_TASK(test_sealed)
{
        struct ledger_entry e = entry_of(LEDGER_BINDING, STR("binding-id-7"), 0);
        e.key = STR("guangdong");
        e.subject = STR("subject-there-9");
        e.receipt = STR("eyJreceipt");
        task_ok(ledger_put(t, &chan, &e));
        task_ok(put(t, LEDGER_SESSION, "session-id-8", 0));
        task_expect_sealed(t, "chan-1", "binding-id-7", "session-id-8", "guangdong", "subject-there-9", "eyJreceipt");
}

/* Whoever has a copy of the store can't tell by the names of members who is bound to whom. */
IN_TASK(test_one_id_in_two_ledgers_is_not_seen)
{
        static const struct store_script names = {
                "local n, seen = 0, {} for _, k in ipairs(redis.call('KEYS', '*')) do "
                "for _, m in ipairs(redis.call('HKEYS', k)) do if not seen[m] then n = n + 1 end seen[m] = 1 end end return n",
        };
        const struct ledger_entry e = entry_of(LEDGER_BINDING, STR("b-1"), 0);
        struct str count;
        task_ok(ledger_put(t, &chan, &e));
        for (size_t n = 0; n < OTHERS; n++)
                task_ok(ledger_put(t, &others[n], &e));
        task_ok(store_eval(t, &(struct store_call){ .script = &names }, &count));
        task_expect(str_is(count, "6"));
}

IN_TASK(test_life_of_the_key)
{
        struct str key;
        int64_t ttl;
        task_ok(put(t, LEDGER_SESSION, "s-1", 0));
        task_ok(store_only_key(t, "bg:person:", &key));
        task_ok(store_ttl(t, key, &ttl));
        task_expect(ttl > 3590 && ttl <= 3600);
        task_ok(put(t, LEDGER_GRANT, "g-1", 0));
        task_ok(store_ttl(t, key, &ttl));
        task_expect(ttl > 3590 + LEDGER_GRANT_SHOWN && ttl <= 3600 + LEDGER_GRANT_SHOWN);
        task_ok(put(t, LEDGER_SESSION, "s-2", 0));
        task_ok(store_ttl(t, key, &ttl));
        task_expect(ttl > 3590 + LEDGER_GRANT_SHOWN);
        task_ok(put(t, LEDGER_CONSENT, "c-1", 0));
        task_ok(store_only_key(t, "bg:d:person:", &key));
        task_ok(store_ttl(t, key, &ttl));
        task_expect(ttl == -1);
}

/* Somebody who agreed to all there is: the page reads their entries twice, well within a request's memory. */
static int put_so_far;

static void flush(struct task *t, void *argument)
{
        (void)argument;
        put_so_far = 0;
        task_ok(store_flush(t));
}

static void put_fifty(struct task *t, void *argument)
{
        char receipt[3000];
        struct ledger_entry e = entry_of(LEDGER_CONSENT, (struct str){ 0 }, 0);
        (void)argument;
        memset(receipt, 'x', sizeof(receipt));
        e.receipt = str_slice(receipt, sizeof(receipt));
        for (int i = 0; i < 50; i++) {
                e.id = arena_printf(task_arena(t), "c-%d", put_so_far++);
                task_ok(ledger_put(t, &chan, &e));
        }
}

static void list_twice(struct task *t, void *argument)
{
        struct ledger_entry *entries;
        size_t count;
        (void)argument;
        task_ok(ledger_list(t, &chan, LEDGER_BINDING, &entries, &count));
        task_expect(count == 0);
        task_ok(ledger_list(t, &chan, LEDGER_CONSENT, &entries, &count));
        task_expect(count == 200 && entries[199].receipt.len == 3000);
        task_expect(arena_used(task_arena(t)) < (size_t)4 << 20 && !arena_is_over(task_arena(t)));
}

static void test_many(void **state)
{
        store_fixture_run(*state, flush);
        for (int i = 0; i < 4; i++)
                store_fixture_run(*state, put_fifty);
        store_fixture_run(*state, list_twice);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_put_get_drop),
                cmocka_unit_test(test_lists_by_kind_the_latest_first),
                cmocka_unit_test(test_takes_the_place_of_the_old_one),
                cmocka_unit_test(test_others_see_nothing_of_it),
                cmocka_unit_test(test_what_has_ended),
                cmocka_unit_test(test_tidied),
                cmocka_unit_test(test_open_grants_are_not_tidied_away),
                cmocka_unit_test(test_sealed),
                cmocka_unit_test(test_one_id_in_two_ledgers_is_not_seen),
                cmocka_unit_test(test_life_of_the_key),
                cmocka_unit_test(test_many),
        };
        return cmocka_run_group_tests(tests, store_group_setup, store_group_teardown);
}
