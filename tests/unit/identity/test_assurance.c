/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Assurance: the map that comes with the gateway, mistakes in maps, and with random maps, vectors and times that no
 * path raises a component. */
#include "unit.h"

#include "assurance.h"

static const struct adapter iamsmart = { .name = "iamsmart" }, guangdong = { .name = "guangdong" };
static const struct source hk = { .id = STR("smart"), .adapter = &iamsmart };
static const struct source gd = { .id = STR("gd"), .adapter = &guangdong };

#define HOUR 3600
#define NOW 1795320000

struct loading {
        struct arena *arena;
        struct mistakes mistakes;
        const struct assurance_map *map;
        result result;
};

static struct loading load(struct str yaml)
{
        struct loading l = { .arena = arena_new(4 << 20) };
        json_t *tree = NULL;
        l.mistakes.arena = l.arena;
        assert_ok(schema_read(STR("map.yaml"), yaml, assurance_schema, &l.mistakes, &tree));
        l.result = assurance_map_load(l.arena, tree, &l.mistakes, &l.map);
        return l;
}

static struct loading load_sample(void)
{
        static char text[65536];
        FILE *file = fopen(CONFIG_FOLDER "/assurance.yaml", "r");
        assert_non_null(file);
        size_t len = fread(text, 1, sizeof(text), file);
        fclose(file);
        struct loading l = load(str_slice(text, len));
        for (size_t i = 0; i < l.mistakes.count; i++)
                print_error("%.*s\n", STR_FMT(l.mistakes.items[i]));
        assert_ok(l.result);
        return l;
}

static void check_vector(struct assurance v, int ial, int aal, int fal)
{
        assert_int_equal(v.ial, ial);
        assert_int_equal(v.aal, aal);
        assert_int_equal(v.fal, fal);
}

static void sample_map(void **state)
{
        struct loading l = load_sample();
        (void)state;
        check_vector(assurance_of(l.map, &hk, STR("sign"), NOW, NOW), 2, 2, 2);
        check_vector(assurance_of(l.map, &gd, STR("L0"), NOW, NOW), 0, 1, 1);
        check_vector(assurance_of(l.map, &gd, STR("L2"), NOW, NOW), 2, 1, 1);
        check_vector(assurance_of(l.map, &gd, STR("L3"), NOW, NOW), 2, 2, 1);
        struct assurance v = assurance_of(l.map, &hk, STR("default"), NOW, NOW);
        check_vector(v, 2, 2, 2);
        assert_str_eq(v.native, "default");
        assert_str_eq(v.map_version, "2026-2");
        assert_int_equal(v.auth_time, NOW);
        assert_str_eq(assurance_acr(l.map, &v), "urn:baygate:acr:substantial");
        arena_free(l.arena);
}

static void unknown_levels_are_worth_nothing(void **state)
{
        struct loading l = load_sample();
        const struct adapter other = { .name = "oidc" };
        const struct source stranger = { .id = STR("smart"), .adapter = &other };
        (void)state;
        check_vector(assurance_of(l.map, &hk, STR("L3"), NOW, NOW), 0, 0, 0);
        check_vector(assurance_of(l.map, &hk, STR(""), NOW, NOW), 0, 0, 0);
        check_vector(assurance_of(l.map, &stranger, STR("sign"), NOW, NOW), 0, 0, 0);
        arena_free(l.arena);
}

static void levels_age(void **state)
{
        struct loading l = load_sample();
        (void)state;
        assert_int_equal(assurance_of(l.map, &hk, STR("default"), NOW - 8 * HOUR + 1, NOW).aal, 2);
        assert_int_equal(assurance_of(l.map, &hk, STR("default"), NOW - 8 * HOUR, NOW).aal, 1);
        assert_int_equal(assurance_of(l.map, &hk, STR("default"), NOW - 12 * HOUR, NOW).aal, 0);
        assert_int_equal(assurance_of(l.map, &hk, STR("default"), NOW - 12 * HOUR, NOW).ial, 2);
        assert_int_equal(assurance_of(l.map, &hk, STR("default"), 0, NOW).aal, 0);
        assert_int_equal(assurance_of(l.map, &hk, STR("default"), INT64_MIN, NOW).aal, 0);
        arena_free(l.arena);
}

