/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* name_compare of any two texts, cut apart at the first line feed: it is symmetric, a name agrees with itself unless it
 * cannot be compared, and different scripts are never a mismatch. */
#include "fuzz.h"

#include "names.h"

static void check_self(struct str name)
{
        enum verdict verdict = name_compare(name, name);
        fuzz_expect(verdict != VERDICT_DIFFER);
        if (name_script(name) == NAME_EMPTY)
                fuzz_expect(verdict == VERDICT_MISSING);
        if (name_script(name) == NAME_OTHER)
                fuzz_expect(verdict == VERDICT_NOT_COMPARABLE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct str text = str_slice(data, size);
        size_t cut = str_find(text, '\n');
        struct str left = str_head(text, cut), right = str_from_index(text, cut + 1);
        enum verdict verdict = name_compare(left, right);
        enum name_script script = name_script(left), other = name_script(right);

        fuzz_expect(verdict == name_compare(right, left));
        if (script != other)
                fuzz_expect(verdict == VERDICT_NOT_COMPARABLE || verdict == VERDICT_MISSING);
        if (verdict == VERDICT_AGREE || verdict == VERDICT_DIFFER)
                fuzz_expect(script == other && (script == NAME_HAN || script == NAME_LATIN));
        check_self(left);
        check_self(right);
        return 0;
}
