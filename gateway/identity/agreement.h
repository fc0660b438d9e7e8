/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What a person is asked to agree to, and what they agreed to before. Remembered for each client, item of the
 * catalogue, policy (with version and digest) and field with its form: only what is new or has changed is asked again. What is not essential can be
 * refused; the refusal is remembered too. */
#pragma once

#include "authorization_request.h"
#include "consent.h"
#include "form.h"
#include "release.h"

struct agreement_row {
        const struct release_field *field;
        bool given;              /* agreed to before, in this form */
        bool refused;            /* refused before */
};

struct agreement {
        struct str subject;      /* the client's name for the person */
        struct release release;
        struct agreement_row *rows; /* what could be released */
        size_t row_count;
        bool needed;             /* the person has to be asked */
        bool before;             /* there is an earlier consent, not too old */
        bool policy_changed;     /* since then */
};

/* What this request asks of this person, beside what is remembered. */
result agreement_look(struct task *t, const struct authorization_request *request, const struct identity *identity,
                      struct agreement *ret_agreement);
/* The person agrees but for what the form's parameters refuse_{claim} name; what is essential can't be refused. */
result agreement_put(struct task *t, const struct authorization_request *request, const struct identity *identity,
                     const struct params *form);
/* What the person agreed to. Errors: ERR_CONSENT_REQUIRED when there is nothing. */
result agreement_get(struct task *t, const struct authorization_request *request, const struct identity *identity,
                     struct release_agreement *ret_agreement);
