/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Step-up: which ways are proposed for the map that comes with the gateway; and for random maps, bindings and requests
 * that a way is proposed only where a row of the map, capped, does what is needed, and never a second time. */
#include "unit.h"

#include "step_up.h"

static struct str plus_level(struct arena *a, const struct source *source, struct str native, bool step_up)
{
        struct str plain = str_ends(native, STR("+fr")) ? str_head(native, native.len - 3) : native;
        bool allowed = *(const bool *)source->settings;

        if (!step_up)
                return plain;
        return allowed ? ARENA_JOIN(a, plain, STR("+fr")) : (struct str){ 0 };
}

static bool allowed = true;
static const struct adapter iamsmart = { .name = "iamsmart", .traits = ADAPTER_STEP_UP, .next_level = plus_level };
static const struct adapter guangdong = { .name = "guangdong" };
static const struct source sources[] = {
        { .id = STR("smart"), .adapter = &iamsmart, .settings = &allowed },
        { .id = STR("gd"), .adapter = &guangdong },
        { .id = STR("gd2"), .adapter = &guangdong },
};
#define HK (&sources[0])
#define GD (&sources[1])

#define LOW "urn:baygate:acr:low"
#define SUBSTANTIAL "urn:baygate:acr:substantial"
#define REINFORCED "urn:baygate:acr:reinforced"
#define HIGH "urn:baygate:acr:high"

struct fixture {
        struct arena *arena;
        const struct assurance_map *map;
};

static int setup(void **state)
{
        static char text[65536];
        static struct fixture f;
        struct mistakes mistakes = { 0 };
        json_t *tree = NULL;
        FILE *file = fopen(CONFIG_FOLDER "/assurance.yaml", "r");

        assert_non_null(file);
        size_t len = fread(text, 1, sizeof(text), file);
        fclose(file);
        f.arena = mistakes.arena = arena_new(4 << 20);
        assert_ok(schema_read(STR("map.yaml"), str_slice(text, len), assurance_schema, &mistakes, &tree));
        assert_ok(assurance_map_load(f.arena, tree, &mistakes, &f.map));
        allowed = true;
        *state = &f;
        return 0;
}

static int teardown(void **state)
{
        arena_free(((struct fixture *)*state)->arena);
        return 0;
}

/* What is asked, in the words of a test. */
struct asked {
        const char *any, *client, *item;
        const char *binding_source;
        const char *offers;         /* "smart gd"; NULL: all */
        const struct source *source;
        const char *native;
        const struct assurance *ceiling;
        bool is_stale, is_tried;
};

/* The ways in words: "again smart, other gd". */
static struct str ways_of(const struct fixture *f, const struct asked *asked)
{
        static const char *const words[] = { "none", "again", "reauthenticate", "other" };
        struct str offered[3], offers = str_from(asked->offers);
        struct client client = { .sources = offered, .binding_source = str_from(asked->binding_source) };
        struct level_need need = { str_from(asked->any), { str_from(asked->client), str_from(asked->item) } };
        const struct step_up s = {
                .map = f->map,
                .need = &need,
                .client = &client,
                .sources = sources,
                .source_count = 3,
                .source = asked->source,
                .native = str_from(asked->native),
                .ceiling = asked->ceiling,
                .is_stale = asked->is_stale,
                .is_tried = asked->is_tried,
        };
        struct step_up_way ways[3];
        struct buf told = buf_in(f->arena, 256);

        while (asked->offers && str_split(&offers, ' ', &offered[client.source_count]))
                client.source_count++;
        size_t count = step_up_ways(f->arena, &s, ways);
        for (size_t n = 0; n < count; n++) {
                buf_add(&told, n > 0 ? STR(", ") : STR(""));
                buf_add(&told, str_from(words[ways[n].kind]));
                buf_add(&told, STR(" "));
                buf_add(&told, ways[n].source->id);
        }
        return buf_str(&told);
}

#define WAYS(...) ways_of(*state, &(struct asked){ __VA_ARGS__ })

