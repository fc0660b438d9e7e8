/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See verified_claims.h. */
#include "verified_claims.h"

#include <time.h>

#define ENTRIES_MAX 8

/* ------------------------------------------------------------------------------------------------ what was asked */

/* verified_claims is one entry or a list of them. */
static size_t entry_count(const json_t *wanted)
{
        return json_is_array(wanted) ? json_array_size(wanted) : wanted ? 1 : 0;
}

static json_t *entry_at(const json_t *wanted, size_t index)
{
        return json_is_array(wanted) ? json_array_get(wanted, index) : (json_t *)wanted;
}

static result check_entry(struct arena *a, const json_t *entry)
{
        const json_t *verification = json_object_get(entry, "verification");

        if (!json_object_get(verification, "trust_framework"))
                return fail(a, ERR_INVALID_REQUEST, "verified_claims without verification.trust_framework");
        if (json_object_size(json_object_get(entry, "claims")) == 0)
                return fail(a, ERR_INVALID_REQUEST, "verified_claims without claims");
        return OK;
}

static result check_target(struct arena *a, const json_t *member)
{
        const json_t *wanted = json_object_get(member, "verified_claims");
        size_t count = entry_count(wanted);

        if (count > ENTRIES_MAX || (json_is_array(wanted) && count == 0))
                return fail(a, ERR_INVALID_REQUEST, "verified_claims with %zu entries", count);
        for (size_t i = 0; i < count; i++)
                TRY(check_entry(a, entry_at(wanted, i)));
        return OK;
}

result verified_claims_check(struct arena *a, const json_t *claims)
{
        TRY(check_target(a, json_object_get(claims, "id_token")));
        return check_target(a, json_object_get(claims, "userinfo"));
}

bool verified_claims_ask(const json_t *member, const char *claim)
{
        const json_t *wanted = json_object_get(member, "verified_claims");

        for (size_t i = 0; i < entry_count(wanted); i++)
                if (json_object_get(json_object_get(entry_at(wanted, i), "claims"), claim))
                        return true;
        return false;
}

void verified_claims_drop(json_t *member, const char *claim)
{
        const json_t *wanted = json_object_get(member, "verified_claims");

        for (size_t i = 0; i < entry_count(wanted); i++)
                json_object_del(json_object_get(entry_at(wanted, i), "claims"), claim);
}

/* ------------------------------------------------------------------------------------------------- what is answered */

/* Does `value` meet the demand {"value": …} or {"values": […]}? null and {} demand nothing. */
static bool meets(const json_t *demand, const json_t *value)
{
        const json_t *one = json_object_get(demand, "value"), *many = json_object_get(demand, "values"), *each;
        bool among = !many;
        size_t index;

        json_array_foreach(many, index, each)
                among = among || json_equal(each, value);
        return among && (!one || json_equal(one, value));
}

static bool text_meets(const json_t *demand, struct str text)
{
        json_t *value = json_from_str(text);
        bool met = meets(demand, value);

        json_decref(value);
        return met;
}

static struct str time_text(struct arena *a, int64_t seconds)
{
        time_t when = (time_t)seconds;
        struct tm tm;

