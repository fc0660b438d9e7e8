/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The authorization request (RFC 6749, section 4.1.1; OpenID Connect Core 1.0, section 3.1.2.1): reading it and the
 * ordered matrix of checks that it must pass. */
#pragma once

#include "config.h"
#include "form.h"

struct authorization_request {
        struct str text;              /* what it was read from; reading that again gives the same */
        const struct client *client;
        struct str redirect_uri;
        struct str state;
        struct str response_type;
        struct str response_mode;
        struct str scope;             /* granted: what was asked and the client may have */
        struct str nonce;
        struct str code_challenge;    /* S256; empty when none and none is needed */
        struct str prompt;            /* space-separated */
        int64_t max_age;              /* seconds; -1 when absent */
        struct str ui_locales;
        struct str login_hint;        /* may be the id of a source */
        struct str acr_values;
        struct str id_token_hint;
        struct str hinted_subject;    /* whom the hint names, once it was verified; empty: nobody */
        const struct catalogue_item *item; /* what is asked for by `resource` (RFC 8707); NULL: nothing in particular */
        const json_t *claims;         /* the `claims` parameter (Core, section 5.5); NULL when absent */
};

/* What the checks need to know beside the request. */
struct authorization_context {
        struct arena *arena;
        const struct config *config;
        const struct params *params;
};

/* Reads and checks. *ret_request is filled as far as the checks came, also on failure: when its redirect_uri is set
 * it is proven, and an error whose row allows it goes there; else it goes to a page. */
result authorization_request_check(const struct authorization_context *c, struct authorization_request *ret_request);

/* Is this word in `prompt`? */
bool authorization_request_prompts(const struct authorization_request *r, const char *word);
/* The person that the client wants, by its own name for them (Core, section 5.5.1); empty when it does not say. */
struct str authorization_request_subject(const struct authorization_request *r);
/* The acr values of which one must be reached (Core, section 5.5.1.1: an essential acr claim with values);
 * *ret_essential tells whether they are a must or, from acr_values, a wish. Space-separated. */
struct str authorization_request_acr(struct arena *a, const struct authorization_request *r, bool *ret_essential);
