/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Release policies: what they hold, what is refused and where, what the digest stands for, which one applies. */
#include "unit.h"

#include <stdlib.h>
#include <unistd.h>

#include "policy.h"

#define TITLES "{en: A, zh-Hant: 甲, zh-Hans: 乙}"
/* Lines 1 to 9; valid_from and fields follow. */
#define HEAD(id, version)                                                                                              \
        "id: " id "\nversion: " version "\nfrom: HK\nto: CN\npurpose: work\npurpose_titles: " TITLES "\n"                  \
        "legal_basis: [consent]\nretention: 30d\nrecipient: " TITLES "\n"
#define NAME "fields:\n  - {claim: name, form: value, essential: true}\n"
#define GOOD HEAD("p", "v1") NAME

#define DAY 86400
#define Y2026 1767225600 /* 2026-01-01 */

struct reading {
        struct arena *arena;
        struct mistakes mistakes;
        struct policy_list list;
};

static void add(struct reading *r, const char *yaml)
{
        char path[] = "/tmp/baygate-policy-XXXXXX";
        int fd = mkstemp(path);
        assert_true(fd >= 0 && write(fd, yaml, strlen(yaml)) == (ssize_t)strlen(yaml));
        close(fd);
        r->mistakes.arena = r->arena;
        policy_read(r->arena, arena_copy(r->arena, str_from(path)), &r->mistakes, &r->list);
        unlink(path);
}

static void read_one(struct reading *r, const char *yaml)
{
        r->mistakes = (struct mistakes){ 0 };
        r->list = (struct policy_list){ 0 };
        add(r, yaml);
}

static bool holds(const struct reading *r, size_t mistake, const char *part)
{
        return mistake < r->mistakes.count && strstr(arena_cstr(r->arena, r->mistakes.items[mistake]), part);
}

static int setup(void **state)
{
        static struct reading reading;
        reading = (struct reading){ .arena = arena_new(8 << 20) };
        *state = &reading;
        return 0;
}

static int teardown(void **state)
{
        arena_free(((struct reading *)*state)->arena);
        return 0;
}

static void test_read(void **state)
{
        struct reading *r = *state;
        read_one(r, HEAD("p", "v1") "valid_from: 2026-01-01\nvalid_until: 2026-01-31\nclients: [a, b]\n" NAME
                                    "  - {claim: birthdate, form: masked}\n");
        assert_int_equal(r->mistakes.count, 0);
        assert_int_equal(r->list.count, 1);
        const struct policy *p = r->list.items;
        assert_str_eq(p->id, "p");
        assert_str_eq(p->from, "HK");
        assert_str_eq(p->to, "CN");
        assert_int_equal(p->retention, 30 * DAY);
        assert_int_equal(p->valid_from, Y2026);
        assert_int_equal(p->valid_until, Y2026 + 31 * DAY); /* the last day is a whole one */
        assert_int_equal(p->client_count, 2);
        assert_true(policy_field_find(p, "name")->essential);
        assert_int_equal(policy_field_find(p, "birthdate")->form, POLICY_MASKED);
        assert_false(policy_field_find(p, "birthdate")->essential);
        assert_null(policy_field_find(p, "gender"));
        assert_int_equal(p->sha256.len, 43);
}

/* Each with the line of what is wrong. */
static void test_mistakes(void **state)
{
        static const struct {
                const char *yaml, *mistake;
        } cases[] = {
                { HEAD("p", "v1") "fields: [{claim: nmae, form: value}]\n", ":10: unknown field \"nmae\"; did you mean \"name\"?" },
                { HEAD("p", "v1") "fields: [{claim: name, form: secret}]\n", ":10: \"form\" must be one of" },
                { HEAD("p", "v1") "fields: [{claim: document_number, form: value}]\n",
                  ":10: \"document_number\" has no form \"value\"" },
                { HEAD("p", "v1") "fields: [{claim: age_over_18, form: value}]\n", ":10: \"age_over_18\" has no form" },
                { HEAD("p", "v1") "fields: [{claim: gender, form: masked}]\n", ":10: \"gender\" has no form" },
                { HEAD("p", "v1") NAME "  - {claim: name, form: hash}\n", ":12: " },
                { HEAD("p", "v1") "fields: []\n", ":10: " },
                { HEAD("p", "v1") "valid_from: 2026-02-30\n" NAME, ":10: \"valid_from\" must be a day that exists" },
                { HEAD("p", "v1") "valid_from: 26-2-3\n" NAME, ":10: \"valid_from\" must be a day that exists" },
                { HEAD("p", "v1") "valid_from: 2026-02-01\nvalid_until: 2026-01-31\n" NAME,
                  ":11: \"valid_until\" is before \"valid_from\"" },
                { HEAD("p", "v1") "colour: red\n" NAME, ":10: unknown setting \"colour\"" },
                { "- oops\n", ":1: item 1 is not a policy" },
                { "oops\n", ":1: must be a policy, or a list of policies" },
        };
        struct reading *r = *state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                read_one(r, cases[i].yaml);
                assert_true(r->mistakes.count >= 1);
                if (!holds(r, 0, cases[i].mistake))
                        fail_msg("%.*s: expected %s", STR_FMT(r->mistakes.items[0]), cases[i].mistake);
        }
        policy_read(r->arena, STR("/nonexistent/policy.yaml"), &r->mistakes, &r->list);
        assert_true(holds(r, r->mistakes.count - 1, "policy.yaml:1: can't be read"));
}

