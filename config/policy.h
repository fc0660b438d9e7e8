/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Release policies: what may cross from one jurisdiction to another for one purpose, field by field and in which form.
 *
 * A policy is a YAML document of its own (config/policies/ has examples); the settings list the files. What no policy
 * names does not cross. The digest is over the policy's canonical JSON (members sorted, no blanks, defaults filled in),
 * so it does not change with comments or layout; it travels in the tokens and stands in the records of consent. */
#pragma once

#include "schema.h"

enum policy_form {
        POLICY_VALUE = 1,     /* as the source says it */
        POLICY_MASKED = 2,    /* a part of it */
        POLICY_HASH = 4,      /* a keyed hash, another one for each sector of clients */
        POLICY_PREDICATE = 8, /* true or false */
};

/* The claims about a person that a policy may name, and the forms that each may have; a NULL claim ends. Where no policy
 * is needed the first form applies: the lowest bit. */
struct policy_claim {
        const char *claim;
        unsigned forms;
};
extern const struct policy_claim policy_claims[];

struct policy_field {
        struct str claim;
        enum policy_form form;
        bool essential;               /* the service can't do without: refusing it is refusing the login */
};

struct policy {
        struct str id;
        struct str version;
        struct str sha256;            /* base64url */
        struct str from, to;          /* jurisdictions */
        struct str purpose;           /* id, as clients name it */
        const json_t *purposes;       /* its titles */
        const json_t *recipients;     /* titles of who gets the data */
        const struct str *legal_bases;
        size_t legal_basis_count;
        int64_t retention;            /* seconds */
        int64_t valid_from;           /* seconds, the day's beginning in UTC; 0: always was */
        int64_t valid_until;          /* the end of the last day; INT64_MAX: no end */
        const struct str *clients;    /* only these; none: all of the purpose */
        size_t client_count;
        const struct policy_field *fields;
        size_t field_count;
        const json_t *tree;           /* as it was read, for the places of mistakes */
};

struct policy_list {
        const struct policy *items;
        size_t count;
};

/* The table, which is the manual. */
extern const struct schema_field policy_schema[];

/* Reads one file, a policy or a list of them, and adds what it holds to *list. Mistakes are collected. */
void policy_read(struct arena *a, struct str file, struct mistakes *mistakes, struct policy_list *list);
/* What only all policies together show: the same id and version twice, two of one direction and purpose valid at once. */
void policy_check_all(const struct policy_list *list, struct mistakes *mistakes);

struct policy_wanted {
        struct str from, to, purpose, client_id;
        int64_t now;
        struct str id;                /* only this one; empty: any */
};
/* The one that applies; NULL when none does. */
const struct policy *policy_find(const struct policy_list *list, const struct policy_wanted *wanted);
/* The field that names `claim`; NULL when the policy does not. */
const struct policy_field *policy_field_find(const struct policy *policy, const char *claim);
/* "value", "masked", "hash", "predicate". */
const char *policy_form_name(enum policy_form form);
