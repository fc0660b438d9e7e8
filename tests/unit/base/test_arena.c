/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Tests of arena.c: what it hands out, what ends with it, and what a reset leaves behind (nothing). */
#include "unit.h"

#include <malloc.h>

extern size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

/* What the program holds of the heap now, with AddressSanitizer or without. */
static size_t heap_in_use(void)
{
        if (__sanitizer_get_current_allocated_bytes)
                return __sanitizer_get_current_allocated_bytes();
        struct mallinfo2 info = mallinfo2();
        return info.uordblks + info.hblkhd;
}

static bool is_zero(const char *data, size_t len)
{
        size_t i = 0;
        while (i < len && data[i] == 0)
                i++;
        return i == len;
}

static void hands_out_zeroed_aligned_memory(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        static const size_t sizes[] = { 0, 1, 3, 16, 17, 1000, 16384, 16385, 65536, 65537, 1000000 };
        for (size_t round = 0; round < 20; round++) {
                for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
                        char *piece = arena_alloc(a, sizes[i]);
                        assert_int_equal((uintptr_t)piece % _Alignof(max_align_t), 0);
                        assert_true(is_zero(piece, sizes[i]));
                        memset(piece, 0xa5, sizes[i]);
                        /* An odd piece in between must not upset the alignment of the next. */
                        assert_str_eq(arena_copy(a, STR("xyz")), "xyz");
                }
                if (round % 3 == 2)
                        arena_reset(a);
        }
}

static void pieces_do_not_overlap(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        static unsigned char *pieces[500];
        for (size_t i = 0; i < 500; i++) {
                pieces[i] = arena_alloc(a, i * 7 % 2000 + 1);
                memset(pieces[i], (int)(i & 255), i * 7 % 2000 + 1);
        }
        for (size_t i = 0; i < 500; i++) {
                assert_int_equal(pieces[i][0], i & 255);
                assert_int_equal(pieces[i][i * 7 % 2000], i & 255);
        }
}

static void reset_wipes_and_reuses_the_first_block(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        char *first = arena_alloc(a, 5000);
        memset(first, 0xa5, 5000);
        arena_reset(a);
        assert_int_equal(arena_used(a), 0);
        char *again = arena_alloc(a, 6000);
        assert_ptr_equal(first, again);
        assert_true(is_zero(again, 6000));
}

static void reset_gives_extra_blocks_back(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        size_t before = heap_in_use();
        arena_alloc(a, 300000);
        for (int i = 0; i < 20; i++)
                arena_alloc(a, 10000);
        assert_true(heap_in_use() > before + 400000);
        arena_reset(a);
        assert_int_equal(heap_in_use(), before);
}

static void a_large_piece_leaves_the_current_block_in_use(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        char *before = arena_alloc(a, 16);
        arena_alloc(a, 1000000);
        char *after = arena_alloc(a, 16);
        assert_true(after > before && after - before < 1024);
}

static void copies_strings(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        char source[] = "abc";
        struct str copy = arena_copy(a, str_from(source));
        char *text = arena_cstr(a, str_head(str_from(source), 2));
        source[0] = 'x';
        assert_str_eq(copy, "abc");
        assert_int_equal(copy.data[3], '\0');
        assert_string_equal(text, "ab");
        assert_string_equal(arena_cstr(a, (struct str){ NULL, 0 }), "");
        assert_str_eq(ARENA_JOIN(a, STR("a"), (struct str){ NULL, 0 }, STR("bc")), "abc");
        assert_int_equal(ARENA_JOIN(a, STR("a"), STR("bc")).data[3], '\0');
        assert_str_empty(arena_concat(a, NULL, 0));
}

static void formats(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        assert_str_eq(arena_printf(a, "%s-%d", "x", 42), "x-42");
        assert_str_empty(arena_printf(a, "%s", ""));
        struct str wide = arena_printf(a, "%70000d", 1);
        assert_int_equal(wide.len, 70000);
        assert_int_equal(wide.data[69999], '1');
}

