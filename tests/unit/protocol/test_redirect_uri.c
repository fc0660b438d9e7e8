/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Redirect URIs: byte for byte, and the loopback port of public clients alone. RFC 9700 (4.1.3), RFC 8252 (7.3, 8.3).
 */
#include "unit.h"

#include "redirect_uri.h"

static const struct str registered[] = {
        { "https://a.example/cb", 20 }, { "http://127.0.0.1/cb", 19 }, { "http://[::1]:8000/cb?x=1", 24 },
        { "http://localhost/cb", 19 },  { "com.example.app:/cb", 19 },
};

struct question {
        const char *uri;
        bool to_public, to_confidential;
};

static const struct question questions[] = {
        { "https://a.example/cb", true, true },
        { "http://127.0.0.1/cb", true, true },
        { "com.example.app:/cb", true, true },
        { "http://127.0.0.1:51234/cb", true, false },
        { "http://[::1]:1/cb?x=1", true, false },
        { "http://[::1]/cb?x=1", true, false },
        { "", false, false },
        { "https://a.example/cb/", false, false },
        { "https://a.example/CB", false, false },
        { "https://A.example/cb", false, false },
        { "https://a.example:443/cb", false, false },
        { "https://a.example/cb?", false, false },
        { "https://a.example/cb#", false, false },
        { "https://a.example/cb?x=1", false, false },
        { "https://a.example/c%62", false, false },
        { "https://a.example/x/../cb", false, false },
        { "https://a.example.evil.example/cb", false, false },
        { "https://a.example@evil.example/cb", false, false },
        { "https://evil.example/https://a.example/cb", false, false },
        { "http://a.example/cb", false, false },
        { "http://localhost:5000/cb", false, false },
        { "http://127.0.0.2:5000/cb", false, false },
        { "http://127.0.0.1:5000/cb/", false, false },
        { "http://127.0.0.1:5000/cb?x=1", false, false },
        { "http://127.0.0.1:5000/cb?", false, false },
        { "http://127.0.0.1:5000/cb#f", false, false },
        { "http://user@127.0.0.1:5000/cb", false, false },
        { "http://127.0.0.1:5000@evil.example/cb", false, false },
        { "http://127.0.0.1:99999/cb", false, false },
        { "http://127.0.0.1:0/cb", false, false },
        { "http://127.0.0.1:/cb", false, false },
        { "https://127.0.0.1:5000/cb", false, false },
        { "http://[::1]:1/cb", false, false },
        { "http://[::1]:1/cb?x=2", false, false },
        { "http://127.0.0.1:5000/cb\r\nSet-Cookie: a=b", false, false },
};

static void test_questions(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct client client = { .redirect_uris = registered, .redirect_uri_count = 5 };
        (void)state;
        for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
                client.auth = CLIENT_AUTH_NONE;
                bool to_public = redirect_uri_is_registered(a, &client, str_from(questions[i].uri));
                client.auth = CLIENT_AUTH_SECRET_BASIC;
                bool to_confidential = redirect_uri_is_registered(a, &client, str_from(questions[i].uri));
                if (to_public != questions[i].to_public || to_confidential != questions[i].to_confidential)
                        fail_msg("%s: public %d, confidential %d", questions[i].uri, to_public, to_confidential);
        }
        assert_false(redirect_uri_is_registered(a, &client, STR("https://a.example/cb\0")));
        client.redirect_uri_count = 0;
        assert_false(redirect_uri_is_registered(a, &client, registered[0]));
}

int main(void)
{
        const struct CMUnitTest tests[] = { cmocka_unit_test(test_questions) };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
