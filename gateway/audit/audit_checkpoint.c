/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See audit_checkpoint.h. RFC 7515, compact form. */
#include "audit_checkpoint.h"

#define TYPE "baygate-audit+jwt"

result audit_checkpoint_sign(struct arena *a, struct key *key, const struct audit_checkpoint *c, struct str *ret_jws)
{
        json_t *o = json_new_object(a);

        json_put_str(o, "node", c->node);
        json_put_str(o, "file", c->file);
        json_put_int(o, "seq", c->link.seq);
        json_put_str(o, "hash", audit_link_hash(&c->link));
        json_put_int(o, "time", c->time);
        return jws_sign(a, &(struct signer){ key, SIGNER_SLOT_AUDIT }, TYPE, json_write(a, o), ret_jws);
}

result audit_checkpoint_read(struct arena *a, struct str jws, const struct jwks *keys,
                             struct audit_checkpoint *ret_checkpoint)
{
        struct audit_checkpoint c = { 0 };
        struct jws parsed;
        struct str hash;
        json_t *o;

        TRY(jws_parse(a, jws, &parsed));
        if (!str_is(parsed.type, TYPE))
                return fail(a, ERR_VERIFY, "a signature of another kind");
        if (keys)
                TRY(jws_verify_with(a, &parsed, keys));
        TRY(json_read_object(a, parsed.payload, JWS_MAX, &o));
        TRY(json_need_int(a, o, "seq", &c.link.seq));
        TRY(json_need_int(a, o, "time", &c.time));
        TRY(json_need_str(a, o, "hash", &hash));
        TRY(json_need_str(a, o, "node", &c.node));
        if (hash.len != AUDIT_HASH_LEN)
                return fail(a, ERR_VERIFY, "a hash of another length");
        memcpy(c.link.hash, hash.data, AUDIT_HASH_LEN);
        c.file = json_str(o, "file");
        *ret_checkpoint = c;
        return OK;
}
