/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The only place that knows liboauth2 (oauth2/cfg.h, oauth2/oauth2.h; 1.4.5 and 2.1 have the same functions).
 *
 * Its public way to verify with keys at hand is a verifier of the type "jwk", which holds one key. Every verifier looks for
 * a cache by name; one that does not exist means none, so no verdict of an earlier token, or under an earlier key, is ever
 * used again. It logs whole tokens as errors when it can't cache them: its log ends here. Nothing says that it may be
 * used by several threads at once, so it is not; a token gets here once, not with each request. */
#include <oauth2/cfg.h>
#include <oauth2/mem.h>
#include <oauth2/oauth2.h>

#include "second_opinion.h"

#include <pthread.h>

#include "error_queue.h"

/* Its own checks of claims look at the system's time and at half of the claims: ours are the ones that count. */
#define OPTIONS "verify.cache=none&verify.iss=skip&verify.exp=skip&verify.iat=skip"

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static oauth2_log_t *silence;

static void drop(oauth2_log_sink_t *sink, const char *file, unsigned long line, const char *function,
                 oauth2_log_level_t level, const char *message)
{
        (void)sink;
        (void)file;
        (void)line;
        (void)function;
        (void)level;
        (void)message;
}

void second_opinion_start(void)
{
        silence = oauth2_init(OAUTH2_LOG_ERROR, oauth2_log_sink_create(OAUTH2_LOG_ERROR, drop, NULL));
        if (!silence)
                abort();
}

void second_opinion_stop(void)
{
        if (silence)
                oauth2_shutdown(silence);
        silence = NULL;
}

bool second_opinion_knows(enum alg alg)
{
        return alg == ALG_RS256 || alg == ALG_PS256 || alg == ALG_ES256;
}

static void verifiers_free(oauth2_cfg_token_verify_t **chain)
{
        if (*chain)
                oauth2_cfg_token_verify_free(silence, *chain);
}

static void payload_free(json_t **payload)
{
        json_decref(*payload);
}

/* A key that it can't read is one that it does not verify with. */
static bool verifies_with(const char *jwk, const char *token)
{
        __attribute__((cleanup(verifiers_free))) oauth2_cfg_token_verify_t *verifier = NULL;
        __attribute__((cleanup(payload_free))) json_t *payload = NULL;
        char *problem = oauth2_cfg_token_verify_add_options(silence, &verifier, "jwk", jwk, OPTIONS);
        if (problem) {
                oauth2_mem_free(problem);
                return false;
        }
        return oauth2_token_verify(silence, NULL, verifier, token, &payload) && payload;
}

bool second_opinion_verifies(struct arena *a, const struct key_set *keys, struct str kid, struct str token)
{
        const char *text = arena_cstr(a, token);
        bool good = false;
        pthread_mutex_lock(&one_at_a_time);
        for (size_t i = 0; i < keys->raw_count && !good; i++)
                if (str_is_empty(kid) || str_eq(kid, keys->raw[i].kid))
                        good = verifies_with(keys->raw[i].jwk, text);
        pthread_mutex_unlock(&one_at_a_time);
        error_queue_empty();
        return good;
}
