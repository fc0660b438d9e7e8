/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The record of transfers as text: the table, CSV that a spreadsheet reads and does not obey (RFC 4180), JSON with every
 * member always there. */
#include "unit.h"

#include "audit_transfers_text.h"

#define CROSSING(client, item, policy)                                                                                 \
        "{\"time\":\"2026-11-02T10:00:00Z\",\"event\":\"crossing\",\"direction\":\"HK>CN\",\"purpose\":\"work\","          \
        "\"person\":\"chan\",\"fields\":\"name:value\",\"client\":\"" client "\"" item policy "}"
#define POLICY ",\"policy\":\"p\",\"policy_sha256\":\"d\""

struct world {
        struct arena *arena;
        struct audit_node node;
        struct audit_report proof;
        struct audit_transfers_report report;
};

static int setup(void **state)
{
        struct arena *a = arena_new(1 << 20);
        struct world *w = arena_new_of(a, struct world);
        w->arena = a;
        w->node = (struct audit_node){ .node = STR("gw1"), .files = 2, .first = 1, .last = 9, .signed_to = 8,
                                       .since = STR("2026-11-01T09:00:00Z"), .until = STR("2026-11-09T09:00:00Z") };
        w->proof = (struct audit_report){ .nodes = &w->node, .count = 1 };
        w->report.period = (struct audit_period){ STR("2026-11-01T00:00:00Z"), STR("2026-11-30T23:59:59Z") };
        w->report.sums = audit_transfers_new(w->report.period);
        w->report.proof = &w->proof;
        *state = w;
        return 0;
}

static int teardown(void **state)
{
        struct world *w = *state;
        audit_transfers_free(w->report.sums);
        arena_free(w->arena);
        return 0;
}

static void hear(struct world *w, const char *json)
{
        json_t *record;
        assert_ok(json_read_object(w->arena, str_from(json), 4096, &record));
        assert_ok(audit_transfers_hear(w->report.sums, w->arena, record));
}

static struct str printed(struct world *w, void (*print)(FILE *, const struct audit_transfers_report *))
{
        char *text = NULL;
        size_t len;
        FILE *f = open_memstream(&text, &len);
        assert_non_null(f);
        print(f, &w->report);
        fclose(f);
        struct str copy = arena_copy(w->arena, str_slice(text, len));
        free(text);
        return copy;
}

static void expect_holds(struct str text, const char *part)
{
        if (!memmem(text.data, text.len, part, strlen(part)))
                fail_msg("\"%s\" is not in:\n%.*s", part, STR_FMT(text));
}

static void test_csv(void **state)
{
        struct world *w = *state;
        hear(w, CROSSING("portal", ",\"item\":\"permit\"", POLICY));
        assert_str_eq(printed(w, audit_transfers_csv),
                      "from,to,direction,purpose,recipient,item,policy,policy_sha256,field,form,crossings,persons,"
                      "files,records,verified,whole\r\n"
                      "\"2026-11-01T00:00:00Z\",\"2026-11-30T23:59:59Z\",\"HK>CN\",\"work\",\"portal\",\"permit\",\"p\",\"d\","
                      "\"sub\",\"pairwise\",1,1,2,1,chain,yes\r\n"
                      "\"2026-11-01T00:00:00Z\",\"2026-11-30T23:59:59Z\",\"HK>CN\",\"work\",\"portal\",\"permit\",\"p\",\"d\","
                      "\"name\",\"value\",1,1,2,1,chain,yes\r\n");
}

static void test_csv_quotes_and_defuses(void **state)
{
        static const struct {
                const char *client, *cell;
        } rows[] = {
                { "a\\\"b,c", "\"a\"\"b,c\"" },   { "=1+1", "\"'=1+1\"" }, { "+1", "\"'+1\"" },
                { "-1", "\"'-1\"" },             { "@SUM(A1)", "\"'@SUM(A1)\"" }, { "\\t=1", "\"'\t=1\"" },
                { "two\\r\\nlines", "\"two\r\nlines\"" }, { "a=1", "\"a=1\"" },
        };
        struct world *w = *state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                hear(w, arena_cstr(w->arena, ARENA_JOIN(w->arena, STR("{\"time\":\"2026-11-02T10:00:00Z\",\"event\":\"crossing\","
                     "\"direction\":\"HK>CN\",\"person\":\"chan\",\"client\":\""), str_from(rows[i].client), STR("\"}"))));
        struct str csv = printed(w, audit_transfers_csv);
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                expect_holds(csv, rows[i].cell);
}

