/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Release policies: reading, the checks that no table can do, finding. See policy.h. */
#include "policy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base64url.h"
#include "digest.h"
#include "spelling.h"
#include "yaml_tree.h"

#define DAY ((int64_t)86400)
#define ALL_FORMS (POLICY_VALUE | POLICY_MASKED | POLICY_HASH)

const struct policy_claim policy_claims[] = {
        { "name", ALL_FORMS },
        { "family_name", ALL_FORMS },
        { "given_name", ALL_FORMS },
        { "gender", POLICY_VALUE },
        { "birthdate", ALL_FORMS },
        { "email", ALL_FORMS },
        { "phone_number", ALL_FORMS },
        { "document_number", POLICY_HASH }, /* the gateway has no other */
        { "age_over_16", POLICY_PREDICATE },
        { "age_over_18", POLICY_PREDICATE },
        { "age_over_60", POLICY_PREDICATE },
        { "is_hk_resident", POLICY_PREDICATE },
        { "is_cn_resident", POLICY_PREDICATE },
        { "same_person_as", POLICY_PREDICATE },
        { NULL, 0 },
};

static const struct {
        enum policy_form form;
        const char *name;
} form_names[] = {
        { POLICY_VALUE, "value" },
        { POLICY_MASKED, "masked" },
        { POLICY_HASH, "hash" },
        { POLICY_PREDICATE, "predicate" },
};
#define FORM_COUNT (sizeof(form_names) / sizeof(form_names[0]))

static const struct schema_field field_fields[] = {
        { .name = "claim", .kind = SCHEMA_STRING, .required = true, .max = 64,
          .doc = "`name`, `family_name`, `given_name`, `gender`, `birthdate`, `email`, `phone_number`, `document_number`, "
                 "`age_over_16`, `age_over_18`, `age_over_60`, `is_hk_resident`, `is_cn_resident`, `same_person_as`." },
        { .name = "form", .kind = SCHEMA_ENUM, .words = "value masked hash predicate", .required = true,
          .doc = "As it is; a part of it; a keyed hash, another one for each sector; true or false." },
        { .name = "essential", .kind = SCHEMA_BOOL, .fallback = "false",
          .doc = "The service can't do without it; other fields can be refused one by one." },
        { .kind = SCHEMA_END },
};

const struct schema_field policy_schema[] = {
        { .name = "id", .kind = SCHEMA_ID, .required = true, .doc = "Name of the policy, in tokens and records." },
        { .name = "version", .kind = SCHEMA_STRING, .required = true, .min = 1, .max = 64,
          .doc = "Changes whenever anything else does." },
        { .name = "from", .kind = SCHEMA_STRING, .required = true, .max = 2, .doc = "Jurisdiction of the source." },
        { .name = "to", .kind = SCHEMA_STRING, .required = true, .max = 2, .doc = "Jurisdiction of the client." },
        { .name = "purpose", .kind = SCHEMA_ID, .required = true, .doc = "As clients name it." },
        { .name = "purpose_titles", .kind = SCHEMA_TITLES, .required = true, .doc = "As people read it." },
        { .name = "legal_basis", .kind = SCHEMA_WORDS, .required = true, .min = 1, .max = 8,
          .words = "consent contract legal_obligation vital_interest public_interest",
          .doc = "Why the data may be processed." },
        { .name = "retention", .kind = SCHEMA_DURATION, .required = true, .min = DAY, .max = 36500 * DAY,
          .doc = "How long the recipient keeps the data, in whole days." },
        { .name = "recipient", .kind = SCHEMA_TITLES, .required = true, .doc = "Who gets the data." },
        { .name = "valid_from", .kind = SCHEMA_STRING, .max = 10, .doc = "First day, `2026-01-31` (UTC)." },
        { .name = "valid_until", .kind = SCHEMA_STRING, .max = 10, .doc = "Last day." },
        { .name = "clients", .kind = SCHEMA_STRINGS, .min = 1, .max = 4096,
          .doc = "Only for these clients; default: all of the purpose." },
        { .name = "fields", .kind = SCHEMA_OBJECTS, .fields = field_fields, .unique = "claim", .required = true, .min = 1,
          .max = 64, .doc = "What may cross." },
        { .kind = SCHEMA_END },
};

