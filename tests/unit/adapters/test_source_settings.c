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

static void test_base(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);

        assert_str_eq(source_base(settings_of(a, "{\"b\":\"https://a.example/api/v1\"}"), "b"),
                      "https://a.example/api/v1");
        assert_str_eq(source_base(settings_of(a, "{\"b\":\"https://a.example//\"}"), "b"), "https://a.example");
        assert_str_empty(source_base(settings_of(a, "{}"), "b"));
}

static void test_peer(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 16);
        const struct source source = { .id = STR("harbour") };
        const json_t *settings = settings_of(a, "{\"timeout\":8,\"max_waiting\":256,\"trip_after\":5,\"open_for\":10}");
        struct peer *peer = NULL;

        assert_ok(source_peer(a, &source, settings, STR("https://a.example:8443/api/v1"), &peer));
        assert_str_eq(peer_name(peer), "harbour");
        peer_free(peer);
        peer = NULL;
        assert_error(source_peer(a, &source, settings, STR("nonsense"), &peer), ERR_CONFIG);
        assert_error(source_peer(a, &source, settings, STR("https://a.example/?a=b"), &peer), ERR_CONFIG);
        assert_error(source_peer(a, &source, settings, STR("https://me:you@a.example/"), &peer), ERR_CONFIG);
        assert_null(peer);
}

static void test_secret(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        const struct secret *secret = NULL;
        json_t *settings = json_new_object(a);

        assert_ok(source_secret(a, settings_of(a, "{\"client_secret\":\"open sesame\"}"), &secret));
        assert_true(secret_eq(secret, STR("open sesame")));
        json_put_str(settings, "client_secret_file", write_file(a, "secret", " open sesame\r\n", 14));
        assert_ok(source_secret(a, settings, &secret));
        assert_true(secret_eq(secret, STR("open sesame")));
        json_put_str(settings, "client_secret", STR("another"));
        assert_error(source_secret(a, settings, &secret), ERR_CONFIG);
        assert_error(source_secret(a, settings_of(a, "{}"), &secret), ERR_CONFIG);
}

/* An empty secret would sign with an empty key. */
static void test_secret_blank(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        const struct secret *secret = NULL;
        json_t *settings = json_new_object(a);

        json_put_str(settings, "client_secret_file", write_file(a, "blank", " \n\n", 3));
        assert_error(source_secret(a, settings, &secret), ERR_CONFIG);
        assert_error(source_secret(a, settings_of(a, "{\"client_secret\":\" \"}"), &secret), ERR_CONFIG);
        assert_null(secret);
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
                cmocka_unit_test(test_base),         cmocka_unit_test(test_peer), cmocka_unit_test(test_secret),
                cmocka_unit_test(test_secret_blank), cmocka_unit_test(test_file),
        };
        return cmocka_run_group_tests(tests, setup, teardown);
}
