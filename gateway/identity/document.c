/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Numbers of identity documents: normalising, forms and check digits. One row of `kinds` for each type. No reason
 * given to fail() quotes any part of a number. */
#include "document.h"

#include "date.h"

#define NUMBER_MAX 24 /* characters after normalising; more is no document */

struct kind {
        const char *name;
        result (*check)(struct arena *a, struct str number, struct document *document);
};

static bool is_letter(char c)
{
        return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
        return c >= '0' && c <= '9';
}

static bool all_digits(struct str s)
{
        for (size_t i = 0; i < s.len; i++)
                if (!is_digit(s.data[i]))
                        return false;
        return true;
}

/* The ASCII character at *at, full-width forms (U+FF01…U+FF5E, U+3000) included; 0 for anything else. */
static char take_ascii(struct str s, size_t *at)
{
        unsigned char first = (unsigned char)s.data[(*at)++];

        if (first < 0x80)
                return (char)first;
        if (s.len - *at < 2)
                return 0;
        unsigned char second = (unsigned char)s.data[*at], third = (unsigned char)s.data[*at + 1];
        *at += 2;
        if (first == 0xe3 && second == 0x80 && third == 0x80)
                return ' ';
        if (first != 0xef || (second != 0xbc && second != 0xbd) || third < 0x80 || third > 0xbf)
                return 0;
        int offset = (second - 0xbc) * 64 + (third - 0x80); /* from U+FF00 */
        return offset >= 1 && offset <= 0x5e ? (char)(offset + 0x20) : 0;
}

/* Upper-case, without blanks. Only letters, digits and parentheses are left. */
static result normalise(struct arena *a, struct str text, struct str *ret_number)
{
        struct buf b = buf_in(a, NUMBER_MAX);

        for (size_t at = 0; at < text.len;) {
                char c = take_ascii(text, &at);
                if (c == ' ' || c == '\t')
                        continue;
                if (c >= 'a' && c <= 'z')
                        c = (char)(c - 'a' + 'A');
                if (!is_letter(c) && !is_digit(c) && c != '(' && c != ')')
                        return fail(a, ERR_MALFORMED, "document number: a character that does not belong");
                buf_add_char(&b, c);
        }
        if (b.over)
                return fail(a, ERR_MALFORMED, "document number: too long");
        *ret_number = buf_str(&b);
        return OK;
}

static char hkid_check_digit(struct str identification)
{
        int sum = identification.len == 7 ? 36 * 9 : 0; /* a single letter is padded with a blank, worth 36 */
        int weight = (int)identification.len + 1;

        for (size_t i = 0; i < identification.len; i++, weight--) {
                char c = identification.data[i];
                sum += weight * (is_digit(c) ? c - '0' : c - 'A' + 10);
        }
        return "0A987654321"[sum % 11];
}

/* One or two letters and six digits. */
static bool is_hkid_identification(struct str s)
{
        if (s.len < 7 || s.len > 8)
                return false;
        for (size_t i = 0; i < s.len - 6; i++)
                if (!is_letter(s.data[i]))
                        return false;
        return all_digits(str_from_index(s, s.len - 6));
}

/* "A1234563" or "A123456(3)". The person is the part without the check digit, as other systems leave it out too. */
static result check_hkid(struct arena *a, struct str number, struct document *document)
{
        bool printed = number.len > 3 && number.data[number.len - 1] == ')' && number.data[number.len - 3] == '(';
        size_t tail = printed ? 3 : 1;

        if (number.len < 8)
                return fail(a, ERR_MALFORMED, "HKID: not of the form letters, six digits, check digit");
        struct str identification = str_head(number, number.len - tail);
        char check = number.data[number.len - (printed ? 2 : 1)];
        if (!is_hkid_identification(identification) || (!is_digit(check) && check != 'A'))
                return fail(a, ERR_MALFORMED, "HKID: not of the form letters, six digits, check digit");
        if (hkid_check_digit(identification) != check)
                return fail(a, ERR_MALFORMED, "HKID: the check digit is wrong");
        document->type = DOCUMENT_HKID;
        document->number = ARENA_JOIN(a, identification, str_slice(&check, 1));
        document->person = str_head(document->number, identification.len);
        return OK;
}

/* H or M, eight digits for life, and, in older forms, two that count the issues. */
static result check_travel_permit(struct arena *a, struct str number, struct document *document)
{
        if ((number.len != 9 && number.len != 11) || (number.data[0] != 'H' && number.data[0] != 'M') ||
            !all_digits(str_from_index(number, 1)))
                return fail(a, ERR_MALFORMED, "travel permit: not H or M with 8 or 10 digits");
        document->type = DOCUMENT_TRAVEL_PERMIT;
        document->number = number;
        document->person = str_head(number, 9);
        return OK;
}

/* ISO 7064 MOD 11-2 over the first 17 digits. */
static char mod_11_2(struct str number)
{
        static const int weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
        int sum = 0;

        for (size_t i = 0; i < 17; i++)
                sum += weights[i] * (number.data[i] - '0');
        return "10X98765432"[sum % 11];
}

