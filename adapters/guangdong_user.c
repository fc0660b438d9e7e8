/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The user object of Guangdong's unified identity platform. It is parsed tolerantly (members come and go, isreal is a
 * string or a boolean, numbers may be strings) but what is used is checked. */
#include "guangdong.h"

#define MEMBER_MAX 512
#define USER_MAX (64 * 1024)

static result read_member(struct arena *a, const json_t *user, const char *name, struct str *ret_value)
{
        const json_t *member = json_object_get(user, name);
        struct str value = str_trim(json_text(member));

        if (json_is_integer(member))
                value = arena_printf(a, "%lld", (long long)json_integer_value(member));
        if (value.len > MEMBER_MAX)
                return fail(a, ERR_SOURCE_BAD_ANSWER, "%s of %zu bytes", name, value.len);
        *ret_value = value;
        return OK;
}

static bool is_true(const json_t *value)
{
        return json_is_true(value) || str_eq_nocase(json_text(value), STR("true"));
}

/* One of the "k=v" strings of extproperties; empty when absent. */
static struct str extra_property(const json_t *user, const char *name)
{
        const json_t *each;
        size_t index;

        json_array_foreach(json_object_get(user, "extproperties"), index, each) {
                struct str rest = json_text(each), key;

                if (str_split(&rest, '=', &key) && str_is(str_trim(key), name))
                        return str_trim(rest);
        }
        return (struct str){ 0 };
}

/* Travel permit and residence permit are among the "other" documents; their forms tell. */
static struct str document_type(struct str type, struct str number)
{
        const char first = number.len > 0 ? number.data[0] : '\0';

        if (str_is(type, "10"))
                return STR("resident_id");
        if (str_is(type, "20"))
                return STR("passport");
        if (number.len == 18 && first == '8')
                return STR("residence_permit");
        if (number.len >= 9 && (first == 'H' || first == 'M' || first == 'h' || first == 'm'))
                return STR("travel_permit");
        return (struct str){ 0 };
}

static struct str read_gender(struct str text)
{
        if (str_is(text, "M") || str_is(text, "1") || str_is(text, "男"))
                return STR("male");
        if (str_is(text, "F") || str_is(text, "2") || str_is(text, "女"))
                return STR("female");
        return (struct str){ 0 };
}

/* "1990-01-15" or "19900115"; anything else says nothing. */
static struct str read_date(struct arena *a, struct str text)
{
        int64_t digits;

        if (text.len == 10 && text.data[4] == '-' && text.data[7] == '-')
                text = ARENA_JOIN(a, str_head(text, 4), str_slice(text.data + 5, 2), str_from_index(text, 8));
        if (text.len != 8 || !str_to_int(text, &digits))
                return (struct str){ 0 };
        return arena_printf(a, "%.4s-%.2s-%.2s", text.data, text.data + 4, text.data + 6);
}

static result read_attributes(struct arena *a, const json_t *user, struct attributes *ret_attributes)
{
        struct attributes p = {
                .gender = read_gender(extra_property(user, "sex")),
                .birth_date = read_date(a, extra_property(user, "birthday")),
        };
        struct str type;

        TRY(read_member(a, user, "cn", &p.name_native));
        TRY(read_member(a, user, "idcardnumber", &p.document_number));
        TRY(read_member(a, user, "idcardtype", &type));
        p.document_type = document_type(type, p.document_number);
        if (str_is_empty(p.document_type))
                p.document_number = (struct str){ 0 };
        *ret_attributes = p;
        return OK;
}

/* L0 … L3; an account that is not verified as real is L0, whatever it says, and a verified one at least L1. */
static result read_level(struct arena *a, const json_t *user, struct str *ret_level)
{
        bool real = is_true(json_object_get(user, "isreal"));
        struct str level;

        TRY(read_member(a, user, "creditable_level_of_account", &level));
        if (!real)
                level = STR("L0");
        else if (str_is_empty(level))
                level = STR("L1");
        if (level.len != 2 || level.data[0] != 'L' || level.data[1] < '0' || level.data[1] > '3')
                return fail(a, ERR_SOURCE_BAD_ANSWER, "level is not L0 to L3");
        *ret_level = level;
        return OK;
}

/* How the person signed in there: accout_type (spelt so) 1 password, 2 certificate, 3 and 4 by scanning with an app,
 * in the words of RFC 8176 and no more than is known: where the certificate's key is kept is not. */
static struct str read_method(const json_t *user)
{
        struct str type = extra_property(user, "accout_type");

        if (str_is(type, "1"))
                return STR("pwd");
        if (str_is(type, "2"))
                return STR("swk");
        return str_is(type, "3") || str_is(type, "4") ? STR("mca") : (struct str){ 0 };
}

/* Some deployments send the object, some a string that holds it. */
static result read_user(struct arena *a, const json_t *answer, const json_t **ret_user)
{
        const json_t *user = json_object_get(answer, "userobj");
        json_t *read = NULL;

        if (json_is_string(user)) {
                if (!is_ok(json_read_object(a, json_text(user), USER_MAX, &read)))
                        return fail(a, ERR_SOURCE_BAD_ANSWER, "userobj is a string that holds no object");
                user = read;
        }
        *ret_user = user;
        return OK;
}

result guangdong_user(struct arena *a, const struct guangdong *s, const json_t *answer, struct assertion *assertion)
{
        struct assertion read = *assertion;
        const json_t *user;
        struct str type;

        if (json_object_get(answer, "errcode"))
                return fail(a, ERR_SOURCE_FAILED, "tokeninfo answered an errcode");
        TRY(read_user(a, answer, &user));
        TRY(read_member(a, user, arena_cstr(a, s->subject_member), &read.subject));
        if (str_is_empty(read.subject) || !str_is_printable_ascii(read.subject))
                return fail(a, ERR_SOURCE_BAD_ANSWER, "userobj has no usable subject");
        TRY(read_member(a, user, "usertype", &type));
        if (!str_is(type, "1"))
                return fail(a, ERR_SOURCE_NOT_ALLOWED, "the account is not a natural person's");
        TRY(read_level(a, user, &read.native_level));
        TRY(read_attributes(a, user, &read.attributes));
        read.method = read_method(user);
        *assertion = read;
        return OK;
}
