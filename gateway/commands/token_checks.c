/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See token_checks.h. What services check too (RFC 9068, section 4; RFC 8725), with the same code; the words are for
 * people. At the end the claims go through jwt_check_claims once more, so that no verdict here is milder than that. */
#include "token_checks.h"

#define YEARS ((int64_t)10 * 365 * 86400)

static void add(struct token_checks *c, const char *name, enum token_verdict verdict, struct str words)
{
        if (c->count < TOKEN_CHECKS_MAX)
                c->items[c->count++] = (struct token_check){ name, verdict, words };
}

/* Why something of ours failed, in the words it had for it. */
static struct str reason_of(struct arena *a)
{
        struct str reason = arena_reason(a);
        if (str_starts(reason, STR("JWS: ")) || str_starts(reason, STR("JWT: ")))
                reason = str_from_index(reason, 5);
        struct str words = token_plain(a, reason);
        arena_clear_reason(a);
        return words;
}

/* ---- form ---- */

static struct str words_of_alg(struct arena *a, struct str alg)
{
        struct str shown = token_plain(a, alg);
        if (str_eq_nocase(alg, STR("none")))
                return ARENA_JOIN(a, STR("alg is \""), shown, STR("\": nobody signed it"));
        if (alg.len == 0)
                return STR("the header has no alg: nobody says how it is signed");
        if (str_starts(alg, STR("HS")))
                return ARENA_JOIN(a, STR("alg is \""), shown, STR("\": whoever knows a shared secret could have made it"));
        return ARENA_JOIN(a, STR("alg is \""), shown, STR("\", which no Baygate signs with"));
}

/* False: there is nothing more to check. */
static bool check_form(struct arena *a, const struct token_view *v, struct token_checks *c, struct jws *jws)
{
        arena_clear_reason(a);
        if (v->unreadable.len > 0) {
                add(c, "form", TOKEN_FAILED, v->unreadable);
                return false;
        }
        struct str alg = json_str(v->header, "alg");
        if (alg_find(alg) == ALG_NONE) {
                add(c, "form", TOKEN_FAILED, words_of_alg(a, alg));
                return false;
        }
        if (!is_ok(jws_parse(a, v->text, jws))) {
                add(c, "form", TOKEN_FAILED, reason_of(a));
                return false;
        }
        add(c, "form", TOKEN_GOOD, arena_printf(a, "a signed JWT, %s", alg_name(jws->alg)));
        return true;
}

/* Whatever a token says of keys is not looked at, and nothing that it names is fetched. */
static void check_own_keys(const struct token_view *v, struct token_checks *c)
{
        static const char *const members[] = { "jwk", "jku", "x5u", "x5c" };
        for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
                if (json_object_get(v->header, members[i])) {
                        add(c, "own keys", TOKEN_NOT_CHECKED,
                            STR("its header brings or names keys: they count for nothing and are not fetched"));
                        return;
                }
}

/* ---- signature ---- */

static void check_signature(struct arena *a, const struct jws *jws, const struct jwks *keys, struct token_checks *c)
{
        struct str kid = token_plain(a, jws->kid);
        if (!jwks_find(keys, jws->kid, jws->alg)) {
                add(c, "signature", TOKEN_FAILED,
                    arena_printf(a, "none of the %zu keys is \"%.*s\" for %s", keys->count, STR_FMT(kid), alg_name(jws->alg)));
                return;
        }
        if (is_ok(jws_verify_with(a, jws, keys)))
                add(c, "signature", TOKEN_GOOD, arena_printf(a, "made with the key \"%.*s\"", STR_FMT(kid)));
        else
                add(c, "signature", TOKEN_FAILED,
                    arena_printf(a, "not made with the key \"%.*s\", or the token was changed since", STR_FMT(kid)));
        arena_clear_reason(a);
}

/* ---- claims ---- */

static void check_kind(const struct token_view *v, struct token_checks *c)
{
        if (v->kind->type[0])
                add(c, "kind", TOKEN_GOOD, str_from(v->kind->words));
        else
                add(c, "kind", TOKEN_FAILED, STR("typ is none that a Baygate writes"));
}

static void check_issuer(struct arena *a, const struct token_view *v, struct str wanted, struct token_checks *c)
{
        struct str issuer = json_str(v->claims, "iss"), shown = token_plain(a, issuer);
        if (issuer.len == 0)
                add(c, "issuer", TOKEN_FAILED, STR("it does not say who made it (iss)"));
        else if (wanted.len == 0)
                add(c, "issuer", TOKEN_NOT_CHECKED, STR("--issuer says which it must be"));
        else if (str_eq(issuer, wanted))
                add(c, "issuer", TOKEN_GOOD, shown);
        else
                add(c, "issuer", TOKEN_FAILED, ARENA_JOIN(a, STR("made by "), shown, STR(", not by "), token_plain(a, wanted)));
}

