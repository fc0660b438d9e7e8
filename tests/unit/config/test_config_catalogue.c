/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The service catalogue: what an item holds, who finds it, each cross check with file and line. RFC 8707 (2). */
#include "unit.h"

#include "config.h"

static const struct schema_field source_fields[] = { { .kind = SCHEMA_END } };
static const struct config_source_type types[] = { { "test", source_fields }, { NULL, NULL } };

static const char settings_head[] =
        "issuer: http://localhost:8080\n"
        "sources:\n"
        "  - {id: hk, type: test, jurisdiction: HK, titles: {en: A, zh-Hant: 甲, zh-Hans: 乙}, settings: {}}\n"
        "clients:\n"
        "  - {client_id: portal, titles: {en: A, zh-Hant: 甲, zh-Hans: 乙}, jurisdiction: CN, auth: none,\n"
        "     redirect_uris: ['https://a.example/cb'], scopes: [openid, profile]}\n"
        "  - {client_id: other, titles: {en: A, zh-Hant: 甲, zh-Hans: 乙}, jurisdiction: CN, auth: none,\n"
        "     redirect_uris: ['https://b.example/cb']}\n";

struct loading {
        char folder[64];
        struct arena *arena;
        struct mistakes mistakes;
        struct config *config;
};

static void put_file(const struct loading *l, const char *name, const char *content)
{
        char path[128];
        snprintf(path, sizeof(path), "%s/%s", l->folder, name);
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        fputs(content, f);
        fclose(f);
}

/* Two catalogue files; NULL: not there. */
static result load(struct loading *l, const char *first, const char *second)
{
        char yaml[4096];
        snprintf(yaml, sizeof(yaml), "%scatalogue: [one.yaml%s]\n", settings_head, second ? ", two.yaml" : "");
        put_file(l, "baygate.yaml", yaml);
        if (first)
                put_file(l, "one.yaml", first);
        if (second)
                put_file(l, "two.yaml", second);
        config_free(l->config);
        l->config = NULL;
        l->mistakes = (struct mistakes){ .arena = l->arena };
        return config_load(arena_printf(l->arena, "%s/baygate.yaml", l->folder), types, NULL, &l->mistakes, &l->config);
}

/* Exactly one mistake: this, after the folder's name. */
static void bad(struct loading *l, const char *first, const char *second, const char *what)
{
        assert_error(load(l, first, second), ERR_CONFIG);
        assert_int_equal(l->mistakes.count, 1);
        struct str got = str_from_index(l->mistakes.items[0], strlen(l->folder) + 1);
        if (!str_starts(got, str_from(what)))
                fail_msg("\"%.*s\" instead of \"%s\"", STR_FMT(got), what);
}

#define ITEM(id, resource, more)                                                                                       \
        "  - id: " id "\n    titles: {en: Query, zh-Hant: 查詢, zh-Hans: 查询}\n    resource: " resource               \
        "\n    scopes: [openid]\n    clients: [portal]\n" more
#define GOOD ITEM("first", "https://api.example/1", "")

static int setup(void **state)
{
        struct loading *l = calloc(1, sizeof(*l));
        l->arena = arena_new(16 << 20);
        snprintf(l->folder, sizeof(l->folder), "/tmp/baygate-catalogue-XXXXXX");
        *state = l;
        return mkdtemp(l->folder) ? 0 : -1;
}

static int teardown(void **state)
{
        static const char *const names[] = { "baygate.yaml", "one.yaml", "two.yaml" };
        struct loading *l = *state;
        char path[128];
        for (size_t i = 0; i < 3; i++) {
                snprintf(path, sizeof(path), "%s/%s", l->folder, names[i]);
                unlink(path);
        }
        rmdir(l->folder);
        config_free(l->config);
        arena_free(l->arena);
        free(l);
        return 0;
}

static void test_items(void **state)
{
        struct loading *l = *state;
        assert_ok(load(l, "items:\n" GOOD,
                       "items:\n" ITEM("second", "https://api.example/2",
                                       "    acr_minimum: high\n    purpose: social\n    opaque_tokens: true\n")));
        const struct catalogue *c = &l->config->catalogue;
        assert_int_equal(c->count, 2);
        const struct catalogue_item *item = catalogue_find(c, STR("https://api.example/2"), STR("portal"));
        assert_ptr_equal(item, &c->items[1]);
        assert_str_eq(item->id, "second");
        assert_str_eq(json_str(item->titles, "zh-Hans"), "查询");
        assert_str_eq(item->scopes, "openid");
        assert_str_eq(item->acr_minimum, "high");
        assert_str_eq(item->purpose, "social");
        assert_str_empty(c->items[0].acr_minimum);
        assert_true(item->opaque_tokens && !c->items[0].opaque_tokens);
}