/* A time in the future would keep a level fresh for ever. */
static void future_auth_time(void **state)
{
        struct loading l = load_sample();
        struct assurance v = assurance_of(l.map, &hk, STR("default"), INT64_MAX, NOW);
        (void)state;
        assert_int_equal(v.auth_time, NOW);
        assert_int_equal(assurance_aged(l.map, &hk, &v, NOW + 8 * HOUR).aal, 1);
        arena_free(l.arena);
}

static void joining(void **state)
{
        struct loading l = load_sample();
        struct assurance a = assurance_of(l.map, &hk, STR("sign"), NOW, NOW);
        struct assurance b = assurance_of(l.map, &gd, STR("L2"), NOW - 60, NOW);
        struct assurance both = assurance_lesser(&a, &b), capped = assurance_capped(&a, &b);
        (void)state;
        check_vector(both, 2, 1, 1);
        assert_int_equal(both.auth_time, NOW - 60);
        assert_str_empty(both.native);
        assert_str_eq(both.map_version, "2026-2");
        check_vector(capped, 2, 1, 1);
        assert_int_equal(capped.auth_time, NOW);
        assert_str_eq(capped.native, "sign");
        assert_str_eq(assurance_acr(l.map, &both), "urn:baygate:acr:low");
        arena_free(l.arena);
}

static void acr_names(void **state)
{
        struct loading l = load_sample();
        struct assurance nothing = { 0 }, low = { .ial = 1, .aal = 1, .fal = 1 };
        struct assurance odd = { .ial = 3, .aal = 3, .fal = 0 }, high = { .ial = 3, .aal = 3, .fal = 3 };
        (void)state;
        assert_str_eq(assurance_acr(l.map, &nothing), "0");
        assert_str_eq(assurance_acr(l.map, &odd), "0");
        assert_str_eq(assurance_acr(l.map, &low), "urn:baygate:acr:low");
        assert_str_eq(assurance_acr(l.map, &high), "urn:baygate:acr:high");
        assert_true(assurance_satisfies(l.map, &low, STR("0")));
        assert_true(assurance_satisfies(l.map, &low, STR("urn:baygate:acr:low")));
        assert_false(assurance_satisfies(l.map, &low, STR("urn:baygate:acr:substantial")));
        assert_true(assurance_satisfies(l.map, &high, STR("urn:baygate:acr:substantial")));
        assert_false(assurance_satisfies(l.map, &high, STR("urn:elsewhere:high")));
        assert_false(assurance_satisfies(l.map, &high, STR("")));
        assert_true(assurance_knows(l.map, STR("urn:baygate:acr:high")));
        assert_false(assurance_knows(l.map, STR("urn:baygate:acr:HIGH")));
        arena_free(l.arena);
}

#define ACR "acr: [ { acr: \"0\", ial: 0, aal: 0, fal: 0 } ]\n"

/* The rows of a source's id stand instead of those of its type, all of them. */
static void rows_of_one_source(void **state)
{
        struct loading l = load(STR("version: \"1\"\n"
                                    "levels:\n"
                                    "  - { type: guangdong, native: L2, ial: 2, aal: 2, fal: 2 }\n"
                                    "  - { type: guangdong, native: L3, ial: 3, aal: 3, fal: 3 }\n"
                                    "  - { source: gd, native: L2, ial: 1, aal: 1, fal: 1 }\n" ACR));
        const struct source other = { .id = STR("gd2"), .adapter = &guangdong };
        (void)state;
        assert_ok(l.result);
        check_vector(assurance_of(l.map, &gd, STR("L2"), NOW, NOW), 1, 1, 1);
        check_vector(assurance_of(l.map, &gd, STR("L3"), NOW, NOW), 0, 0, 0);
        check_vector(assurance_of(l.map, &other, STR("L2"), NOW, NOW), 2, 2, 2);
        arena_free(l.arena);
}

static void check_refused(struct str yaml, const char *line, const char *what)
{
        struct loading l = load(yaml);
        assert_error(l.result, ERR_CONFIG);
        assert_null(l.map);
        assert_int_equal(l.mistakes.count, 1);
        struct str mistake = l.mistakes.items[0];
        if (!str_starts(mistake, str_from(line)) || !memmem(mistake.data, mistake.len, what, strlen(what)))
                fail_msg("%.*s", STR_FMT(mistake));
        arena_free(l.arena);
}