static bool is_for(const json_t *audience, struct str wanted)
{
        bool found = json_is_string(audience) && str_eq(json_text(audience), wanted);
        for (size_t i = 0; i < json_array_size(audience); i++)
                found |= str_eq(json_text(json_array_get(audience, i)), wanted);
        return found;
}

static void check_audience(struct arena *a, const struct token_view *v, struct str wanted, struct token_checks *c)
{
        const json_t *audience = json_object_get(v->claims, "aud");
        struct str shown = token_plain(a, json_is_string(audience) ? json_text(audience) : STR("others"));
        if (wanted.len == 0)
                add(c, "audience", TOKEN_NOT_CHECKED, STR("--audience says for whom it must be"));
        else if (!audience)
                add(c, "audience", TOKEN_FAILED, STR("it does not say for whom it is (aud)"));
        else if (is_for(audience, wanted))
                add(c, "audience", TOKEN_GOOD, token_plain(a, wanted));
        else
                add(c, "audience", TOKEN_FAILED, ARENA_JOIN(a, STR("for "), shown, STR(", not for "), token_plain(a, wanted)));
}

static void check_end(struct arena *a, const struct token_view *v, int64_t now, struct token_checks *c)
{
        int64_t end;
        if (!json_object_get(v->claims, "exp")) {
                bool fine = !v->kind->expires;
                add(c, "end", fine ? TOKEN_GOOD : TOKEN_FAILED, fine ? STR("it has none") : STR("it has no end (exp)"));
        } else if (!is_ok(jwt_time(a, v->claims, "exp", &end))) {
                add(c, "end", TOKEN_FAILED, STR("exp is not a time"));
                arena_clear_reason(a);
        } else {
                add(c, "end", end <= now ? TOKEN_FAILED : TOKEN_GOOD,
                    ARENA_JOIN(a, end <= now ? STR("it ended ") : STR("it ends "), token_time_words(a, end, now)));
        }
}

/* `name`: a time that has to be over. */
static void check_over(struct arena *a, const struct token_view *v, const char *name, int64_t now, struct token_checks *c)
{
        int64_t time;
        if (!json_object_get(v->claims, name))
                return;
        if (!is_ok(jwt_time(a, v->claims, name, &time)))
                add(c, "beginning", TOKEN_FAILED, arena_printf(a, "%s is not a time", name));
        else if (time > now)
                add(c, "beginning", TOKEN_FAILED,
                    arena_printf(a, "%s is %.*s: it has not begun, or a clock is wrong", name,
                                 STR_FMT(token_time_words(a, time, now))));
        arena_clear_reason(a);
}

/* Once more by the code that the guard and the gateway use. */
static void check_again(struct arena *a, const struct token_view *v, const struct token_wanted *w, struct token_checks *c)
{
        struct str issuer = w->issuer.len > 0 ? w->issuer : json_str(v->claims, "iss");
        if (token_checks_failure(c) || !json_object_get(v->claims, "exp"))
                return;
        const struct jwt_expect expect = {
                .type = v->kind->type,
                .issuer = issuer,
                .audience = w->audience,
                .audience_unchecked = w->audience.len == 0,
                .subject_unchecked = true,
                .now = w->now,
                .max_age = YEARS,
                .max_life = YEARS,
                .exp_required = true,
        };
        if (!is_ok(jwt_check_claims(a, v->claims, &expect)))
                add(c, "claims", TOKEN_FAILED, reason_of(a));
}

void token_checks_run(struct arena *a, const struct token_view *v, const struct token_wanted *w,
                      struct token_checks *ret_checks)
{
        struct token_checks *c = ret_checks;
        struct jws jws;
        *c = (struct token_checks){ .count = 0 };
        if (!check_form(a, v, c, &jws))
                return;
        check_own_keys(v, c);
        check_kind(v, c);
        check_signature(a, &jws, w->keys, c);
        check_issuer(a, v, w->issuer, c);
        check_audience(a, v, w->audience, c);
        check_end(a, v, w->now, c);
        check_over(a, v, "nbf", w->now, c);
        check_over(a, v, "iat", w->now, c);
        check_again(a, v, w, c);
}

const struct token_check *token_checks_failure(const struct token_checks *c)
{
        for (size_t i = 0; i < c->count; i++)
                if (c->items[i].verdict == TOKEN_FAILED)
                        return &c->items[i];
        return NULL;
}
