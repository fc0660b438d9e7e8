/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* JSON Web Tokens (RFC 7519, section 4.1; RFC 8725, sections 3.8 to 3.11): every check says what it expects. */
#include "key.h"

#include "jwt.h"

#define TIME_MAX INT64_C(253402300799) /* the last second of the year 9999 */
#define LEEWAY_MAX 60

static void check_expectations(const struct jwt_expect *e)
{
        must(e->type && *e->type && e->issuer.len);
        must(e->audience_unchecked || e->audience.len);
        must(e->subject_unchecked || e->subject.len);
        must(e->now > 0 && e->now <= TIME_MAX && e->leeway >= 0 && e->leeway <= LEEWAY_MAX);
        must(e->max_age > 0 && e->max_age <= TIME_MAX && e->max_life > 0 && e->max_life <= TIME_MAX);
        must(e->exp_required);
}

result jwt_time(struct arena *a, const json_t *claims, const char *name, int64_t *ret_time)
{
        const json_t *value = json_object_get(claims, name);
        double number = json_number_value(value);
        if (!json_is_number(value) || !(number >= 0 && number <= (double)TIME_MAX))
                return fail(a, ERR_VERIFY, "JWT: \"%s\" is absent or not a time", name);
        int64_t seconds = json_is_integer(value) ? json_integer_value(value) : (int64_t)number;
        if (json_is_real(value) && (double)seconds != number)
                return fail(a, ERR_VERIFY, "JWT: \"%s\" has a fraction", name);
        *ret_time = seconds;
        return OK;
}

static result check_times(struct arena *a, const json_t *claims, const struct jwt_expect *e)
{
        int64_t time = 0;
        TRY(jwt_time(a, claims, "exp", &time));
        if (time + e->leeway <= e->now)
                return fail(a, ERR_VERIFY, "JWT: expired");
        if (time - e->now > e->max_life)
                return fail(a, ERR_VERIFY, "JWT: \"exp\" is too far in the future");
        if (json_object_get(claims, "nbf")) {
                TRY(jwt_time(a, claims, "nbf", &time));
                if (time > e->now + e->leeway)
                        return fail(a, ERR_VERIFY, "JWT: \"nbf\" is in the future");
        }
        if (json_object_get(claims, "iat")) {
                TRY(jwt_time(a, claims, "iat", &time));
                if (time > e->now + e->leeway)
                        return fail(a, ERR_VERIFY, "JWT: \"iat\" is in the future");
                if (e->now - time > e->max_age + e->leeway)
                        return fail(a, ERR_VERIFY, "JWT: \"iat\" is too old");
        }
        return OK;
}

static result check_audience(struct arena *a, const json_t *claims, const struct jwt_expect *e)
{
        const json_t *audience = json_object_get(claims, "aud");
        if (json_is_string(audience))
                return str_eq(json_text(audience), e->audience) ? OK : fail(a, ERR_VERIFY, "JWT: \"aud\" is not us");
        if (!json_is_array(audience) || e->audience_single)
                return fail(a, ERR_VERIFY, "JWT: \"aud\" is absent or of the wrong type");
        bool found = false;
        for (size_t i = 0; i < json_array_size(audience); i++) {
                const json_t *one = json_array_get(audience, i);
                if (!json_is_string(one))
                        return fail(a, ERR_VERIFY, "JWT: \"aud\" holds something else than strings");
                found |= str_eq(json_text(one), e->audience);
        }
        return found ? OK : fail(a, ERR_VERIFY, "JWT: \"aud\" is not us");
}

result jwt_check_claims(struct arena *a, const json_t *claims, const struct jwt_expect *expect)
{
        check_expectations(expect);
        if (!json_is_object(claims))
                return fail(a, ERR_VERIFY, "JWT: the claims are not an object");
        if (!str_eq(json_str(claims, "iss"), expect->issuer))
                return fail(a, ERR_VERIFY, "JWT: \"iss\" is not the expected one");
        if (!expect->audience_unchecked)
                TRY(check_audience(a, claims, expect));
        const json_t *subject = json_object_get(claims, "sub");
        if (subject && !json_is_string(subject))
                return fail(a, ERR_VERIFY, "JWT: \"sub\" is not a string");
        if (!expect->subject_unchecked && !str_eq(json_text(subject), expect->subject))
                return fail(a, ERR_VERIFY, "JWT: \"sub\" is not the expected one");
        return check_times(a, claims, expect);
}

/* A media type: without case, and "application/" may be left out (RFC 7515, section 4.1.9). */
static result check_type(struct arena *a, struct str type, const struct jwt_expect *e)
{
        const struct str prefix = STR("application/");
        if (!type.len && e->type_optional)
                return OK;
        struct str name = str_eq_nocase(str_head(type, prefix.len), prefix) ? str_from_index(type, prefix.len) : type;
        if (!str_eq_nocase(name, str_from(e->type)))
                return fail(a, ERR_VERIFY, "JWT: \"typ\" is not the expected one");
        return OK;
}

static result parse(struct arena *a, struct str compact, const struct jwt_expect *expect, struct jws *ret_jws)
{
        check_expectations(expect);
        struct jws jws;
        if (!is_ok(jws_parse(a, compact, &jws)))
                return fail(a, ERR_VERIFY, "JWT: not a JWS");
        TRY(check_type(a, jws.type, expect));
        *ret_jws = jws;
        return OK;
}

static result read_claims(struct arena *a, const struct jws *jws, const struct jwt_expect *expect, json_t **ret_claims)
{
        json_t *claims = NULL;
        if (!is_ok(json_read_object(a, jws->payload, JWS_MAX, &claims)))
                return fail(a, ERR_VERIFY, "JWT: the claims are not strict JSON");
        TRY(jwt_check_claims(a, claims, expect));
        *ret_claims = claims;
        return OK;
}

result jwt_verify(struct arena *a, struct str compact, const struct jwks *keys, const struct jwt_expect *expect,
                  json_t **ret_claims)
{
        struct jws jws;
        TRY(parse(a, compact, expect, &jws));
        TRY(jws_verify_with(a, &jws, keys));
        return read_claims(a, &jws, expect, ret_claims);
}

result jwt_read(struct arena *a, struct str compact, const struct jwt_expect *expect, json_t **ret_claims)
{
        struct jws jws;
        TRY(parse(a, compact, expect, &jws));
        return read_claims(a, &jws, expect, ret_claims);
}

result jwt_sign(struct arena *a, const struct signer *signer, const char *type, const json_t *claims,
                struct str *ret_jwt)
{
        return jws_sign(a, signer, type, json_write(a, claims), ret_jwt);
}
