/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* One line: what it looks like, and that it is accepted only where it belongs. */
#include "unit.h"

#include "audit_record.h"

static struct str line_of(struct arena *a, const struct audit_link *last, const char *client)
{
        struct audit_event e = { .kind = AUDIT_LOGIN, .client = str_from(client), .fields = STR("name \"x\"") };
        struct str line = audit_line(a, last, STR("gw1"), 1800000000, audit_event_render(a, &e));
        return str_head(line, line.len - 1);
}

static void test_a_line_is_json_with_its_place(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        struct audit_link link = audit_link_first();
        json_t *record;
        struct str line = line_of(a, &link, "portal");
        unit_check_result(audit_line_check(a, line, &link, &record), NULL, __FILE__, __LINE__);
        assert_int_equal(json_int(record, "seq", 0), 1);
        unit_check_str(json_str(record, "time"), STR("2027-01-15T08:00:00Z"), __FILE__, __LINE__);
        unit_check_str(json_str(record, "event"), STR("login"), __FILE__, __LINE__);
        unit_check_str(json_str(record, "fields"), STR("name \"x\""), __FILE__, __LINE__);
        unit_check_str(json_str(record, "hash"), audit_link_hash(&link), __FILE__, __LINE__);
        assert_null(json_object_get(record, "person"));
        assert_int_equal(link.seq, 1);
}

static void test_only_the_next_one_follows(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        struct audit_link first = audit_link_first(), link = first, second, other = first;
        json_t *record;
        struct str one = line_of(a, &link, "portal");
        unit_check_result(audit_line_check(a, one, &link, &record), NULL, __FILE__, __LINE__);
        struct str two = line_of(a, &link, "portal");
        unit_check_result(audit_line_check(a, one, &link, &record), &ERR_VERIFY, __FILE__, __LINE__);
        second = link;
        unit_check_result(audit_line_check(a, two, &second, &record), NULL, __FILE__, __LINE__);
        struct str foreign = line_of(a, &first, "another");
        unit_check_result(audit_line_check(a, foreign, &other, &record), NULL, __FILE__, __LINE__);
        unit_check_result(audit_line_check(a, two, &other, &record), &ERR_VERIFY, __FILE__, __LINE__);
        assert_int_equal(other.seq, 1);
}

static void test_every_byte_counts(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 24);
        struct audit_link first = audit_link_first();
        struct str line = line_of(a, &first, "portal");
        for (size_t i = 0; i < line.len; i++) {
                struct audit_link link = first;
                json_t *record;
                struct str changed = arena_copy(a, line);
                ((char *)(uintptr_t)changed.data)[i] ^= 1;
                unit_check_result(audit_line_check(a, changed, &link, &record), &ERR_VERIFY, __FILE__, __LINE__);
                unit_check_result(audit_line_check(a, str_head(line, i), &link, &record), &ERR_VERIFY, __FILE__, __LINE__);
        }
}

static void test_events_have_names(void **state)
{
        (void)state;
        enum audit_kind kind;
        for (size_t i = 0; i < AUDIT_KINDS; i++) {
                assert_true(audit_kind_find(str_from(audit_kind_name((enum audit_kind)i)), &kind));
                assert_int_equal(kind, i);
        }
        assert_false(audit_kind_find(STR("nothing"), &kind));
        assert_true(audit_kind_is_durable(AUDIT_BINDING_MADE) && audit_kind_is_durable(AUDIT_CONSENT_WITHDRAWN));
        assert_false(audit_kind_is_durable(AUDIT_LOGIN));
}

static void test_times(void **state)
{
        (void)state;
        static const char *const bad[] = {
                "", "2026-11-22", "2026-11-22T15:04:05", "2026-11-22T15:04:05+08:00", "2026-02-30T00:00:00Z",
                "2025-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-11-22T24:00:00Z",
                "2026-11-22T15:04:60Z", "2026-11-22t15:04:05z", " 2026-11-2T15:04:05Z", "2026-11-22 15:04:05Z",
                "02026-1-22T15:04:05Z", "2026-11-22T15:04:05ZZ",
        };
        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
                if (audit_time_is_real(str_from(bad[i])))
                        fail_msg("taken for a time: %s", bad[i]);
        assert_false(audit_time_is_real(str_slice("2026-11-22T15:04:05\0", 20)));
        assert_true(audit_time_is_real(STR("2026-11-22T15:04:05Z")));
        assert_true(audit_time_is_real(STR("2024-02-29T23:59:59Z")));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_a_line_is_json_with_its_place),
                cmocka_unit_test(test_only_the_next_one_follows),
                cmocka_unit_test(test_every_byte_counts),
                cmocka_unit_test(test_times),
                cmocka_unit_test(test_events_have_names),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
