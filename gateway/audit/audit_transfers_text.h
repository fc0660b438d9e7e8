/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The record of transfers as text: for people, for spreadsheets (RFC 4180), for programs (docs/transfers.md has the
 * columns and the schema). Each tells the period, what was read and how far it is proven. */
#pragma once

#include "audit_transfers.h"

struct audit_transfers_report {
        struct audit_period period;
        struct audit_transfers *sums;
        const struct audit_report *proof; /* of audit_verify, without a fault */
        bool signed_by_known_keys;        /* signatures were checked */
};

void audit_transfers_table(FILE *out, const struct audit_transfers_report *report);
/* A header, then a row for each field; totals are left out, so that sums over a column mean something. */
void audit_transfers_csv(FILE *out, const struct audit_transfers_report *report);
/* One object, one line. */
void audit_transfers_json(FILE *out, const struct audit_transfers_report *report);

/* What stands above the table: period, what was read, proof, and what may be missing. */
void audit_transfers_preamble(FILE *out, const struct audit_transfers_report *report);
