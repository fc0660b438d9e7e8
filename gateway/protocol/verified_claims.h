/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Verified claims (OpenID Connect for Identity Assurance 1.0; OpenID Identity Assurance Schema Definition 1.0): claims
 * about the person together with how they were verified, given only when they are asked for by the member
 * `verified_claims` of the `claims` parameter. Nothing is released here: what was released is sorted into what was asked
 * for plainly and what was asked for as verified. An entry whose demands on the verification are not met is left out
 * whole. */
#pragma once

#include "scope.h"

/* How the claims were verified. Empty and zero members are not known and not told. */
struct verification {
        struct str trust_framework;  /* the source's; empty: nothing that it says counts as verified */
        struct str assurance_level;  /* the framework's own word */
        int ial, aal, fal;
        struct str map_version;
        int64_t time;                /* seconds: when the source saw the person */
        struct str process;          /* names this verification to this client only */
        struct str jurisdiction;     /* of the source that keeps the record */
        struct str document_type;    /* as adapters name it; never the number */
};

/* The requests at `claims`'s two targets. Errors: ERR_INVALID_REQUEST when verified_claims is not an object or a list of
 * a few, without verification.trust_framework, or without claims. */
result verified_claims_check(struct arena *a, const json_t *claims);
/* Is `claim` asked for as verified by `member`, which is `claims`'s id_token or userinfo? */
bool verified_claims_ask(const json_t *member, const char *claim);
/* Takes `claim` out of what `member` asks for as verified. */
void verified_claims_drop(json_t *member, const char *claim);

struct verified_claims_request {
        struct str scope;        /* granted */
        const json_t *claims;    /* the `claims` parameter; may be NULL */
        enum claim_target target;
        int64_t now;
};
/* What the target shows: of `released` what was asked for plainly, and `verified_claims`. */
json_t *verified_claims_apply(struct arena *a, const struct verified_claims_request *r, const json_t *released,
                              const struct verification *v);

/* Adds the metadata (section 9, "OP metadata"): `trust_frameworks`, each once; none: not supported. */
void verified_claims_discovery(json_t *document, const struct str *trust_frameworks, size_t count);
