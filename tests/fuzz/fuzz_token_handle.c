/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* token_handle_read of any text: nobody makes a token without the key; and what is made with it, of any numbers that the
 * text names, is read again as it was. */
#include "fuzz.h"

#include "token_handle.h"

#define GRANT STR("0123456789abcdefghijABCDEFGHIJ-_0123456789a")

static const struct seal *seal(void)
{
        static struct seal *made;
        if (!made)
                made = seal_new(STR("0123456789abcdef0123456789abcdef"), STR("state"));
        return made;
}

static void check_round_trip(struct arena *a, enum token_handle_kind kind, int64_t serial, int64_t time)
{
        const struct token_handle h = { .kind = kind, .grant = GRANT, .serial = serial, .time = time };
        enum token_handle_kind other = kind == TOKEN_HANDLE_REFRESH ? TOKEN_HANDLE_ACCESS : TOKEN_HANDLE_REFRESH;
        struct str text = token_handle_write(a, seal(), &h);
        struct token_handle got;
        fuzz_expect(token_handle_read(a, seal(), kind, text, &got));
        fuzz_expect(str_eq(got.grant, h.grant) && got.serial == serial && got.time == time && got.kind == kind);
        fuzz_expect(!token_handle_read(a, seal(), other, text, &got));
        ((char *)(uintptr_t)text.data)[text.len - 1] ^= 1;
        fuzz_expect(!token_handle_read(a, seal(), kind, text, &got));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        auto_arena a = arena_new(FUZZ_ARENA_CAP);
        struct str text = str_slice(data, size), rest = text, piece;
        struct token_handle got;
        int64_t numbers[2] = { 0 };
        size_t count = 0;
        for (enum token_handle_kind kind = TOKEN_HANDLE_REFRESH; kind <= TOKEN_HANDLE_ACCESS; kind++)
                fuzz_expect(!token_handle_read(a, seal(), kind, text, &got));
        while (count < 2 && str_split(&rest, '.', &piece))
                count += str_to_int(piece, &numbers[count]);
        check_round_trip(a, TOKEN_HANDLE_REFRESH, numbers[0], numbers[1]);
        check_round_trip(a, TOKEN_HANDLE_ACCESS, numbers[0], numbers[1]);
        return 0;
}
