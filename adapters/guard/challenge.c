/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Rendering WWW-Authenticate. Values are ours or checked when the settings were read: none needs escaping. */
#include "challenge.h"

#define CHALLENGE_MAX 4096

static void add(struct buf *b, const char *name, struct str value)
{
        if (str_is_empty(value))
                return;
        if (b->len > 0 && b->data[b->len - 1] != ' ')
                buf_add_text(b, ", ");
        buf_printf(b, "%s=\"%.*s\"", name, STR_FMT(value));
}

/* RFC 9470, section 3: what the next token must have. */
static void add_step_up(struct buf *b, struct arena *a, const struct rule *rule)
{
        struct buf acrs = buf_in(a, CHALLENGE_MAX);
        for (size_t i = 0; i < rule->acr_count; i++) {
                buf_add_text(&acrs, i > 0 ? " " : "");
                buf_add(&acrs, rule->acrs[i]);
        }
        add(b, "acr_values", buf_str(&acrs));
        if (rule->max_age >= 0)
                add(b, "max_age", arena_printf(a, "%lld", (long long)rule->max_age));
}

/* RFC 9449, section 7.1: the algorithms of proofs that are taken. */
static void add_proof_algs(struct buf *b, struct arena *a)
{
        struct buf names = buf_in(a, CHALLENGE_MAX);
        for (enum alg alg = ALG_NONE + 1; alg < ALG_COUNT_; alg++)
                buf_printf(&names, "%s%s", names.len > 0 ? " " : "", alg_name(alg));
        add(b, "algs", buf_str(&names));
}

struct str challenge_render(struct arena *a, const struct challenge *c)
{
        struct buf b = buf_in(a, CHALLENGE_MAX);
        buf_add_text(&b, c->dpop ? "DPoP " : "Bearer ");
        add(&b, "realm", c->realm);
        add(&b, "error", str_from(c->error));
        add(&b, "error_description", str_from(c->description));
        add(&b, "scope", c->scope);
        if (c->step_up)
                add_step_up(&b, a, c->step_up);
        if (c->dpop)
                add_proof_algs(&b, a);
        if (c->offer_dpop && !c->dpop) {
                buf_add_text(&b, ", DPoP ");
                add_proof_algs(&b, a);
        }
        return buf_str(&b);
}