const char *policy_form_name(enum policy_form form)
{
        for (size_t i = 0; i < FORM_COUNT; i++)
                if (form_names[i].form == form)
                        return form_names[i].name;
        return "";
}

static enum policy_form form_of(struct str name)
{
        for (size_t i = 0; i < FORM_COUNT; i++)
                if (str_is(name, form_names[i].name))
                        return form_names[i].form;
        return 0;
}

/* What a file being read needs. */
struct policy_reading {
        struct arena *arena;
        struct mistakes *mistakes;
        const json_t *object;
};

static struct str text(const struct policy_reading *r, const char *member)
{
        return arena_copy(r->arena, json_str(r->object, member));
}

static struct str read_jurisdiction(const struct policy_reading *r, const char *member)
{
        struct str s = text(r, member);
        bool good = s.len == 2 && s.data[0] >= 'A' && s.data[0] <= 'Z' && s.data[1] >= 'A' && s.data[1] <= 'Z';
        if (!good && s.len > 0)
                mistake_at(r->mistakes, r->object, member,
                           "\"%s\" must be two capital letters (ISO 3166-1), such as HK, CN or MO", member);
        return s;
}

static bool looks_like_day(struct str date)
{
        static const char form[] = "0000-00-00";
        bool good = date.len == sizeof(form) - 1;
        for (size_t i = 0; good && i < date.len; i++)
                good = form[i] == '-' ? date.data[i] == '-' : date.data[i] >= '0' && date.data[i] <= '9';
        return good;
}

/* The beginning of a day that exists, in UTC; false for anything else. */
static bool day_begin(struct arena *a, struct str date, int64_t *ret_time)
{
        struct tm day = { 0 }, same;
        if (!looks_like_day(date) ||
            sscanf(arena_cstr(a, date), "%4d-%2d-%2d", &day.tm_year, &day.tm_mon, &day.tm_mday) != 3)
                return false;
        day.tm_year -= 1900;
        day.tm_mon -= 1;
        same = day;
        *ret_time = timegm(&same); /* moves what does not exist, such as the 30th of February */
        return same.tm_year == day.tm_year && same.tm_mon == day.tm_mon && same.tm_mday == day.tm_mday;
}

static int64_t read_day(const struct policy_reading *r, const char *member, int64_t fallback)
{
        int64_t time;
        struct str date = text(r, member);
        if (str_is_empty(date))
                return fallback;
        if (day_begin(r->arena, date, &time))
                return time;
        mistake_at(r->mistakes, r->object, member, "\"%s\" must be a day that exists, such as 2026-01-31", member);
        return fallback;
}

static void read_validity(const struct policy_reading *r, struct policy *p)
{
        p->valid_from = read_day(r, "valid_from", 0);
        p->valid_until = read_day(r, "valid_until", INT64_MAX);
        if (p->valid_until != INT64_MAX)
                p->valid_until += DAY;
        if (p->valid_until <= p->valid_from)
                mistake_at(r->mistakes, r->object, "valid_until", "\"valid_until\" is before \"valid_from\"");
}

static const struct policy_claim *claim_find(struct str name)
{
        for (const struct policy_claim *c = policy_claims; c->claim; c++)
                if (str_is(name, c->claim))
                        return c;
        return NULL;
}

