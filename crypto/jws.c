/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* JSON Web Signatures in the compact form (RFC 7515, sections 5 and 7.1; RFC 8725, sections 3.1, 3.2 and 3.10). */
#include "key.h"

#include "base64url.h"
#include "jws.h"

#define KID_MAX 256
#define TYPE_MAX 128

result signature_make(struct arena *a, struct key *k, unsigned slot, struct str input, struct str *ret_signature)
{
        if (!k->is_private)
                return fail(a, ERR_SERVER_ERROR, "signing needs a private key");
        return alg_row(k->alg)->family->sign(a, k, slot, input, ret_signature);
}

result signature_check(struct arena *a, const struct key *k, struct str input, struct str signature)
{
        if (!alg_row(k->alg)->family->verify(a, k, input, signature))
                return fail(a, ERR_VERIFY, "the %s signature does not fit", alg_name(k->alg));
        return OK;
}

static struct str render_header(struct arena *a, const struct key *k, const char *type)
{
        json_t *header = json_new_object(a);
        json_put_str(header, "alg", str_from(alg_name(k->alg)));
        json_put_str(header, "typ", str_from(type));
        json_put_str(header, "kid", key_kid(k));
        return json_write(a, header);
}

result jws_sign(struct arena *a, const struct signer *signer, const char *type, struct str payload, struct str *ret_jws)
{
        struct str header = render_header(a, signer->key, type);
        struct str input = ARENA_JOIN(a, base64url_encode(a, header), STR("."), base64url_encode(a, payload));
        struct str signature = { 0 };
        TRY(signature_make(a, signer->key, signer->slot, input, &signature));
        struct str jws = ARENA_JOIN(a, input, STR("."), base64url_encode(a, signature));
        if (jws.len > JWS_MAX)
                return fail(a, ERR_TOO_LARGE, "JWS: longer than %d bytes", JWS_MAX);
        *ret_jws = jws;
        return OK;
}

/* Three parts; the signing input is the first two with their dot. */
static result split(struct arena *a, struct str compact, struct str parts[static 3], struct str *ret_input)
{
        if (compact.len > JWS_MAX)
                return fail(a, ERR_MALFORMED, "JWS: longer than %d bytes", JWS_MAX);
        size_t first = str_find(compact, '.');
        struct str rest = str_from_index(compact, first + 1);
        size_t second = str_find(rest, '.');
        struct str last = str_from_index(rest, second + 1);
        if (first == compact.len || second == rest.len || str_find(last, '.') != last.len)
                return fail(a, ERR_MALFORMED, "JWS: not of three parts");
        parts[0] = str_head(compact, first);
        parts[1] = str_head(rest, second);
        parts[2] = last;
        *ret_input = str_head(compact, first + 1 + second);
        return OK;
}

/* A header member that is absent (an empty view) or a short printable string. */
static result header_text(struct arena *a, const json_t *header, const char *name, size_t max, struct str *ret_text)
{
        const json_t *value = json_object_get(header, name);
        struct str text = json_text(value);
        if (value && (!json_is_string(value) || text.len > max || !str_is_printable_ascii(text)))
                return fail(a, ERR_MALFORMED, "JWS: \"%s\" is not a short printable string", name);
        *ret_text = text;
        return OK;
}

static result read_header(struct arena *a, struct str part, struct jws *jws)
{
        struct str text = { 0 }, name = { 0 };
        json_t *header = NULL;
        TRY(base64url_decode(a, part, &text));
        TRY(json_read_object(a, text, JWS_MAX, &header));
        if (json_object_get(header, "crit") || json_object_get(header, "b64"))
                return fail(a, ERR_MALFORMED, "JWS: \"crit\" and \"b64\" are not understood");
        TRY(header_text(a, header, "kid", KID_MAX, &jws->kid));
        TRY(header_text(a, header, "typ", TYPE_MAX, &jws->type));
        TRY(header_text(a, header, "alg", TYPE_MAX, &name));
        jws->alg = alg_find(name);
        return jws->alg == ALG_NONE ? fail(a, ERR_VERIFY, "JWS: \"alg\" is not a known signature algorithm") : OK;
}

result jws_parse(struct arena *a, struct str compact, struct jws *ret_jws)
{
        struct jws jws = { 0 };
        struct str parts[3];
        TRY(split(a, compact, parts, &jws.signing_input));
        TRY(read_header(a, parts[0], &jws));
        TRY(base64url_decode(a, parts[1], &jws.payload));
        TRY(base64url_decode(a, parts[2], &jws.signature));
        *ret_jws = jws;
        return OK;
}

result jws_verify(struct arena *a, const struct jws *jws, const struct key *k)
{
        if (jws->alg != k->alg)
                return fail(a, ERR_VERIFY, "JWS: \"alg\" is not the key's");
        return signature_check(a, k, jws->signing_input, jws->signature);
}

result jws_verify_with(struct arena *a, const struct jws *jws, const struct jwks *keys)
{
        const struct key *k = jwks_find(keys, jws->kid, jws->alg);
        if (!k)
                return fail(a, ERR_VERIFY, "JWS: no key, or more than one, for this \"kid\" and \"alg\"");
        return jws_verify(a, jws, k);
}
