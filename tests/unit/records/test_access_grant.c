/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Access grants: found by id while they live; a revoked one stays revoked, also when it is written late. RFC 6749
 * (4.1.2: a code used twice). */
#include "store_fixture.h"

#include "access_grant.h"
#include "status_bits.h"

static struct access_grant some_grant(struct task *t)
{
        json_t *userinfo = json_new_object(task_arena(t));
        json_put_str(userinfo, "name", STR("CHAN Tai Man"));
        return (struct access_grant){
                .id = STR("g-1"),
                .client_id = STR("portal"),
                .subject = STR("pairwise-9"),
                .scope = STR("openid profile"),
                .userinfo = userinfo,
                .resource = STR("https://service.example/item"),
                .session = STR("s-1"),
                .auth_time = clock_now() - 10,
                .status = -1,
                .refreshable = true,
                .expires_at = clock_now() + 600,
        };
}

IN_TASK(test_kept)
{
        struct access_grant g = some_grant(t), got;
        task_error(access_grant_get(t, STR("g-1"), &got), ERR_INVALID_TOKEN);
        task_ok(access_grant_put_new(t, &g));
        task_ok(access_grant_get(t, STR("g-1"), &got));
        task_expect(str_is(got.id, "g-1") && str_is(got.client_id, "portal") && str_is(got.subject, "pairwise-9"));
        task_expect(str_is(got.scope, "openid profile") && json_equal(got.userinfo, g.userinfo));
        task_expect(got.expires_at == g.expires_at && got.auth_time == g.auth_time && got.status == -1 && got.refreshable);
        task_expect(str_eq(got.resource, g.resource) && str_eq(got.session, g.session) && !got.policy);
        task_error(access_grant_get(t, STR("g-2"), &got), ERR_INVALID_TOKEN);
        task_error(access_grant_get(t, STR(""), &got), ERR_INVALID_TOKEN);
        task_expect_sealed(t, "CHAN", "pairwise-9", "portal");
}

IN_TASK(test_revoked)
{
        struct access_grant g = some_grant(t), got;
        task_ok(access_grant_put_new(t, &g));
        task_ok(access_grant_revoke(t, g.id, clock_now() + 60));
        task_error(access_grant_get(t, g.id, &got), ERR_INVALID_TOKEN);
        task_error(access_grant_put_new(t, &g), ERR_INVALID_GRANT);
        task_error(access_grant_get(t, g.id, &got), ERR_INVALID_TOKEN);
        task_expect_sealed(t, "pairwise-9");
}

/* The second use of the code comes before the first has written its grant. */
IN_TASK(test_revoked_before_it_is_written)
{
        struct access_grant g = some_grant(t), got;
        task_ok(access_grant_revoke(t, g.id, clock_now() + 60));
        task_error(access_grant_put_new(t, &g), ERR_INVALID_GRANT);
        task_error(access_grant_get(t, g.id, &got), ERR_INVALID_TOKEN);
}

IN_TASK(test_given_once)
{
        struct access_grant g = some_grant(t), other = g, got;
        task_ok(access_grant_put_new(t, &g));
        other.subject = STR("somebody else");
        task_error(access_grant_put_new(t, &other), ERR_INVALID_GRANT);
        task_ok(access_grant_get(t, g.id, &got));
        task_expect(str_is(got.subject, "pairwise-9"));
}

IN_TASK(test_expired)
{
        struct access_grant g = some_grant(t), got;
        task_ok(access_grant_put_new(t, &g));
        store_fixture_shift(f, 595);
        task_ok(access_grant_get(t, g.id, &got));
        store_fixture_shift(f, 601);
        task_error(access_grant_get(t, g.id, &got), ERR_INVALID_TOKEN);
}

static bool is_marked(struct task *t, int64_t place)
{
        struct str bits = { 0 };
        bool found;
        return is_ok(status_bits_get(t, 0, &bits, &found)) && found && (size_t)place / 8 < bits.len &&
               ((unsigned char)bits.data[place / 8] >> (place % 8) & 1);
}

IN_TASK(test_revoking_marks_the_status_list)
{
        struct access_grant g = some_grant(t), other = g, got;
        task_ok(store_set(t, STR("bg:d:status"), STR("64"), 0));
        g.status = 11;
        other.status = 12;
        other.id = STR("g-2");
        task_ok(access_grant_put_new(t, &g));
        task_ok(access_grant_put_new(t, &other));
        task_ok(access_grant_get(t, g.id, &got));
        task_expect(got.status == g.status && !is_marked(t, g.status));
        task_ok(access_grant_revoke(t, g.id, g.expires_at));
        task_expect(is_marked(t, g.status) && !is_marked(t, other.status));
        task_ok(access_grant_revoke(t, g.id, g.expires_at)); /* twice is as once */
        task_ok(access_grant_get(t, other.id, &got));
}