static void test_jurisdictions(void **state)
{
        struct reading *r = *state;
        read_one(r, "id: p\nversion: v\nfrom: HK\nto: HK\npurpose: work\npurpose_titles: " TITLES
                    "\nlegal_basis: [consent]\nretention: 36h\nrecipient: " TITLES "\n" NAME);
        assert_int_equal(r->mistakes.count, 2);
        assert_true(holds(r, 0, ":4: \"to\" is the same as \"from\""));
        assert_true(holds(r, 1, ":8: \"retention\" must be whole days"));
}

/* The digest is of what is said, not of how it is written. */
static void test_digest(void **state)
{
        struct reading *r = *state;
        read_one(r, GOOD);
        struct str first = r->list.items[0].sha256;
        read_one(r, "# a remark\n\n" HEAD("\"p\"", "'v1'") "fields:\n- form: value\n  claim: name\n  essential: true\n");
        assert_int_equal(r->mistakes.count, 0);
        assert_true(str_eq(first, r->list.items[0].sha256));
        read_one(r, HEAD("p", "v1") "fields: [{claim: name, form: value}]\n");
        assert_false(str_eq(first, r->list.items[0].sha256));
        read_one(r, HEAD("p", "v2") NAME);
        assert_false(str_eq(first, r->list.items[0].sha256));
}

static void test_overlap(void **state)
{
        struct reading *r = *state;
        read_one(r, HEAD("p", "v1") "valid_until: 2026-01-31\n" NAME);
        add(r, HEAD("p", "v2") "valid_from: 2026-02-01\n" NAME);
        policy_check_all(&r->list, &r->mistakes);
        assert_int_equal(r->mistakes.count, 0);
        add(r, HEAD("q", "v1") "valid_from: 2026-01-31\nvalid_until: 2026-01-31\n" NAME);
        policy_check_all(&r->list, &r->mistakes);
        assert_int_equal(r->mistakes.count, 1);
        assert_true(holds(r, 0, ":1: policies \"p\" and \"q\" are for the same direction"));
        read_one(r, GOOD);
        add(r, GOOD);
        policy_check_all(&r->list, &r->mistakes);
        assert_int_equal(r->mistakes.count, 1);
        assert_true(holds(r, 0, ":2: version \"v1\" of policy \"p\" is there already"));
}

static const struct policy *find_at(const struct reading *r, int64_t now)
{
        const struct policy_wanted wanted = { STR("HK"), STR("CN"), STR("work"), STR("a"), now };
        return policy_find(&r->list, &wanted);
}

static void test_find(void **state)
{
        struct reading *r = *state;
        read_one(r, HEAD("p", "v1") "valid_from: 2026-01-01\nvalid_until: 2026-01-31\nclients: [a]\n" NAME);
        add(r, HEAD("p", "v2") "valid_from: 2026-02-01\n" NAME);
        assert_null(find_at(r, Y2026 - 1));
        assert_str_eq(find_at(r, Y2026)->version, "v1");
        assert_str_eq(find_at(r, Y2026 + 31 * DAY - 1)->version, "v1");
        assert_str_eq(find_at(r, Y2026 + 31 * DAY)->version, "v2");
        static const struct policy_wanted others[] = {
                { { "CN", 2 }, { "HK", 2 }, { "work", 4 }, { "a", 1 }, Y2026 },
                { { "HK", 2 }, { "MO", 2 }, { "work", 4 }, { "a", 1 }, Y2026 },
                { { "HK", 2 }, { "CN", 2 }, { "play", 4 }, { "a", 1 }, Y2026 },
                { { "HK", 2 }, { "CN", 2 }, { NULL, 0 }, { "a", 1 }, Y2026 },
                { { "HK", 2 }, { "CN", 2 }, { "work", 4 }, { "b", 1 }, Y2026 },
        };
        for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
                assert_null(policy_find(&r->list, &others[i]));
}

/* The policies that are shipped. */
static void test_samples(void **state)
{
        struct reading *r = *state;
        const char *source = getenv("BAYGATE_SOURCE");
        assert_non_null(source);
        r->mistakes.arena = r->arena;
        policy_read(r->arena, arena_printf(r->arena, "%s/config/policies/hk-cn-public-services.yaml", source), &r->mistakes,
                    &r->list);
        policy_read(r->arena, arena_printf(r->arena, "%s/config/policies/cn-hk-public-services.yaml", source), &r->mistakes,
                    &r->list);
        policy_check_all(&r->list, &r->mistakes);
        assert_int_equal(r->mistakes.count, 0);
        assert_int_equal(r->list.count, 2);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_read, setup, teardown),
                cmocka_unit_test_setup_teardown(test_mistakes, setup, teardown),
                cmocka_unit_test_setup_teardown(test_jurisdictions, setup, teardown),
                cmocka_unit_test_setup_teardown(test_digest, setup, teardown),
                cmocka_unit_test_setup_teardown(test_overlap, setup, teardown),
                cmocka_unit_test_setup_teardown(test_find, setup, teardown),
                cmocka_unit_test_setup_teardown(test_samples, setup, teardown),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
