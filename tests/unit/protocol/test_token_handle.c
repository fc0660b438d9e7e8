/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Token handles: what is written is read again, and nothing that was changed, cut, grown or made elsewhere is. */
#include "unit.h"

#include "token_handle.h"

#define GRANT "0123456789abcdefghijABCDEFGHIJ-_0123456789a"

static const struct str master = { "0123456789abcdef0123456789abcdef", 32 };
static const struct str other_master = { "0123456789abcdef0123456789abcdeF", 32 };

struct fixture {
        struct arena *arena;
        struct seal *seal, *other, *other_purpose;
};

static int setup(void **state)
{
        struct fixture *f = calloc(1, sizeof(*f));

        f->arena = arena_new(1 << 20);
        f->seal = seal_new(master, STR("state"));
        f->other = seal_new(other_master, STR("state"));
        f->other_purpose = seal_new(master, STR("keyring"));
        *state = f;
        return 0;
}

static int teardown(void **state)
{
        struct fixture *f = *state;

        seal_free(f->seal);
        seal_free(f->other);
        seal_free(f->other_purpose);
        arena_free(f->arena);
        free(f);
        return 0;
}

static struct token_handle handle_of(enum token_handle_kind kind, int64_t serial, int64_t time)
{
        return (struct token_handle){ .kind = kind, .grant = STR(GRANT), .serial = serial, .time = time };
}

static void test_round_trip(void **state)
{
        struct fixture *f = *state;
        static const int64_t numbers[] = { 0, 1, 42, 1795372402, INT64_MAX };

        for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
                for (enum token_handle_kind kind = TOKEN_HANDLE_REFRESH; kind <= TOKEN_HANDLE_ACCESS; kind++) {
                        struct token_handle h = handle_of(kind, numbers[i], numbers[i]), got;
                        struct str text = token_handle_write(f->arena, f->seal, &h);

                        assert_true(text.len <= TOKEN_HANDLE_MAX);
                        assert_true(str_starts(text, kind == TOKEN_HANDLE_REFRESH ? STR("bgr.") : STR("bga.")));
                        assert_same_str(text, token_handle_write(f->arena, f->seal, &h));
                        assert_true(token_handle_read(f->arena, f->seal, kind, text, &got));
                        assert_int_equal(got.kind, kind);
                        assert_str_eq(got.grant, GRANT);
                        assert_int_equal(got.serial, numbers[i]);
                        assert_int_equal(got.time, numbers[i]);
                }
        }
}

static void refuse(struct fixture *f, struct str text)
{
        struct token_handle got = handle_of(TOKEN_HANDLE_REFRESH, -7, -7);

        if (token_handle_read(f->arena, f->seal, TOKEN_HANDLE_REFRESH, text, &got))
                fail_msg("\"%.*s\" was accepted", STR_FMT(text));
        assert_int_equal(got.serial, -7); /* untouched */
}

static void test_every_changed_byte(void **state)
{
        struct fixture *f = *state;
        struct token_handle h = handle_of(TOKEN_HANDLE_REFRESH, 10, 1795372402);
        struct str text = token_handle_write(f->arena, f->seal, &h);

        for (size_t i = 0; i < text.len; i++) {
                for (int bit = 0; bit < 8; bit++) {
                        struct str changed = arena_copy(f->arena, text);

                        ((char *)(uintptr_t)changed.data)[i] ^= (char)(1 << bit);
                        refuse(f, changed);
                }
                refuse(f, str_head(text, i));
                refuse(f, str_from_index(text, i + 1));
                refuse(f, ARENA_JOIN(f->arena, str_head(text, i), STR("0"), str_from_index(text, i)));
        }
        refuse(f, ARENA_JOIN(f->arena, text, STR("A")));
        refuse(f, ARENA_JOIN(f->arena, text, STR(".")));
        refuse(f, ARENA_JOIN(f->arena, text, STR("\0")));
}

static void test_what_is_none(void **state)
{
        struct fixture *f = *state;
        static const char *const texts[] = { "", ".", "....", ".....", "bgr", "bgr....", "bgr." GRANT ".0.0.", "bgr." GRANT ".0.0",
                                             "bgr." GRANT ".99999999999999999999.0.A", "bgr." GRANT ".-1.0.A", "bgr." GRANT ".+1.0.A" };
        char long_text[TOKEN_HANDLE_MAX + 1];

        for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
                refuse(f, str_from(texts[i]));
        memset(long_text, 'x', sizeof(long_text));
        refuse(f, str_slice(long_text, sizeof(long_text)));
        memset(long_text, '.', sizeof(long_text));
        refuse(f, str_slice(long_text, sizeof(long_text)));
        refuse(f, (struct str){ 0 });
}

/* A grant's name of another length is never read, though the keyed hash is right. */
static void test_grant_of_another_length(void **state)
{
        struct fixture *f = *state;
        struct token_handle h = handle_of(TOKEN_HANDLE_REFRESH, 0, 0);

        h.grant = STR("short");
        refuse(f, token_handle_write(f->arena, f->seal, &h));
        h.grant = STR(GRANT "x");
        refuse(f, token_handle_write(f->arena, f->seal, &h));
}

/* Neither of the other kind, nor by renaming. */
static void test_other_kind(void **state)
{
        struct fixture *f = *state;
        struct token_handle h = handle_of(TOKEN_HANDLE_ACCESS, 1, 2), got;
        struct str text = token_handle_write(f->arena, f->seal, &h);

        refuse(f, text);
        refuse(f, ARENA_JOIN(f->arena, STR("bgr"), str_from_index(text, 3)));
        assert_true(token_handle_read(f->arena, f->seal, TOKEN_HANDLE_ACCESS, text, &got));
}

static void test_other_key(void **state)
{
        struct fixture *f = *state;
        struct token_handle h = handle_of(TOKEN_HANDLE_REFRESH, 1, 2);

        refuse(f, token_handle_write(f->arena, f->other, &h));
        refuse(f, token_handle_write(f->arena, f->other_purpose, &h));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_round_trip),
                cmocka_unit_test(test_every_changed_byte),
                cmocka_unit_test(test_what_is_none),
                cmocka_unit_test(test_grant_of_another_length),
                cmocka_unit_test(test_other_kind),
                cmocka_unit_test(test_other_key),
        };
        return cmocka_run_group_tests(tests, setup, teardown);
}