static struct policy_field read_field(const struct policy_reading *r, const json_t *object)
{
        struct policy_field field = {
                .claim = arena_copy(r->arena, json_str(object, "claim")),
                .form = form_of(json_str(object, "form")),
                .essential = json_bool(object, "essential", false),
        };
        const struct policy_claim *claim = claim_find(field.claim);
        struct spelling spelling = spelling_of(field.claim);
        for (const struct policy_claim *c = policy_claims; c->claim; c++)
                spelling_consider(&spelling, str_from(c->claim));
        if (!claim && field.claim.len > 0)
                mistake_at(r->mistakes, object, "claim", "unknown field \"%.*s\"%.*s", STR_FMT(field.claim),
                           STR_FMT(spelling_hint(r->arena, &spelling)));
        if (claim && field.form && !(claim->forms & field.form))
                mistake_at(r->mistakes, object, "form", "\"%s\" has no form \"%s\"", claim->claim,
                           policy_form_name(field.form));
        return field;
}

static void read_fields(const struct policy_reading *r, struct policy *p)
{
        const json_t *list = json_object_get(r->object, "fields");
        struct policy_field *fields = arena_new_array(r->arena, struct policy_field, json_array_size(list) + 1);
        p->field_count = json_array_size(list);
        for (size_t i = 0; i < p->field_count; i++)
                fields[i] = read_field(r, json_array_get(list, i));
        p->fields = fields;
}

static const struct str *read_strings(const struct policy_reading *r, const char *member, size_t *ret_count)
{
        const json_t *list = json_object_get(r->object, member);
        struct str *items = arena_new_array(r->arena, struct str, json_array_size(list) + 1);
        *ret_count = json_array_size(list);
        for (size_t i = 0; i < *ret_count; i++)
                items[i] = arena_copy(r->arena, json_text(json_array_get(list, i)));
        return items;
}

/* Takes away what only says where something stood. */
static void strip(json_t *json)
{
        const char *name;
        json_t *member;
        void *next;
        size_t i;
        json_object_foreach_safe(json, next, name, member)
        {
                if (name[0] == '$')
                        json_object_del(json, name);
                else
                        strip(member);
        }
        json_array_foreach(json, i, member)
                strip(member);
}

static struct str digest_canonical(struct arena *a, const json_t *object)
{
        json_t *bare = json_deep_copy(object);
        strip(bare);
        char *canonical = json_dumps(bare, JSON_COMPACT | JSON_SORT_KEYS);
        struct str digest = canonical ? sha256_base64url(a, str_from(canonical)) : (struct str){ 0 };
        free(canonical);
        json_decref(bare);
        return digest;
}

static struct policy read_policy(struct arena *a, json_t *object, struct mistakes *mistakes)
{
        const struct policy_reading r = { a, mistakes, object };
        struct policy p = { .tree = object };
        ignore_failure(schema_check(a, object, policy_schema, mistakes), "in *mistakes");
        p.id = text(&r, "id");
        p.version = text(&r, "version");
        p.from = read_jurisdiction(&r, "from");
        p.to = read_jurisdiction(&r, "to");
        if (p.from.len > 0 && str_eq(p.from, p.to))
                mistake_at(mistakes, object, "to", "\"to\" is the same as \"from\": nothing would cross");
        p.purpose = text(&r, "purpose");
        p.purposes = json_object_get(object, "purpose_titles");
        p.recipients = json_object_get(object, "recipient");
        p.legal_bases = read_strings(&r, "legal_basis", &p.legal_basis_count);
        p.retention = json_int(object, "retention", 0);
        if (p.retention % DAY)
                mistake_at(mistakes, object, "retention", "\"retention\" must be whole days, such as 30d");
        p.clients = read_strings(&r, "clients", &p.client_count);
        read_validity(&r, &p);
        read_fields(&r, &p);
        p.sha256 = digest_canonical(a, object);
        return p;
}

static void add(struct arena *a, struct policy_list *list, const struct policy *p)
{
        struct policy *items = arena_new_array(a, struct policy, list->count + 1);
        if (list->count > 0)
                memcpy(items, list->items, list->count * sizeof(*items));
        items[list->count++] = *p;
        list->items = items;
}

static void add_object(struct arena *a, json_t *object, struct mistakes *mistakes, struct policy_list *list)
{
        struct policy p = read_policy(a, object, mistakes);
        add(a, list, &p);
}

