/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The iAM Smart stand-in's table of routes and its state: e-services, keys, logins, requests. */
#include "iamsmart.h"

#include "base64url.h"
#include "cipher.h"
#include "clock.h"
#include "digest.h"
#include "secret.h"
#include "uri.h"

static void front_answer(struct task *t);

const struct site_route iamsmart_routes[] = {
        { METHOD_GET, "/api/v1/auth/getQR", getqr_answer },
        { METHOD_GET, "/api/v1/auth/qr", qr_answer },
        { METHOD_POST, "/api/v1/security/getKey", getkey_answer },
        { METHOD_POST, "/api/v1/security/revokeKey", revokekey_answer },
        { METHOD_POST, "/api/v1/auth/getToken", gettoken_answer },
        { METHOD_POST, "/api/v1/account/auth/profile/initiateRequest", profile_answer },
        { METHOD_POST, "/api/v1/account/stepup/initiateRequest", step_up_answer },
        { METHOD_GET, "/", front_answer },
        { METHOD_GET, "/phone", phone_list_show },
        { METHOD_GET, "/phone/login", phone_login_show },
        { METHOD_POST, "/phone/login", phone_login_decide },
        { METHOD_GET, "/phone/profile", phone_request_show },
        { METHOD_GET, "/phone/re-auth", phone_request_show },
        { METHOD_POST, "/phone/request", phone_request_decide },
        { METHOD_GET, "/sandbox/behave", behave_show },
        { METHOD_POST, "/sandbox/behave", behave_set },
        { 0 },
};

static void front_answer(struct task *t)
{
        const struct iamsmart *s = site_state(t);
        struct html h = html_in(task_arena(t));
        html_begin(&h, STR("iAM Smart stand-in · 「智方便」模擬"), STR("iamsmart"), STR(""));
        HTML(&h,
             "<p>Online services reach it at <code>{}/api/v1</code>; a login starts there, with getQR.</p>"
             "<p><a class=\"button\" href=\"/phone\">The phone: notifications · 手機：通知</a></p>",
             s->public_url);
        site_page(t, 200, &h);
}

struct behaviour behaviour_default(void)
{
        return (struct behaviour){ .callback_copies = 1, .by_qr = -1 };
}

static void *table_new(size_t count, size_t size)
{
        void *table = calloc(count, size);
        if (!table)
                abort();
        return table;
}

struct iamsmart *iamsmart_new(void)
{
        struct iamsmart *s = table_new(1, sizeof *s);
        s->behaviour = behaviour_default();
        s->logins = table_new(LOGIN_SLOTS, sizeof *s->logins);
        s->tokens = table_new(TOKEN_SLOTS, sizeof *s->tokens);
        s->requests = table_new(REQUEST_SLOTS, sizeof *s->requests);
        return s;
}

void iamsmart_free(struct iamsmart *s)
{
        if (!s)
                return;
        for (size_t i = 0; i < s->service_count; i++)
                peer_free(s->services[i].peer);
        free(s->logins);
        free(s->tokens);
        free(s->requests);
        free(s->services);
        free(s);
}

struct eservice *eservice_find(struct iamsmart *s, struct str client_id)
{
        for (size_t i = 0; i < s->service_count; i++)
                if (str_eq(s->services[i].client_id, client_id))
                        return &s->services[i];
        return NULL;
}

struct str eservice_redirect_uri(struct arena *a, const struct eservice *e, struct str uri)
{
        struct str decoded = uri;
        ignore_failure(uri_decode(a, uri, &decoded), "then only the text as it is can match");
        for (size_t i = 0; i < e->redirect_uri_count; i++)
                if (str_eq(e->redirect_uris[i], uri) || str_eq(e->redirect_uris[i], decoded))
                        return e->redirect_uris[i];
        return STR("");
}

bool source_is_known(struct str source)
{
        static const struct str known =
                STR("PC_Browser Android_Chrome Android_Firefox Android_Edge Android_Samsung Android_Huawei "
                    "Android_Xiaomi iOS_Safari iOS_Chrome iOS_Firefox iOS_Edge App_Link App_Package App_Scheme");
        return str_has_word(known, source);
}

bool scope_is_within(struct str scope, struct str allowed)
{
        struct str word;
        while (str_split(&scope, ' ', &word))
                if (!str_is_empty(word) && !str_has_word(allowed, word))
                        return false;
        return true;
}

struct str open_id_of(struct arena *a, const struct eservice *e, const struct person *p)
{
        struct str mac = hmac_of(a, DIGEST_SHA256, e->client_id, ARENA_JOIN(a, STR("openID "), str_from(p->id)));
        struct buf encoded = buf_in(a, 256);
        uri_encode(&encoded, base64_encode(a, mac));
        return buf_str(&encoded);
}

const char *eservice_cek(const struct iamsmart *s, const struct eservice *e, int64_t now_ms)
{
        return e->cek_issued_ms && now_ms < e->cek_issued_ms + s->cek_life_ms ? e->cek : NULL;
}