/* The end may come while a request waits: nothing may be written for no time at all, which would be a programming error. */
IN_TASK(test_at_its_end)
{
        struct access_grant g = some_grant(t), got;
        int64_t at;
        bool first;
        g.expires_at = clock_now();
        task_ok(access_grant_put_new(t, &g));
        task_error(access_grant_get(t, g.id, &got), ERR_INVALID_TOKEN);
        task_ok(access_grant_rotate(t, &g, 0, &first, &at));
        task_expect(first);
        task_ok(access_grant_revoke(t, g.id, clock_now() - 10));
        task_expect_sealed(t, "pairwise-9");
}

IN_TASK(test_rotation)
{
        struct access_grant g = some_grant(t), other = g;
        int64_t at = 0, again = 0;
        bool first = false, was = true;
        other.id = STR("g-2");
        task_ok(access_grant_was_rotated(t, &g, 0, &was));
        task_expect(!was);
        task_ok(access_grant_rotate(t, &g, 0, &first, &at));
        task_expect(first && at == clock_now());
        store_fixture_shift(f, 7);
        task_ok(access_grant_rotate(t, &g, 0, &first, &again));
        task_expect(!first && again == at); /* the time of the first use stays */
        task_ok(access_grant_was_rotated(t, &g, 0, &was));
        task_expect(was);
        task_ok(access_grant_was_rotated(t, &g, 1, &was));
        task_expect(!was);
        task_ok(access_grant_rotate(t, &g, 1, &first, &again));
        task_expect(first && again >= at + 7);
        task_ok(access_grant_rotate(t, &other, 0, &first, &again));
        task_expect(first);
        task_expect_sealed(t, "pairwise-9");
}

static unsigned firsts;

/* All on one worker, so `firsts` needs no lock. */
static void rotate_raced(struct task *t, void *argument)
{
        struct access_grant g = some_grant(t);
        int64_t at;
        bool first;
        (void)argument;
        task_ok(access_grant_rotate(t, &g, 9, &first, &at));
        firsts += first;
        task_expect(at > 0);
}

/* The store; but there is a status list. */
static void empty(struct task *t, void *argument)
{
        (void)argument;
        firsts = 0;
        task_ok(store_flush(t));
        task_ok(store_set(t, STR("bg:d:status"), STR("64"), 0));
}

static void test_one_is_first(void **state)
{
        store_fixture_shift(*state, 0);
        for (int round = 0; round < 10; round++) {
                store_fixture_run(*state, empty);
                store_fixture_race(*state, rotate_raced, 8);
                assert_int_equal(firsts, 1);
        }
}

static bool was_given;

static void put_raced(struct task *t, void *argument)
{
        struct access_grant g = some_grant(t);
        (void)argument;
        g.status = 40;
        result r = access_grant_put_new(t, &g);
        task_expect(is_ok(r) || is_error(r, &ERR_INVALID_GRANT));
        was_given = was_given || is_ok(r);
}

static void revoke_raced(struct task *t, void *argument)
{
        (void)argument;
        task_ok(access_grant_revoke(t, STR("g-1"), clock_now() + 60));
}

static void put_or_revoke_raced(struct task *t, void *argument)
{
        static unsigned turn;
        (turn++ % 2 ? put_raced : revoke_raced)(t, argument);
}

static void check_raced(struct task *t, void *argument)
{
        struct access_grant got;
        (void)argument;
        task_error(access_grant_get(t, STR("g-1"), &got), ERR_INVALID_TOKEN);
        task_expect(!was_given || is_marked(t, 40));
}

/* Whoever comes first, it ends revoked; and marked, if it was ever given. */
static void test_revoked_while_it_is_written(void **state)
{
        store_fixture_shift(*state, 0);
        for (int round = 0; round < 20; round++) {
                was_given = false;
                store_fixture_run(*state, empty);
                store_fixture_race(*state, put_or_revoke_raced, 2);
                store_fixture_run(*state, check_raced);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_kept),
                cmocka_unit_test(test_revoked),
                cmocka_unit_test(test_revoked_before_it_is_written),
                cmocka_unit_test(test_given_once),
                cmocka_unit_test(test_expired),
                cmocka_unit_test(test_revoking_marks_the_status_list),
                cmocka_unit_test(test_at_its_end),
                cmocka_unit_test(test_rotation),
                cmocka_unit_test(test_one_is_first),
                cmocka_unit_test(test_revoked_while_it_is_written),
        };
        return cmocka_run_group_tests(tests, store_group_setup, store_group_teardown);
}
