/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Consents: what was agreed to, by that person for that client, while it is young enough. */
#include "store_fixture.h"

#include "consent.h"

static struct consent some_consent(const char *fields)
{
        return (struct consent){
                .subject = STR("pairwise-9"),
                .client_id = STR("portal"),
                .policy = STR("p:1:digest"),
                .fields = str_from(fields),
                .refused = STR("gender:value"),
                .given_at = clock_now(),
        };
}

/* What is kept for this person and client. */
static struct consent about(const char *client_id, const char *subject)
{
        return (struct consent){ .client_id = str_from(client_id), .subject = str_from(subject) };
}

IN_TASK(test_kept)
{
        struct consent given = some_consent("name:value birthdate:masked"), found = about("portal", "pairwise-9");
        bool is_there = true;
        task_ok(consent_get(t, 1000, &found, &is_there));
        task_expect(!is_there && str_is_empty(found.fields));
        task_ok(consent_put(t, &given));
        task_ok(consent_get(t, 1000, &found, &is_there));
        task_expect(is_there && str_eq(found.fields, given.fields) && str_eq(found.refused, given.refused));
        task_expect(str_eq(found.policy, given.policy) && found.given_at == given.given_at);
        task_expect_sealed(t, "pairwise-9", "portal", "birthdate");
}

IN_TASK(test_of_others)
{
        struct consent given = some_consent("name:value"), other = about("plain", "pairwise-9");
        bool is_there = true;
        task_ok(consent_put(t, &given));
        task_ok(consent_get(t, 1000, &other, &is_there));
        task_expect(!is_there);
        other = about("portal", "pairwise-8");
        task_ok(consent_get(t, 1000, &other, &is_there));
        task_expect(!is_there && str_is_empty(other.fields));
}

IN_TASK(test_age)
{
        struct consent given = some_consent("name:value"), found = about("portal", "pairwise-9");
        bool is_there = true;
        task_ok(consent_put(t, &given));
        task_ok(consent_get(t, 0, &found, &is_there)); /* "always asked" */
        task_expect(!is_there);
        store_fixture_shift(f, 990);
        task_ok(consent_get(t, 1000, &found, &is_there));
        task_expect(is_there);
        store_fixture_shift(f, 1001);
        task_ok(consent_get(t, 1000, &found, &is_there));
        task_expect(!is_there);
}

/* A later one takes the place of the former: what is no longer asked for must be agreed to again. */
IN_TASK(test_replaced)
{
        struct consent given = some_consent("name:value"), later = some_consent("email:value");
        struct consent found = about("portal", "pairwise-9");
        bool is_there;
        task_ok(consent_put(t, &given));
        task_ok(consent_put(t, &later));
        task_ok(consent_get(t, 1000, &found, &is_there));
        task_expect(is_there && str_is(found.fields, "email:value"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_kept),
                cmocka_unit_test(test_of_others),
                cmocka_unit_test(test_age),
                cmocka_unit_test(test_replaced),
        };
        return cmocka_run_group_tests(tests, store_group_setup, store_group_teardown);
}
