/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Server calls to the platform: headers, signature, encryption, the one retry after a key change. */
#include <stdatomic.h>

#include "clock.h"
#include "digest.h"
#include "iamsmart.h"

/* Equal to or greater than that of the previous request, whatever the clock does. */
static int64_t next_timestamp(struct iamsmart *s)
{
        int64_t now = clock_now_ms(), last = s->last_timestamp;

        while (now > last && !atomic_compare_exchange_weak(&s->last_timestamp, &last, now))
                ;
        return now > last ? now : last;
}

static result read_reply(struct task *t, const struct fetch_reply *reply, struct iamsmart_envelope *ret_envelope)
{
        struct arena *a = task_arena(t);

        if (reply->status >= 500 || reply->status == 429)
                return fail(a, ERR_SOURCE_DOWN, "iAM Smart answered status %d", reply->status);
        if (reply->status != 200 || !is_ok(iamsmart_envelope_parse(a, reply->body, ret_envelope)))
                return fail(a, ERR_SOURCE_BAD_ANSWER, "iAM Smart's reply is no envelope (status %d)", reply->status);
        return OK;
}

result iamsmart_post(struct task *t, const struct source *source, const struct iamsmart_message *message,
                     struct iamsmart_envelope *ret_envelope, struct str *ret_raw)
{
        struct arena *a = task_arena(t);
        struct iamsmart *s = iamsmart_of(source);
        const struct iamsmart_signing signing = {
                .client_id = s->access.client_id,
                .client_secret = secret_reveal(s->access.client_secret),
                .timestamp = arena_printf(a, "%lld", (long long)next_timestamp(s)),
                .nonce = random_uuid(a),
                .body = message->body,
        };
        const struct fetch_header headers[] = {
                { STR("Content-Type"), STR("application/json") },
                { STR("clientID"), s->access.client_id },
                { STR("signatureMethod"), STR("HmacSHA256") },
                { STR("timestamp"), signing.timestamp },
                { STR("nonce"), signing.nonce },
                { STR("signature"), iamsmart_signature(a, &signing) },
        };
        const struct fetch_request request = {
                .peer = source->peer,
                .method = "POST",
                .url = ARENA_JOIN(a, s->access.api_base, message->path),
                .headers = headers,
                .header_count = sizeof(headers) / sizeof(headers[0]),
                .body = message->body,
        };
        struct fetch_reply reply;

        TRY(fetch(t, &request, &reply));
        TRY(read_reply(t, &reply, ret_envelope));
        *ret_raw = reply.body;
        return OK;
}

/* What came back, and the key that opens it. */
struct answer {
        struct str key;
        struct iamsmart_envelope envelope;
        struct str raw;
};

static struct str encrypt(struct arena *a, struct str key, const json_t *body)
{
        json_t *o = json_new_object(a);
        struct str iv = random_bytes(a, AES_GCM_IV_SIZE);

        json_put_str(o, "content", iamsmart_frame_close(a, key, iv, json_write(a, body)));
        return json_write(a, o);
}

static result decrypt(struct arena *a, struct str key, const struct iamsmart_envelope *e, json_t **ret_content)
{
        struct str plain;

        if (!is_ok(iamsmart_frame_open(a, key, json_text(e->content), &plain)) ||
            !is_ok(json_read_object(a, plain, IAMSMART_REPLY_MAX, ret_content)))
                return fail(a, ERR_SOURCE_BAD_ANSWER, "iAM Smart's content can't be read");
        return OK;
}

static bool is_key_trouble(struct str code)
{
        return str_is(code, "D30001") || str_is(code, "D30002") || str_is(code, "D30003") || str_is(code, "D30004");
}

/* Requests of several workers and nodes may overtake each other on the way, and the platform refuses a timestamp
 * that is lower than the one before; a new one cures that. */
static bool is_late_timestamp(struct str code)
{
        return str_is(code, "D20003");
}

/* One encrypted call, and once more when a new key or a new timestamp may help. */
static result call_twice(struct task *t, const struct source *source, struct iamsmart_message *message,
                         const json_t *body, struct answer *ret_answer)
{
        struct arena *a = task_arena(t);
        struct answer answer;

        TRY(iamsmart_content_key(t, source, &answer.key));
        message->body = encrypt(a, answer.key, body);
        TRY(iamsmart_post(t, source, message, &answer.envelope, &answer.raw));
        if (is_key_trouble(answer.envelope.code)) {
                TRY(iamsmart_content_key_renew(t, source, &answer.key));
                message->body = encrypt(a, answer.key, body);
        }
        if (is_key_trouble(answer.envelope.code) || is_late_timestamp(answer.envelope.code))
                TRY(iamsmart_post(t, source, message, &answer.envelope, &answer.raw));
        *ret_answer = answer;
        return OK;
}

result iamsmart_call(struct task *t, const struct source *source, struct str path, const json_t *body,
                     struct iamsmart_reply *ret_reply)
{
        struct arena *a = task_arena(t);
        struct iamsmart_message message = { .path = path };
        const struct error *error;
        struct iamsmart_reply reply;
        struct answer answer;

        TRY(call_twice(t, source, &message, body, &answer));
        error = iamsmart_code_error(answer.envelope.code);
        if (error)
                return fail_with(a, error, "iAM Smart answered %.*s", STR_FMT(answer.envelope.code));
        TRY(decrypt(a, answer.key, &answer.envelope, &reply.content));
        reply.transaction = answer.envelope.transaction;
        reply.evidence = sha256_base64url(a, answer.raw);
        *ret_reply = reply;
        return OK;
}
