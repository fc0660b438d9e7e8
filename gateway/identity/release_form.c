/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See release_form.h. Claims by OpenID Connect Core 1.0, section 5.1. What the source did not say is left out, not made
 * up; a predicate is told only when what is known decides it. */
#include "release_form.h"

#include <time.h>

#include "date.h"

#define PHONE_SHOWN 4

/* "CHAN, Tai Man" has the family name before the comma. */
static struct str family_name(const struct attributes *p)
{
        size_t comma = str_find(p->name_latin, ',');

        return comma < p->name_latin.len ? str_trim(str_head(p->name_latin, comma)) : (struct str){ 0 };
}

static struct str given_name(const struct attributes *p)
{
        return str_trim(str_from_index(p->name_latin, str_find(p->name_latin, ',') + 1));
}

static struct str full_name(const struct attributes *p)
{
        return p->name_native.len > 0 ? p->name_native : p->name_latin;
}

static struct str gender(const struct attributes *p)
{
        return p->gender;
}

static struct str birthdate(const struct attributes *p)
{
        return p->birth_date;
}

static struct str email(const struct attributes *p)
{
        return p->email;
}

static struct str phone_number(const struct attributes *p)
{
        return p->phone_number;
}

static struct str document_number(const struct attributes *p)
{
        return p->document_number;
}

/* The first character, a whole one in UTF-8. */
static struct str first_character(struct str s)
{
        size_t len = s.len > 0;

        while (len < s.len && ((unsigned char)s.data[len] & 0xc0) == 0x80)
                len++;
        return str_head(s, len);
}

/* Always two stars: their number tells nothing. */
static struct str mask_name(struct arena *a, struct str name)
{
        return name.len > 0 ? ARENA_JOIN(a, first_character(name), STR("**")) : name;
}

static struct str mask_birthdate(struct arena *a, struct str date)
{
        int year;

        (void)a;
        return date_year(date, &year) ? str_head(date, 4) : (struct str){ 0 };
}

/* Less than twice the part that is shown would not be masked. */
static struct str mask_phone_number(struct arena *a, struct str number)
{
        if (number.len < 2 * PHONE_SHOWN)
                return (struct str){ 0 };
        return ARENA_JOIN(a, STR("****"), str_from_index(number, number.len - PHONE_SHOWN));
}

static struct str mask_email(struct arena *a, struct str address)
{
        size_t at = str_find(address, '@');

        if (at == 0 || at == address.len)
                return (struct str){ 0 };
        return ARENA_JOIN(a, first_character(address), STR("***"), str_from_index(address, at));
}

static const struct {
        const char *claim;
        struct str (*value)(const struct attributes *);
        struct str (*mask)(struct arena *, struct str);
        bool only_hash; /* the value is for our eyes only */
} rows[] = {
        { "name", full_name, mask_name, false },
        { "family_name", family_name, mask_name, false },
        { "given_name", given_name, mask_name, false },
        { "gender", gender, NULL, false },
        { "birthdate", birthdate, mask_birthdate, false },
        { "email", email, mask_email, false },
        { "phone_number", phone_number, mask_phone_number, false },
        { "document_number", document_number, NULL, true },
};

static json_t *hash_of(struct arena *a, const struct release_form *f, const char *claim, struct str value)
{
        struct str domain = ARENA_JOIN(a, STR("release "), str_from(claim), STR(" "), f->sector);

        return value.len > 0 ? json_from_str(seal_pseudonym(f->seal, a, domain, value)) : NULL;
}

static json_t *text_of(struct str s)
{
        return s.len > 0 ? json_from_str(s) : NULL;
}

static json_t *attribute_value(struct arena *a, const struct release_form *f, const char *claim, enum policy_form form)
{
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                struct str value = rows[i].value(f->attributes);

                if (strcmp(rows[i].claim, claim) != 0)
                        continue;
                if (form == POLICY_HASH)
                        return hash_of(a, f, claim, value);
                if (form == POLICY_MASKED && rows[i].mask)
                        return text_of(rows[i].mask(a, value));
                return form == POLICY_VALUE && !rows[i].only_hash ? text_of(value) : NULL;
        }
        return NULL;
}

/* Days are counted in UTC: in the east a birthday has come by then, so nobody is called older than they are. */
static json_t *is_of_age(struct str birth_date, int64_t years, int64_t now)
{
        char day[40];
        time_t seconds = (time_t)now;
        struct tm today;
        int year, age;

        gmtime_r(&seconds, &today);
        if (!date_year(birth_date, &year))
                return NULL;
        age = today.tm_year + 1900 - year;
        if (age != years)
                return json_boolean(age > years);
        if (!date_is_real(birth_date)) /* only the year is known: it may be before or after the birthday */
                return NULL;
        strftime(day, sizeof(day), "%m-%d", &today);
        return json_boolean(strncmp(day, birth_date.data + 5, 5) >= 0);
}

/* What a kind of document says about where its holder is a resident. Some are given to people of several places. */
static const struct {
        const char *document_type;
        int hk, cn; /* 1 yes, 0 no, -1 it does not say */
} residents[] = {
        { "hkid", 1, 0 },
        { "travel_permit", -1, 0 },
        { "residence_permit", -1, 0 },
        { "resident_id", 0, 1 },
};

static json_t *is_resident(struct str document_type, bool hk)
{
        for (size_t i = 0; i < sizeof(residents) / sizeof(residents[0]); i++) {
                int answer = hk ? residents[i].hk : residents[i].cn;

                if (str_is(document_type, residents[i].document_type))
                        return answer < 0 ? NULL : json_boolean(answer);
        }
        return NULL;
}

static json_t *predicate_value(const struct release_form *f, const char *claim)
{
        struct str name = str_from(claim), age = STR("age_over_");
        int64_t years;

        if (str_starts(name, age) && str_to_int(str_from_index(name, age.len), &years))
                return is_of_age(f->attributes->birth_date, years, f->now);
        if (strcmp(claim, "is_hk_resident") == 0 || strcmp(claim, "is_cn_resident") == 0)
                return is_resident(f->attributes->document_type, claim[3] == 'h');
        if (strcmp(claim, "same_person_as") == 0 && f->compared_subject.len > 0 && f->subject.len > 0)
                return json_boolean(str_eq_secret(f->subject, f->compared_subject));
        return NULL;
}

json_t *release_form_value(struct arena *a, const struct release_form *f, const char *claim, enum policy_form form)
{
        json_t *value = form == POLICY_PREDICATE ? predicate_value(f, claim) : attribute_value(a, f, claim, form);

        if (value)
                json_array_append_new(json_new_array(a), value); /* the arena's array owns it */
        return value;
}
