/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* language_choose of any bytes in each place: always one of our languages, and what a tag alone gives is what it gives
 * as the person's choice. */
#include "fuzz.h"

#include "language.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct str text = str_slice(data, size);
        const struct language_wish wishes[] = {
                { .chosen = text }, { .ui_locales = text }, { .remembered = text }, { .accept_language = text }
        };
        enum language language = LANGUAGE_COUNT;

        for (size_t i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++)
                fuzz_expect(language_choose(&wishes[i]) < LANGUAGE_COUNT);
        if (language_of_tag(text, &language))
                fuzz_expect(language_choose(&wishes[0]) == language);
        else
                fuzz_expect(language == LANGUAGE_COUNT && language_choose(&wishes[0]) == LANGUAGE_ZH_HANT);
        return 0;
}
