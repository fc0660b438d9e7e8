/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The tables of endpoints and how a path finds its row. */
#include "unit.h"

#include "routes.h"

static const struct route table[] = {
        { .path = "/a" },       { .path = "/a/{one}" }, { .path = "/a/{one}/{two}" },
        { .path = "/a/b/c/d" }, { .path = "/" },        { .path = NULL },
};

static const char *found(const char *path, struct str *values)
{
        const struct route *r = route_find(table, str_from(path), values);
        return r ? r->path : "";
}

static void test_find(void **state)
{
        static const struct {
                const char *path, *row, *one, *two;
        } cases[] = {
                { "/a", "/a", "", "" },
                { "/a/x", "/a/{one}", "x", "" },
                { "/a/x/y", "/a/{one}/{two}", "x", "y" },
                { "/a/%2F/y%00", "/a/{one}/{two}", "%2F", "y%00" }, /* decoded later, after it was split */
                { "/a/../y", "/a/{one}/{two}", "..", "y" },
                { "/a/b/c/d", "/a/b/c/d", "", "" },
                { "/", "/", "", "" },
                { "", "", "", "" },
                { "a", "", "", "" },
                { "/A", "", "", "" },
                { "/b", "", "", "" },
                { "/a/", "", "", "" },
                { "//a", "", "", "" },
                { "/a//", "", "", "" },
                { "/a/x/", "", "", "" },
                { "/a//y", "", "", "" },
                { "/a/x/y/", "", "", "" },
                { "/a/x/y/z", "", "", "" },
                { "/a/b/c/d/", "", "", "" },
                { "/a?x", "", "", "" },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                struct str values[ROUTE_VALUES_MAX] = { 0 };
                if (strcmp(found(cases[i].path, values), cases[i].row) != 0)
                        fail_msg("%s finds \"%s\"", cases[i].path, found(cases[i].path, values));
                assert_str_eq(values[0], cases[i].one);
                assert_str_eq(values[1], cases[i].two);
                assert_string_equal(found(cases[i].path, NULL), cases[i].row);
        }
}

static void test_long_segments(void **state)
{
        struct str values[ROUTE_VALUES_MAX] = { STR("kept"), STR("kept") };
        char path[2048];
        (void)state;
        snprintf(path, sizeof(path), "/a/%0257d", 1);
        assert_string_equal(found(path, values), "");
        snprintf(path, sizeof(path), "/a/x/%0257d", 1);
        assert_string_equal(found(path, values), "");
        assert_str_eq(values[0], "kept");
        snprintf(path, sizeof(path), "/a/%0256d", 1);
        assert_string_equal(found(path, values), "/a/{one}");
        assert_int_equal(values[0].len, 256);
        assert_str_empty(values[1]);
}

static size_t names_in(const char *path)
{
        size_t count = 0;
        for (const char *at = path; (at = strchr(at, '{')); at++)
                count++;
        return count;
}

/* The path with "x" for each name. */
static void example_of(const char *path, char *example)
{
        while (*path) {
                *example++ = *path == '{' ? 'x' : *path;
                path = *path == '{' ? strchr(path, '}') + 1 : path + 1;
        }
        *example = '\0';
}

/* Every row can be reached, has what a row needs, and says where it is specified. */
static void check_table(const struct route *routes)
{
        char example[256];
        for (const struct route *r = routes; r->path; r++) {
                example_of(r->path, example);
                if (route_find(routes, str_from(example), NULL) != r)
                        fail_msg("%s is hidden by an earlier row", r->path);
                assert_true(r->path[0] == '/' && names_in(r->path) <= ROUTE_VALUES_MAX);
                assert_non_null(r->handle);
                assert_non_null(r->clause);
                assert_true(r->methods != 0 && (r->methods & ~(METHOD_BIT(METHOD_GET) | METHOD_BIT(METHOD_POST))) == 0);
                assert_true(r->face == FACE_JSON || r->face == FACE_PAGE);
                bool posts = r->methods & METHOD_BIT(METHOD_POST);
                assert_true(posts ? r->body != BODY_NONE && r->body_max > 0 && r->body_max <= 64 * 1024
                                  : r->body == BODY_NONE);
                assert_true(r->cache == CACHE_NO_STORE || !posts); /* what changes something is never cached */
        }
}

static void test_tables(void **state)
{
        (void)state;
        check_table(public_routes);
        check_table(admin_routes);
}

/* Pages that a person's cookies open are not for scripts of other origins; figures are not for the public. */
static void test_who_may_read(void **state)
{
        (void)state;
        for (const struct route *r = public_routes; r->path; r++)
                assert_false(r->cors && r->face == FACE_PAGE);
        assert_null(route_find(public_routes, STR("/metrics"), NULL));
        assert_non_null(route_find(admin_routes, STR("/metrics"), NULL));
}

static void test_metadata(void **state)
{
        auto_arena a = arena_new(65536);
        const struct discovery_endpoint *list = routes_metadata(a);
        size_t count = 0;
        (void)state;
        for (const struct discovery_endpoint *e = list; e->member; e++, count++) {
                const struct route *r = route_find(public_routes, str_from(e->path), NULL);
                assert_non_null(r);
                assert_string_equal(r->metadata, e->member);
                for (const struct discovery_endpoint *other = list; other != e; other++)
                        assert_string_not_equal(other->member, e->member);
        }
        assert_true(count >= 4);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_find),     cmocka_unit_test(test_long_segments),
                cmocka_unit_test(test_tables),   cmocka_unit_test(test_who_may_read),
                cmocka_unit_test(test_metadata),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
