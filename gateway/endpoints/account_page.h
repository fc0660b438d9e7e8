/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The contents of the account page: what stands in a person's name, in words. */
#pragma once

#include "identity.h"
#include "session.h"

struct account {
        struct session session;   /* of this browser */
        struct identity identity; /* whose it is */
        struct str language;      /* tag */
};

/* The context of the page "account". */
result account_overview(struct task *t, const struct account *account, json_t **ret_context);
/* What an entry is called on the page that asks whether to end it. */
struct str account_entry_title(struct task *t, const struct account *account, const struct ledger_entry *entry);
