/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Server calls: the five headers, the signature, and getKey, revokeKey, getToken. Business errors are HTTP 200. */
#include "iamsmart.h"

#include "base64url.h"
#include "clock.h"
#include "digest.h"
#include "secret.h"

#define CONTENT_MAX ((size_t)48 * 1024)

struct refusal {
        const char *code; /* NULL: none */
        const char *parameter;
};

static bool count_down(int64_t *count)
{
        if (*count == 0)
                return false;
        if (*count > 0)
                (*count)--;
        return true;
}

void api_refuse(struct task *t, const char *code, const char *parameter)
{
        struct arena *a = task_arena(t);
        struct str message = str_from(wire_message(code));
        if (parameter)
                message = arena_printf(a, "%s {%s}", wire_message(code), parameter);
        reply_json(t, 200, wire_envelope(a, code, message));
}

void api_succeed(struct task *t, const struct eservice *e, const json_t *content)
{
        struct arena *a = task_arena(t);
        struct str framed = wire_frame(a, str_slice(e->cek, CEK_SIZE), random_bytes(a, 12), json_write(a, content));
        json_t *envelope = wire_envelope(a, "D00000", STR("SUCCESS"));
        struct iamsmart *s = site_state(t);
        if (count_down(&s->behaviour.garbage))
                framed = base64_encode(a, random_bytes(a, 200));
        json_put_str(envelope, "content", framed);
        reply_json(t, 200, envelope);
}

bool api_need(struct task *t, const json_t *content, const char *name, size_t max, struct str *ret_value)
{
        const json_t *member = json_object_get(content, name);
        struct str value = json_text(member);
        const char *code = NULL;
        if (!member)
                code = "D20001";
        else if (!json_is_string(member) || value.len > max)
                code = "D20003";
        else if (str_is_empty(value))
                code = "D20002";
        if (code) {
                api_refuse(t, code, name);
                return false;
        }
        *ret_value = value;
        return true;
}

static bool nonce_is_used(const struct eservice *e, struct str nonce)
{
        for (size_t i = 0; i < NONCE_SLOTS; i++)
                if (str_is(nonce, e->nonces[i]))
                        return true;
        return false;
}

/* Fresh: never the same nonce, never an earlier timestamp than before, not far from our own clock. */
static struct refusal freshness_check(const struct iamsmart *s, struct eservice *e, const struct wire_signed *message)
{
        int64_t timestamp;
        if (!str_to_int(message->timestamp, &timestamp))
                return (struct refusal){ "D20003", "timestamp" };
        if (nonce_is_used(e, message->nonce))
                return (struct refusal){ "D20004", NULL };
        int64_t skew = timestamp - clock_now_ms();
        if (timestamp < e->last_timestamp - s->timestamp_slack_ms || skew > s->clock_skew_ms ||
            skew < -s->clock_skew_ms)
                return (struct refusal){ "D20003", "timestamp" };
        if (timestamp > e->last_timestamp)
                e->last_timestamp = timestamp;
        field_set(e->nonces[e->nonce_next++ % NONCE_SLOTS], sizeof e->nonces[0], message->nonce);
        return (struct refusal){ 0 };
}

static struct refusal headers_check(struct task *t)
{
        static const char *const names[] = { "clientID", "signatureMethod", "timestamp", "nonce", "signature" };
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
                if (str_is_empty(request_header(t, names[i])))
                        return (struct refusal){ "D20001", names[i] };
        return (struct refusal){ 0 };
}

static struct refusal request_check(struct task *t, struct eservice **ret_service)
{
        struct iamsmart *s = site_state(t);
        struct refusal refusal = headers_check(t);
        if (refusal.code)
                return refusal;
        if (!str_is(request_header(t, "signatureMethod"), "HmacSHA256"))
                return (struct refusal){ "D20005", NULL };

        struct wire_signed message = { request_header(t, "clientID"), request_header(t, "timestamp"),
                                       request_header(t, "nonce"), request_body(t) };
        if (message.nonce.len > STATE_MAX || !str_is_printable_ascii(message.nonce))
                return (struct refusal){ "D20003", "nonce" };
        struct eservice *e = eservice_find(s, message.client_id);
        if (!e)
                return (struct refusal){ "D20003", "clientID" };
        struct str expected = wire_signature(task_arena(t), e->client_secret, &message);
        if (!str_eq_secret(expected, request_header(t, "signature")))
                return (struct refusal){ "D20006", NULL };
        refusal = freshness_check(s, e, &message);
        if (!refusal.code)
                *ret_service = e;
        return refusal;
}

static struct refusal content_open(struct task *t, struct eservice *e, const json_t **ret_content)
{
        struct arena *a = task_arena(t);
        const char *cek = eservice_cek(site_state(t), e, clock_now_ms());
        if (!cek)
                return (struct refusal){ "D30002", NULL };
        json_t *body, *content;
        struct str clear;
        if (!is_ok(json_read_object(a, request_body(t), CONTENT_MAX, &body)) || str_is_empty(json_str(body, "content")))
                return (struct refusal){ "D20001", "content" };
        if (!is_ok(wire_unframe(a, str_slice(cek, CEK_SIZE), json_str(body, "content"), &clear)))
                return (struct refusal){ "D30004", NULL };
        if (!is_ok(json_read_object(a, clear, CONTENT_MAX, &content)))
                return (struct refusal){ "D20003", "content" };
        *ret_content = content;
        return (struct refusal){ 0 };
}