static void needs(void **state)
{
        const struct fixture *f = *state;
        const struct assurance two = { .ial = 2, .aal = 2, .fal = 2 };
        const struct {
                struct level_need need;
                bool met;
        } rows[] = {
                { { STR(""), { STR(""), STR("") } }, true },
                { { STR(SUBSTANTIAL), { STR(""), STR("") } }, true },
                { { STR(HIGH " " SUBSTANTIAL), { STR(""), STR("") } }, true }, /* one of them is enough */
                { { STR(HIGH), { STR(""), STR("") } }, false },
                { { STR("urn:unknown"), { STR(""), STR("") } }, false },
                { { STR(SUBSTANTIAL), { STR(HIGH), STR("") } }, false },       /* each of the minimums */
                { { STR(SUBSTANTIAL), { STR(LOW), STR(HIGH) } }, false },
                { { STR(""), { STR(LOW), STR(SUBSTANTIAL) } }, true },
                { { STR(" "), { STR(""), STR("") } }, false },                 /* asked for, but nothing that exists */
        };

        for (size_t n = 0; n < sizeof(rows) / sizeof(rows[0]); n++)
                if (level_need_met(f->map, &rows[n].need, &two) != rows[n].met)
                        fail_msg("row %zu", n);
}

static void another_source(void **state)
{
        assert_str_eq(WAYS(.any = SUBSTANTIAL, .source = GD, .native = "L2"), "other smart, other gd2");
        assert_str_eq(WAYS(.any = SUBSTANTIAL, .source = GD, .native = "L2", .offers = "gd smart"), "other smart");
        assert_str_eq(WAYS(.client = SUBSTANTIAL, .source = GD, .native = "L2", .offers = "gd smart"), "other smart");
        assert_str_eq(WAYS(.item = SUBSTANTIAL, .source = GD, .native = "L2", .offers = "gd smart"), "other smart");
        assert_str_eq(WAYS(.any = SUBSTANTIAL, .source = GD, .native = "L2", .offers = "gd"), "");
        assert_str_eq(WAYS(.any = HIGH, .source = GD, .native = "L2"), "");
        assert_str_eq(WAYS(.any = "urn:unknown", .source = GD, .native = "L2"), "");
        /* a source that has gone from the settings */
        assert_str_eq(WAYS(.any = SUBSTANTIAL, .native = "L2", .offers = "smart"), "other smart");
}

/* Only where time is what is missing; otherwise the same login would give the same level. */
static void the_same_source_again(void **state)
{
        assert_str_eq(WAYS(.any = SUBSTANTIAL, .source = GD, .native = "L3", .offers = "gd"), "again gd");
        assert_str_eq(WAYS(.any = SUBSTANTIAL, .source = GD, .native = "L2", .offers = "gd"), "");
        assert_str_eq(WAYS(.any = SUBSTANTIAL, .source = HK, .native = "default", .offers = "smart"), "again smart");
        assert_str_eq(WAYS(.any = LOW, .source = GD, .native = "unheard of", .offers = "gd"), "");
        /* the client no longer offers it */
        assert_str_eq(WAYS(.any = SUBSTANTIAL, .source = GD, .native = "L3", .offers = "smart"), "other smart");
        /* what a re-authentication gave, a plain login does not */
        assert_str_eq(WAYS(.any = SUBSTANTIAL, .source = HK, .native = "sign+fr", .offers = "smart"), "again smart");
        assert_str_eq(WAYS(.any = REINFORCED, .source = HK, .native = "sign+fr", .offers = "smart"),
                      "reauthenticate smart");
}

static void reauthentication(void **state)
{
        assert_str_eq(WAYS(.any = REINFORCED, .source = HK, .native = "sign"), "reauthenticate smart");
        assert_str_eq(WAYS(.any = REINFORCED, .source = HK, .native = "default"), "reauthenticate smart");
        assert_str_eq(WAYS(.any = HIGH, .source = HK, .native = "sign"), "");
        assert_str_eq(WAYS(.any = REINFORCED, .source = HK, .native = "unheard of"), "");
        /* at another source nobody is known yet who could be authenticated again */
        assert_str_eq(WAYS(.any = REINFORCED, .source = GD, .native = "L3"), "");
        allowed = false;
        assert_str_eq(WAYS(.any = REINFORCED, .source = HK, .native = "sign"), "");
}

