/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* TLS on the listener (RFC 8446, RFC 5246): 1.2 and 1.3 with AEAD suites only. The key below is made for this test. */
#include "engine.h"

#include <curl/curl.h>

static const char certificate[] =
        "-----BEGIN CERTIFICATE-----\n"
        "MIIBmjCCAUGgAwIBAgIUXl88D0VMLP1/ecsLyfxfQELCFWkwCgYIKoZIzj0EAwIw\n"
        "FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjE0NTc1NloYDzIxMjYxMDI5\n"
        "MTQ1NzU2WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO\n"
        "PQMBBwNCAARr5SZFfc1l/sRSPjEukwUbrZdNF6C+MDrX0MRj7dJJDp388yhzDRaO\n"
        "NsSwDoK6hJ5AygnxFt+BKk2mrC+U1JDSo28wbTAdBgNVHQ4EFgQUp3qsxQP7jxhg\n"
        "6sGB8CL/yp485egwHwYDVR0jBBgwFoAUp3qsxQP7jxhg6sGB8CL/yp485egwDwYD\n"
        "VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI\n"
        "zj0EAwIDRwAwRAIgM+CA0ba6E2+PJ8vzyqDbztNq971CEFex6HhZSNzM0YECIAn+\n"
        "0PLHij2U493SyKQslMdR2FfDX2zN2ChwVcas8KbQ\n"
        "-----END CERTIFICATE-----\n";

static const char private_key[] =
        "-----BEGIN PRIVATE KEY-----\n"
        "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgfKlP/Ncmmj72sq7k\n"
        "BUHmTI4TCTR2OCl7O7d3EBSgjUGhRANCAARr5SZFfc1l/sRSPjEukwUbrZdNF6C+\n"
        "MDrX0MRj7dJJDp388yhzDRaONsSwDoK6hJ5AygnxFt+BKk2mrC+U1JDS\n"
        "-----END PRIVATE KEY-----\n";

static void handle(struct task *t)
{
        reply_body(t, 200, "text/plain", STR("over TLS"));
}

static size_t collect(char *data, size_t size, size_t count, void *closure)
{
        char *text = closure;
        size_t len = size * count < 63 ? size * count : 63;
        memcpy(text, data, len);
        text[len] = '\0';
        return size * count;
}

static CURLcode get(int port, long version, const char *ciphers, char *text)
{
        char url[64];
        snprintf(url, sizeof(url), "https://localhost:%d/", port);
        struct curl_blob ca = { (void *)(uintptr_t)certificate, sizeof(certificate) - 1, CURL_BLOB_NOCOPY };
        CURL *curl = curl_easy_init();
        curl_easy_setopt(curl, CURLOPT_URL, url);
        curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &ca);
        curl_easy_setopt(curl, CURLOPT_PROXY, "");
        curl_easy_setopt(curl, CURLOPT_SSLVERSION, version);
        if (ciphers)
                curl_easy_setopt(curl, CURLOPT_SSL_CIPHER_LIST, ciphers);
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, text);
        CURLcode code = curl_easy_perform(curl);
        curl_easy_cleanup(curl);
        return code;
}

static void test_versions_and_suites(void **state)
{
        (void)state;
        struct engine e = engine_new(handle);
        e.options.tls_certificate = str_from(certificate);
        e.options.tls_private_key = str_from(private_key);
        engine_start(&e);
        char text[64] = "";
        assert_int_equal(get(e.port, CURL_SSLVERSION_TLSv1_3, NULL, text), CURLE_OK);
        assert_string_equal(text, "over TLS");
        text[0] = '\0';
        long only_1_2 = CURL_SSLVERSION_TLSv1_2 | (long)CURL_SSLVERSION_MAX_TLSv1_2;
        assert_int_equal(get(e.port, only_1_2, NULL, text), CURLE_OK);
        assert_string_equal(text, "over TLS");
        assert_int_equal(get(e.port, only_1_2, "ECDHE-ECDSA-AES128-SHA256", text), CURLE_SSL_CONNECT_ERROR);
        long only_1_1 = CURL_SSLVERSION_TLSv1_1 | (long)CURL_SSLVERSION_MAX_TLSv1_1;
        assert_int_equal(get(e.port, only_1_1, "DEFAULT@SECLEVEL=0", text), CURLE_SSL_CONNECT_ERROR);
        engine_stop(&e);
}

static void test_broken_certificate(void **state)
{
        (void)state;
        struct engine e = engine_new(handle);
        e.options.tls_certificate = STR("no certificate");
        e.options.tls_private_key = str_from(private_key);
        assert_error(server_start(e.arena, &e.options, &e.server), ERR_CONFIG);
        arena_free(e.arena);
}

int main(void)
{
        log_set_level(LOG_ERROR);
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_versions_and_suites),
                cmocka_unit_test(test_broken_certificate),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
