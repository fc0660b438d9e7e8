/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Sender-constrained tokens: cnf (RFC 7800) with jkt (RFC 9449, section 6.1) or x5t#S256 (RFC 8705, section 3.1). A
 * confirmation that the guard does not know is a refusal: it would be worth nothing if it could be overlooked. */
#include "guard.h"

#include "clock.h"
#include "digest.h"
#include "dpop.h"
#include "secret.h"

static result refuse(struct arena *a, const char *why)
{
        return fail(a, ERR_INVALID_TOKEN, "%s", why);
}

/* Each proof once (RFC 9449, section 11.1). */
static result claim_proof(struct task *t, struct guard *g, struct str id, int64_t now)
{
        struct arena *a = task_arena(t);
        const struct seen_key key = { digest_of(a, DIGEST_SHA256, ARENA_JOIN(a, g->proof_salt, id)), 0 };
        switch (seen_put_new(g->proofs, key, now + 2 * g->settings.dpop_window + 1, now)) {
        case SEEN_BEFORE:
                return fail(a, ERR_VERIFY, "DPoP proof: it was used before");
        case SEEN_FULL:
                return fail(a, ERR_TEMPORARILY_UNAVAILABLE, "no room to remember DPoP proofs: dpop.proofs is too small");
        case SEEN_NEW:
                break;
        }
        return OK;
}

static result check_proof(struct task *t, struct guard *g, const struct inquiry *q, struct str jkt)
{
        struct arena *a = task_arena(t);
        int64_t now = clock_now();
        struct str id;
        const struct dpop_expect expect = {
                .method = q->method,
                .origins = g->settings.dpop_origins,
                .origin_count = g->settings.dpop_origin_count,
                .path = q->path,
                .access_token = q->token,
                .jkt = jkt,
                .now = now,
                .window = g->settings.dpop_window,
        };
        if (!g->proofs)
                return refuse(a, "the token is bound to a key, and DPoP is not in the settings");
        if (!q->dpop_scheme)
                return refuse(a, "the token is bound to a key, but was sent as Bearer");
        if (request_header_is_repeated(t, "DPoP"))
                return fail(a, ERR_VERIFY, "DPoP proof: there is more than one");
        TRY(dpop_check(a, request_header(t, "DPoP"), &expect, &id));
        return claim_proof(t, g, id, now);
}

static result check_certificate(struct task *t, const struct guard *g, struct str want)
{
        struct arena *a = task_arena(t);
        const char *header = g->settings.certificate_header;
        struct str thumbprint;
        if (!header)
                return refuse(a, "the token is bound to a certificate, and none is in the settings");
        if (request_header_is_repeated(t, header) ||
            !is_ok(client_certificate_thumbprint(a, request_header(t, header), g->settings.certificate_format,
                                                 &thumbprint)))
                return refuse(a, "the token is bound to a certificate, and there is none");
        return str_eq_secret(thumbprint, want) ? OK : refuse(a, "the token is bound to another certificate");
}

static result check_one(struct task *t, struct guard *g, const struct inquiry *q, const char *method)
{
        struct str value = json_str(json_object_get(q->claims, "cnf"), method);
        if (!str_is_empty(value) && strcmp(method, "jkt") == 0)
                return check_proof(t, g, q, value);
        if (!str_is_empty(value) && strcmp(method, "x5t#S256") == 0)
                return check_certificate(t, g, value);
        return refuse(task_arena(t), "the token is bound in a way that is not known here");
}

result guard_binding_check(struct task *t, struct guard *g, const struct inquiry *q)
{
        struct arena *a = task_arena(t);
        json_t *cnf = json_object_get(q->claims, "cnf"), *value;
        const char *method;
        if (cnf && json_object_size(cnf) == 0)
                return refuse(a, "cnf is empty or not an object");
        if (q->dpop_scheme && !json_object_get(cnf, "jkt"))
                return refuse(a, "the token was sent as DPoP, but is not bound to a key");
        json_object_foreach(cnf, method, value)
                TRY(check_one(t, g, q, method));
        return OK;
}
