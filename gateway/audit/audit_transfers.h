/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The record of transfers: the crossings of a period, summed (docs/transfers.md). It hears records as audit_verify
 * reads them and keeps figures alone: memory grows with the number of different rows and persons, not of records.
 *
 * Persons are told apart by their pseudonym, which is not kept: twelve bytes of its digest are. */
#pragma once

#include "audit_verify.h"

/* Both ends belong to it; times in the form of audit_time. */
struct audit_period {
        struct str from, to;
};

/* One row: crossings with the same facts. What always crosses, the client's name for the person, is the field "sub" in
 * the form "pairwise", so that this row counts all crossings of its client, item and policy. */
struct audit_transfer {
        struct str direction;             /* "HK>CN"; empty: the total of everything */
        struct str purpose, recipient;    /* recipient: client_id */
        struct str policy, policy_sha256; /* empty: no policy applied, so nothing but "sub" crossed */
        struct str item;                  /* of the catalogue; empty: none was asked for */
        struct str field, form;           /* empty: the total of the direction */
        int64_t crossings, persons;
};

struct audit_transfers;

struct audit_transfers *audit_transfers_new(struct audit_period period);
void audit_transfers_free(struct audit_transfers *t);
void audit_transfers_cleanup(struct audit_transfers **t);

/* For struct audit_listener; context is the audit_transfers. Errors: ERR_VERIFY, a crossing that lacks what it must
 * say. */
result audit_transfers_hear(void *context, struct arena *scratch, const json_t *record);

/* Once, when all was heard. In order: the total first, if anything crossed; each direction's total before its rows;
 * "sub" before other fields. */
const struct audit_transfer *audit_transfers_rows(struct audit_transfers *t, size_t *ret_count);
/* Records heard, also those that are no crossings or outside the period. */
int64_t audit_transfers_heard(const struct audit_transfers *t);
/* Records that the gateway could not write in the period, as it noted itself: some may have been crossings. */
int64_t audit_transfers_lost(const struct audit_transfers *t);
