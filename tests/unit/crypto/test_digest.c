/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Digests, HMAC, HKDF against the examples of their documents. */
#include "vectors.h"

#include "digest.h"

static void test_digests_of_abc(void **state)
{
        (void)state;
        auto_arena a = arena_new(65536);
        /* FIPS 180-4 examples; GB/T 32905, A.1 */
        assert_same_str(digest_of(a, DIGEST_SHA256, STR("abc")),
                        unhex(a, STR("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")));
        assert_same_str(digest_of(a, DIGEST_SHA384, STR("abc")),
                        unhex(a, STR("cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
                                     "8086072ba1e7cc2358baeca134c825a7")));
        assert_same_str(digest_of(a, DIGEST_SHA512, STR("abc")),
                        unhex(a, STR("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                                     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f")));
        assert_same_str(digest_of(a, DIGEST_SM3, STR("abc")),
                        unhex(a, STR("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")));
        assert_same_str(digest_of(a, DIGEST_SHA256, STR("")),
                        unhex(a, STR("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")));
        assert_str_eq(sha256_base64url(a, STR("abc")), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
}

static void test_hmac(void **state)
{
        (void)state;
        auto_arena a = arena_new(65536);
        /* RFC 4231, section 4.3 */
        assert_same_str(hmac_of(a, DIGEST_SHA256, STR("Jefe"), STR("what do ya want for nothing?")),
                        unhex(a, STR("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")));
        assert_same_str(hmac_of(a, DIGEST_SHA512, STR("Jefe"), STR("what do ya want for nothing?")),
                        unhex(a, STR("164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
                                     "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737")));
        assert_same_str(hmac_of(a, DIGEST_SHA256, STR(""), STR("")),
                        unhex(a, STR("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")));
}

static void test_hkdf(void **state)
{
        (void)state;
        auto_arena a = arena_new(65536);
        /* RFC 5869, A.3: no salt, no info */
        struct str key = unhex(a, STR("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"));
        assert_same_str(hkdf(a, key, STR(""), 42),
                        unhex(a, STR("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
                                     "9d201395faa4b61a96c8")));
        assert_false(str_eq(hkdf(a, key, STR("a"), 32), hkdf(a, key, STR("b"), 32)));
}

static void test_hmac_sm3_vectors(void **state)
{
        (void)state;
        auto_arena a = arena_new(1 << 22);
        const json_t *file = vectors_open(&a, "wycheproof/hmac_sm3_test.json");
        size_t i, j, checked = 0;
        const json_t *group, *test;
        json_array_foreach(json_object_get(file, "testGroups"), i, group)
        {
                size_t size = (size_t)json_int(group, "tagSize", 0) / 8;
                json_array_foreach(json_object_get(group, "tests"), j, test)
                {
                        struct str tag = hmac_of(a, DIGEST_SM3, member_hex(a, test, "key"), member_hex(a, test, "msg"));
                        bool same = str_eq(str_head(tag, size), member_hex(a, test, "tag"));
                        if (same != str_is(json_str(test, "result"), "valid"))
                                fail_msg("case %d", (int)json_int(test, "tcId", 0));
                        checked++;
                }
        }
        assert_int_equal(checked, 174);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_digests_of_abc),
                cmocka_unit_test(test_hmac),
                cmocka_unit_test(test_hkdf),
                cmocka_unit_test(test_hmac_sm3_vectors),
        };
        return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
