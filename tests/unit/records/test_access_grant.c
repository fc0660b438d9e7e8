/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Access grants: found by id while they live; a revoked one stays revoked, also when it is written late. RFC 6749
 * (4.1.2: a code used twice). */
#include "store_fixture.h"

#include "access_grant.h"

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
        task_expect(got.expires_at == g.expires_at);
        task_error(access_grant_get(t, STR("g-2"), &got), ERR_INVALID_TOKEN);
        task_error(access_grant_get(t, STR(""), &got), ERR_INVALID_TOKEN);
        task_expect_sealed(t, "CHAN", "pairwise-9", "portal");
}

IN_TASK(test_revoked)
{
        struct access_grant g = some_grant(t), got;
        task_ok(access_grant_put_new(t, &g));
        task_ok(access_grant_revoke(t, g.id, 60));
        task_error(access_grant_get(t, g.id, &got), ERR_INVALID_TOKEN);
        task_error(access_grant_put_new(t, &g), ERR_INVALID_GRANT);
        task_error(access_grant_get(t, g.id, &got), ERR_INVALID_TOKEN);
        task_expect_sealed(t, "pairwise-9");
}

/* The second use of the code comes before the first has written its grant. */
IN_TASK(test_revoked_before_it_is_written)
{
        struct access_grant g = some_grant(t), got;
        task_ok(access_grant_revoke(t, g.id, 60));
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

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_kept),
                cmocka_unit_test(test_revoked),
                cmocka_unit_test(test_revoked_before_it_is_written),
                cmocka_unit_test(test_given_once),
                cmocka_unit_test(test_expired),
        };
        return cmocka_run_group_tests(tests, store_group_setup, store_group_teardown);
}
