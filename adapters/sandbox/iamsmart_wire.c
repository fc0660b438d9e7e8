/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Signature, frame, envelope and response codes of iAM Smart's server interface. */
#include "iamsmart_wire.h"

#include "base64url.h"
#include "cipher.h"
#include "digest.h"
#include "uri.h"

#define FRAME_HEAD 4

struct str wire_signature(struct arena *a, struct str client_secret, const struct wire_signed *message)
{
        struct str input =
                ARENA_JOIN(a, message->client_id, STR("HmacSHA256"), message->timestamp, message->nonce, message->body);
        struct buf encoded = buf_in(a, 256);
        uri_encode(&encoded, base64_encode(a, hmac_of(a, DIGEST_SHA256, client_secret, input)));
        return buf_str(&encoded);
}

struct str wire_frame(struct arena *a, struct str cek, struct str iv, struct str clear)
{
        struct str sealed = aes_gcm_encrypt(a, &(struct aes_gcm){ cek, iv, STR("") }, clear);
        return base64_encode(a, ARENA_JOIN(a, str_slice("\0\0\0\x0c", FRAME_HEAD), iv, sealed));
}

result wire_unframe(struct arena *a, struct str cek, struct str frame, struct str *ret_clear)
{
        struct str bytes;
        if (!is_ok(base64_decode(a, frame, &bytes)))
                return fail(a, ERR_VERIFY, "content is not base64");
        if (bytes.len < FRAME_HEAD + AES_GCM_IV_SIZE + AES_GCM_TAG_SIZE ||
            memcmp(bytes.data, "\0\0\0\x0c", FRAME_HEAD) != 0)
                return fail(a, ERR_VERIFY, "content has no IV of 12 bytes");
        struct str iv = str_slice(bytes.data + FRAME_HEAD, AES_GCM_IV_SIZE);
        struct str sealed = str_from_index(bytes, FRAME_HEAD + AES_GCM_IV_SIZE);
        struct str clear;
        TRY(aes_gcm_decrypt(a, &(struct aes_gcm){ cek, iv, STR("") }, sealed, &clear));
        *ret_clear = clear;
        return OK;
}

static const struct {
        const char *code;
        const char *message;
} messages[] = {
        { "D00000", "SUCCESS" },
        { "D20000", "unknown exception" },
        { "D20001", "parameter is missing" },
        { "D20002", "parameter is empty" },
        { "D20003", "parameter is invalid" },
        { "D20004", "duplicated request" },
        { "D20005", "unsupported signature method" },
        { "D20006", "signature verification failed" },
        { "D20007", "unsupported source" },
        { "D20008", "invalid e-service / online service URL" },
        { "D20009", "accessToken does not exist or has expired" },
        { "D20010", "openID does not exist" },
        { "D20011", "duplicated businessID" },
        { "D20012", "insufficient permission" },
        { "D30001", "KEK is missing or has expired" },
        { "D30002", "CEK is missing or has expired" },
        { "D30003", "encryption exception" },
        { "D30004", "decryption exception" },
        { "D40000", "user cancelled" },
        { "D40001", "user rejected" },
        { "D40002", "failed" },
        { "D40003", "timeout" },
        { "D40004", "authCode does not exist or has expired" },
        { "D50001", "profile: user rejected" },
        { "D50002", "profile: failed" },
        { "D50003", "profile: timeout" },
        { "D80001", "re-authentication: user rejected" },
        { "D80002", "re-authentication: failed" },
        { "D80003", "re-authentication: timeout" },
};

const char *wire_message(const char *code)
{
        for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++)
                if (strcmp(messages[i].code, code) == 0)
                        return messages[i].message;
        return "error";
}

json_t *wire_envelope(struct arena *a, const char *code, struct str message)
{
        json_t *envelope = json_new_object(a);
        json_put_str(envelope, "txID", ARENA_JOIN(a, STR("<T="), hex_encode(a, random_bytes(a, 16)), STR(">")));
        json_put_str(envelope, "code", str_from(code));
        json_put_str(envelope, "message", message);
        return envelope;
}

result wire_pem_read(struct arena *a, struct str pem, struct str *ret_der)
{
        struct buf text = buf_in(a, pem.len);
        bool inside = false, complete = false;
        struct str line;
        while (!complete && str_split(&pem, '\n', &line)) {
                line = str_trim(line);
                if (str_starts(line, STR("-----BEGIN ")))
                        inside = true;
                else if (str_starts(line, STR("-----END ")))
                        complete = inside;
                else if (inside)
                        buf_add(&text, line);
        }
        struct str der;
        if (!complete || !is_ok(base64_decode(a, buf_str(&text), &der)))
                return fail(a, ERR_CONFIG, "not a PEM file");
        *ret_der = der;
        return OK;
}
