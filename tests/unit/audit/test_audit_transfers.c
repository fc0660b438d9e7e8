/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The record of transfers: what is counted how often, persons once each, the ends of the period, and that nothing is
 * summed from files that were touched. */
#include "audit_folder.h"

#include "audit_transfers.h"

static const struct audit_period november = { { "2026-11-01T00:00:00Z", 20 }, { "2026-11-30T23:59:59Z", 20 } };

struct world {
        struct arena *arena;
        struct audit_transfers *sums;
};

static int setup(void **state)
{
        struct arena *a = arena_new(1 << 20);
        struct world *w = arena_new_of(a, struct world);
        *w = (struct world){ a, audit_transfers_new(november) };
        *state = w;
        return 0;
}

static int teardown(void **state)
{
        struct world *w = *state;
        audit_transfers_free(w->sums);
        arena_free(w->arena);
        return 0;
}

static result hear(struct world *w, const char *json)
{
        json_t *record;
        arena_clear_reason(w->arena);
        TRY(json_read_object(w->arena, str_from(json), 4096, &record));
        return audit_transfers_hear(w->sums, w->arena, record);
}

/* A crossing from Hong Kong to `client` at `time`. */
static void cross(struct world *w, const char *time, const char *client, const char *person, const char *fields)
{
        struct str text = arena_printf(w->arena,
                "{\"time\":\"%s\",\"event\":\"crossing\",\"client\":\"%s\",\"direction\":\"HK>CN\",\"purpose\":\"work\","
                "\"policy\":\"p\",\"policy_sha256\":\"d\",\"person\":\"%s\",\"fields\":\"%s\"}",
                time, client, person, fields);
        assert_ok(hear(w, arena_cstr(w->arena, text)));
}

static const struct audit_transfer *row_of(struct world *w, const char *client, const char *field, const char *form)
{
        size_t count;
        const struct audit_transfer *rows = audit_transfers_rows(w->sums, &count);
        for (size_t i = 0; i < count; i++)
                if (str_is(rows[i].recipient, client) && str_is(rows[i].field, field) && str_is(rows[i].form, form))
                        return &rows[i];
        fail_msg("there is no row %s %s:%s", client, field, form);
        return NULL;
}

static void expect(struct world *w, const char *row, int64_t crossings, int64_t persons)
{
        struct str rest = str_from(row), client = { 0 }, field = { 0 }, form = { 0 };
        const struct audit_transfer *found;
        (void)(str_split(&rest, ' ', &client) && str_split(&rest, ':', &field) && str_split(&rest, ':', &form));
        found = row_of(w, arena_cstr(w->arena, client), arena_cstr(w->arena, field), arena_cstr(w->arena, form));
        if (found->crossings != crossings || found->persons != persons)
                fail_msg("%s: %lld crossings of %lld persons", row, (long long)found->crossings, (long long)found->persons);
}

static void test_counts_crossings_and_persons(void **state)
{
        struct world *w = *state;
        cross(w, "2026-11-02T10:00:00Z", "portal", "chan", "name:value birthdate:masked");
        cross(w, "2026-11-03T10:00:00Z", "portal", "chan", "name:value");
        cross(w, "2026-11-03T10:00:01Z", "portal", "lee", "name:masked");
        cross(w, "2026-11-04T10:00:00Z", "sister", "lee", "");
        expect(w, "portal sub:pairwise", 3, 2);
        expect(w, "portal name:value", 2, 1);
        expect(w, "portal name:masked", 1, 1);
        expect(w, "portal birthdate:masked", 1, 1);
        expect(w, "sister sub:pairwise", 1, 1);
        size_t count;
        const struct audit_transfer *rows = audit_transfers_rows(w->sums, &count);
        assert_int_equal(count, 7);
        assert_str_empty(rows[0].direction); /* the total, then the direction's */
        assert_int_equal(rows[0].crossings, 4);
        assert_int_equal(rows[0].persons, 2);
        assert_str_eq(rows[1].direction, "HK>CN");
        assert_str_empty(rows[1].field);
        assert_str_eq(rows[2].field, "sub");
        assert_str_eq(rows[3].field, "birthdate");
        assert_int_equal(audit_transfers_heard(w->sums), 4);
}

static void test_what_differs_has_a_row_of_its_own(void **state)
{
        static const char *const others[] = { "\"direction\":\"CN>HK\"", "\"purpose\":\"other\"", "\"client\":\"other\"",
                                              "\"policy\":\"q\"", "\"policy_sha256\":\"e\"", "\"item\":\"permit\"" };
        static const char *const members[] = { "\"direction\":\"HK>CN\"", "\"purpose\":\"work\"", "\"client\":\"portal\"",
                                               "\"policy\":\"p\"", "\"policy_sha256\":\"d\"", "\"item\":\"licence\"" };
        struct world *w = *state;
        for (size_t changed = 0; changed <= 6; changed++) {
                struct buf b = buf_in(w->arena, 1024);
                buf_add_text(&b, "{\"time\":\"2026-11-02T10:00:00Z\",\"event\":\"crossing\",\"person\":\"chan\"");
                for (size_t i = 0; i < 6; i++)
                        buf_printf(&b, ",%s", i == changed ? others[i] : members[i]);
                buf_add_text(&b, "}");
                assert_ok(hear(w, buf_str(&b).data));
        }
        size_t count;
        const struct audit_transfer *rows = audit_transfers_rows(w->sums, &count);
        assert_int_equal(count, 1 + 2 + 7);
        assert_int_equal(rows[0].crossings, 7);
        assert_int_equal(rows[0].persons, 1);
}