static void the_binding_caps(void **state)
{
        const struct assurance low = { .ial = 2, .aal = 1, .fal = 1 }, good = { .ial = 3, .aal = 3, .fal = 3 };

        assert_str_eq(WAYS(.any = SUBSTANTIAL, .source = HK, .native = "sign", .ceiling = &low, .offers = "smart",
                           .binding_source = "gd"), "");
        assert_str_eq(WAYS(.any = REINFORCED, .source = HK, .native = "sign", .ceiling = &low, .offers = "smart",
                           .binding_source = "gd"), "");
        assert_str_eq(WAYS(.any = REINFORCED, .source = HK, .native = "sign", .ceiling = &good, .offers = "smart",
                           .binding_source = "gd"), "reauthenticate smart");
        /* At the source that others are bound to, no binding caps. */
        assert_str_eq(WAYS(.any = SUBSTANTIAL, .source = HK, .native = "sign", .ceiling = &low, .offers = "smart gd",
                           .binding_source = "gd"), "other gd");
        /* From there, the login elsewhere will be capped by what that source can give at best. */
        assert_str_eq(WAYS(.any = SUBSTANTIAL, .source = GD, .native = "L2", .offers = "smart gd",
                           .binding_source = "gd"), "other smart");
        assert_str_eq(WAYS(.any = REINFORCED, .source = GD, .native = "L2", .offers = "smart gd",
                           .binding_source = "gd"), "");
        assert_str_eq(WAYS(.any = SUBSTANTIAL, .source = GD, .native = "L2", .offers = "smart gd",
                           .binding_source = "gone"), "");
}

static void stale_logins(void **state)
{
        assert_str_eq(WAYS(.any = SUBSTANTIAL, .source = HK, .native = "sign", .offers = "smart", .is_stale = true),
                      "reauthenticate smart");
        assert_str_eq(WAYS(.source = GD, .native = "L2", .offers = "gd smart", .is_stale = true), "other smart");
        assert_str_eq(WAYS(.source = GD, .native = "L2", .offers = "gd", .is_stale = true), "");
        assert_str_eq(WAYS(.source = HK, .native = "not in the map", .offers = "smart", .is_stale = true), "");
}

