/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What is open or kept in a person's name, found from the person: what the account page shows, and what has to be
 * revoked when the person withdraws something.
 *
 * A person is a subject at a source, under a pseudonym. Bindings and consents are kept until they are dropped; sessions
 * and grants for as long as they live, and grants a while longer, as the list of what was given of late.
 *
 * An entry is written before the thing that it tells of, and dropped after it: what exists is always found. */
#pragma once

#include "record.h"

struct person {
        struct str source;
        struct str subject; /* at the source, byte for byte */
};

enum ledger_kind {
        LEDGER_SESSION = 1, /* id: the session's */
        LEDGER_GRANT,       /* id: the access grant's */
        LEDGER_CONSENT,     /* id: consent_id */
        LEDGER_BINDING,     /* id: the binding's */
        LEDGER_KINDS
};

#define LEDGER_GRANT_SHOWN (30 * 24 * 3600) /* seconds for which a grant stays listed */

struct ledger_entry {
        enum ledger_kind kind;
        struct str id;
        int64_t at;            /* seconds: when it began, was given or made */
        int64_t until;         /* seconds: when it ends by itself; 0: never */
        struct str client_id;  /* GRANT, CONSENT; of a SESSION: the client that opened it */
        struct str item;       /* of the catalogue; GRANT, CONSENT */
        struct str session;    /* id; GRANT */
        struct str binding;    /* id of the one it rests on; empty: none; GRANT, SESSION */
        struct str direction;  /* GRANT: "HK>CN" when data crossed */
        struct str fields;     /* GRANT: what was given, words "claim:form"; empty until its code is redeemed */
        struct str policy;     /* GRANT: release_policy_key */
        struct str key;        /* SESSION: session.key; CONSENT: the client's name for the person; BINDING: the other source */
        struct str subject;    /* BINDING: at the other source */
        struct str receipt;    /* CONSENT, BINDING: a signed receipt */
};

/* Adds it, or takes the place of the one of this kind and id. */
result ledger_put(struct task *t, const struct person *person, const struct ledger_entry *entry);
/* Fills the rest of an entry with kind and id, when there is one that has not ended; else it is untouched. */
result ledger_get(struct task *t, const struct person *person, struct ledger_entry *ret_entry, bool *ret_found);
result ledger_drop(struct task *t, const struct person *person, const struct ledger_entry *entry);
/* All entries of a kind that have not ended, the latest first. Grants: also the ended that are still listed. */
result ledger_list(struct task *t, const struct person *person, enum ledger_kind kind, struct ledger_entry **ret_entries,
                   size_t *ret_count);
