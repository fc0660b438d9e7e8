/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Ending what stands in a person's name: a session, a consent, a binding. At once and on every node, together with what
 * rests on it: tokens given in the session, under the consent, through the binding.
 *
 * First the thing itself goes, then what rests on it. What is given at the same moment is entered in the ledger before
 * it looks whether the thing still stands: so either it fails there, or it is found and revoked here. The thing's own
 * entry in the ledger goes last: what failed half-way is found there again, and can be repeated until it is whole. */
#pragma once

#include "access_grant.h"
#include "identity.h"
#include "session.h"

/* Ends a session; `client_id`: who asked for it, for the audit. */
result withdrawal_of_session(struct task *t, const struct session *session, struct str client_id);
/* The same by its entry in the ledger of `identity`. */
result withdrawal_of_listed_session(struct task *t, const struct identity *identity, const struct ledger_entry *session);
/* Also what was given to the accounts that are bound to this one: for a service they may be the same person. */
result withdrawal_of_consent(struct task *t, const struct identity *identity, const struct ledger_entry *consent);
/* Also ends the sessions that rest on it, of either side. */
result withdrawal_of_binding(struct task *t, const struct identity *identity, const struct ledger_entry *binding);
/* Revokes a grant: all its tokens, of both kinds. `reason`: for the audit. */
result withdrawal_of_grant(struct task *t, const struct access_grant *grant, struct str reason);
/* Revokes what was given under a consent, to this account and to those bound to it; the consent stays. */
result withdrawal_of_consented(struct task *t, const struct person *person, const struct ledger_entry *consent);
/* Ends all sessions of an account, and what was given to be used while the person is away. */
result withdrawal_of_all_sessions(struct task *t, const struct identity *identity);