static void once_is_enough(void **state)
{
        assert_str_eq(WAYS(.any = SUBSTANTIAL, .source = GD, .native = "L2", .is_tried = true), "");
        assert_str_eq(WAYS(.any = REINFORCED, .source = HK, .native = "sign", .is_tried = true), "");
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

static const char *const natives[] = { "a", "b", "a+fr", "b+fr" };
static const char *const acrs[] = { "", "0", "1", "2", "3", "3 1", "unknown" };

static struct assurance_map *random_map(struct arena *a)
{
        struct assurance_map *map = arena_new_of(a, struct assurance_map);
        struct level_row *rows = arena_new_array(a, struct level_row, 12);
        struct acr_row *names = arena_new_array(a, struct acr_row, 4);
        struct aging_step *aging = arena_new_of(a, struct aging_step);

        *aging = (struct aging_step){ .after = 10, .aal = 0 };
        for (size_t n = 0; n < 12; n++) {
                if (draw(3) == 0)
                        continue;
                rows[map->level_count++] = (struct level_row){
                        .source = n < 4 ? STR("smart") : (struct str){ 0 },
                        .type = n < 4 ? (struct str){ 0 } : n < 8 ? STR("iamsmart") : STR("guangdong"),
                        .native = str_from(natives[n % 4]),
                        .ial = level(), .aal = level(), .fal = level(),
                        .aging = aging, .aging_count = draw(2),
                };
        }
        for (int n = 0; n < 4; n++)
                names[n] = (struct acr_row){ arena_printf(a, "%d", n), n > 1 ? n - (int)draw(2) : n, n, n > 2 ? 2 : n };
        *map = (struct assurance_map){ STR("r"), rows, map->level_count, names, 4 };
        return map;
}

static bool at_most(const struct assurance *a, const struct assurance *b)
{
        return a->ial <= b->ial && a->aal <= b->aal && a->fal <= b->fal;
}

/* Some level that the way can lead to does what is needed, and that level is no more than a row and the cap. */
static bool can_lead_there(const struct step_up *s, const struct step_up_way *way)
{
        struct str binding = s->client->binding_source;
        bool will_bind = way->kind == STEP_UP_OTHER && binding.len > 0 && !str_eq(binding, way->source->id);

        for (size_t n = 0; n < s->map->level_count; n++) {
                const struct level_row *row = &s->map->levels[n];
                struct assurance level = assurance_of(s->map, way->source, row->native, 5, 5), capped = level;
                const struct assurance of_row = { .ial = row->ial, .aal = row->aal, .fal = row->fal };
                bool stronger = way->source == HK && str_ends(row->native, STR("+fr"));

                if (!assurance_uses(s->map, way->source, row) || stronger != (way->kind == STEP_UP_REAUTHENTICATE))
                        continue;
                assert_true(at_most(&level, &of_row));
                if (s->ceiling && way->kind != STEP_UP_OTHER)
                        capped = assurance_capped(&level, s->ceiling);
                assert_true(at_most(&capped, &of_row));
                if (!will_bind && level_need_met(s->map, s->need, &capped))
                        return true;
                for (size_t m = 0; will_bind && m < s->map->level_count; m++) {
                        struct assurance other = assurance_of(s->map, GD, s->map->levels[m].native, 5, 5);
                        capped = assurance_lesser(&level, &other);
                        if (level_need_met(s->map, s->need, &capped))
                                return true;
                }
        }
        return false;
}

static void check_way(const struct step_up *s, const struct step_up_way *way)
{
        bool own = way->source == s->source, offered = s->client->source_count == 0;

        for (size_t n = 0; n < s->client->source_count; n++)
                offered = offered || str_eq(s->client->sources[n], way->source->id);
        assert_true(offered && !s->is_tried);
        assert_true(own == (way->kind != STEP_UP_OTHER));
        assert_true(way->kind != STEP_UP_REAUTHENTICATE || (allowed && way->source == HK));
        assert_false(way->kind == STEP_UP_AGAIN && s->is_stale);
        assert_true(can_lead_there(s, way));
}

static size_t check_random(struct arena *a)
{
        struct str offered[] = { STR("smart"), STR("gd") };
        struct client client = { .sources = offered + draw(2), .source_count = draw(2) };
        struct level_need need = { str_from(acrs[draw(7)]), { str_from(acrs[draw(5)]), str_from(acrs[draw(5)]) } };
        struct assurance ceiling = { .ial = level(), .aal = level(), .fal = level() };
        struct step_up_way ways[3];
        struct step_up s = {
                .map = random_map(a), .need = &need, .client = &client, .sources = sources, .source_count = 3,
                .source = draw(8) ? &sources[draw(3)] : NULL, .native = str_from(natives[draw(4)]),
                .is_stale = draw(4) == 0, .is_tried = draw(4) == 0,
        };

        allowed = draw(2);
        if (draw(2))
                client.binding_source = STR("gd");
        if (client.binding_source.len > 0 && s.source != GD && draw(2))
                s.ceiling = &ceiling;
        size_t count = step_up_ways(a, &s, ways);
        for (size_t n = 0; n < count; n++) {
                check_way(&s, &ways[n]);
                for (size_t m = 0; m < n; m++)
                        assert_ptr_not_equal(ways[m].source, ways[n].source);
        }
        return count;
}

static void no_way_promises_more_than_the_map(void **state)
{
        size_t with = 0, without = 0;

        (void)state;
        for (seed = 1; with < 2000 || without < 2000; seed += 1000) {
                auto_arena a = arena_new(1 << 20);

                if (check_random(a) > 0)
                        with++;
                else
                        without++;
        }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(needs),
                TEST(another_source),
                TEST(the_same_source_again),
                TEST(reauthentication),
                TEST(the_binding_caps),
                TEST(stale_logins),
                TEST(once_is_enough),
                TEST(no_way_promises_more_than_the_map),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
