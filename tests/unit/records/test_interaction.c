/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Logins in progress: kept for the rest of their life, finished by one, each leg counted once. */
#include "store_fixture.h"

#include <stdatomic.h>

#include "interaction.h"

#define ID "0123456789abcdefABCDEF"

static json_t *named(struct task *t, const char *name)
{
        json_t *o = json_new_object(task_arena(t));
        json_put_str(o, "name", str_from(name));
        return o;
}

static struct interaction some_interaction(struct task *t)
{
        return (struct interaction){
                .id = STR(ID),
                .browser_sha256 = STR("browser-hash"),
                .csrf = STR("csrf-token"),
                .step = STEP_WAITING,
                .language = STR("zh-Hant"),
                .expires_at = clock_now() + 1200,
                .request = STR("scope=openid&state=\"\\\t%20陳"),
                .hinted_subject = STR("p-1"),
                .leg = STR("leg-12345678"),
                .source = STR("iamsmart"),
                .binding = true,
                .ways = named(t, "ways"),
                .step_up = true,
                .memo = named(t, "memo"),
                .correlation = STR("uuid"),
                .open_url = STR("app://open"),
                .assertion = named(t, "CHAN Tai Man"),
                .other = named(t, "other"),
                .match = named(t, "match"),
                .identity = named(t, "identity"),
                .session = STR("s-1"),
        };
}

IN_TASK(test_all_members)
{
        struct interaction i = some_interaction(t), got;
        task_ok(interaction_put(t, &i));
        task_ok(interaction_get(t, i.id, &got));
        task_expect(str_eq(got.id, i.id) && str_eq(got.browser_sha256, i.browser_sha256) && str_eq(got.csrf, i.csrf));
        task_expect(got.step == i.step && str_eq(got.language, i.language) && got.expires_at == i.expires_at);
        task_expect(str_eq(got.leg, i.leg) && str_eq(got.source, i.source) && got.binding);
        task_expect(str_eq(got.correlation, i.correlation) && str_eq(got.open_url, i.open_url));
        task_expect(str_eq(got.session, i.session) && str_eq(got.request, i.request));
        task_expect(str_eq(got.hinted_subject, i.hinted_subject));
        task_expect(json_equal(got.memo, i.memo) && json_equal(got.assertion, i.assertion));
        task_expect(json_equal(got.ways, i.ways) && got.step_up);
        task_expect(json_equal(got.other, i.other) && json_equal(got.match, i.match));
        task_expect(json_equal(got.identity, i.identity));
        task_expect_sealed(t, ID, "CHAN", "iamsmart", "csrf-token");
}

IN_TASK(test_empty_members)
{
        struct interaction i = { .id = STR(ID), .step = STEP_CHOOSE, .expires_at = clock_now() + 60 }, got;
        task_ok(interaction_put(t, &i));
        task_ok(interaction_get(t, i.id, &got));
        task_expect(got.step == STEP_CHOOSE && !got.binding && !got.ways && !got.step_up && !got.memo && !got.identity && got.session.len == 0);
}

IN_TASK(test_unknown)
{
        struct interaction i = some_interaction(t), got;
        task_ok(interaction_put(t, &i));
        task_error(interaction_get(t, STR("0123456789abcdefABCDEG"), &got), ERR_FLOW_UNKNOWN);
        task_error(interaction_get(t, STR(""), &got), ERR_FLOW_UNKNOWN);
        task_error(interaction_get(t, STR(ID "x"), &got), ERR_FLOW_UNKNOWN);
        task_error(interaction_take(t, str_head(i.id, 21), &got), ERR_FLOW_UNKNOWN);
}

/* Writing again does not prolong the life. */
IN_TASK(test_life)
{
        struct interaction i = some_interaction(t), got;
        struct str key;
        int64_t ttl;
        task_ok(interaction_put(t, &i));
        store_fixture_shift(f, 1000);
        task_ok(interaction_get(t, i.id, &got));
        task_ok(interaction_put(t, &got));
        task_ok(store_only_key(t, "bg:interaction:", &key));
        task_ok(store_ttl(t, key, &ttl));
        task_expect(ttl > 150 && ttl <= 200);
        store_fixture_shift(f, 1201);
        task_error(interaction_get(t, i.id, &got), ERR_FLOW_UNKNOWN);
        task_error(interaction_take(t, i.id, &got), ERR_FLOW_UNKNOWN);
        task_ok(interaction_put(t, &i)); /* late: a second at most */
        task_ok(store_ttl(t, key, &ttl));
        task_expect(ttl <= 1);
}

IN_TASK(test_legs)
{
        struct interaction i = some_interaction(t);
        bool first = false;
        task_ok(interaction_claim_leg(t, &i, &first));
        task_expect(first);
        task_ok(interaction_claim_leg(t, &i, &first));
        task_expect(!first);
        i.leg = STR("leg-another1");
        task_ok(interaction_claim_leg(t, &i, &first));
        task_expect(first);
        task_expect_sealed(t, ID, "leg-1");
}

/* A request that read it before another one ended the login. */
IN_TASK(test_late_writer_revives_nothing)
{
        struct interaction i = some_interaction(t), read, taken;
        task_ok(interaction_put(t, &i));
        task_ok(interaction_get(t, i.id, &read));
        task_ok(interaction_put(t, &read));
        task_ok(interaction_take(t, i.id, &taken));
        task_error(interaction_put(t, &read), ERR_FLOW_UNKNOWN);
        task_error(interaction_get(t, i.id, &read), ERR_FLOW_UNKNOWN);
}

static atomic_uint took, claimed;

static void put_one(struct task *t, void *argument)
{
        struct interaction i = some_interaction(t);
        (void)argument;
        task_ok(store_flush(t));
        task_ok(interaction_put(t, &i));
}

static void take_and_claim(struct task *t, void *argument)
{
        struct interaction i = some_interaction(t), got;
        bool first;
        (void)argument;
        task_ok(interaction_claim_leg(t, &i, &first));
        if (first)
                atomic_fetch_add(&claimed, 1);
        if (is_ok(interaction_take(t, i.id, &got)))
                atomic_fetch_add(&took, 1);
}

static void test_one_finishes(void **state)
{
        store_fixture_shift(*state, 0);
        for (int round = 0; round < 10; round++) {
                atomic_store(&took, 0);
                atomic_store(&claimed, 0);
                store_fixture_run(*state, put_one);
                store_fixture_race(*state, take_and_claim, 6);
                assert_int_equal(atomic_load(&took), 1);
                assert_int_equal(atomic_load(&claimed), 1);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_all_members),  cmocka_unit_test(test_empty_members),
                cmocka_unit_test(test_unknown),      cmocka_unit_test(test_life),
                cmocka_unit_test(test_legs),         cmocka_unit_test(test_late_writer_revives_nothing),
                cmocka_unit_test(test_one_finishes),
        };
        return cmocka_run_group_tests(tests, store_group_setup, store_group_teardown);
}
