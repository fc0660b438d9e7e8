/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See release.h. */
#include "release.h"

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

static const struct {
        const char *claim;
        struct str (*value)(const struct attributes *);
} rows[] = {
        { "name", full_name },     { "family_name", family_name }, { "given_name", given_name },
        { "gender", gender },      { "birthdate", birthdate },     { "email", email },
        { "phone_number", phone_number },
};

json_t *release_claims(struct arena *a, const struct identity *i, const struct release_request *r,
                       enum claim_target target)
{
        json_t *released = json_new_object(a);

        for (size_t n = 0; n < sizeof(rows) / sizeof(rows[0]); n++)
                if (scope_asks(r->scope, r->claims, rows[n].claim, target))
                        json_put_str(released, rows[n].claim, rows[n].value(&i->assertion.attributes));
        return released;
}

struct str release_names(struct arena *a, const struct identity *i, const struct release_request *r)
{
        json_t *in_id_token = release_claims(a, i, r, CLAIM_ID_TOKEN);
        json_t *in_userinfo = release_claims(a, i, r, CLAIM_USERINFO);
        struct buf names = buf_in(a, 1024);

        for (size_t n = 0; n < sizeof(rows) / sizeof(rows[0]); n++) {
                if (!json_object_get(in_id_token, rows[n].claim) && !json_object_get(in_userinfo, rows[n].claim))
                        continue;
                if (names.len > 0)
                        buf_add_char(&names, ' ');
                buf_add_text(&names, rows[n].claim);
        }
        return buf_str(&names);
}
