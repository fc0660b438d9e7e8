/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Every sentence is there in every language, with the same placeholders; every error has its own. */
#include "unit.h"

#include "text.h"

static void all_languages_are_complete(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct texts texts = { .of = { NULL } };

        (void)state;
        if (!is_ok(texts_load(a, &texts)))
                fail_msg("%.*s", STR_FMT(arena_reason(a)));
        assert_str_eq(text_get(&texts, LANGUAGE_EN, "cancel"), "Cancel");
        assert_str_eq(text_get(&texts, LANGUAGE_ZH_HANT, "languages"), "語言");
        assert_str_eq(text_get(&texts, LANGUAGE_ZH_HANS, "languages"), "语言");
        assert_str_empty(text_get(&texts, LANGUAGE_EN, "no.such.key"));
}

static void check_broken(const char *hant, const char *hans, const char *en, const char *reason)
{
        auto_arena a = arena_new(1 << 16);
        const char *const sources[LANGUAGE_COUNT] = { hant, hans, en };
        struct texts texts = { .of = { NULL } };

        for (size_t i = 0; i < LANGUAGE_COUNT; i++) {
                json_t *object = NULL;
                assert_ok(json_read_object(a, str_from(sources[i]), 4096, &object));
                texts.of[i] = object;
        }
        assert_error(texts_check(a, &texts), ERR_CONFIG);
        assert_reason_has(a, reason);
}

static void gaps_are_found(void **state)
{
        (void)state;
        check_broken("{\"a\":\"x\"}", "{}", "{\"a\":\"x\"}", "zh-Hans: no sentence a");
        check_broken("{\"a\":\"x\"}", "{\"a\":\"x\"}", "{\"a\":\"x\",\"b\":\"y\"}", "en: b is in no other");
        check_broken("{\"a\":\"{0}\"}", "{\"a\":\"{0}\"}", "{\"a\":\"{1}\"}", "en: other placeholders in a");
        check_broken("{\"a\":\"\"}", "{\"a\":\"x\"}", "{\"a\":\"x\"}", "no sentence a");
        check_broken("{\"a\":7}", "{\"a\":\"x\"}", "{\"a\":\"x\"}", "no sentence a");
}

static void every_error_has_a_sentence(void **state)
{
        static const char *const symbols[] = {
#define ERROR_ROW(symbol, code, status, redirect, description) #symbol,
#include "errors.def"
#undef ERROR_ROW
        };
        auto_arena a = arena_new(1 << 20);
        struct texts texts = { .of = { NULL } };

        (void)state;
        assert_ok(texts_load(a, &texts));
        for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
                struct str key = arena_printf(a, "error.%s", symbols[i]);
                if (str_is_empty(text_get(&texts, LANGUAGE_EN, key.data)))
                        fail_msg("no sentence %s in gateway/pages/text/", key.data);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(all_languages_are_complete),
                cmocka_unit_test(gaps_are_found),
                cmocka_unit_test(every_error_has_a_sentence),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
