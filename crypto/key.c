/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The life of a key, and its JWK and thumbprint (RFC 7517, section 4; RFC 7638). */
#include "key.h"

#include "base64url.h"

struct key *key_new(enum alg alg, EVP_PKEY *pkey, bool is_private, struct str kid)
{
        struct key *k = calloc(1, sizeof *k);
        must(k);
        *k = (struct key){ .references = 1, .alg = alg, .pkey = pkey, .is_private = is_private, .kid_len = kid.len };
        if (kid.len) {
                k->kid = malloc(kid.len);
                must(k->kid);
                memcpy(k->kid, kid.data, kid.len);
        }
        if (is_private) {
                k->slots = calloc(KEY_SLOTS, sizeof *k->slots);
                must(k->slots);
        }
        if (alg == ALG_SM2)
                sm2_za(pkey, k->sm2_za);
        return k;
}

struct key *key_ref(struct key *k)
{
        (void)__atomic_add_fetch(&k->references, 1, __ATOMIC_RELAXED);
        return k;
}

void key_unref(struct key *k)
{
        if (!k || __atomic_sub_fetch(&k->references, 1, __ATOMIC_ACQ_REL) > 0)
                return;
        for (unsigned slot = 0; k->slots && slot < KEY_SLOTS; slot++) {
                EVP_PKEY_CTX_free(k->slots[slot].signing);
                EVP_MD_CTX_free(k->slots[slot].one_shot);
        }
        EVP_PKEY_free(k->pkey);
        free(k->slots);
        free(k->kid);
        free(k);
}

static void unref(void *k)
{
        key_unref(k);
}

struct key *key_owned(struct arena *a, struct key *k)
{
        arena_own(a, k, unref);
        return k;
}

result key_generate(struct arena *a, enum alg alg, struct key **ret_key)
{
        EMPTY_ERROR_QUEUE_AT_END;
        if (!alg_name(alg))
                return fail(a, ERR_UNSUPPORTED, "no such signature algorithm");
        struct key *k = key_owned(a, key_new(alg, alg_row(alg)->family->generate(), true, (struct str){ 0 }));
        struct str kid = key_thumbprint(a, k);
        k->kid = malloc(kid.len);
        must(k->kid);
        memcpy(k->kid, kid.data, kid.len);
        k->kid_len = kid.len;
        *ret_key = k;
        return OK;
}

enum alg key_alg(const struct key *k)
{
        return k->alg;
}

struct str key_kid(const struct key *k)
{
        return str_slice(k->kid, k->kid_len);
}

bool key_is_private(const struct key *k)
{
        return k->is_private;
}

static json_t *render(struct arena *a, const struct key *k, bool with_private)
{
        EMPTY_ERROR_QUEUE_AT_END;
        const struct alg_row *row = alg_row(k->alg);
        json_t *jwk = json_new_object(a);
        row->family->show_public(a, k, jwk);
        if (with_private)
                row->family->show_private(a, k, jwk);
        json_put_str(jwk, "kid", key_kid(k));
        json_put_str(jwk, "alg", str_from(row->name));
        json_put_str(jwk, "use", STR("sig"));
        return jwk;
}

json_t *key_public_jwk(struct arena *a, const struct key *k)
{
        return render(a, k, false);
}

json_t *key_private_jwk(struct arena *a, const struct key *k)
{
        must(k->is_private);
        return render(a, k, true);
}

struct str key_thumbprint(struct arena *a, const struct key *k)
{
        EMPTY_ERROR_QUEUE_AT_END;
        json_t *required = json_new_object(a);
        alg_row(k->alg)->family->show_public(a, k, required);
        return sha256_base64url(a, json_write(a, required));
}