#define ONE_LEVEL(extra) "version: \"1\"\nlevels:\n  - { type: x, native: a, ial: 2, aal: 2, fal: 2" extra " }\n"

static void maps_that_rise_are_refused(void **state)
{
        (void)state;
        check_refused(STR(ONE_LEVEL(", aging: [ { after: 1h, aal: 3 } ]") ACR), "map.yaml:3:", "rises with age");
        check_refused(STR(ONE_LEVEL(", aging: [ { after: 1h, aal: 1 }, { after: 2h, aal: 2 } ]") ACR), "map.yaml:3:",
                      "rises with age");
        check_refused(STR(ONE_LEVEL(", aging: [ { after: 2h, aal: 1 }, { after: 1h, aal: 0 } ]") ACR), "map.yaml:3:",
                      "later");
        check_refused(STR(ONE_LEVEL(", aging: [ { after: 2h, aal: 1 }, { after: 2h, aal: 0 } ]") ACR), "map.yaml:3:",
                      "later");
}

static void maps_with_other_mistakes(void **state)
{
        (void)state;
        check_refused(STR(ONE_LEVEL("") "  - { type: x, native: a, ial: 1, aal: 1, fal: 1 }\n" ACR), "map.yaml:4:",
                      "twice");
        check_refused(STR(ONE_LEVEL(", source: y") ACR), "map.yaml:3:", "either");
        check_refused(STR("version: \"1\"\nlevels:\n  - { native: a, ial: 1, aal: 1, fal: 1 }\n" ACR), "map.yaml:3:",
                      "either");
        check_refused(STR(ONE_LEVEL("") "acr:\n  - { acr: low, ial: 1, aal: 0, fal: 0 }\n"), "map.yaml:5:", "nothing");
        check_refused(STR(ONE_LEVEL("") "acr:\n  - { acr: \"0\", ial: 0, aal: 0, fal: 0 }\n"
                                        "  - { acr: b, ial: 2, aal: 1, fal: 1 }\n"
                                        "  - { acr: c, ial: 1, aal: 2, fal: 1 }\n"),
                      "map.yaml:7:", "more than");
        check_refused(STR(ONE_LEVEL("") "acr:\n  - { acr: \"0\", ial: 0, aal: 0, fal: 0 }\n"
                                        "  - { acr: same, ial: 0, aal: 0, fal: 0 }\n"),
                      "map.yaml:6:", "more than");
        check_refused(STR(ONE_LEVEL("") "acr:\n  - { acr: \"0 1\", ial: 0, aal: 0, fal: 0 }\n"), "map.yaml:5:",
                      "blanks");
}

static void no_map(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct mistakes mistakes = { .arena = a };
        const struct assurance_map *map = NULL;
        (void)state;
        assert_error(assurance_map_load(a, NULL, &mistakes, &map), ERR_CONFIG);
        assert_null(map);
}

/* ---- random maps ---- */

static uint64_t seed;

/* splitmix64 */
static uint64_t draw(uint64_t below)
{
        uint64_t z = seed += 0x9e3779b97f4a7c15U;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
        z = (z ^ z >> 27) * 0x94d049bb133111ebU;
        return (z ^ z >> 31) % below;
}

static int level(void)
{
        return (int)draw(4);
}

static void put_levels(json_t *object, int ial, int aal, int fal)
{
        json_put_int(object, "ial", ial);
        json_put_int(object, "aal", aal);
        json_put_int(object, "fal", fal);
}

/* Half of the aging lists are drawn so that they fall, the others freely. */
static json_t *random_aging(int aal)
{
        json_t *steps = json_array();
        bool falls = draw(2);
        int64_t after = 0;
        for (uint64_t i = draw(4); i > 0; i--) {
                json_t *step = json_object();
                after = falls ? after + 1 + (int64_t)draw(50) : 1 + (int64_t)draw(100);
                aal = falls ? (int)draw((uint64_t)aal + 1) : level();
                json_put_int(step, "after", after);
                json_put_int(step, "aal", aal);
                json_array_append_new(steps, step);
        }
        return steps;
}

