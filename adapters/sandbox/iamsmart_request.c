/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What the phone is asked for a logged-in person: the profile, or a re-authentication; and the asynchronous POST callback
 * with the verified fields or with the bare outcome. */
#include "iamsmart.h"

#include "clock.h"
#include "digest.h"
#include "secret.h"

static const struct {
        const char *name;
        unsigned bit;
} field_names[] = {
        { "idNo", FIELD_ID_NO },           { "enName", FIELD_EN_NAME }, { "chName", FIELD_CH_NAME },
        { "birthDate", FIELD_BIRTH_DATE }, { "gender", FIELD_GENDER },  { "chNameVerified", FIELD_CH_NAME_VERIFIED },
};

static unsigned field_bit(struct str name)
{
        for (size_t i = 0; i < sizeof field_names / sizeof field_names[0]; i++)
                if (str_is(name, field_names[i].name))
                        return field_names[i].bit;
        return 0;
}

/* The wanted fields as bits; refuses the call itself and returns 0 when the list is missing, empty or unknown. */
static unsigned fields_take(struct task *t, const json_t *content)
{
        const json_t *list = json_object_get(content, "profileFields");
        unsigned fields = 0;
        const json_t *item;
        size_t i;
        json_array_foreach(list, i, item)
        {
                unsigned bit = field_bit(json_text(item));
                if (!bit) {
                        api_refuse(t, "D20003", "profileFields");
                        return 0;
                }
                fields |= bit;
        }
        if (!fields)
                api_refuse(t, list ? "D20002" : "D20001", "profileFields");
        return fields;
}

static const struct token_slot *token_find(struct iamsmart *s, const struct eservice *e, struct str text)
{
        size_t slot = slot_id_index(text);
        if (slot >= TOKEN_SLOTS || !slot_id_eq(&s->tokens[slot].token, text) || s->tokens[slot].service != e)
                return NULL;
        return clock_now_ms() < s->tokens[slot].expires_ms ? &s->tokens[slot] : NULL;
}

static bool business_id_is_used(const struct iamsmart *s, const struct eservice *e, struct str business_id)
{
        for (size_t i = 0; i < REQUEST_SLOTS; i++)
                if (s->requests[i].service == e && str_is(business_id, s->requests[i].business_id))
                        return true;
        return false;
}

struct wish {
        struct str business_id, access_token, open_id, source, redirect_uri, state;
        struct str scope; /* that it needs */
};

static bool wish_take(struct task *t, const json_t *content, struct wish *ret_wish)
{
        return api_need(t, content, "businessID", STATE_MAX, &ret_wish->business_id) &&
               api_need(t, content, "accessToken", 128, &ret_wish->access_token) &&
               api_need(t, content, "openID", 256, &ret_wish->open_id) &&
               api_need(t, content, "source", 64, &ret_wish->source) &&
               api_need(t, content, "redirectURI", 2048, &ret_wish->redirect_uri) &&
               api_need(t, content, "state", STATE_MAX, &ret_wish->state);
}

/* NULL when all is well; else the code. */
static const char *wish_check(struct task *t, const struct eservice *e, const struct wish *wish,
                              const struct token_slot *token)
{
        if (!token)
                return "D20009";
        if (!str_eq_secret(open_id_of(task_arena(t), e, token->person), wish->open_id))
                return "D20010";
        if (!str_has_word(str_from(token->scope), wish->scope))
                return "D20012";
        if (!source_is_known(wish->source))
                return "D20007";
        if (str_is_empty(eservice_redirect_uri(task_arena(t), e, wish->redirect_uri)))
                return "D20008";
        return business_id_is_used(site_state(t), e, wish->business_id) ? "D20011" : NULL;
}

static struct request_slot *request_new(struct task *t, struct eservice *e, const struct wish *wish,
                                        const struct token_slot *token)
{
        struct arena *a = task_arena(t);
        struct iamsmart *s = site_state(t);
        size_t slot = s->request_next++ % REQUEST_SLOTS;
        struct request_slot *r = &s->requests[slot];
        if (r->due_ms)
                atomic_fetch_sub(&s->due, 1);
        *r = (struct request_slot){ .ticket = slot_id_make(a, slot),
                                    .service = e,
                                    .person = token->person,
                                    .redirect_uri = eservice_redirect_uri(a, e, wish->redirect_uri),
                                    .created_ms = clock_now_ms() };
        field_set(r->business_id, sizeof r->business_id, wish->business_id);
        field_set(r->state, sizeof r->state, wish->state);
        return r;
}

/* Begins the request and answers; the phone, or the behaviour, decides later. */
static void request_answer(struct task *t, const struct api_call *call, const struct wish *wish, unsigned fields)
{
        struct iamsmart *s = site_state(t);
        const struct token_slot *token = token_find(s, call->service, wish->access_token);
        const char *code = wish_check(t, call->service, wish, token);
        if (code) {
                api_refuse(t, code, NULL);
                return;
        }
        struct request_slot *r = request_new(t, call->service, wish, token);
        r->fields = fields;
        r->step_up = !fields;
        request_decide(s, r, r->step_up ? s->behaviour.step_up : s->behaviour.profile);

        json_t *content = json_new_object(task_arena(t));
        json_put_bool(content, "authByQR", s->behaviour.by_qr < 0 ? token->by_qr : s->behaviour.by_qr == 1);
        json_put_str(content, "ticketID", slot_id_str(&r->ticket));
        api_succeed(t, call->service, content);
}

