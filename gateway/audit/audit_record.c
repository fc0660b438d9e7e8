/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See audit_record.h. A line is checked as the bytes that stand in the file: nothing is rendered again for it. */
#include "audit_record.h"

#include <time.h>

#include "digest.h"

#define HASH_MEMBER ",\"hash\":\""
#define HASH_TAIL_LEN (sizeof(HASH_MEMBER) - 1 + AUDIT_HASH_LEN + 2)

static const struct kind_row {
        const char *name;
        bool durable;
} kinds[] = {
#define AUDIT_EVENT(symbol, name, durable) [symbol] = { name, durable },
#include "audit_events.def"
#undef AUDIT_EVENT
};

const char *audit_kind_name(enum audit_kind kind)
{
        return kinds[kind].name;
}

bool audit_kind_is_durable(enum audit_kind kind)
{
        return kinds[kind].durable;
}

bool audit_kind_find(struct str name, enum audit_kind *ret_kind)
{
        for (size_t i = 0; i < AUDIT_KINDS; i++)
                if (str_is(name, kinds[i].name)) {
                        *ret_kind = (enum audit_kind)i;
                        return true;
                }
        return false;
}

struct str audit_event_render(struct arena *a, const struct audit_event *e)
{
        json_t *o = json_new_object(a);
        struct str text;

        json_put_str(o, "event", str_from(audit_kind_name(e->kind)));
        json_put_str(o, "request", e->request);
        json_put_str(o, "person", e->person);
        json_put_str(o, "other", e->other);
        json_put_str(o, "client", e->client);
        json_put_str(o, "item", e->item);
        json_put_str(o, "direction", e->direction);
        json_put_str(o, "source", e->source);
        json_put_str(o, "other_source", e->other_source);
        json_put_str(o, "binding", e->binding);
        json_put_str(o, "session", e->session);
        json_put_str(o, "grant", e->grant);
        json_put_str(o, "policy", e->policy);
        json_put_str(o, "policy_sha256", e->policy_sha256);
        json_put_str(o, "purpose", e->purpose);
        json_put_str(o, "fields", e->fields);
        json_put_str(o, "reason", e->reason);
        json_put_str(o, "sha256", e->sha256);
        json_put_str(o, "key", e->key);
        json_put_str(o, "alg", e->alg);
        json_put_str(o, "by", e->by);
        json_put_str(o, "file", e->file);
        json_put_str(o, "jws", e->jws);
        if (e->count)
                json_put_int(o, "count", e->count);
        text = json_write(a, o);
        return str_slice(text.data + 1, text.len - 2);
}

static void set_hash(struct audit_link *link, struct str hash)
{
        memcpy(link->hash, hash.data, AUDIT_HASH_LEN);
        link->hash[AUDIT_HASH_LEN] = '\0';
}

struct audit_link audit_link_first(void)
{
        struct audit_link link = { 0 };

        memset(link.hash, 'A', AUDIT_HASH_LEN);
        return link;
}

struct str audit_link_hash(const struct audit_link *link)
{
        return str_from(link->hash);
}

struct str audit_time(struct arena *a, int64_t seconds)
{
        time_t t = (time_t)seconds;
        struct tm parts;
        char text[32];

        if (!gmtime_r(&t, &parts))
                return STR("-");
        return arena_copy(a, str_slice(text, strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts)));
}

bool audit_time_is_real(struct str time)
{
        char text[sizeof("2026-11-22T15:04:05Z")], again[32];
        struct tm parts = { 0 };
        time_t seconds;

        if (time.len != sizeof(text) - 1 || memchr(time.data, '\0', time.len))
                return false;
        memcpy(text, time.data, time.len);
        text[time.len] = '\0';
        if (!strptime(text, "%Y-%m-%dT%H:%M:%SZ", &parts))
                return false;
        seconds = timegm(&parts); /* what does not exist, such as 30 February, becomes another time */
        return gmtime_r(&seconds, &parts) && strftime(again, sizeof(again), "%Y-%m-%dT%H:%M:%SZ", &parts) > 0 &&
               str_is(time, again);
}

struct str audit_line(struct arena *a, const struct audit_link *last, struct str node, int64_t time, struct str body)
{
        struct str start = arena_printf(a, "{\"seq\":%lld,\"time\":\"%.*s\",\"node\":\"%.*s\",", (long long)last->seq + 1,
                                        STR_FMT(audit_time(a, time)), STR_FMT(node));
        struct str content = ARENA_JOIN(a, start, body, STR(",\"prev\":\""), audit_link_hash(last), STR("\""));

        return ARENA_JOIN(a, content, STR(HASH_MEMBER), sha256_base64url(a, content), STR("\"}\n"));
}

/* The hash at the line's end, when the line is as its hash says. */
static result check_hash(struct arena *a, struct str line, struct str *ret_hash)
{
        struct str content, tail, hash;

        if (line.len <= HASH_TAIL_LEN || line.len > AUDIT_LINE_MAX)
                return fail(a, ERR_VERIFY, "not a record");
        content = str_head(line, line.len - HASH_TAIL_LEN);
        tail = str_from_index(line, content.len);
        hash = str_head(str_from_index(tail, sizeof(HASH_MEMBER) - 1), AUDIT_HASH_LEN);
        if (!str_starts(tail, STR(HASH_MEMBER)) || !str_ends(tail, STR("\"}")))
                return fail(a, ERR_VERIFY, "not a record");
        if (!str_eq(hash, sha256_base64url(a, content)))
                return fail(a, ERR_VERIFY, "the record was altered: it does not fit its hash");
        *ret_hash = hash;
        return OK;
}

result audit_line_check(struct arena *a, struct str line, struct audit_link *last, json_t **ret_record)
{
        struct str hash = { 0 };
        json_t *record;
        int64_t seq;

        TRY(check_hash(a, line, &hash));
        if (!is_ok(json_read_object(a, line, AUDIT_LINE_MAX, &record)))
                return fail(a, ERR_VERIFY, "not a record");
        seq = json_int(record, "seq", -1);
        if (last->hash[0] && seq != last->seq + 1)
                return fail(a, ERR_VERIFY, "record %lld is expected here, but this is %lld", (long long)last->seq + 1,
                            (long long)seq);
        if (last->hash[0] && !str_eq(json_str(record, "prev"), audit_link_hash(last)))
                return fail(a, ERR_VERIFY, "the record before was altered or replaced: its hash is not the one named here");
        last->seq = seq;
        set_hash(last, hash);
        *ret_record = record;
        return OK;
}