static json_t *read_json(struct world *w)
{
        json_t *o;
        assert_ok(json_read_object(w->arena, str_trim(printed(w, audit_transfers_json)), 1 << 20, &o));
        return o;
}

static void test_json(void **state)
{
        struct world *w = *state;
        hear(w, CROSSING("portal", ",\"item\":\"permit\"", POLICY));
        hear(w, CROSSING("portal", ",\"item\":\"permit\"", POLICY));
        hear(w, CROSSING("sister", "", ""));
        w->report.signed_by_known_keys = true;
        json_t *o = read_json(w);
        assert_int_equal(json_int(o, "version", 0), 1);
        assert_int_equal(json_int(o, "crossings", 0), 3);
        assert_int_equal(json_int(o, "persons", 0), 1);
        assert_int_equal(json_int(o, "files", 0), 2);
        assert_int_equal(json_int(o, "records", 0), 3);
        assert_true(json_bool(o, "signatures_verified", false) && json_bool(o, "whole", false));
        assert_int_equal(json_array_size(json_object_get(o, "directions")), 1);
        assert_int_equal(json_array_size(json_object_get(o, "nodes")), 1);
        const json_t *transfers = json_object_get(o, "transfers");
        assert_int_equal(json_array_size(transfers), 2);
        const json_t *first = json_array_get(transfers, 0), *second = json_array_get(transfers, 1);
        assert_str_eq(json_str(first, "item"), "permit");
        assert_str_eq(json_str(json_object_get(first, "policy"), "sha256"), "d");
        assert_int_equal(json_int(first, "crossings", 0), 2);
        assert_int_equal(json_array_size(json_object_get(first, "fields")), 2);
        assert_str_eq(json_str(json_array_get(json_object_get(first, "fields"), 1), "form"), "value");
        assert_str_eq(json_str(second, "recipient"), "sister");
        assert_true(json_is_null(json_object_get(second, "item")) && json_is_null(json_object_get(second, "policy")));
}

static void test_nothing_crossed(void **state)
{
        struct world *w = *state;
        expect_holds(printed(w, audit_transfers_table), "nothing crossed");
        expect_holds(printed(w, audit_transfers_json), "\"crossings\":0,\"persons\":0,\"directions\":[],\"transfers\":[]");
        struct str csv = printed(w, audit_transfers_csv);
        assert_int_equal(str_find(csv, '\n'), csv.len - 1);
}

static void test_what_is_missing_is_told(void **state)
{
        struct world *w = *state;
        hear(w, "{\"time\":\"2026-11-02T10:00:00Z\",\"event\":\"records_lost\",\"count\":3}");
        expect_holds(printed(w, audit_transfers_table), "missing 3 records that the gateway could not write");
        assert_false(json_bool(read_json(w), "whole", true));
        w->node.first = 100;
        expect_holds(printed(w, audit_transfers_table), "missing records of gw1 before 2026-11-01T09:00:00Z");
        w->node.since = STR("2026-10-31T09:00:00Z"); /* the period is there from its beginning */
        assert_false(memmem(printed(w, audit_transfers_table).data, printed(w, audit_transfers_table).len, "gw1", 3));
}

static void test_a_terminal_is_not_told_to_do_things(void **state)
{
        struct world *w = *state;
        hear(w, CROSSING("por\\u001b[2Jtal", "", ""));
        struct str table = printed(w, audit_transfers_table);
        assert_null(memchr(table.data, 0x1b, table.len));
        expect_holds(table, "por?[2Jtal");
        expect_holds(table, "signatures not checked");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_csv, setup, teardown),
                cmocka_unit_test_setup_teardown(test_csv_quotes_and_defuses, setup, teardown),
                cmocka_unit_test_setup_teardown(test_json, setup, teardown),
                cmocka_unit_test_setup_teardown(test_nothing_crossed, setup, teardown),
                cmocka_unit_test_setup_teardown(test_what_is_missing_is_told, setup, teardown),
                cmocka_unit_test_setup_teardown(test_a_terminal_is_not_told_to_do_things, setup, teardown),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
