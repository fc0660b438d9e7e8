/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The guard: what all its workers share, and the way of one request through it.
 *
 * A proxy asks about each request before it lets it through: 200 with the identity headers, 401 or 403 with a challenge,
 * 503 when the guard can't tell. Whatever is missing, doubled or unclear is a refusal. */
#pragma once

#include <stdatomic.h>

#include "guard_settings.h"
#include "key_store.h"
#include "seen.h"
#include "server.h"
#include "status_store.h"

/* How requests ended; their names are in guard_metrics.c. */
enum outcome {
        OUTCOME_ALLOWED = 0,
        OUTCOME_OPEN,
        OUTCOME_NO_TOKEN,
        OUTCOME_INVALID_REQUEST,
        OUTCOME_INVALID_TOKEN,
        OUTCOME_INVALID_DPOP_PROOF,
        OUTCOME_INSUFFICIENT_SCOPE,
        OUTCOME_STEP_UP,
        OUTCOME_REFUSED,
        OUTCOME_UNAVAILABLE,
        OUTCOME_COUNT_,
};

struct guard_counters {
        atomic_uint_least64_t outcomes[OUTCOME_COUNT_];
        atomic_uint_least64_t signatures;     /* verified by our own code */
        atomic_uint_least64_t cached;         /* requests that needed no signature to be verified */
        atomic_uint_least64_t opinions;       /* second opinions */
        atomic_uint_least64_t disagreements;
        atomic_uint_least64_t revoked;        /* tokens refused because of their status list */
};

struct guard {
        struct guard_settings settings;
        struct peer *issuer;
        struct key_store *keys;
        struct peer *lists;                   /* where status lists are; NULL when they don't matter, as the next */
        struct status_store *statuses;
        struct seen *tokens;                  /* verified, until they expire */
        struct seen *proofs;                  /* NULL without DPoP */
        struct str proof_salt;                /* so that nobody can choose where in the table a proof goes */
        struct guard_counters counters;
        struct server *server;                /* for its figures; NULL until it has started */
};

/* The settings and what they point to must outlive the guard; `a` gets the rest. */
void guard_init(struct arena *a, const struct guard_settings *settings, struct guard *ret_guard);
/* No worker may be running. */
void guard_done(struct guard *g);

/* For struct server_options; the program is the guard. */
void guard_handle(struct task *t);
size_t guard_body_cap(void *program, enum method method, struct str path);
const char *guard_route_name(void *program, enum method method, struct str path);

/* ---- the parts of a request ---- */

/* What the proxy asks about, and what was found out. */
struct inquiry {
        struct str method;
        struct str path;
        const struct rule *rule;
        struct str token;
        bool dpop_scheme;                     /* the token came as "DPoP", not as "Bearer" */
        const json_t *claims;
};

/* guard_token.c: verifies the token of an inquiry that has a rule; sets its claims. Errors: ERR_INVALID_TOKEN,
 * ERR_TEMPORARILY_UNAVAILABLE. */
result guard_token_check(struct task *t, struct guard *g, struct inquiry *q);
/* guard_status.c: was the token revoked? After guard_token_check. Errors: ERR_INVALID_TOKEN,
 * ERR_TEMPORARILY_UNAVAILABLE (its status list can't be had). */
result guard_status_check(struct task *t, struct guard *g, const struct inquiry *q);
/* guard_binding.c: is the sender the one that the token is bound to? Errors: ERR_INVALID_TOKEN, ERR_VERIFY (the DPoP
 * proof), ERR_TEMPORARILY_UNAVAILABLE (no room to remember the proof). */
result guard_binding_check(struct task *t, struct guard *g, const struct inquiry *q);
/* guard_answer.c: the reply and its count. */
void guard_answer(struct task *t, struct guard *g, const struct inquiry *q, result r);
/* guard_metrics.c */
void guard_metrics(struct task *t, struct guard *g);
