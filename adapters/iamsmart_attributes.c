/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The profile's verified fields, read into attributes. A field may be absent; one that is there must have the form that
 * the platform documents. */
#include "iamsmart.h"

#define TEXT_MAX 512

static bool is_digits(struct str s)
{
        for (size_t i = 0; i < s.len; i++)
                if (s.data[i] < '0' || s.data[i] > '9')
                        return false;
        return s.len > 0;
}

/* The string `name` of `object`; empty when there is no object or no such member. */
static result read_text(struct arena *a, const json_t *object, const char *name, struct str *ret_text)
{
        const json_t *value = json_object_get(object, name);
        struct str text = str_trim(json_text(value));

        if (value && !json_is_null(value) && !json_is_string(value))
                return fail(a, ERR_SOURCE_BAD_ANSWER, "%s is not a string", name);
        if (text.len > TEXT_MAX)
                return fail(a, ERR_SOURCE_BAD_ANSWER, "%s has %zu bytes", name, text.len);
        *ret_text = text;
        return OK;
}

/* The object `name` of the fields; NULL when there is none. */
static result read_object(struct arena *a, const json_t *fields, const char *name, const json_t **ret_object)
{
        const json_t *value = json_object_get(fields, name);

        if (value && !json_is_null(value) && !json_is_object(value))
                return fail(a, ERR_SOURCE_BAD_ANSWER, "%s is not an object", name);
        *ret_object = json_is_object(value) ? value : NULL;
        return OK;
}

/* "19900115" → "1990-01-15". Partial dates are not specified; they are refused. */
static result read_birth_date(struct arena *a, const json_t *fields, struct str *ret_date)
{
        struct str text;
        int month, day;

        TRY(read_text(a, fields, "birthDate", &text));
        if (str_is_empty(text))
                return OK;
        if (text.len != 8 || !is_digits(text))
                return fail(a, ERR_SOURCE_BAD_ANSWER, "birthDate is not YYYYMMDD");
        month = (text.data[4] - '0') * 10 + text.data[5] - '0';
        day = (text.data[6] - '0') * 10 + text.data[7] - '0';
        if (month < 1 || month > 12 || day < 1 || day > 31)
                return fail(a, ERR_SOURCE_BAD_ANSWER, "birthDate is no date");
        *ret_date = arena_printf(a, "%.4s-%.2s-%.2s", text.data, text.data + 4, text.data + 6);
        return OK;
}

static result read_gender(struct arena *a, const json_t *fields, struct str *ret_gender)
{
        struct str text;

        TRY(read_text(a, fields, "gender", &text));
        if (str_is(text, "M"))
                *ret_gender = STR("male");
        else if (str_is(text, "F"))
                *ret_gender = STR("female");
        return OK;
}

static result read_names(struct arena *a, const json_t *fields, struct attributes *attributes)
{
        const json_t *native, *latin;

        TRY(read_object(a, fields, "chName", &native));
        TRY(read_object(a, fields, "enName", &latin));
        TRY(read_text(a, native, "ChineseName", &attributes->name_native));
        if (str_is_empty(attributes->name_native))
                TRY(read_text(a, fields, "chNameVerified", &attributes->name_native));
        return read_text(a, latin, "UnstructuredName", &attributes->name_latin);
}

/* One or two letters and six digits. */
static bool is_hkid_body(struct str s)
{
        size_t letters = 0;

        while (letters < s.len && s.data[letters] >= 'A' && s.data[letters] <= 'Z')
                letters++;
        return (letters == 1 || letters == 2) && s.len == letters + 6 && is_digits(str_from_index(s, letters));
}

/* The check digit comes apart. Whether it is the right one, the gateway checks. */
static result read_document(struct arena *a, const json_t *fields, struct attributes *attributes)
{
        const json_t *id = NULL;
        struct str body, check;

        TRY(read_object(a, fields, "idNo", &id));
        if (!id)
                return OK;
        TRY(read_text(a, id, "Identification", &body));
        TRY(read_text(a, id, "CheckDigit", &check));
        if (!is_hkid_body(body) || check.len != 1 || (check.data[0] != 'A' && !is_digits(check)))
                return fail(a, ERR_SOURCE_BAD_ANSWER, "idNo is out of form");
        attributes->document_type = STR("hkid");
        attributes->document_number = ARENA_JOIN(a, body, check);
        return OK;
}

result iamsmart_attributes(struct arena *a, const json_t *fields, struct attributes *ret_attributes)
{
        struct attributes read = { 0 };

        TRY(read_names(a, fields, &read));
        TRY(read_birth_date(a, fields, &read.birth_date));
        TRY(read_gender(a, fields, &read.gender));
        TRY(read_document(a, fields, &read));
        *ret_attributes = read;
        return OK;
}