/* Address code (6), date of birth (8), sequence (3, odd for men), check character. */
static result check_citizen_number(struct arena *a, struct str number, struct document *document)
{
        if (number.len != 18 || !all_digits(str_head(number, 17)))
                return fail(a, ERR_MALFORMED, "resident number: not 17 digits and a check character");
        if (mod_11_2(number) != number.data[17])
                return fail(a, ERR_MALFORMED, "resident number: the check character is wrong");
        struct str year = str_slice(number.data + 6, 4), month = str_slice(number.data + 10, 2);
        struct str birth_date = ARENA_JOIN(a, year, STR("-"), month, STR("-"), str_slice(number.data + 12, 2));
        if (!date_is_real(birth_date))
                return fail(a, ERR_MALFORMED, "resident number: the date of birth in it does not exist");
        bool is_permit = str_starts(number, STR("810000")) || str_starts(number, STR("820000")) ||
                         str_starts(number, STR("830000"));
        document->type = is_permit ? DOCUMENT_RESIDENCE_PERMIT : DOCUMENT_RESIDENT_ID;
        document->number = number;
        document->person = number;
        document->birth_date = birth_date;
        document->gender = (number.data[16] - '0') % 2 ? STR("male") : STR("female");
        return OK;
}

static result check_residence_permit(struct arena *a, struct str number, struct document *document)
{
        TRY(check_citizen_number(a, number, document));
        if (document->type != DOCUMENT_RESIDENCE_PERMIT)
                return fail(a, ERR_MALFORMED, "residence permit: not an address code of Hong Kong, Macao or Taiwan");
        return OK;
}

/* Letters and digits; the longest number in ICAO Doc 9303 with its overflow is well under 20. */
static result check_passport(struct arena *a, struct str number, struct document *document)
{
        bool parentheses = str_find(number, '(') < number.len || str_find(number, ')') < number.len;

        if (number.len < 5 || number.len > 20 || parentheses)
                return fail(a, ERR_MALFORMED, "passport: not 5 to 20 letters and digits");
        document->type = DOCUMENT_PASSPORT;
        document->number = number;
        document->person = number;
        return OK;
}

static const struct kind kinds[] = {
        [DOCUMENT_NONE] = { "", NULL },
        [DOCUMENT_HKID] = { "hkid", check_hkid },
        [DOCUMENT_TRAVEL_PERMIT] = { "travel_permit", check_travel_permit },
        [DOCUMENT_RESIDENCE_PERMIT] = { "residence_permit", check_residence_permit },
        [DOCUMENT_RESIDENT_ID] = { "resident_id", check_citizen_number },
        [DOCUMENT_PASSPORT] = { "passport", check_passport },
};
#define KIND_COUNT (sizeof(kinds) / sizeof(kinds[0]))

struct str document_type_name(enum document_type type)
{
        return str_from(kinds[type].name);
}

result document_parse(struct arena *a, struct str type, struct str text, struct document *ret_document)
{
        struct document document = { 0 };
        struct str number;

        TRY(normalise(a, text, &number));
        for (size_t i = 1; i < KIND_COUNT; i++) {
                if (!str_is(type, kinds[i].name))
                        continue;
                TRY(kinds[i].check(a, number, &document));
                *ret_document = document;
                return OK;
        }
        return fail(a, ERR_UNSUPPORTED, "document: unknown type");
}

result document_parse_hkid(struct arena *a, struct str identification, struct str check_digit,
                           struct document *ret_document)
{
        struct document document = { 0 };
        struct str number, check;

        TRY(normalise(a, identification, &number));
        TRY(normalise(a, check_digit, &check));
        if (!is_hkid_identification(number) || check.len != 1)
                return fail(a, ERR_MALFORMED, "HKID: identification or check digit not of their form");
        TRY(check_hkid(a, ARENA_JOIN(a, number, check), &document));
        *ret_document = document;
        return OK;
}

struct str document_pseudonym_input(struct arena *a, const struct document *document)
{
        return ARENA_JOIN(a, document_type_name(document->type), STR(":"), document->person);
}

struct str document_pseudonym(const struct seal *seal, struct arena *a, const struct document *document)
{
        return seal_pseudonym(seal, a, STR("document"), document_pseudonym_input(a, document));
}

/* Does the number say something that the source's own field contradicts? */
static bool contradicts(struct str in_number, struct str in_field)
{
        return in_number.len && in_field.len && !str_eq(in_number, in_field);
}

result document_complete(struct arena *a, const struct document *document, struct attributes *attributes)
{
        /* A partial date in the field ("1950-00-00") is less than the number says, no contradiction. */
        if (date_is_real(attributes->birth_date) && contradicts(document->birth_date, attributes->birth_date))
                return fail(a, ERR_SOURCE_BAD_ANSWER, "date of birth and document number contradict each other");
        if (contradicts(document->gender, attributes->gender))
                return fail(a, ERR_SOURCE_BAD_ANSWER, "gender and document number contradict each other");
        if (!attributes->birth_date.len)
                attributes->birth_date = document->birth_date;
        if (!attributes->gender.len)
                attributes->gender = document->gender;
        return OK;
}
