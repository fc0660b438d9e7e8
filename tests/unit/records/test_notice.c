/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Notices: kept when one is expected and the state is right, once; anything else changes nothing. */
#include "store_fixture.h"

#include "notice.h"

static struct notice some_notice(struct task *t, const char *value)
{
        json_t *content = json_new_object(task_arena(t));
        json_put_str(content, "value", str_from(value));
        return (struct notice){
                .source = STR("iamsmart"),
                .correlation = STR("c-1"),
                .state = STR("0123456789abcdefABCDEF0123456789ab"),
                .content = content,
        };
}

static bool is_value(const json_t *content, const char *value)
{
        return str_is(json_str(content, "value"), value);
}

IN_TASK(test_right_one)
{
        struct notice n = some_notice(t, "CHAN Tai Man");
        json_t *content;
        bool kept = false;
        task_ok(notice_expect(t, &n, 600));
        task_ok(notice_get(t, n.source, n.correlation, &content));
        task_expect(!content);
        task_ok(notice_put_new(t, &n, &kept));
        task_expect(kept);
        task_ok(notice_get(t, n.source, n.correlation, &content));
        task_expect(is_value(content, "CHAN Tai Man"));
        task_expect_sealed(t, "CHAN", "c-1", "0123456789abcdef");
}

IN_TASK(test_again_changes_nothing)
{
        struct notice n = some_notice(t, "first"), again = some_notice(t, "second");
        json_t *content;
        bool kept;
        task_ok(notice_expect(t, &n, 600));
        task_ok(notice_put_new(t, &n, &kept));
        task_ok(notice_put_new(t, &again, &kept));
        task_expect(kept); /* the sender hears the same */
        task_ok(notice_get(t, n.source, n.correlation, &content));
        task_expect(is_value(content, "first"));
}

IN_TASK(test_dropped)
{
        struct notice n = some_notice(t, "CHAN Tai Man");
        json_t *content;
        bool kept = true;
        task_ok(notice_expect(t, &n, 600));
        task_ok(notice_put_new(t, &n, &kept));
        task_ok(notice_drop(t, n.source, n.correlation));
        task_ok(notice_get(t, n.source, n.correlation, &content));
        task_expect(!content);
        task_ok(notice_put_new(t, &n, &kept)); /* a repetition finds the door closed */
        task_expect(!kept);
        task_ok(notice_drop(t, n.source, n.correlation));
}

IN_TASK(test_wrong_ones)
{
        struct notice n = some_notice(t, "x"), wrong;
        json_t *content;
        bool kept = true;
        task_ok(notice_put_new(t, &n, &kept)); /* nobody expects it */
        task_expect(!kept);
        task_ok(notice_expect(t, &n, 600));
        const struct str states[] = { STR("0123456789abcdefABCDEF0123456789aB"), STR(""), str_head(n.state, 33) };
        for (size_t i = 0; i < 3; i++) {
                wrong = n;
                wrong.state = states[i];
                kept = true;
                task_ok(notice_put_new(t, &wrong, &kept));
                task_expect(!kept);
        }
        wrong = n;
        wrong.correlation = STR("c-2");
        task_ok(notice_put_new(t, &wrong, &kept));
        task_expect(!kept);
        wrong = n;
        wrong.source = STR("guangdong");
        task_ok(notice_put_new(t, &wrong, &kept));
        task_expect(!kept);
        task_ok(notice_get(t, n.source, n.correlation, &content));
        task_expect(!content);
        task_ok(notice_put_new(t, &n, &kept)); /* and the right one still comes through */
        task_expect(kept);
}

IN_TASK(test_late)
{
        struct notice n = some_notice(t, "x");
        json_t *content;
        bool kept = true;
        task_ok(notice_expect(t, &n, 600));
        store_fixture_shift(f, 601);
        task_ok(notice_put_new(t, &n, &kept));
        task_expect(!kept);
        task_ok(notice_get(t, n.source, n.correlation, &content));
        task_expect(!content);
}

/* What has come lives no longer than the wait for it. */
IN_TASK(test_life)
{
        struct notice n = some_notice(t, "x");
        struct str key;
        int64_t ttl;
        bool kept;
        task_ok(notice_expect(t, &n, 600));
        store_fixture_shift(f, 500);
        task_ok(notice_put_new(t, &n, &kept));
        task_expect(kept);
        task_ok(store_only_key(t, "bg:notice:", &key));
        task_ok(store_ttl(t, key, &ttl));
        task_expect(ttl > 0 && ttl <= 100);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_right_one),  cmocka_unit_test(test_again_changes_nothing),
                cmocka_unit_test(test_wrong_ones), cmocka_unit_test(test_late),
                cmocka_unit_test(test_life),       cmocka_unit_test(test_dropped),
        };
        return cmocka_run_group_tests(tests, store_group_setup, store_group_teardown);
}
