/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See iamsmart_wire.h. */
#include "iamsmart_wire.h"

#include "base64url.h"
#include "cipher.h"
#include "digest.h"
#include "uri.h"

#define FRAME_HEAD 4

struct str iamsmart_signature(struct arena *a, const struct iamsmart_signing *s)
{
        struct str message = ARENA_JOIN(a, s->client_id, STR("HmacSHA256"), s->timestamp, s->nonce, s->body);
        struct str mac = base64_encode(a, hmac_of(a, DIGEST_SHA256, s->client_secret, message));
        struct buf encoded = buf_in(a, 3 * mac.len);

        uri_encode(&encoded, mac);
        return buf_str(&encoded);
}

struct str iamsmart_frame_close(struct arena *a, struct str key, struct str iv, struct str plain)
{
        struct str sealed = aes_gcm_encrypt(a, &(struct aes_gcm){ key, iv, (struct str){ 0 } }, plain);

        return base64_encode(a, ARENA_JOIN(a, STR("\0\0\0\x0c"), iv, sealed));
}

result iamsmart_frame_open(struct arena *a, struct str key, struct str content, struct str *ret_plain)
{
        struct str bytes, iv;

        TRY(base64_decode(a, content, &bytes));
        if (!str_starts(bytes, STR("\0\0\0\x0c")) || bytes.len < FRAME_HEAD + AES_GCM_IV_SIZE + AES_GCM_TAG_SIZE)
                return fail(a, ERR_MALFORMED, "content is not a frame with a 12-byte IV");
        iv = str_slice(bytes.data + FRAME_HEAD, AES_GCM_IV_SIZE);
        return aes_gcm_decrypt(a, &(struct aes_gcm){ key, iv, (struct str){ 0 } }, str_from_index(bytes, FRAME_HEAD + AES_GCM_IV_SIZE), ret_plain);
}

static struct str bare_transaction(struct str id)
{
        if (str_starts(id, STR("<T=")) && str_ends(id, STR(">")))
                return str_slice(id.data + 3, id.len - 4);
        return id;
}

result iamsmart_envelope_parse(struct arena *a, struct str text, struct iamsmart_envelope *ret_envelope)
{
        struct iamsmart_envelope e = { 0 };
        json_t *o;

        TRY(json_read_object(a, text, IAMSMART_REPLY_MAX, &o));
        TRY(json_need_str(a, o, "code", &e.code));
        e.transaction = bare_transaction(json_str(o, "txID"));
        e.secret_key = json_str(o, "secretKey");
        e.content = json_object_get(o, "content");
        if (e.code.len > 16 || e.transaction.len > 128 || !str_is_printable_ascii(e.code) ||
            !str_is_printable_ascii(e.transaction))
                return fail(a, ERR_MALFORMED, "code or txID out of form");
        *ret_envelope = e;
        return OK;
}

int64_t iamsmart_expiry(int64_t issued_at, int64_t expires_in)
{
        const int64_t moment = INT64_C(1000000000000);

        if (expires_in < 0 || issued_at < 0 || issued_at > 100 * moment)
                return 0;
        return expires_in > moment ? expires_in : issued_at + expires_in;
}