        if (seconds <= 0 || !gmtime_r(&when, &tm))
                return (struct str){ 0 };
        return arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
                            tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static bool is_recent(const json_t *demand, int64_t time, int64_t now)
{
        const json_t *most = json_object_get(demand, "max_age");

        return !most || (time > 0 && json_is_integer(most) && now - time <= json_integer_value(most));
}

/* An element that is asked for with a value that is not so makes the whole entry unfulfillable. */
static bool is_fulfillable(struct arena *a, const json_t *wanted, const struct verification *v, int64_t now)
{
        const json_t *time = json_object_get(wanted, "time");

        return v->trust_framework.len > 0 && text_meets(json_object_get(wanted, "trust_framework"), v->trust_framework) &&
               text_meets(json_object_get(wanted, "assurance_level"), v->assurance_level) &&
               text_meets(json_object_get(wanted, "verification_process"), v->process) &&
               text_meets(time, time_text(a, v->time)) && is_recent(time, v->time, now);
}

/* For the elements that have members: the process and the evidence. The only time in them is the verification's. */
struct element_filter {
        int64_t time, now;
};

static bool element_matches(const struct element_filter *f, const json_t *wanted, const json_t *given);

static bool one_matches(const struct element_filter *f, const json_t *wanted, const json_t *given)
{
        const json_t *each;
        size_t index;

        json_array_foreach(given, index, each)
                if (element_matches(f, wanted, each))
                        return true;
        return false;
}

/* Each demand, at whatever depth, is met; of a list each wanted item by one that is given. */
static bool element_matches(const struct element_filter *f, const json_t *wanted, const json_t *given)
{
        const json_t *member;
        const char *name;
        size_t index;

        json_array_foreach(wanted, index, member)
                if (!one_matches(f, member, given))
                        return false;
        if (json_object_get(wanted, "value") || json_object_get(wanted, "values") || json_object_get(wanted, "max_age"))
                return given && meets(wanted, given) && is_recent(wanted, f->time, f->now);
        json_object_foreach((json_t *)wanted, name, member)
                if (!element_matches(f, member, json_object_get(given, name)))
                        return false;
        return true;
}

static void add_class(json_t *details, const char *type, int class)
{
        json_t *detail = json_object();

        json_put_str(detail, "assurance_type", str_from(type));
        json_object_set_new(detail, "assurance_classification", json_sprintf("%d", class));
        json_array_append_new(details, detail);
}

/* The vector, and the version of the map that made it of the source's own level. */
static json_t *assurance_process(const struct verification *v)
{
        json_t *process = json_object(), *details = json_array();

        json_put_str(process, "policy", STR("urn:baygate:assurance-map"));
        json_put_str(process, "procedure", v->map_version);
        add_class(details, "ial", v->ial);
        add_class(details, "aal", v->aal);
        add_class(details, "fal", v->fal);
        json_object_set_new(process, "assurance_details", details);
        return process;
}

/* ISO 3166-1 with three letters, as in ICAO Doc 9303. */
static struct str country_code(struct str jurisdiction)
{
        static const struct {
                const char *jurisdiction, *code;
        } rows[] = { { "HK", "HKG" }, { "CN", "CHN" }, { "MO", "MAC" } };

        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                if (str_is(jurisdiction, rows[i].jurisdiction))
                        return str_from(rows[i].code);
        return jurisdiction;
}

static json_t *record_evidence(struct arena *a, const struct verification *v)
{
        json_t *evidence = json_object(), *record = json_object(), *source = json_object(), *check = json_object();

        json_put_str(evidence, "type", STR("electronic_record"));
        json_put_str(check, "check_method", STR("auth"));
        json_put_str(check, "time", time_text(a, v->time));
        json_object_set_new(evidence, "check_details", json_pack("[o]", check));
        json_put_str(record, "type", v->trust_framework);
        json_put_str(source, "country_code", country_code(v->jurisdiction));
        json_object_set_new(record, "source", source);
        json_object_set_new(evidence, "record", record);
        return evidence;
}

static json_t *document_evidence(const struct verification *v)
{
        json_t *evidence = json_object(), *document = json_object(), *check = json_object();

        json_put_str(evidence, "type", STR("document"));
        json_put_str(check, "check_method", STR("data"));
        json_object_set_new(evidence, "check_details", json_pack("[o]", check));
        json_put_str(document, "type", v->document_type);
        json_object_set_new(evidence, "document_details", document);
        return evidence;
}

/* Each entry of the list is a filter, and one that lets it through is enough; without a list all is wanted. */
static void add_evidence(json_t *list, const struct element_filter *f, const json_t *wanted, json_t *evidence)
{
        const json_t *each;
        bool is_wanted = json_array_size(wanted) == 0;
        size_t index;

        json_array_foreach(wanted, index, each)
                is_wanted = is_wanted || element_matches(f, each, evidence);
        if (is_wanted)
                json_array_append(list, evidence);
        json_decref(evidence);
}

static json_t *evidence_list(struct arena *a, const json_t *wanted, const struct verification *v,
                             const struct element_filter *f)
{
        json_t *list = json_array();

        add_evidence(list, f, wanted, record_evidence(a, v));
        if (v->document_type.len > 0)
                add_evidence(list, f, wanted, document_evidence(v));
        return list;
}

/* What was asked for of the verification; the trust framework in any case. NULL when a demand can't be met. */
static json_t *answer_verification(struct arena *a, const json_t *wanted, const struct verification *v, int64_t now)
{
        const struct {
                const char *name;
                struct str value;
        } texts[] = {
                { "assurance_level", v->assurance_level },
                { "time", time_text(a, v->time) },
                { "verification_process", v->process },
        };
        const struct element_filter filter = { v->time, now };
        json_t *told = json_new_object(a), *process, *evidence;

        if (!is_fulfillable(a, wanted, v, now))
                return NULL;
        json_put_str(told, "trust_framework", v->trust_framework);
        for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
                if (json_object_get(wanted, texts[i].name))
                        json_put_str(told, texts[i].name, texts[i].value);
        process = arena_own_json(a, assurance_process(v));
        if (!element_matches(&filter, json_object_get(wanted, "assurance_process"), process))
                return NULL;
        if (json_object_get(wanted, "assurance_process"))
                json_object_set(told, "assurance_process", process);
        if (!json_object_get(wanted, "evidence"))
                return told;
        evidence = arena_own_json(a, evidence_list(a, json_object_get(wanted, "evidence"), v, &filter));
        if (json_array_size(evidence) == 0)
                return NULL;
        json_object_set(told, "evidence", evidence);
        return told;
}

/* NULL when nothing can be answered. */
static json_t *answer_entry(struct arena *a, const json_t *entry, const json_t *released, const struct verification *v,
                            int64_t now)
{
        json_t *claims = json_new_object(a), *told = json_new_object(a), *verification;
        const char *name;
        json_t *value;

        json_object_foreach((json_t *)released, name, value) {
                const json_t *demand = json_object_get(json_object_get(entry, "claims"), name);

                if (demand && meets(demand, value))
                        json_object_set(claims, name, value);
        }
        verification = answer_verification(a, json_object_get(entry, "verification"), v, now);
        if (!verification || json_object_size(claims) == 0)
                return NULL;
        json_object_set(told, "verification", verification);
        json_object_set(told, "claims", claims);
        return told;
}

json_t *verified_claims_apply(struct arena *a, const struct verified_claims_request *r, const json_t *released,
                              const struct verification *v)
{
        const json_t *member = json_object_get(r->claims, claim_target_name(r->target));
        const json_t *wanted = json_object_get(member, "verified_claims");
        json_t *shown = json_new_object(a), *list = json_new_array(a), *value;
        const char *name;

        json_object_foreach((json_t *)released, name, value)
                if (scope_asks_plainly(r->scope, r->claims, name, r->target) || !verified_claims_ask(member, name))
                        json_object_set(shown, name, value);
        for (size_t i = 0; i < entry_count(wanted); i++) {
                json_t *answer = answer_entry(a, entry_at(wanted, i), released, v, r->now);

                if (answer)
                        json_array_append(list, answer);
        }
        if (json_array_size(list) > 0)
                json_object_set(shown, "verified_claims", json_is_array(wanted) ? list : json_array_get(list, 0));
        return shown;
}

/* -------------------------------------------------------------------------------------------------------- discovery */

void verified_claims_discovery(json_t *document, const struct str *trust_frameworks, size_t count)
{
        json_t *frameworks = json_array(), *claims = json_array();

        for (size_t i = 0; i < count; i++)
                json_array_append_new(frameworks, json_from_str(trust_frameworks[i]));
        for (const char *const *claim = scope_claims; *claim; claim++)
                json_array_append_new(claims, json_string(*claim));
        json_put_bool(document, "verified_claims_supported", count > 0);
        if (count > 0) {
                json_object_set(document, "trust_frameworks_supported", frameworks);
                json_object_set(document, "claims_in_verified_claims_supported", claims);
                json_object_set_new(document, "evidence_supported", json_pack("[s,s]", "document", "electronic_record"));
                json_object_set_new(document, "documents_supported",
                                    json_pack("[s,s,s,s,s]", "hkid", "travel_permit", "residence_permit", "resident_id",
                                              "passport"));
                json_object_set_new(document, "documents_check_methods_supported", json_pack("[s]", "data"));
                json_object_set(document, "electronic_records_supported", frameworks);
        }
        json_decref(frameworks);
        json_decref(claims);
}
