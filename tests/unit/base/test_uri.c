/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Tests of uri.c (RFC 3986): parsing, loopback (RFC 8252, section 7.3), encoding, added parameters. */
#include "unit.h"

#include "uri.h"

static struct uri parse(struct arena *a, const char *text)
{
        struct uri u = { 0 };
        assert_ok(uri_parse(a, str_from(text), &u));
        return u;
}

static void parses_all_parts(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct uri u = parse(a, "HTTPS://Portal.example:8443/a/b%20c;d?x=1&y=?/#part/?");
        assert_str_eq(u.scheme, "HTTPS");
        assert_str_eq(u.host, "Portal.example");
        assert_int_equal(u.port, 8443);
        assert_str_eq(u.path, "/a/b%20c;d");
        assert_true(u.has_query);
        assert_str_eq(u.query, "x=1&y=?/");
        assert_true(u.has_fragment);
        assert_str_eq(u.fragment, "part/?");
        assert_false(u.has_userinfo);
        assert_str_eq(u.origin, "HTTPS://Portal.example:8443");
}

static void parses_missing_parts(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct uri u = parse(a, "https://gateway.example");
        assert_str_empty(u.path);
        assert_int_equal(u.port, 0);
        assert_false(u.has_query || u.has_fragment);
        assert_str_eq(u.origin, "https://gateway.example");

        u = parse(a, "https://gateway.example?");
        assert_true(u.has_query);
        assert_str_empty(u.query);
        assert_str_empty(u.path);
        assert_str_eq(u.origin, "https://gateway.example");

        u = parse(a, "com.example.app://callback#");
        assert_str_eq(u.scheme, "com.example.app");
        assert_str_eq(u.host, "callback");
        assert_true(u.has_fragment);
        assert_str_empty(u.fragment);
}

static void parses_addresses(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct uri u = parse(a, "http://[2001:db8::1]:80/x");
        assert_str_eq(u.host, "2001:db8::1");
        assert_int_equal(u.port, 80);
        assert_str_eq(u.origin, "http://[2001:db8::1]:80");
        u = parse(a, "http://[::ffff:127.0.0.1]");
        assert_str_eq(u.host, "::ffff:127.0.0.1");
        u = parse(a, "http://192.0.2.1/");
        assert_str_eq(u.host, "192.0.2.1");
}

static void shows_userinfo(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct uri u = parse(a, "https://good.example:443@evil.example/x");
        assert_true(u.has_userinfo);
        assert_str_eq(u.host, "evil.example");
        assert_int_equal(u.port, 0);
        assert_str_empty(u.origin);
        assert_true(parse(a, "https://@h/").has_userinfo);
}

static void refuses(void **state)
{
        (void)state;
        static const char *const bad[] = { "",
                                           "x",
                                           "/path",
                                           "//host/path",
                                           "https:",
                                           "https:/h",
                                           "https://",
                                           "https:///p",
                                           "https://?q",
                                           "https://#f",
                                           "://h",
                                           "1s://h",
                                           "ht_tps://h",
                                           "mailto:a@b.example",
                                           "https//h",
                                           " https://h",
                                           "https://h ",
                                           "https://h/a b",
                                           "https://h/\t",
                                           "https://h/\n",
                                           "https://h\\@evil.example/",
                                           "https://h/\\",
                                           "https://h/<",
                                           "https://h/\"",
                                           "https://h/^",
                                           "https://h/`",
                                           "https://h/{",
                                           "https://h/|",
                                           "https://h/%",
                                           "https://h/%4",
                                           "https://h/%4g",
                                           "https://h/?%zz",
                                           "https://h/#a#b",
                                           "https://h/[",
                                           "https://h:",
                                           "https://h:/",
                                           "https://h:0",
                                           "https://h:65536",
                                           "https://h:080",
                                           "https://h:-1",
                                           "https://h:8x",
                                           "https://h:1:2",
                                           "https://a@b@c/",
                                           "https://u%4@h/",
                                           "https://h%41/",
                                           "https://h!/",
                                           "https://h,g/",
                                           "https://[::1",
                                           "https://::1/",
                                           "https://[]/",
                                           "https://[::1]x/",
                                           "https://[v1.a]/",
                                           "https://[127.0.0.1]/",
                                           "https://[fe80::1%25eth0]/",
                                           "https://智.example/",
                                           "https://h/智",
                                           "https://h\x7f/",
                                           "https://[1:2:3:4:5:6:7:8:9]/" };
        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
                auto_arena a = arena_new(1 << 20);
                struct uri u = { .port = 77 };
                if (is_ok(uri_parse(a, str_from(bad[i]), &u)))
                        fail_msg("accepted: %s", bad[i]);
                assert_int_equal(u.port, 77);
                assert_reason_has(a, "URI: ");
        }
}

