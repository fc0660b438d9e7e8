/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What a client gets to know about the person: the one place where attributes become claims. Everything that is signed
 * or answered is made of a release.
 *
 * Inside one jurisdiction a request gets what its scopes and its `claims` ask for. Across jurisdictions the release
 * policy of the direction and the purpose decides as well: what it does not name is not released, in no form, and what
 * it names only in the form that it says. Nothing of that is an error. */
#pragma once

#include "identity.h"
#include "scope.h"

/* What the person agreed to, as the consent keeps it. */
struct release_agreement {
        struct str policy;      /* release_policy_key; empty: no policy applied */
        struct str fields;      /* words "name:value birthdate:masked" */
        int64_t until;          /* seconds: when it is forgotten; 0: never */
};

struct release_request {
        const struct client *client;
        const struct catalogue_item *item; /* what it is for; NULL: nothing in particular */
        struct str scope;       /* granted */
        const json_t *claims;   /* the `claims` parameter; may be NULL */
        struct str subject;     /* the client's name for the person, for same_person_as; may be empty */
        const struct release_agreement *agreement; /* NULL: nothing was asked yet */
        int64_t now;            /* seconds */
};

enum release_verdict {
        RELEASE_NOT_ASKED = 0,
        RELEASE_NO_POLICY,      /* it would cross, and no policy is valid for the direction and the purpose */
        RELEASE_NOT_NAMED,      /* the policy does not name it */
        RELEASE_NOT_KNOWN,      /* the source did not say */
        RELEASE_NOT_AGREED,
        RELEASE_GIVEN,
};

struct release_field {
        const char *claim;
        enum release_verdict verdict;
        unsigned targets;       /* where it is asked for: enum claim_target */
        enum policy_form form;
        bool essential;         /* refusing it is refusing the login */
        const json_t *value;    /* when given; JSON, as predicates are true or false */
};

struct release {
        bool crossing;          /* source and client are in different jurisdictions */
        const struct policy *policy; /* the one that applies; NULL without */
        struct release_field *fields; /* one for each claim that there is, in the order of scope_claims */
        size_t count;
};

struct release release_decide(struct arena *a, const struct gateway *g, const struct identity *i,
                              const struct release_request *r);
/* The same without a person: what a client would get of a source in this jurisdiction. RELEASE_GIVEN then means "if the
 * source knows it and the person agrees", and there are no values. */
struct release release_foresee(struct arena *a, const struct config *config, struct str jurisdiction,
                               const struct release_request *r);

/* Is the policy under which something was released (a claim `release_policy`) still the one that applies? Where none
 * applied, yes. */
bool release_policy_stands(const struct gateway *g, const struct identity *i, const struct release_request *r,
                           const json_t *policy);

/* The claims released at this target. */
json_t *release_claims(struct arena *a, const struct release *release, enum claim_target target);
/* "claim:form" */
struct str release_word(struct arena *a, const struct release_field *field);
/* id, version and digest of the policy as one word; empty without. */
struct str release_policy_key(struct arena *a, const struct release *release);
/* The claim `release_policy` of tokens and userinfo: {"id":…,"version":…,"sha256":…}; NULL without a policy. */
json_t *release_policy_claim(struct arena *a, const struct release *release);
