/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* One record of the audit is one line of JSON:
 *
 *   {"seq":7,"time":"2026-11-22T15:04:05Z","node":"gw1","event":"login", … ,"prev":"…","hash":"…"}
 *
 * `hash` is the SHA-256 (base64url) of the bytes of the line before `,"hash"`; `prev` is the hash of the record before,
 * so that the records are a chain. Persons are keyed pseudonyms; values never stand in a record, names of fields do. */
#pragma once

#include "json.h"

#define AUDIT_LINE_MAX 16384
#define AUDIT_HASH_LEN 43

enum audit_kind {
#define AUDIT_EVENT(symbol, name, durable) symbol,
#include "audit_events.def"
#undef AUDIT_EVENT
        AUDIT_KINDS
};

const char *audit_kind_name(enum audit_kind kind);
bool audit_kind_is_durable(enum audit_kind kind);
/* False when there is no such event. */
bool audit_kind_find(struct str name, enum audit_kind *ret_kind);

/* What happened; members that are empty are left out. */
struct audit_event {
        enum audit_kind kind;
        struct str request;       /* request id */
        struct str person, other; /* pseudonyms: who, and the bound account */
        struct str client;        /* client_id */
        struct str item;          /* id in the catalogue */
        struct str direction;     /* of a crossing: "HK>CN" */
        struct str source, other_source;
        struct str binding, session, grant; /* ids */
        struct str policy, policy_sha256;
        struct str purpose;
        struct str fields;        /* names, separated by blanks */
        struct str reason;        /* OAuth error code, grade of the match, … */
        struct str sha256;        /* of the settings, or the last hash of a removed file */
        struct str key;           /* kid of a signing key */
        struct str alg;           /* its algorithm */
        struct str by;            /* who did it at the command line, or "schedule" */
        struct str file;
        struct str jws;           /* of a checkpoint */
        int64_t count;            /* 0: none */
};

/* The members of an event as they stand in the line, without braces. */
struct str audit_event_render(struct arena *a, const struct audit_event *e);

/* The end of a chain: the last record's number and hash. */
struct audit_link {
        int64_t seq;                    /* 0: no record yet */
        char hash[AUDIT_HASH_LEN + 1];  /* "": not known, any predecessor will do */
};
/* Before the first record: number 0, hash of zeros. */
struct audit_link audit_link_first(void);
struct str audit_link_hash(const struct audit_link *link);

/* The line of the record that follows `last`, with its line feed; `body` is of audit_event_render. */
struct str audit_line(struct arena *a, const struct audit_link *last, struct str node, int64_t time, struct str body);
/* Does this line (without line feed) follow `last`? Then *last moves on to it. Errors: ERR_VERIFY with what is wrong. */
result audit_line_check(struct arena *a, struct str line, struct audit_link *last, json_t **ret_record);

/* "2026-11-22T15:04:05Z" (RFC 3339). */
struct str audit_time(struct arena *a, int64_t seconds);
/* Is this a time that exists, in exactly that form? */
bool audit_time_is_real(struct str time);