static void test_both_ends_of_the_period_belong_to_it(void **state)
{
        struct world *w = *state;
        static const char *const within[] = { "2026-11-01T00:00:00Z", "2026-11-30T23:59:59Z" };
        static const char *const outside[] = { "2026-10-31T23:59:59Z", "2026-12-01T00:00:00Z", "2025-11-15T00:00:00Z" };
        for (size_t i = 0; i < 3; i++)
                cross(w, outside[i], "portal", "chan", "name:value");
        size_t count;
        (void)audit_transfers_rows(w->sums, &count);
        assert_int_equal(count, 0);
        for (size_t i = 0; i < 2; i++)
                cross(w, within[i], "portal", "chan", "name:value");
        expect(w, "portal name:value", 2, 1);
        assert_int_equal(audit_transfers_heard(w->sums), 5);
}

static void test_only_crossings_count(void **state)
{
        static const char *const kinds[] = { "token_issued", "consent_given", "login", "crossings", "" };
        struct world *w = *state;
        for (size_t i = 0; i < 5; i++)
                assert_ok(hear(w, arena_cstr(w->arena, arena_printf(w->arena,
                        "{\"time\":\"2026-11-02T10:00:00Z\",\"event\":\"%s\",\"client\":\"portal\",\"direction\":\"HK>CN\","
                        "\"person\":\"chan\",\"fields\":\"name:value\"}", kinds[i]))));
        size_t count;
        (void)audit_transfers_rows(w->sums, &count);
        assert_int_equal(count, 0);
}

static void test_lost_records_are_told(void **state)
{
        struct world *w = *state;
        assert_ok(hear(w, "{\"time\":\"2026-11-02T10:00:00Z\",\"event\":\"records_lost\",\"count\":3}"));
        assert_ok(hear(w, "{\"time\":\"2026-11-03T10:00:00Z\",\"event\":\"records_lost\",\"count\":4}"));
        assert_ok(hear(w, "{\"time\":\"2026-12-03T10:00:00Z\",\"event\":\"records_lost\",\"count\":9}"));
        assert_int_equal(audit_transfers_lost(w->sums), 7);
}

static void test_a_crossing_must_say_who_whereto_and_when(void **state)
{
        static const char *const broken[] = {
                "\"time\":\"2026-11-02T10:00:00Z\",\"direction\":\"HK>CN\",\"client\":\"portal\"",
                "\"time\":\"2026-11-02T10:00:00Z\",\"direction\":\"HK>CN\",\"person\":\"chan\"",
                "\"time\":\"2026-11-02T10:00:00Z\",\"client\":\"portal\",\"person\":\"chan\"",
                "\"time\":\"2026-11-02T10:00:00Z\",\"direction\":\"HK\",\"client\":\"portal\",\"person\":\"chan\"",
                "\"time\":\"2026-11-02T10:00:00Z\",\"direction\":\">CN\",\"client\":\"portal\",\"person\":\"chan\"",
                "\"time\":\"2026-11-02T10:00:00Z\",\"direction\":\"HK>\",\"client\":\"portal\",\"person\":\"chan\"",
                "\"time\":\"2026-11-02T10:00:00Z\",\"direction\":1,\"client\":\"portal\",\"person\":\"chan\"",
                "\"time\":\"2026-11-31T10:00:00Z\",\"direction\":\"HK>CN\",\"client\":\"portal\",\"person\":\"chan\"",
                "\"time\":\"2026-11-02\",\"direction\":\"HK>CN\",\"client\":\"portal\",\"person\":\"chan\"",
                "\"direction\":\"HK>CN\",\"client\":\"portal\",\"person\":\"chan\"",
        };
        struct world *w = *state;
        for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
                assert_error(hear(w, arena_cstr(w->arena, arena_printf(w->arena, "{\"event\":\"crossing\",%s}", broken[i]))),
                             ERR_VERIFY);
        assert_true(arena_reason(w->arena).len > 0);
}

/* More persons than the tables' first size, each of them three times. */
static void test_many_persons(void **state)
{
        struct world *w = *state;
        for (int round = 0; round < 3; round++)
                for (int i = 0; i < 3000; i++) {
                        char person[16];
                        snprintf(person, sizeof(person), "p%d", i);
                        cross(w, "2026-11-02T10:00:00Z", i % 2 ? "portal" : "sister", person, "name:value");
                }
        expect(w, "portal name:value", 4500, 1500);
        expect(w, "sister sub:pairwise", 4500, 1500);
        size_t count;
        assert_int_equal(audit_transfers_rows(w->sums, &count)[0].persons, 3000);
}

/* ---- from files ---- */

