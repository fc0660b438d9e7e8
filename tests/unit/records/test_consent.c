/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Consents: cover what was agreed to, of that person for that client, while they are young enough. */
#include "store_fixture.h"

#include "consent.h"

static struct consent some_consent(const char *claims)
{
        return (struct consent){
                .subject = STR("pairwise-9"),
                .client_id = STR("portal"),
                .claims = str_from(claims),
                .given_at = clock_now(),
        };
}

IN_TASK(test_covers)
{
        static const struct {
                const char *claims;
                bool covered;
        } cases[] = {
                { "sub name birthdate", true }, { "sub name", true }, { "birthdate sub", true }, { "sub ", true },
                { "sub name email", false },    { "names", false },   { "email", false },
        };
        struct consent given = some_consent("sub name birthdate");
        bool covered = true;
        task_ok(consent_covers(t, &given, 1000, &covered));
        task_expect(!covered);
        task_ok(consent_put(t, &given));
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                struct consent wanted = some_consent(cases[i].claims);
                task_ok(consent_covers(t, &wanted, 1000, &covered));
                task_expect(covered == cases[i].covered);
        }
        task_expect_sealed(t, "pairwise-9", "portal", "birthdate");
}

IN_TASK(test_of_others)
{
        struct consent given = some_consent("sub name"), wanted = given;
        bool covered;
        task_ok(consent_put(t, &given));
        wanted.client_id = STR("plain");
        task_ok(consent_covers(t, &wanted, 1000, &covered));
        task_expect(!covered);
        wanted = given;
        wanted.subject = STR("pairwise-8");
        task_ok(consent_covers(t, &wanted, 1000, &covered));
        task_expect(!covered);
}

IN_TASK(test_age)
{
        struct consent given = some_consent("sub name");
        bool covered = false;
        task_ok(consent_put(t, &given));
        task_ok(consent_covers(t, &given, 0, &covered)); /* "always asked" */
        task_expect(!covered);
        store_fixture_shift(f, 990);
        task_ok(consent_covers(t, &given, 1000, &covered));
        task_expect(covered);
        store_fixture_shift(f, 1001);
        task_ok(consent_covers(t, &given, 1000, &covered));
        task_expect(!covered);
}

/* A later one takes the place of the former: what is no longer asked for must be agreed to again. */
IN_TASK(test_replaced)
{
        struct consent given = some_consent("sub name"), later = some_consent("sub email");
        bool covered;
        task_ok(consent_put(t, &given));
        task_ok(consent_put(t, &later));
        task_ok(consent_covers(t, &later, 1000, &covered));
        task_expect(covered);
        task_ok(consent_covers(t, &given, 1000, &covered));
        task_expect(!covered);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_covers),
                cmocka_unit_test(test_of_others),
                cmocka_unit_test(test_age),
                cmocka_unit_test(test_replaced),
        };
        return cmocka_run_group_tests(tests, store_group_setup, store_group_teardown);
}
