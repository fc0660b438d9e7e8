/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Real User-Agents and what they are to getQR; everything unknown is a desktop, which gets the QR code. */
#include "unit.h"

#include "iamsmart.h"

#define IOS "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
#define ANDROID "Mozilla/5.0 (Linux; Android 13; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) "
#define WEBVIEW "Mozilla/5.0 (Linux; Android 13; SM-S911B; wv) AppleWebKit/537.36 (KHTML, like Gecko) "

static void test_browsers(void **state)
{
        (void)state;
        static const struct {
                const char *agent;
                const char *source;
        } rows[] = {
                { IOS "Version/17.1 Mobile/15E148 Safari/604.1", "iOS_Safari" },
                { IOS "CriOS/119.0.6045.109 Mobile/15E148 Safari/604.1", "iOS_Chrome" },
                { IOS "FxiOS/119.0 Mobile/15E148 Safari/605.1.15", "iOS_Firefox" },
                { IOS "Version/17.0 EdgiOS/119.0.2151.65 Mobile/15E148 Safari/604.1", "iOS_Edge" },
                { IOS "Mobile/15E148", "PC_Browser" }, /* inside an app */
                { ANDROID "Chrome/119.0.0.0 Mobile Safari/537.36", "Android_Chrome" },
                { ANDROID "Chrome/119.0.0.0 Mobile Safari/537.36 EdgA/119.0.2151.46", "Android_Edge" },
                { ANDROID "SamsungBrowser/23.0 Chrome/115.0.0.0 Mobile Safari/537.36", "Android_Samsung" },
                { ANDROID "Chrome/112 Mobile Safari/537.36 XiaoMi/MiuiBrowser/14.7.1-gn", "Android_Xiaomi" },
                { ANDROID "Chrome/114 HuaweiBrowser/14.0.2.311 Mobile Safari/537.36", "Android_Huawei" },
                { ANDROID "Chrome/110 HonorBrowser/1.0 Mobile Safari/537.36", "Android_Huawei" },
                { "Mozilla/5.0 (Android 13; Mobile; rv:109.0) Gecko/119.0 Firefox/119.0", "Android_Firefox" },
                { WEBVIEW "Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0", "PC_Browser" },
                { "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0 Safari/537.36",
                  "PC_Browser" },
                { "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.1 Safari/605.1.15",
                  "PC_Browser" },
                { "curl/7.88.1", "PC_Browser" },
        };

        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                assert_str_eq(iamsmart_agent(str_from(rows[i].agent)), rows[i].source);
}

static void test_odd(void **state)
{
        (void)state;
        char large[8192];

        assert_str_eq(iamsmart_agent((struct str){ 0 }), "PC_Browser");
        assert_str_eq(iamsmart_agent(STR("\xff\xfe iPhone")), "PC_Browser");
        memset(large, 'x', sizeof(large));
        memcpy(large + sizeof(large) - 13, "iPhone Safari", 13);
        assert_str_eq(iamsmart_agent(str_slice(large, sizeof(large))), "PC_Browser");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_browsers),
                cmocka_unit_test(test_odd),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