static void test_who_finds_an_item(void **state)
{
        struct loading *l = *state;
        assert_ok(load(l, "items:\n" GOOD, NULL));
        const struct catalogue *c = &l->config->catalogue;
        assert_non_null(catalogue_find(c, STR("https://api.example/1"), STR("portal")));
        assert_null(catalogue_find(c, STR("https://api.example/1"), STR("other")));
        assert_null(catalogue_find(c, STR("https://api.example/1/"), STR("portal")));
        assert_null(catalogue_find(c, STR("https://API.example/1"), STR("portal")));
        assert_null(catalogue_find(c, (struct str){ 0 }, STR("portal")));
        assert_null(catalogue_find(&(struct catalogue){ 0 }, STR("https://api.example/1"), STR("portal")));
        assert_ptr_equal(catalogue_find_id(c, STR("first")), &c->items[0]); /* whoever it is for */
        assert_null(catalogue_find_id(c, STR("firs")));
        assert_null(catalogue_find_id(c, STR("First")));
        assert_null(catalogue_find_id(c, (struct str){ 0 }));
        assert_null(catalogue_find_id(&(struct catalogue){ 0 }, STR("first")));
}

static void test_mistakes(void **state)
{
        struct loading *l = *state;
        bad(l, NULL, NULL, "baygate.yaml:9: \"catalogue\": ");
        bad(l, "items: []\n", NULL, "one.yaml:1: \"items\" must have from 1");
        bad(l, "items:\n" GOOD "    price: 1\n", NULL, "one.yaml:7: ");
        bad(l, "items:\n" ITEM("first", "not-an-address", ""), NULL, "one.yaml:4: \"resource\" must be an absolute");
        bad(l, "items:\n" ITEM("first", "https://api.example/#1", ""), NULL, "one.yaml:4: \"resource\" must have no \"#\"");
        bad(l, "items:\n" ITEM("first", "http://localhost:8080", ""), NULL, "one.yaml:4: \"resource\" must not be the issuer");
        bad(l, "items:\n" GOOD "    policy: none-such\n", NULL, "one.yaml:7: there is no policy \"none-such\"");
        bad(l, "items:\n" GOOD ITEM("first", "https://api.example/2", ""), NULL, "one.yaml:7: \"items\" has \"first\" twice");
        bad(l, "items:\n" GOOD ITEM("second", "https://api.example/1", ""), NULL,
            "one.yaml:9: \"resource\": item \"first\" has the same");
}

static void test_mistakes_across_files(void **state)
{
        struct loading *l = *state;
        bad(l, "items:\n" GOOD, "items:\n" ITEM("first", "https://api.example/2", ""),
            "two.yaml:2: there is another item \"first\"");
        bad(l, "items:\n" GOOD, "items:\n" ITEM("second", "https://api.example/1", ""),
            "two.yaml:4: \"resource\": item \"first\" has the same");
}

static void test_clients(void **state)
{
        struct loading *l = *state;
        bad(l,
            "items:\n  - id: a\n    titles: {en: A, zh-Hant: 甲, zh-Hans: 乙}\n    resource: https://api.example/1\n"
            "    scopes: [openid]\n    clients: [portal, portall]\n",
            NULL, "one.yaml:6: \"clients\": there is no client \"portall\"");
        bad(l,
            "items:\n  - id: a\n    titles: {en: A, zh-Hant: 甲, zh-Hans: 乙}\n    resource: https://api.example/1\n"
            "    scopes: [openid, profile]\n    clients: [portal, other]\n",
            NULL, "one.yaml:6: \"clients\": \"other\" may not have the scope \"profile\"");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
        const struct CMUnitTest tests[] = {
                TEST(test_items),   TEST(test_who_finds_an_item),      TEST(test_mistakes),
                TEST(test_clients), TEST(test_mistakes_across_files),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