static json_t *random_tree(struct arena *a)
{
        json_t *tree = json_new_object(a), *levels = json_array(), *acrs = json_array();
        int ial = 0, aal = 0, fal = 0;
        json_put_str(tree, "version", arena_printf(a, "v%d", level()));
        for (int i = 0; i < 4; i++) {
                json_t *row = json_object();
                json_put_str(row, i % 2 ? "type" : "source", i % 2 ? STR("iamsmart") : STR("smart"));
                json_put_str(row, "native", i < 2 ? STR("a") : STR("b"));
                put_levels(row, level(), level(), level());
                json_object_set_new(row, "aging", random_aging((int)json_int(row, "aal", 0)));
                json_array_append_new(levels, row);
        }
        for (int i = 0; ial < 4 && aal < 4 && fal < 4; i++) {
                json_t *row = json_object();
                json_put_str(row, "acr", arena_printf(a, "acr%d", i));
                put_levels(row, ial, aal, fal);
                json_array_append_new(acrs, row);
                ial += (int)draw(2);
                aal += 1;
                fal += (int)draw(2);
        }
        json_object_set_new(tree, "levels", levels);
        json_object_set_new(tree, "acr", acrs);
        return tree;
}

static bool at_most(const struct assurance *a, const struct assurance *b)
{
        return a->ial <= b->ial && a->aal <= b->aal && a->fal <= b->fal;
}

static size_t acr_rank(const struct assurance_map *map, const struct assurance *v)
{
        struct str acr = assurance_acr(map, v);
        size_t i = 0;
        while (!str_eq(map->acrs[i].acr, acr))
                i++;
        assert_true(assurance_satisfies(map, v, acr));
        assert_true(i + 1 == map->acr_count || !assurance_satisfies(map, v, map->acrs[i + 1].acr));
        return i;
}

static void check_never_raised(const struct assurance_map *map, const struct assurance_map *newer)
{
        struct str native = draw(2) ? STR("a") : STR("b");
        int64_t auth_time = (int64_t)draw(400), now = (int64_t)draw(400), later = now + (int64_t)draw(200);
        struct assurance fresh = assurance_of(map, &hk, native, auth_time, now);
        struct assurance old = assurance_of(map, &hk, native, auth_time, later);
        struct assurance other = { .ial = level(), .aal = level(), .fal = level(), .auth_time = (int64_t)draw(400) };

        assert_true(at_most(&old, &fresh) || auth_time > now);
        struct assurance aged = assurance_aged(map, &hk, &fresh, later);
        struct assurance aged_under_newer = assurance_aged(newer, &hk, &fresh, later);
        assert_true(at_most(&aged, &fresh) && at_most(&aged_under_newer, &fresh));
        assert_true(aged.auth_time <= now);

        struct assurance both = assurance_lesser(&fresh, &other), turned = assurance_lesser(&other, &fresh);
        assert_true(at_most(&both, &fresh) && at_most(&both, &other));
        assert_true(at_most(&both, &turned) && at_most(&turned, &both));
        struct assurance capped = assurance_capped(&fresh, &other);
        assert_true(at_most(&capped, &fresh) && at_most(&capped, &other));
        assert_true(acr_rank(map, &both) <= acr_rank(map, &fresh) && acr_rank(map, &both) <= acr_rank(map, &other));
        assert_true(acr_rank(map, &aged) <= acr_rank(map, &fresh));
}

static void no_path_raises_a_level(void **state)
{
        int accepted = 0, refused = 0;
        (void)state;
        for (seed = 1; accepted < 400; seed++) {
                auto_arena a = arena_new(1 << 20);
                struct mistakes mistakes = { .arena = a };
                const struct assurance_map *map = NULL, *newer = NULL;
                if (!is_ok(assurance_map_load(a, random_tree(a), &mistakes, &map)) ||
                    !is_ok(assurance_map_load(a, random_tree(a), &mistakes, &newer))) {
                        assert_true(mistakes.count > 0);
                        refused++;
                        continue;
                }
                accepted++;
                for (int i = 0; i < 50; i++)
                        check_never_raised(map, newer);
        }
        assert_true(refused > 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(sample_map),
                cmocka_unit_test(unknown_levels_are_worth_nothing),
                cmocka_unit_test(levels_age),
                cmocka_unit_test(future_auth_time),
                cmocka_unit_test(joining),
                cmocka_unit_test(acr_names),
                cmocka_unit_test(rows_of_one_source),
                cmocka_unit_test(maps_that_rise_are_refused),
                cmocka_unit_test(maps_with_other_mistakes),
                cmocka_unit_test(no_map),
                cmocka_unit_test(no_path_raises_a_level),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