static void counts_and_marks_the_soft_cap(void **state)
{
        (void)state;
        auto_arena a = arena_new(1000);
        assert_int_equal(arena_used(a), 0);
        arena_alloc(a, 1000);
        assert_int_equal(arena_used(a), 1000);
        assert_false(arena_is_over(a));
        assert_non_null(arena_alloc(a, 1));
        assert_true(arena_is_over(a));
        assert_non_null(arena_alloc(a, 0));
        assert_true(arena_is_over(a));
        arena_reset(a);
        assert_false(arena_is_over(a));
}

static char order[8];

static void note(void *letter)
{
        size_t len = strlen(order);
        order[len] = *(const char *)letter;
        order[len + 1] = '\0';
}

static void ends_what_it_owns_last_first(void **state)
{
        (void)state;
        struct arena *a = arena_new(1000);
        order[0] = '\0';
        /* The letters are in the arena: finalisers run before it is wiped. */
        arena_own(a, arena_cstr(a, STR("a")), note);
        arena_own(a, arena_cstr(a, STR("b")), note);
        arena_own(a, NULL, note);
        arena_reset(a);
        assert_string_equal(order, "ba");
        arena_own(a, arena_cstr(a, STR("c")), note);
        arena_free(a);
        assert_string_equal(order, "bac");
        arena_free(NULL);
}

static void owns_json(void **state)
{
        (void)state;
        struct arena *a = arena_new(1000);
        json_t *json = json_incref(json_object());
        assert_ptr_equal(arena_own_json(a, json), json);
        assert_null(arena_own_json(a, NULL));
        arena_free(a);
        assert_int_equal(json->refcount, 1);
        json_decref(json);
}

static void keeps_the_first_reason(void **state)
{
        (void)state;
        auto_arena a = arena_new(1000);
        assert_str_empty(arena_reason(a));
        arena_set_reason(a, STR(""));
        arena_set_reason(a, STR("first"));
        arena_set_reason(a, STR("second"));
        assert_str_eq(arena_reason(a), "first");
        arena_clear_reason(a);
        assert_str_empty(arena_reason(a));
        arena_set_reason(a, STR("third"));
        assert_str_eq(arena_reason(a), "third");
        arena_reset(a);
        assert_str_empty(arena_reason(a));
}

static void reasons_are_short_and_printable(void **state)
{
        (void)state;
        auto_arena a = arena_new(1000);
        arena_set_reason(a, STR("a\nb\x1b[1m\xe6\x99"));
        assert_str_eq(arena_reason(a), "a?b?[1m??");
        arena_clear_reason(a);
        arena_set_reason(a, arena_printf(a, "%1000d", 7));
        assert_int_equal(arena_reason(a).len, 256);
}

static void allocate_absurdly_many(void)
{
        struct arena *a = arena_new(1000);
        arena_alloc_array(a, SIZE_MAX / 8, 16);
}

static void allocate_half_of_memory(void)
{
        struct arena *a = arena_new(1000);
        volatile size_t size = SIZE_MAX / 2;
        arena_alloc(a, size);
}

static void aborts_when_memory_is_out(void **state)
{
        (void)state;
        assert_true(unit_aborts(allocate_absurdly_many));
        assert_true(unit_aborts(allocate_half_of_memory));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(hands_out_zeroed_aligned_memory),
                cmocka_unit_test(pieces_do_not_overlap),
                cmocka_unit_test(reset_wipes_and_reuses_the_first_block),
                cmocka_unit_test(reset_gives_extra_blocks_back),
                cmocka_unit_test(a_large_piece_leaves_the_current_block_in_use),
                cmocka_unit_test(copies_strings),
                cmocka_unit_test(formats),
                cmocka_unit_test(counts_and_marks_the_soft_cap),
                cmocka_unit_test(ends_what_it_owns_last_first),
                cmocka_unit_test(owns_json),
                cmocka_unit_test(keeps_the_first_reason),
                cmocka_unit_test(reasons_are_short_and_printable),
                cmocka_unit_test(aborts_when_memory_is_out),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
