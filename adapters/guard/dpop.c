/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The checks of RFC 9449, section 4.3, in its order. The key comes out of the proof itself, so what makes it trusted is
 * only that its thumbprint is the one in the verified token. */
#include "dpop.h"

#include "base64url.h"
#include "claim.h"
#include "digest.h"
#include "jws.h"
#include "request_path.h"
#include "uri.h"

#define JTI_MAX 256

static result refuse(struct arena *a, const char *why)
{
        return fail(a, ERR_VERIFY, "DPoP proof: %s", why);
}

/* RFC 9449, section 4.2: the public key; never a private one, never a shared secret. */
static result read_key(struct arena *a, struct str proof, enum alg alg, struct key **ret_key)
{
        static const char *const private[] = { "d", "p", "q", "dp", "dq", "qi", "oth", "k" };
        struct str text;
        json_t *header = NULL;
        TRY(base64url_decode(a, str_head(proof, str_find(proof, '.')), &text));
        TRY(json_read_object(a, text, JWS_MAX, &header));
        const json_t *jwk = json_object_get(header, "jwk");
        if (!json_is_object(jwk))
                return refuse(a, "there is no jwk");
        for (size_t i = 0; i < sizeof private / sizeof private[0]; i++)
                if (json_object_get(jwk, private[i]))
                        return refuse(a, "the jwk is not a public key");
        return is_ok(key_from_jwk(a, jwk, alg, ret_key)) ? OK : refuse(a, "the jwk is no key for its alg");
}

static int port_of(const struct uri *u)
{
        if (u->port)
                return u->port;
        return str_eq_nocase(u->scheme, STR("https")) ? 443 : 80;
}

static bool is_origin(struct arena *a, const struct uri *u, struct str origin)
{
        struct uri own;
        return is_ok(uri_parse(a, origin, &own)) && str_eq_nocase(own.scheme, u->scheme) &&
               str_eq_nocase(own.host, u->host) && port_of(&own) == port_of(u);
}

/* Compared after the normalisation of RFC 3986, sections 6.2.2 and 6.2.3; query and fragment do not count. */
static bool is_htu(struct arena *a, struct str htu, const struct dpop_expect *e)
{
        struct uri u;
        struct str path;
        bool at_origin = false;
        if (!is_ok(uri_parse(a, htu, &u)) || u.has_userinfo)
                return false;
        for (size_t i = 0; i < e->origin_count; i++)
                at_origin |= is_origin(a, &u, e->origins[i]);
        return at_origin && is_ok(request_path_parse(a, u.path.len ? u.path : STR("/"), &path)) &&
               str_eq(path, e->path);
}

static result check_times(struct arena *a, const json_t *claims, const struct dpop_expect *e)
{
        int64_t time = 0;
        if (!claim_time(claims, "iat", &time))
                return refuse(a, "there is no iat");
        if (time > e->now + e->window || e->now - time > e->window)
                return refuse(a, "it is too old, or from the future");
        if (json_object_get(claims, "exp") && (!claim_time(claims, "exp", &time) || time <= e->now))
                return refuse(a, "it has expired");
        if (json_object_get(claims, "nbf") && (!claim_time(claims, "nbf", &time) || time > e->now + e->window))
                return refuse(a, "its nbf is in the future");
        return OK;
}

static result check_claims(struct arena *a, const json_t *claims, const struct dpop_expect *e)
{
        struct str jti = json_str(claims, "jti");
        if (str_is_empty(jti) || jti.len > JTI_MAX)
                return refuse(a, "there is no jti of a fitting length");
        if (!str_eq(json_str(claims, "htm"), e->method))
                return refuse(a, "htm is not the method");
        if (!is_htu(a, json_str(claims, "htu"), e))
                return refuse(a, "htu is not this address");
        if (!str_eq(json_str(claims, "ath"), sha256_base64url(a, e->access_token)))
                return refuse(a, "ath is not the hash of the access token");
        return check_times(a, claims, e);
}

result dpop_check(struct arena *a, struct str proof, const struct dpop_expect *expect, struct str *ret_id)
{
        struct jws jws;
        struct key *key = NULL;
        json_t *claims = NULL;
        if (!is_ok(jws_parse(a, proof, &jws)))
                return refuse(a, "it is no JWS");
        if (!str_eq_nocase(jws.type, STR("dpop+jwt")))
                return refuse(a, "typ is not dpop+jwt");
        TRY(read_key(a, proof, jws.alg, &key));
        TRY(jws_verify(a, &jws, key));
        if (!str_eq(key_thumbprint(a, key), expect->jkt))
                return refuse(a, "its key is not the one that the token is bound to");
        if (!is_ok(json_read_object(a, jws.payload, JWS_MAX, &claims)))
                return refuse(a, "its claims are not strict JSON");
        TRY(check_claims(a, claims, expect));
        *ret_id = ARENA_JOIN(a, expect->jkt, STR("."), json_str(claims, "jti"));
        return OK;
}