/* What a test asked for instead of an answer. True when it was given. */
static bool misbehave(struct task *t)
{
        struct behaviour *b = &((struct iamsmart *)site_state(t))->behaviour;
        if (b->slow_ms > 0)
                ignore_failure(task_sleep(t, b->slow_ms), "the deadline ends the nap, the answer comes anyway");
        if (count_down(&b->down)) {
                reply_body(t, 500, "text/plain", STR("the sandbox was told to be down\n"));
                return true;
        }
        if (b->next_code[0]) {
                char code[sizeof b->next_code];
                memcpy(code, b->next_code, sizeof code);
                b->next_code[0] = '\0';
                api_refuse(t, code, NULL);
                return true;
        }
        return false;
}

bool api_call_begin(struct task *t, bool encrypted, struct api_call *ret_call)
{
        struct api_call call = { 0 };
        if (misbehave(t))
                return false;
        struct refusal refusal = request_check(t, &call.service);
        if (!refusal.code && encrypted)
                refusal = content_open(t, call.service, &call.content);
        if (refusal.code) {
                api_refuse(t, refusal.code, refusal.parameter);
                return false;
        }
        *ret_call = call;
        return true;
}

void getkey_answer(struct task *t)
{
        struct arena *a = task_arena(t);
        struct iamsmart *s = site_state(t);
        struct api_call call;
        if (!api_call_begin(t, false, &call))
                return;
        if (count_down(&s->behaviour.garbage)) {
                reply_body(t, 200, "application/json", STR("{\"txID\":\"<T=00>\",\"code\":\"D00000\",\"content\":{"));
                return;
        }
        int64_t now_ms = clock_now_ms();
        struct str wrapped;
        if (!eservice_cek(s, call.service, now_ms))
                eservice_cek_renew(a, call.service, now_ms);
        if (!is_ok(eservice_cek_wrap(a, call.service, false, &wrapped))) {
                api_refuse(t, "D30001", NULL);
                return;
        }
        bool absolute = s->behaviour.expires_absolute;
        json_t *content = json_new_object(a);
        json_put_str(content, "secretKey", wrapped);
        json_put_str(content, "pubKey", base64_encode(a, call.service->kek_public));
        json_put_int(content, "issueAt", call.service->cek_issued_ms);
        json_put_int(content, "expiresIn", absolute ? call.service->cek_issued_ms + s->cek_life_ms : s->cek_life_ms);
        json_t *envelope = wire_envelope(a, "D00000", STR("SUCCESS"));
        json_object_set(envelope, "content", content);
        reply_json(t, 200, envelope);
}

void revokekey_answer(struct task *t)
{
        struct api_call call;
        if (!api_call_begin(t, false, &call))
                return;
        call.service->cek_issued_ms = 0;
        reply_json(t, 200, wire_envelope(task_arena(t), "D00000", STR("SUCCESS")));
}

/* A code is good once, for 30 seconds, for the client that it was given to. */
static struct login_slot *code_take(struct iamsmart *s, const struct eservice *e, struct str code)
{
        struct login_slot *l = login_by_code(s, code);
        if (!l || l->service != e || l->code_used || clock_now_ms() > l->code_issued_ms + CODE_LIFE_MS)
                return NULL;
        l->code_used = true;
        return l;
}

static struct token_slot *token_new(struct arena *a, struct iamsmart *s, const struct login_slot *l)
{
        size_t slot = s->token_next++ % TOKEN_SLOTS;
        s->tokens[slot] = (struct token_slot){ .token = slot_id_make(a, slot),
                                               .service = l->service,
                                               .person = l->person,
                                               .expires_ms = clock_now_ms() + TOKEN_LIFE_MS,
                                               .by_qr = !l->broker_page };
        field_set(s->tokens[slot].scope, sizeof s->tokens[slot].scope, str_from(l->scope));
        return &s->tokens[slot];
}

void gettoken_answer(struct task *t)
{
        struct arena *a = task_arena(t);
        struct iamsmart *s = site_state(t);
        struct api_call call;
        struct str code, grant_type;
        if (!api_call_begin(t, true, &call) || !api_need(t, call.content, "code", 64, &code) ||
            !api_need(t, call.content, "grantType", 64, &grant_type))
                return;
        if (!str_is(grant_type, "authorization_code")) {
                api_refuse(t, "D20003", "grantType");
                return;
        }
        const struct login_slot *l = code_take(s, call.service, code);
        if (!l) {
                api_refuse(t, "D40004", NULL);
                return;
        }
        const struct token_slot *token = token_new(a, s, l);
        json_t *content = json_new_object(a);
        json_put_str(content, "accessToken", slot_id_str(&token->token));
        json_put_str(content, "tokenType", STR("Bearer"));
        json_put_int(content, "issueAt", token->expires_ms - TOKEN_LIFE_MS);
        json_put_int(content, "expiresIn", TOKEN_LIFE_MS);
        json_put_str(content, "openID", open_id_of(a, call.service, l->person));
        json_put_int(content, "lastModifiedDate", l->person->hk.last_modified_ms);
        json_put_str(content, "userType", str_from(l->person->hk.user_type));
        json_put_str(content, "scope", str_from(l->scope));
        api_succeed(t, call.service, content);
}