void eservice_cek_renew(struct arena *a, struct eservice *e, int64_t now_ms)
{
        memcpy(e->cek, random_bytes(a, CEK_SIZE).data, CEK_SIZE);
        e->cek_issued_ms = now_ms;
}

result eservice_cek_wrap(struct arena *a, const struct eservice *e, bool as_base64, struct str *ret_wrapped)
{
        struct str key = str_slice(e->cek, CEK_SIZE);
        if (as_base64)
                key = base64_encode(a, key);
        struct str wrapped;
        TRY(rsa_wrap(a, e->kek_public, RSA_PADDING_PKCS1, key, &wrapped));
        *ret_wrapped = base64_encode(a, wrapped);
        return OK;
}

static struct login_slot *login_at(struct iamsmart *s, struct str id)
{
        size_t slot = slot_id_index(id);
        return slot < LOGIN_SLOTS ? &s->logins[slot] : NULL;
}

/* A login that nobody decided in time has timed out. */
static struct login_slot *login_aged(struct login_slot *l)
{
        if (l->decision == DECISION_PENDING && clock_now_ms() > l->created_ms + LOGIN_LIFE_MS)
                l->decision = DECISION_TIMEOUT;
        return l;
}

struct login_slot *login_by_browser(struct iamsmart *s, struct str id)
{
        struct login_slot *l = login_at(s, id);
        return l && slot_id_eq(&l->browser, id) ? login_aged(l) : NULL;
}

struct login_slot *login_by_ticket(struct iamsmart *s, struct str id)
{
        struct login_slot *l = login_at(s, id);
        return l && slot_id_eq(&l->ticket, id) ? login_aged(l) : NULL;
}

struct login_slot *login_by_code(struct iamsmart *s, struct str code)
{
        struct login_slot *l = login_at(s, code);
        return l && slot_id_eq(&l->code, code) ? l : NULL;
}

void login_decide(struct arena *a, struct login_slot *l, enum decision decision, const struct person *p)
{
        if (l->decision != DECISION_PENDING)
                return;
        l->decision = decision;
        l->person = p;
        if (decision != DECISION_APPROVED)
                return;
        l->code = slot_id_make(a, slot_id_index(slot_id_str(&l->browser)));
        l->code_issued_ms = clock_now_ms();
}

struct str login_return_url(struct arena *a, const struct login_slot *l)
{
        struct param params[2];
        size_t count = 0;
        if (l->decision == DECISION_APPROVED)
                params[count++] = (struct param){ STR("code"), slot_id_str(&l->code) };
        else if (!l->bare_denial)
                params[count++] = (struct param){ STR("error_code"), str_from(decision_login_code(l->decision)) };
        if (l->state[0])
                params[count++] = (struct param){ STR("state"), str_from(l->state) };
        return uri_with_params(a, l->redirect_uri, params, count);
}

static const struct {
        const char *word;
        const char *login_code;
        const char *profile_code;
        const char *step_up_code;
} decisions[] = {
        [DECISION_PENDING] = { "ask", "D20000", "D20000", "D20000" },
        [DECISION_APPROVED] = { "approve", "D00000", "D00000", "D00000" },
        [DECISION_CANCELLED] = { "cancel", "D40000", "D50001", "D80001" },
        [DECISION_REJECTED] = { "refuse", "D40001", "D50001", "D80001" },
        [DECISION_FAILED] = { "fail", "D40002", "D50002", "D80002" },
        [DECISION_TIMEOUT] = { "timeout", "D40003", "D50003", "D80003" },
};

const char *decision_login_code(enum decision d)
{
        return decisions[d].login_code;
}

const char *decision_profile_code(enum decision d)
{
        return decisions[d].profile_code;
}

const char *decision_step_up_code(enum decision d)
{
        return decisions[d].step_up_code;
}

const char *decision_word(enum decision d)
{
        return decisions[d].word;
}

enum decision decision_parse(struct str text)
{
        for (size_t i = 0; i < sizeof decisions / sizeof decisions[0]; i++)
                if (str_is(text, decisions[i].word))
                        return (enum decision)i;
        return DECISION_PENDING;
}

struct request_slot *request_by_ticket(struct iamsmart *s, struct str ticket)
{
        size_t slot = slot_id_index(ticket);
        if (slot >= REQUEST_SLOTS || !slot_id_eq(&s->requests[slot].ticket, ticket))
                return NULL;
        return clock_now_ms() <= s->requests[slot].created_ms + REQUEST_LIFE_MS ? &s->requests[slot] : NULL;
}

void request_decide(struct iamsmart *s, struct request_slot *r, enum decision decision)
{
        if (r->decision != DECISION_PENDING || decision == DECISION_PENDING)
                return;
        r->decision = decision;
        if (s->behaviour.callback_copies == 0)
                return;
        r->due_ms = clock_monotonic_ms() + s->behaviour.slow_callback_ms + 1;
        atomic_fetch_add(&s->due, 1);
}
