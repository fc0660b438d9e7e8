/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What clients get to know. The property: whatever a request asks for, nothing is released that its scopes or claims
 * do not name, and nothing that scope.c's table does not hold. */
#include "unit.h"

#include "release.h"

static struct identity person(void)
{
        return (struct identity){
                .assertion = { .source = STR("hk"),
                               .subject = STR("hk-1"),
                               .transaction = STR("tx-1"),
                               .attributes = { .name_native = STR("陳大文"),
                                               .name_latin = STR("CHAN, Tai Man"),
                                               .birth_date = STR("1980-01-02"),
                                               .gender = STR("male"),
                                               .document_type = STR("hkid"),
                                               .document_number = STR("keyed-hash"),
                                               .phone_number = STR("+85291234567"),
                                               .email = STR("a@b.example") } },
        };
}

static struct str released(struct arena *a, const struct identity *i, const char *scope, enum claim_target target)
{
        const struct release_request r = { .scope = str_from(scope) };
        return json_write(a, release_claims(a, i, &r, target));
}

static void test_scopes(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct identity i = person();
        (void)state;
        assert_str_eq(released(a, &i, "openid", CLAIM_USERINFO), "{}");
        assert_str_eq(released(a, &i, "openid profile email phone", CLAIM_ID_TOKEN), "{}");
        assert_str_eq(released(a, &i, "openid profile", CLAIM_USERINFO),
                      "{\"name\":\"陳大文\",\"family_name\":\"CHAN\",\"given_name\":\"Tai Man\",\"gender\":\"male\","
                      "\"birthdate\":\"1980-01-02\"}");
        assert_str_eq(released(a, &i, "openid email phone", CLAIM_USERINFO),
                      "{\"email\":\"a@b.example\",\"phone_number\":\"+85291234567\"}");
}

/* What the source did not say is left out, not made up. */
static void test_names(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct identity i = { 0 };
        (void)state;
        assert_str_eq(released(a, &i, "openid profile email phone", CLAIM_USERINFO), "{}");
        i.assertion.attributes.name_latin = STR("CHAN Tai Man");
        assert_str_eq(released(a, &i, "profile", CLAIM_USERINFO), "{\"name\":\"CHAN Tai Man\"}");
        i.assertion.attributes.name_latin = STR("CHAN,");
        assert_str_eq(released(a, &i, "profile", CLAIM_USERINFO), "{\"name\":\"CHAN,\",\"family_name\":\"CHAN\"}");
        i.assertion.attributes.name_latin = STR(", Madonna");
        assert_str_eq(released(a, &i, "profile", CLAIM_USERINFO),
                      "{\"name\":\", Madonna\",\"given_name\":\"Madonna\"}");
}

static void test_names_of_both_targets(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct identity i = person();
        json_t *claims;
        (void)state;
        assert_ok(json_read_object(a, STR("{\"id_token\":{\"phone_number\":null},\"userinfo\":{\"email\":null}}"), 999,
                                   &claims));
        struct release_request r = { .scope = STR("openid profile"), .claims = claims };
        assert_str_eq(release_names(a, &i, &r), "name family_name given_name gender birthdate email phone_number");
        r = (struct release_request){ .scope = STR("openid") };
        assert_str_empty(release_names(a, &i, &r));
}

static const char *const words[] = { "openid",     "profile", "email",  "phone",   "address",         "admin",
                                     "name",       "sub",     "gender", "subject", "document_number", "document",
                                     "birthdate",  "email",   "source", "iss",     "phone_number",    "given_name",
                                     "family_name" };
#define WORD_COUNT (sizeof(words) / sizeof(words[0]))

static unsigned dice_state = 1;

static unsigned dice(unsigned sides)
{
        dice_state = dice_state * 1103515245 + 12345;
        return (dice_state >> 16) % sides;
}

static json_t *random_claims(struct arena *a)
{
        static const char *const targets[] = { "id_token", "userinfo", "elsewhere" };
        json_t *claims = json_new_object(a);
        for (size_t i = 0; i < 3; i++) {
                json_t *target = json_object();
                for (unsigned n = dice(6); n > 0; n--)
                        json_object_set_new(target, words[dice(WORD_COUNT)], dice(2) ? json_null() : json_object());
                json_object_set_new(claims, targets[i], target);
        }
        return claims;
}

static struct str random_scope(struct arena *a)
{
        struct buf b = buf_in(a, 1024);
        for (unsigned n = dice(6); n > 0; n--) {
                buf_add_text(&b, words[dice(WORD_COUNT)]);
                buf_add_char(&b, ' ');
        }
        return buf_str(&b);
}

static bool in_table(const char *name)
{
        for (const char *const *claim = scope_claims; *claim; claim++)
                if (strcmp(*claim, name) == 0)
                        return true;
        return false;
}

static void check_released(const json_t *got, const struct release_request *r, enum claim_target target)
{
        const char *member = target == CLAIM_ID_TOKEN ? "id_token" : "userinfo", *name;
        json_t *value;
        json_object_foreach((json_t *)(uintptr_t)got, name, value)
        {
                bool by_name = json_object_get(json_object_get(r->claims, member), name);
                bool by_scope = target == CLAIM_USERINFO && scope_covers(r->scope, name);
                assert_true(in_table(name) && (by_name || by_scope));
                assert_true(json_is_string(value) && json_string_length(value) > 0);
        }
}

static void test_property(void **state)
{
        (void)state;
        for (int round = 0; round < 3000; round++) {
                auto_arena a = arena_new(1 << 20);
                struct identity i = person();
                const struct release_request r = { .scope = random_scope(a),
                                                   .claims = dice(4) ? random_claims(a) : NULL };
                json_t *in_token = release_claims(a, &i, &r, CLAIM_ID_TOKEN);
                json_t *in_userinfo = release_claims(a, &i, &r, CLAIM_USERINFO);
                struct str names = release_names(a, &i, &r);
                check_released(in_token, &r, CLAIM_ID_TOKEN);
                check_released(in_userinfo, &r, CLAIM_USERINFO);
                /* The consent page shows all that is released, and no more. */
                for (const char *const *claim = scope_claims; *claim; claim++)
                        assert_int_equal(str_has_word(names, str_from(*claim)),
                                         json_object_get(in_token, *claim) || json_object_get(in_userinfo, *claim));
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_scopes),
                cmocka_unit_test(test_names),
                cmocka_unit_test(test_names_of_both_targets),
                cmocka_unit_test(test_property),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
