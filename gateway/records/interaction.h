/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A login in progress: from /authorize until the code is issued.
 *
 * It is found by its id, which travels in the URL and in the source's `state`, and belongs to one browser, proven by a
 * cookie whose hash is kept here. Several may be open in one browser (several tabs). */
#pragma once

#include "record.h"

/* Where the login stands; each step has one page or one outside party that it waits for. */
enum interaction_step {
        STEP_CHOOSE = 1,   /* the person picks a source */
        STEP_SOURCE,       /* the browser is at a source */
        STEP_WAITING,      /* the source's answer comes as a notice */
        STEP_EXPLAIN,      /* the ceremony is explained; next: the other source */
        STEP_CONFIRM,      /* both accounts are shown; the person binds them */
        STEP_MISMATCH,     /* the two do not match well enough */
        STEP_CONSENT,      /* what the client will get */
        STEP_STEP_UP,      /* the level is too low; the person picks a way to a higher one */
};

#define INTERACTION_ID_LEN 22  /* 128 bits, base64url */
#define INTERACTION_LEG_LEN 12 /* 72 bits */

struct interaction {
        struct str id;
        struct str browser_sha256;  /* of the cookie's value */
        struct str csrf;            /* token in its forms */
        enum interaction_step step;
        struct str language;
        int64_t expires_at;         /* seconds */
        struct str request;         /* the authorization request as it came: UTF-8 without NUL */
        struct str hinted_subject;  /* whom the request's id_token_hint named when it was verified; empty: nobody */
        struct str leg;             /* changes with each journey to a source; the second part of `state` */
        struct str source;          /* the source of the current leg */
        bool binding;               /* this leg is the ceremony's */
        const json_t *ways;         /* of the step-up, once it was offered: [{"source", "kind"}]; NULL: not yet */
        bool step_up;               /* this leg asks its source for a stronger authentication of the same person */
        const json_t *memo;         /* the adapter's, for this leg */
        struct str correlation;     /* of the notice that STEP_WAITING waits for */
        struct str open_url;        /* link that opens the source's app */
        const json_t *assertion;    /* first account; in a step-up the one whose level was too low */
        const json_t *other;        /* second account, in a ceremony */
        const json_t *match;        /* of the two */
        const json_t *identity;     /* what came out; set at STEP_CONSENT */
        struct str session;         /* id of the session that answers the request; empty after a fresh login */
        bool kept;                  /* it was read from the store, not made just now */
};

/* Writes it for the rest of its life. Errors: ERR_FLOW_UNKNOWN when it was read and has been taken since: a request that
 * runs beside the one that ended the login must not revive it. */
result interaction_put(struct task *t, const struct interaction *i);
/* Errors: ERR_FLOW_UNKNOWN when there is none or it has expired. */
result interaction_get(struct task *t, struct str id, struct interaction *ret_interaction);
/* Reads and deletes: the one who gets it may finish the login. Errors: ERR_FLOW_UNKNOWN. */
result interaction_take(struct task *t, struct str id, struct interaction *ret_interaction);
/* True for the first who asks about this leg: a callback counts once. */
result interaction_claim_leg(struct task *t, const struct interaction *i, bool *ret_first);