static void cleanup_file(FILE **f)
{
        if (*f)
                fclose(*f);
}

/* 0, or an errno. */
static int read_whole(struct arena *a, struct str path, struct str *ret_content)
{
        __attribute__((cleanup(cleanup_file))) FILE *f = fopen(arena_cstr(a, path), "re");
        struct buf content = buf_in(a, YAML_MAX);
        char piece[4096];
        size_t got;
        if (!f)
                return errno;
        while ((got = fread(piece, 1, sizeof(piece), f)) > 0)
                buf_add(&content, str_slice(piece, got));
        if (ferror(f))
                return EIO;
        *ret_content = buf_str(&content);
        return content.over ? EFBIG : 0;
}

void policy_read(struct arena *a, struct str file, struct mistakes *mistakes, struct policy_list *list)
{
        struct str yaml;
        json_t *tree, *item;
        size_t i;
        int error = read_whole(a, file, &yaml);
        if (error) {
                mistake_add(mistakes, file, 1, "can't be read: %s", strerror(error));
                return;
        }
        if (!is_ok(yaml_tree_read(a, file, yaml, mistakes, &tree)))
                return;
        if (json_is_object(tree))
                add_object(a, tree, mistakes, list);
        else if (!json_is_array(tree))
                mistake_add(mistakes, file, 1, "must be a policy, or a list of policies");
        json_array_foreach(tree, i, item) {
                if (json_is_object(item))
                        add_object(a, item, mistakes, list);
                else
                        mistake_add(mistakes, file, 1, "item %zu is not a policy", i + 1);
        }
}

static bool same_use(const struct policy *a, const struct policy *b)
{
        return a->purpose.len > 0 && str_eq(a->from, b->from) && str_eq(a->to, b->to) && str_eq(a->purpose, b->purpose);
}

static void check_pair(const struct policy *earlier, const struct policy *p, struct mistakes *mistakes)
{
        if (p->id.len > 0 && str_eq(p->id, earlier->id) && str_eq(p->version, earlier->version))
                mistake_at(mistakes, p->tree, "version", "version \"%.*s\" of policy \"%.*s\" is there already: %.*s:%lld",
                           STR_FMT(p->version), STR_FMT(p->id), STR_FMT(json_str(earlier->tree, "$file")),
                           (long long)json_int(earlier->tree, "$line", 0));
        else if (same_use(earlier, p) && p->valid_from < earlier->valid_until && earlier->valid_from < p->valid_until)
                mistake_at(mistakes, p->tree, NULL,
                           "policies \"%.*s\" and \"%.*s\" are for the same direction and purpose and valid at once",
                           STR_FMT(earlier->id), STR_FMT(p->id));
}

void policy_check_all(const struct policy_list *list, struct mistakes *mistakes)
{
        for (size_t i = 0; i < list->count; i++)
                for (size_t n = 0; n < i; n++)
                        check_pair(&list->items[n], &list->items[i], mistakes);
}

static bool is_for(const struct policy *p, struct str client_id)
{
        for (size_t i = 0; i < p->client_count; i++)
                if (str_eq(p->clients[i], client_id))
                        return true;
        return p->client_count == 0;
}

const struct policy *policy_find(const struct policy_list *list, const struct policy_wanted *w)
{
        for (size_t i = 0; i < list->count; i++) {
                const struct policy *p = &list->items[i];
                if (str_eq(p->from, w->from) && str_eq(p->to, w->to) && str_eq(p->purpose, w->purpose) &&
                    w->purpose.len > 0 && (w->id.len == 0 || str_eq(p->id, w->id)) && p->valid_from <= w->now && w->now < p->valid_until && is_for(p, w->client_id))
                        return p;
        }
        return NULL;
}

const struct policy_field *policy_field_find(const struct policy *policy, const char *claim)
{
        for (size_t i = 0; i < policy->field_count; i++)
                if (str_is(policy->fields[i].claim, claim))
                        return &policy->fields[i];
        return NULL;
}