void profile_answer(struct task *t)
{
        struct api_call call;
        struct wish wish = { .scope = STR("eidapi_profiles") };
        if (!api_call_begin(t, true, &call) || !wish_take(t, call.content, &wish))
                return;
        unsigned fields = fields_take(t, call.content);
        if (fields)
                request_answer(t, &call, &wish, fields);
}

void step_up_answer(struct task *t)
{
        struct api_call call;
        struct wish wish = { .scope = STR("eidapi_fr") };
        if (api_call_begin(t, true, &call) && wish_take(t, call.content, &wish))
                request_answer(t, &call, &wish, 0);
}

static void put_wrapped(json_t *content, struct arena *a, const char *name, const char *member, const char *value)
{
        json_t *inner = json_new_object(a);
        json_put_str(inner, member, str_from(value));
        json_object_set(content, name, inner);
}

static json_t *profile_content(struct arena *a, const struct request_slot *r, const struct behaviour *b)
{
        const struct hk_account *hk = &r->person->hk;
        json_t *content = json_new_object(a);
        json_put_str(content, "businessID", str_from(r->business_id));
        json_put_str(content, "state", b->callback_foreign_state ? STR("foreign-state") : str_from(r->state));
        if (r->decision != DECISION_APPROVED)
                return content;
        if (r->fields & FIELD_ID_NO) {
                put_wrapped(content, a, "idNo", "Identification", hk->hkid);
                json_put_str(json_object_get(content, "idNo"), "CheckDigit", str_from(hk->check_digit));
        }
        if (r->fields & FIELD_EN_NAME)
                put_wrapped(content, a, "enName", "UnstructuredName", hk->name_latin);
        if (r->fields & FIELD_CH_NAME && hk->name_chinese)
                put_wrapped(content, a, "chName", "ChineseName", hk->name_chinese);
        if (r->fields & FIELD_CH_NAME_VERIFIED)
                json_put_str(content, "chNameVerified", str_from(hk->name_chinese));
        if (r->fields & FIELD_BIRTH_DATE)
                json_put_str(content, "birthDate", str_from(hk->birth_date));
        if (r->fields & FIELD_GENDER)
                json_put_str(content, "gender", str_from(hk->gender));
        return content;
}

/* The callback's body: the content under the content key, and the key wrapped for the e-service. */
static result callback_body(struct arena *a, const struct iamsmart *s, const struct request_slot *r,
                            struct str *ret_body)
{
        const struct behaviour *b = &s->behaviour;
        if (!eservice_cek(s, r->service, clock_now_ms()))
                eservice_cek_renew(a, r->service, clock_now_ms());
        struct str wrapped;
        TRY(eservice_cek_wrap(a, r->service, b->cek_base64, &wrapped));
        const char *code = r->step_up ? decision_step_up_code(r->decision) : decision_profile_code(r->decision);
        struct str clear = json_write(a, profile_content(a, r, b));
        struct str framed = wire_frame(a, str_slice(r->service->cek, CEK_SIZE), random_bytes(a, 12), clear);
        json_t *envelope = wire_envelope(a, code, str_from(wire_message(code)));
        json_put_str(envelope, "txID", ARENA_JOIN(a, STR("<T="), slot_id_str(&r->ticket), STR(">")));
        json_put_str(envelope, "secretKey", wrapped);
        json_put_str(envelope, "content", b->callback_garbage ? STR("AAAADGdhcmJhZ2U=") : framed);
        *ret_body = json_write(a, envelope);
        return OK;
}

static int callback_post(struct task *t, const struct request_slot *r, struct str body)
{
        static const struct fetch_header json_type = { STR("Content-Type"), STR("application/json") };
        struct fetch_request request = { .peer = r->service->peer,
                                         .method = "POST",
                                         .url = r->redirect_uri,
                                         .headers = &json_type,
                                         .header_count = 1,
                                         .body = body };
        struct fetch_reply reply;
        return is_ok(fetch(t, &request, &reply)) ? reply.status : -1;
}

/* What is due is copied out first: while one waits for the service, the tables may change under it. */
static void deliver(struct task *t, const struct iamsmart *s, struct request_slot *r)
{
        struct request_slot copy = *r;
        struct str body;
        int status = -1;
        if (is_ok(callback_body(task_arena(t), s, &copy, &body)))
                for (int64_t i = 0; i < s->behaviour.callback_copies; i++)
                        status = callback_post(t, &copy, body);
        if (slot_id_eq(&r->ticket, slot_id_str(&copy.ticket)))
                r->delivered_status = status;
}

void iamsmart_deliver(struct task *t, void *state)
{
        struct iamsmart *s = state;
        for (size_t i = 0; i < REQUEST_SLOTS && atomic_load(&s->due); i++) {
                struct request_slot *r = &s->requests[i];
                if (!r->due_ms || r->due_ms > clock_monotonic_ms())
                        continue;
                r->due_ms = 0;
                atomic_fetch_sub(&s->due, 1);
                deliver(t, s, r);
        }
}