static void fill(struct audit_folder *f, int crossings)
{
        struct audit *audit = audit_folder_start(f);
        for (int i = 0; i < crossings; i++)
                audit_note(audit, &(struct audit_event){ .kind = AUDIT_CROSSING, .client = STR("portal"),
                                                         .direction = STR("HK>CN"), .person = STR("chan"),
                                                         .fields = STR("name:value") });
        audit_stop(audit);
}

static bool sum(struct audit_folder *f, const struct jwks *keys, struct audit_transfers **ret_sums,
                struct audit_report *ret_report)
{
        const struct audit_period always = { STR("0001-01-01T00:00:00Z"), STR("9999-12-31T23:59:59Z") };
        *ret_sums = audit_transfers_new(always);
        const struct audit_listener listener = { audit_transfers_hear, *ret_sums };
        return audit_verify_hearing(f->arena, f->options.directory, keys, &listener, ret_report);
}

static void test_files_are_proven_while_they_are_read(void **state)
{
        (void)state;
        struct audit_folder *f = audit_folder_new();
        __attribute__((cleanup(audit_transfers_cleanup))) struct audit_transfers *sums = NULL;
        struct audit_report report;
        size_t count;
        fill(f, 5);
        fill(f, 4);
        assert_true(sum(f, &f->jwks, &sums, &report));
        assert_int_equal(audit_transfers_heard(sums), report.nodes[0].last);
        assert_int_equal(audit_transfers_rows(sums, &count)[0].crossings, 9);
        audit_folder_free(f);
}

/* Several nodes may write into one folder: a person who came to both is one person. */
static void test_nodes_are_summed_together(void **state)
{
        (void)state;
        struct audit_folder *f = audit_folder_new();
        __attribute__((cleanup(audit_transfers_cleanup))) struct audit_transfers *sums = NULL;
        struct audit_report report;
        size_t count;
        fill(f, 2);
        f->options.node = STR("gw2");
        fill(f, 3);
        assert_true(sum(f, &f->jwks, &sums, &report));
        assert_int_equal(report.count, 2);
        assert_int_equal(audit_transfers_heard(sums), report.nodes[0].last + report.nodes[1].last);
        assert_int_equal(audit_transfers_rows(sums, &count)[0].crossings, 5);
        assert_int_equal(audit_transfers_rows(sums, &count)[0].persons, 1);
        audit_folder_free(f);
}

static void test_a_touched_file_is_refused_with_its_place(void **state)
{
        (void)state;
        struct audit_folder *f = audit_folder_new();
        __attribute__((cleanup(audit_transfers_cleanup))) struct audit_transfers *sums = NULL;
        struct str lines[64];
        struct audit_report report;
        fill(f, 5);
        struct audit_file file = audit_folder_file(f, 0);
        struct str content = arena_copy(f->arena, audit_folder_read(f, file.path));
        size_t count = audit_folder_lines(content, lines, 64);
        assert_true(count > 5);
        ((char *)(uintptr_t)lines[2].data)[lines[2].len / 2] ^= 1;
        audit_folder_write(f, file.path, content);
        assert_false(sum(f, &f->jwks, &sums, &report));
        assert_same_str(report.fault.file, file.path);
        assert_int_equal(report.fault.line, 3);
        audit_folder_free(f);
}

/* The chain holds, but a crossing does not say who: such a record is not left out in silence. */
static void test_a_crossing_that_lacks_something_is_refused_with_its_place(void **state)
{
        (void)state;
        struct audit_folder *f = audit_folder_new();
        __attribute__((cleanup(audit_transfers_cleanup))) struct audit_transfers *sums = NULL;
        struct audit_report report;
        struct audit *audit = audit_folder_start(f);
        audit_note(audit, &(struct audit_event){ .kind = AUDIT_LOGIN });
        audit_note(audit, &(struct audit_event){ .kind = AUDIT_CROSSING, .client = STR("portal") });
        audit_stop(audit);
        assert_false(sum(f, &f->jwks, &sums, &report));
        assert_int_equal(report.fault.line, 2);
        assert_true(str_starts(report.fault.what, STR("a crossing that does not say who")));
        audit_folder_free(f);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_counts_crossings_and_persons, setup, teardown),
                cmocka_unit_test_setup_teardown(test_what_differs_has_a_row_of_its_own, setup, teardown),
                cmocka_unit_test_setup_teardown(test_both_ends_of_the_period_belong_to_it, setup, teardown),
                cmocka_unit_test_setup_teardown(test_only_crossings_count, setup, teardown),
                cmocka_unit_test_setup_teardown(test_lost_records_are_told, setup, teardown),
                cmocka_unit_test_setup_teardown(test_a_crossing_must_say_who_whereto_and_when, setup, teardown),
                cmocka_unit_test_setup_teardown(test_many_persons, setup, teardown),
                cmocka_unit_test(test_files_are_proven_while_they_are_read),
                cmocka_unit_test(test_nodes_are_summed_together),
                cmocka_unit_test(test_a_touched_file_is_refused_with_its_place),
                cmocka_unit_test(test_a_crossing_that_lacks_something_is_refused_with_its_place),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