static void refuses_nul(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct uri u;
        assert_error(uri_parse(a, STR("https://h/\0"), &u), ERR_MALFORMED);
        assert_error(uri_parse(a, STR("https://h\0.evil.example/"), &u), ERR_MALFORMED);
        assert_error(uri_parse(a, STR("https://[::1\0]/"), &u), ERR_MALFORMED);
        assert_error(uri_parse(a, STR("https\0://h/"), &u), ERR_MALFORMED);
}

static void limits_the_length(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        char text[2049];
        memset(text, 'a', sizeof(text));
        memcpy(text, "https://h/", 10);
        struct uri u;
        assert_ok(uri_parse(a, str_slice(text, 2048), &u));
        assert_int_equal(u.path.len, 2048 - 9);
        assert_error(uri_parse(a, str_slice(text, 2049), &u), ERR_MALFORMED);
        assert_reason_has(a, "longer than 2048");
}

static void knows_loopback(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        static const char *const yes[] = { "http://localhost/",  "http://LocalHost:1/", "http://127.0.0.1:8080/",
                                           "http://127.255.0.9", "http://[::1]/",       "http://[0:0:0:0:0:0:0:1]:5/" };
        static const char *const no[] = { "http://localhost.evil.example/",
                                          "http://127.0.0.1.evil.example/",
                                          "http://128.0.0.1/",
                                          "http://126.0.0.1/",
                                          "http://127.1/",
                                          "http://0.0.0.0/",
                                          "http://[::]/",
                                          "http://[::2]/",
                                          "http://2130706433/",
                                          "http://localhost./",
                                          "http://localhost@evil.example/",
                                          "http://xlocalhost/" };
        for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
                struct uri u = parse(a, yes[i]);
                assert_true(uri_is_loopback(&u));
        }
        for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
                struct uri u = parse(a, no[i]);
                assert_false(uri_is_loopback(&u));
        }
}

static void knows_https(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct uri u = parse(a, "HttpS://h");
        assert_true(uri_is_https(&u));
        u = parse(a, "http://h");
        assert_false(uri_is_https(&u));
        u = parse(a, "httpss://h");
        assert_false(uri_is_https(&u));
}

static void encodes_every_byte(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct buf b = buf_in(a, 1000);
        uri_encode(&b, STR("aZ09-._~ !*'();:@&=+$,/?#[]%\"<>\\^`{|}\x01\x7f智\0"));
        assert_str_eq(buf_str(&b),
                      "aZ09-._~%20%21%2A%27%28%29%3B%3A%40%26%3D%2B%24%2C%2F%3F%23%5B%5D%25%22%3C%3E%5C%5E%60"
                      "%7B%7C%7D%01%7F%E6%99%BA%00");
        b = buf_in(a, 1000);
        uri_encode(&b, STR(""));
        assert_str_empty(buf_str(&b));
}

static void decodes(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct str text = STR("untouched");
        assert_error(uri_decode(a, STR("a%2"), &text), ERR_MALFORMED);
        assert_error(uri_decode(a, STR("a%00"), &text), ERR_MALFORMED);
        assert_str_eq(text, "untouched");
        assert_ok(uri_decode(a, STR("a+b%2fc%E6%99%BA"), &text));
        assert_str_eq(text, "a+b/c智");
        assert_int_equal(text.data[text.len], '\0');
        assert_ok(uri_decode(a, STR(""), &text));
        assert_str_empty(text);
}

static void adds_params(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        const struct param p[] = { { STR("code"), STR("a b") }, { STR("state"), STR("x&y=#") } };
        assert_str_eq(uri_with_params(a, STR("https://h/p"), p, 2), "https://h/p?code=a%20b&state=x%26y%3D%23");
        assert_str_eq(uri_with_params(a, STR("https://h/p?"), p, 1), "https://h/p?code=a%20b");
        assert_str_eq(uri_with_params(a, STR("https://h/p?q=1"), p, 1), "https://h/p?q=1&code=a%20b");
        assert_str_eq(uri_with_params(a, STR("https://h/p?q=1&"), p, 1), "https://h/p?q=1&code=a%20b");
        assert_str_eq(uri_with_params(a, STR("https://h/p?q=?"), p, 1), "https://h/p?q=?&code=a%20b");
        assert_str_eq(uri_with_params(a, STR("https://h/p?q=1#f?g"), p, 1), "https://h/p?q=1&code=a%20b#f?g");
        assert_str_eq(uri_with_params(a, STR("https://h/p#f?g"), p, 1), "https://h/p?code=a%20b#f?g");
        assert_str_eq(uri_with_params(a, STR("https://h/p"), NULL, 0), "https://h/p");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(parses_all_parts),  cmocka_unit_test(parses_missing_parts),
                cmocka_unit_test(parses_addresses),  cmocka_unit_test(shows_userinfo),
                cmocka_unit_test(refuses),           cmocka_unit_test(refuses_nul),
                cmocka_unit_test(limits_the_length), cmocka_unit_test(knows_loopback),
                cmocka_unit_test(knows_https),       cmocka_unit_test(encodes_every_byte),
                cmocka_unit_test(decodes),           cmocka_unit_test(adds_params),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
