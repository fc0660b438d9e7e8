/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Verifying an access token (RFC 9068, section 4): form and claims first, since they cost nothing, then the signature, by
 * our own code and by the second opinion. A good signature is remembered under the token's hash and the set of keys that
 * it was verified with; claims are checked with every request. */
#include "guard.h"

#include "claim.h"
#include "clock.h"
#include "digest.h"
#include "jwt.h"
#include "log.h"
#include "second_opinion.h"

static result refuse(struct arena *a, const char *why)
{
        return fail(a, ERR_INVALID_TOKEN, "%s", why);
}

/* RFC 9068, section 2.1; the beginning "application/" may be there or not (RFC 7515, section 4.1.9). */
static bool is_access_token_type(struct str type)
{
        return str_eq_nocase(type, STR("at+jwt")) || str_eq_nocase(type, STR("application/at+jwt"));
}

static result check_claims(struct arena *a, const struct guard_settings *s, const struct rule *rule,
                           const json_t *claims)
{
        const struct jwt_expect expect = {
                .type = "at+jwt",
                .issuer = s->issuer,
                .audience = rule->audience,
                .subject_unchecked = true,
                .now = clock_now(),
                .leeway = s->leeway,
                .max_age = s->max_token_life,
                .max_life = s->max_token_life,
                .exp_required = true,
        };
        return is_ok(jwt_check_claims(a, claims, &expect)) ? OK : refuse(a, "the claims are not as expected");
}

/* Says so in the log, since one of two implementations that must agree is wrong. */
static result disagree(struct task *t, struct guard *g, const struct jws *jws)
{
        atomic_fetch_add(&g->counters.disagreements, 1);
        log_event(LOG_ERROR, "second_opinion_disagrees", LOG_STR("request_id", task_request_id(t)),
                  LOG_TEXT("alg", alg_name(jws->alg)), LOG_STR("kid", jws->kid));
        return refuse(task_arena(t), "the second opinion does not verify the signature");
}

static result verify(struct task *t, struct guard *g, const struct key_set *keys, const struct jws *jws,
                     struct str token)
{
        struct arena *a = task_arena(t);
        if (!is_ok(jws_verify_with(a, jws, &keys->jwks)))
                return refuse(a, "the signature is not good");
        atomic_fetch_add(&g->counters.signatures, 1);
        if (!g->settings.second_opinion || !second_opinion_knows(jws->alg))
                return OK;
        atomic_fetch_add(&g->counters.opinions, 1);
        return second_opinion_verifies(a, keys, jws->kid, token) ? OK : disagree(t, g, jws);
}

/* The signature, unless it was verified before. */
static result check_signature(struct task *t, struct guard *g, const struct inquiry *q, const struct jws *jws)
{
        auto_key_set keys = NULL;
        TRY(key_store_find(t, g->keys, jws, &keys));
        int64_t now = clock_now(), exp = 0;
        struct seen_key key = { digest_of(task_arena(t), DIGEST_SHA256, q->token), keys->generation };
        if (seen_has(g->tokens, key, now)) {
                atomic_fetch_add(&g->counters.cached, 1);
                return OK;
        }
        TRY(verify(t, g, keys, jws, q->token));
        if (claim_time(q->claims, "exp", &exp))
                seen_put(g->tokens, key, exp, now);
        return OK;
}

result guard_token_check(struct task *t, struct guard *g, struct inquiry *q)
{
        struct arena *a = task_arena(t);
        struct jws jws;
        json_t *claims = NULL;
        if (!is_ok(jws_parse(a, q->token, &jws)))
                return refuse(a, "the token is not a JWS");
        if (!is_access_token_type(jws.type))
                return refuse(a, "typ is not at+jwt");
        if (!(q->rule->algs & (1U << jws.alg)))
                return refuse(a, "alg is not one of the rule's");
        if (!is_ok(json_read_object(a, jws.payload, JWS_MAX, &claims)))
                return refuse(a, "the claims are not strict JSON");
        q->claims = claims;
        TRY(check_claims(a, &g->settings, q->rule, claims));
        return check_signature(t, g, q, &jws);
}
