/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Bases, peers and secrets from settings. */
#include "unit.h"

#include "source_settings.h"

static char folder[] = "/tmp/baygate-source-settings-XXXXXX";

static struct str write_file(struct arena *a, const char *name, const char *text, size_t len)
{
        struct str path = arena_printf(a, "%s/%s", folder, name);
        FILE *f = fopen(path.data, "w");

        assert_non_null(f);
        fwrite(text, 1, len, f);
        fclose(f);
        return path;
}

static json_t *settings_of(struct arena *a, const char *text)
{
        json_t *settings = NULL;

        assert_ok(json_read_object(a, str_from(text), 4096, &settings));
        return settings;
}

/* The limits that the table fills in, with these members more. */
static json_t *access_settings(struct arena *a, const char *members)
{
        return settings_of(a, arena_printf(a, "{\"timeout\":8,\"max_waiting\":256,\"trip_after\":5,\"open_for\":10,"
                                              "\"client_id\":\"us\",%s}", members).data);
}

static result read_access(struct arena *a, const json_t *settings, struct source_access *ret_access)
{
        struct source source = { .id = STR("harbour") };
        result r = source_access_read(a, settings, &source, ret_access);

        if (source.peer)
                assert_str_eq(peer_name(source.peer), "harbour");
        assert_int_equal(source.peer != NULL, is_ok(r));
        return r;
}

#define SECRET ",\"client_secret\":\"open sesame\""

static void test_addresses(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        struct source_access access = { 0 };

        assert_ok(read_access(a, access_settings(a, "\"api_base\":\"https://a.example:8443/api/v1//\"" SECRET), &access));
        assert_str_eq(access.api_base, "https://a.example:8443/api/v1");
        assert_str_eq(access.web_base, "https://a.example:8443/api/v1");
        assert_str_eq(access.web_origin, "https://a.example:8443");
        assert_str_eq(access.client_id, "us");
        assert_ok(read_access(
                a, access_settings(a, "\"api_base\":\"https://a.example\",\"web_base\":\"https://w.example/x/\"" SECRET),
                &access));
        assert_str_eq(access.web_base, "https://w.example/x");
        assert_str_eq(access.web_origin, "https://w.example");
}

static void test_addresses_refused(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        struct source_access access = { .api_base = STR("untouched") };
        static const char *const bad[] = {
                "\"api_base\":\"nonsense\"" SECRET,
                "\"api_base\":\"https://a.example/?a=b\"" SECRET,
                "\"api_base\":\"https://me:you@a.example/\"" SECRET,
                "\"api_base\":\"https://a.example\",\"web_base\":\"nonsense\"" SECRET,
        };

        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
                assert_error(read_access(a, access_settings(a, bad[i]), &access), ERR_CONFIG);
        assert_str_eq(access.api_base, "untouched");
}

#define BASE "\"api_base\":\"https://a.example\""

static void test_secret(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct source_access access = { 0 };
        json_t *settings = access_settings(a, BASE);

        assert_ok(read_access(a, access_settings(a, BASE SECRET), &access));
        assert_true(secret_eq(access.client_secret, STR("open sesame")));
        json_put_str(settings, "client_secret_file", write_file(a, "secret", " open sesame\r\n", 14));
        assert_ok(read_access(a, settings, &access));
        assert_true(secret_eq(access.client_secret, STR("open sesame")));
        json_put_str(settings, "client_secret", STR("another"));
        assert_error(read_access(a, settings, &access), ERR_CONFIG);
        assert_error(read_access(a, access_settings(a, BASE), &access), ERR_CONFIG);
}

/* An empty secret would sign with an empty key. */
static void test_secret_blank(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct source_access access = { 0 };
        json_t *settings = access_settings(a, BASE);

        json_put_str(settings, "client_secret_file", write_file(a, "blank", " \n\n", 3));
        assert_error(read_access(a, settings, &access), ERR_CONFIG);
        assert_error(read_access(a, access_settings(a, BASE ",\"client_secret\":\" \""), &access), ERR_CONFIG);
        assert_null(access.client_secret);
}

static void test_file(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct str content = STR("untouched");
        char *large = arena_alloc(a, 65536);

        assert_error(source_file(a, write_file(a, "empty", "", 0), &content), ERR_CONFIG);
        assert_error(source_file(a, write_file(a, "large", large, 65536), &content), ERR_CONFIG);
        assert_error(source_file(a, str_from(folder), &content), ERR_CONFIG);
        arena_clear_reason(a);
        assert_error(source_file(a, STR("/nonexistent/secret"), &content), ERR_CONFIG);
        assert_reason_has(a, "No such file");
        assert_str_eq(content, "untouched");
        assert_ok(source_file(a, write_file(a, "fits", large, 65535), &content));
        assert_int_equal(content.len, 65535);
}

static int setup(void **state)
{
        (void)state;
        return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
        (void)state;
        static const char *const names[] = { "secret", "blank", "empty", "large", "fits" };
        char path[128];

        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
                snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
                unlink(path);
        }
        return rmdir(folder);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_addresses),         cmocka_unit_test(test_addresses_refused), cmocka_unit_test(test_secret),
                cmocka_unit_test(test_secret_blank), cmocka_unit_test(test_file),
        };
        return cmocka_run_group_tests(tests, setup, teardown);
}
