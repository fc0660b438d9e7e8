/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The profile's verified fields, read into attributes. */
#include "iamsmart.h"

#define NAME_MAX_BYTES 512

static bool is_digits(struct str s)
{
        for (size_t i = 0; i < s.len; i++)
                if (s.data[i] < '0' || s.data[i] > '9')
                        return false;
        return s.len > 0;
}

/* "19900115" → "1990-01-15". Partial dates are not specified; they are refused. */
static result read_birth_date(struct arena *a, struct str text, struct str *ret_date)
{
        int64_t month, day;
        bool plain = text.len == 8 && is_digits(text);

        if (str_is_empty(text))
                return OK;
        if (!plain)
                return fail(a, ERR_SOURCE_BAD_ANSWER, "birthDate is not YYYYMMDD");
        month = (text.data[4] - '0') * 10 + text.data[5] - '0';
        day = (text.data[6] - '0') * 10 + text.data[7] - '0';
        if (month < 1 || month > 12 || day < 1 || day > 31)
                return fail(a, ERR_SOURCE_BAD_ANSWER, "birthDate is no date");
        *ret_date = arena_printf(a, "%.4s-%.2s-%.2s", text.data, text.data + 4, text.data + 6);
        return OK;
}

static struct str read_gender(struct str text)
{
        if (str_is(text, "M"))
                return STR("male");
        return str_is(text, "F") ? STR("female") : (struct str){ 0 };
}

static result read_name(struct arena *a, struct str text, struct str *ret_name)
{
        if (text.len > NAME_MAX_BYTES)
                return fail(a, ERR_SOURCE_BAD_ANSWER, "a name of %zu bytes", text.len);
        *ret_name = str_trim(text);
        return OK;
}

static struct str native_name(const json_t *fields)
{
        struct str name = json_str(json_object_get(fields, "chName"), "ChineseName");

        return name.len > 0 ? name : json_str(fields, "chNameVerified");
}

result iamsmart_attributes(struct arena *a, const json_t *fields, struct attributes *ret_attributes)
{
        const json_t *id = json_object_get(fields, "idNo");
        struct str number = json_str(id, "Identification"), check = json_str(id, "CheckDigit");
        struct attributes p = { .gender = read_gender(json_str(fields, "gender")) };

        TRY(read_name(a, native_name(fields), &p.name_native));
        TRY(read_name(a, json_str(json_object_get(fields, "enName"), "UnstructuredName"), &p.name_latin));
        TRY(read_birth_date(a, json_str(fields, "birthDate"), &p.birth_date));
        if (number.len > 0) {
                if (number.len > 8 || check.len != 1)
                        return fail(a, ERR_SOURCE_BAD_ANSWER, "idNo is out of form");
                p.document_type = STR("hkid");
                p.document_number = ARENA_JOIN(a, number, check);
        }
        *ret_attributes = p;
        return OK;
}
