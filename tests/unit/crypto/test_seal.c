/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Sealed values: only the same key, purpose and context open them. The file of the master key. */
#include "vectors.h"

#include <fcntl.h>

#include "base64url.h"
#include "seal.h"

static const struct str master = STR("0123456789abcdef0123456789abcdef");

static void test_seal_opens_only_where_it_was_closed(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 20);
        struct seal *s = seal_new(master, STR("state")), *other = seal_new(master, STR("keyring"));
        struct str sealed = seal_close(s, a, STR("bg:code:1"), STR("value")), plain = { 0 };
        assert_int_equal(sealed.len, 1 + 12 + 5 + 16);
        assert_null(memmem(sealed.data, sealed.len, "value", 5));
        assert_false(str_eq(sealed, seal_close(s, a, STR("bg:code:1"), STR("value"))));
        assert_ok(seal_open(s, a, STR("bg:code:1"), sealed, &plain));
        assert_str_eq(plain, "value");
        plain = STR("untouched");
        assert_error(seal_open(s, a, STR("bg:code:2"), sealed, &plain), ERR_VERIFY);
        assert_error(seal_open(s, a, STR(""), sealed, &plain), ERR_VERIFY);
        assert_error(seal_open(other, a, STR("bg:code:1"), sealed, &plain), ERR_VERIFY);
        for (size_t i = 0; i < sealed.len; i++) {
                char *edited = arena_cstr(a, sealed);
                edited[i] = (char)(edited[i] ^ 0x80);
                assert_error(seal_open(s, a, STR("bg:code:1"), str_slice(edited, sealed.len), &plain), ERR_VERIFY);
                assert_error(seal_open(s, a, STR("bg:code:1"), str_head(sealed, i), &plain), ERR_VERIFY);
        }
        assert_str_eq(plain, "untouched");
        struct seal *again = seal_new(master, STR("state"));
        assert_ok(seal_open(again, a, STR("bg:code:1"), sealed, &plain));
        seal_free(s), seal_free(other), seal_free(again), seal_free(NULL);
}

static void test_pseudonym(void **state)
{
        (void)state;
        auto_arena a = arena_new(65536);
        struct seal *s = seal_new(master, STR("hk")), *other = seal_new(master, STR("cn"));
        struct str p = seal_pseudonym(s, a, STR("document"), STR("A123456(3)"));
        assert_int_equal(p.len, 43);
        assert_same_str(p, seal_pseudonym(s, a, STR("document"), STR("A123456(3)")));
        assert_false(str_eq(p, seal_pseudonym(s, a, STR("documen"), STR("tA123456(3)"))));
        assert_false(str_eq(p, seal_pseudonym(s, a, STR("index"), STR("A123456(3)"))));
        assert_false(str_eq(p, seal_pseudonym(other, a, STR("document"), STR("A123456(3)"))));
        seal_free(s), seal_free(other);
}

static struct str in_new_folder(struct arena *a)
{
        char *folder = arena_cstr(a, STR("/tmp/baygate-seal-XXXXXX"));
        assert_non_null(mkdtemp(folder));
        return arena_printf(a, "%s/master.key", folder);
}

static void remove_folder(struct arena *a, struct str path)
{
        (void)unlink(arena_cstr(a, path));
        (void)rmdir(arena_cstr(a, str_head(path, path.len - sizeof "/master.key" + 1)));
}

static void write_file(struct arena *a, struct str path, struct str text, mode_t mode)
{
        int fd = open(arena_cstr(a, path), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, text.data, text.len), (ssize_t)text.len);
        assert_int_equal(fchmod(fd, mode), 0);
        (void)close(fd);
}

static void test_master_key_is_made_once(void **state)
{
        (void)state;
        auto_arena a = arena_new(65536);
        struct str path = in_new_folder(a);
        struct secret *first = NULL, *second = NULL;
        struct stat status;
        assert_error(master_key_load(a, path, false, &first), ERR_CONFIG);
        assert_ok(master_key_load(a, path, true, &first));
        assert_int_equal(secret_reveal(first).len, 32);
        assert_int_equal(stat(arena_cstr(a, path), &status), 0);
        assert_int_equal(status.st_mode & 07777, 0600);
        assert_ok(master_key_load(a, path, true, &second));
        assert_true(secret_eq(first, secret_reveal(second)));
        assert_ok(master_key_load(a, path, false, &second));
        remove_folder(a, path);
        assert_error(master_key_load(a, STR("/nonexistent/folder/key"), true, &second), ERR_CONFIG);
        assert_error(master_key_load(a, STR("/tmp"), false, &second), ERR_CONFIG);
}

static void test_master_key_refused(void **state)
{
        (void)state;
        auto_arena a = arena_new(65536);
        struct str path = in_new_folder(a), good = base64url_encode(a, master);
        struct secret *key = NULL;
        write_file(a, path, good, 0400);
        assert_ok(master_key_load(a, path, false, &key));
        assert_true(secret_eq(key, master));
        key = NULL;
        static const mode_t loose[] = { 0640, 0604, 0660, 0620, 0601 };
        for (size_t i = 0; i < sizeof loose / sizeof loose[0]; i++) {
                (void)unlink(arena_cstr(a, path));
                write_file(a, path, good, loose[i]);
                assert_error(master_key_load(a, path, true, &key), ERR_CONFIG);
        }
        const struct str bad[] = { STR(""),
                                   str_head(good, 42),
                                   ARENA_JOIN(a, good, STR("A")),
                                   ARENA_JOIN(a, good, STR("\n\n")),
                                   ARENA_JOIN(a, str_head(good, 42), STR("=")),
                                   base64url_encode(a, str_head(master, 31)) };
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
                (void)unlink(arena_cstr(a, path));
                write_file(a, path, bad[i], 0600);
                arena_clear_reason(a);
                assert_error(master_key_load(a, path, true, &key), ERR_CONFIG);
                assert_null(memmem(arena_reason(a).data, arena_reason(a).len, good.data, 20));
        }
        assert_null(key);
        remove_folder(a, path);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_seal_opens_only_where_it_was_closed),
                cmocka_unit_test(test_pseudonym),
                cmocka_unit_test(test_master_key_is_made_once),
                cmocka_unit_test(test_master_key_refused),
        };
        return cmocka_run_group_tests_name("seal", tests, NULL, NULL);
}
