/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The iAM Smart stand-in: what it keeps in memory, and the parts that its routes are made of.
 *
 * browser: getQR → page → phone approves → redirect with a code. Server: getKey, getToken, profile request.
 * Then the phone approves the profile, or confirms a re-authentication, and the platform posts that to the service. One worker owns all of it. */
#pragma once

#include <stdatomic.h>

#include "fetch.h"
#include "iamsmart_wire.h"
#include "persons.h"
#include "site.h"
#include "slots.h"

enum {
        LOGIN_SLOTS = 8192,
        TOKEN_SLOTS = 8192,
        REQUEST_SLOTS = 8192,
        NONCE_SLOTS = 4096,
        STATE_MAX = 36, /* characters of state, nonce and businessID */
        CODE_LIFE_MS = 30000,
        LOGIN_LIFE_MS = 5 * 60000,
        TOKEN_LIFE_MS = 4 * 3600000,
        REQUEST_LIFE_MS = 18 * 60000,
};

struct eservice {
        struct str client_id;
        struct str client_secret;
        struct str kek_public; /* DER SubjectPublicKeyInfo */
        const struct str *redirect_uris;
        size_t redirect_uri_count;
        struct str scopes;
        struct peer *peer; /* for callbacks */
        char cek[CEK_SIZE];
        int64_t cek_issued_ms; /* 0: there is none */
        int64_t last_timestamp;
        char nonces[NONCE_SLOTS][STATE_MAX + 1];
        size_t nonce_next;
};

enum decision {
        DECISION_PENDING = 0,
        DECISION_APPROVED,
        DECISION_CANCELLED,
        DECISION_REJECTED,
        DECISION_FAILED,
        DECISION_TIMEOUT
};

struct login_slot {
        struct slot_id browser; /* what the page in the browser asks with */
        struct slot_id ticket;  /* what the QR code carries to the phone */
        struct slot_id code;
        struct eservice *service;
        struct str redirect_uri; /* as registered */
        char state[STATE_MAX + 1];
        char scope[256];
        int64_t created_ms;
        int64_t code_issued_ms;
        const struct person *person;
        enum decision decision;
        bool bare_denial;
        bool broker_page;
        bool code_used;
};

struct token_slot {
        struct slot_id token;
        struct eservice *service;
        const struct person *person;
        char scope[256];
        int64_t expires_ms;
        bool by_qr;
};

/* Bits of request_slot.fields, in the order of the protocol page. */
enum {
        FIELD_ID_NO = 1,
        FIELD_EN_NAME = 2,
        FIELD_CH_NAME = 4,
        FIELD_BIRTH_DATE = 8,
        FIELD_GENDER = 16,
        FIELD_CH_NAME_VERIFIED = 32
};

struct request_slot {
        struct slot_id ticket;
        struct eservice *service;
        const struct person *person;
        struct str redirect_uri;
        char business_id[STATE_MAX + 1];
        char state[STATE_MAX + 1];
        bool step_up;         /* a re-authentication; else the profile with these: */
        unsigned fields;
        int64_t created_ms;
        enum decision decision;
        int64_t due_ms;       /* monotonic; 0: nothing to deliver */
        int delivered_status; /* HTTP status of the last delivery; 0: none, -1: failed */
};

/* What tests can make it do (POST /sandbox/behave). Counts: -1 means until reset. */
struct behaviour {
        int64_t slow_ms;
        int64_t slow_callback_ms;
        int64_t garbage;
        int64_t down;
        int64_t callback_copies;
        bool callback_garbage;
        bool callback_foreign_state;
        bool deny_bare;
        bool cek_base64;
        bool expires_absolute;
        int by_qr; /* -1: as the login was made */
        char next_code[8];
        enum decision profile;            /* DECISION_PENDING: the phone is asked */
        enum decision step_up;            /* the same for re-authentications */
        const struct person *auto_person; /* logins are approved for this person without a phone */
};

struct iamsmart {
        struct str public_url;
        struct eservice *services;
        size_t service_count;
        int64_t cek_life_ms;
        int64_t timestamp_slack_ms;
        int64_t clock_skew_ms;
        bool loopback_only;
        struct behaviour behaviour;
        struct login_slot *logins;
        struct token_slot *tokens;
        struct request_slot *requests;
        size_t login_next, token_next, request_next;
        atomic_uint due; /* deliveries waiting; read by the main thread */
};

extern const struct site_route iamsmart_routes[];

/* Allocates the tables; the rest is filled from the settings. */
struct iamsmart *iamsmart_new(void);
void iamsmart_free(struct iamsmart *s);
struct behaviour behaviour_default(void);

struct eservice *eservice_find(struct iamsmart *s, struct str client_id);
/* The registered URI that equals `uri`, as it is or percent-decoded once; empty when there is none. */
struct str eservice_redirect_uri(struct arena *a, const struct eservice *e, struct str uri);
bool source_is_known(struct str source);
/* Are all words of `scope` among those of `allowed`? */
bool scope_is_within(struct str scope, struct str allowed);
/* The opaque identifier of a person for one e-service. */
struct str open_id_of(struct arena *a, const struct eservice *e, const struct person *p);
/* The content key in force; NULL when there is none or it has expired. */
const char *eservice_cek(const struct iamsmart *s, const struct eservice *e, int64_t now_ms);
void eservice_cek_renew(struct arena *a, struct eservice *e, int64_t now_ms);
/* The content key, encoded as the behaviour says and wrapped for the e-service's KEK, in base64. */
result eservice_cek_wrap(struct arena *a, const struct eservice *e, bool as_base64, struct str *ret_wrapped);

struct login_slot *login_by_browser(struct iamsmart *s, struct str id);
struct login_slot *login_by_ticket(struct iamsmart *s, struct str id);
struct login_slot *login_by_code(struct iamsmart *s, struct str code);
void login_decide(struct arena *a, struct login_slot *l, enum decision decision, const struct person *p);
/* Where the browser goes after the decision. */
struct str login_return_url(struct arena *a, const struct login_slot *l);
const char *decision_login_code(enum decision d);
const char *decision_profile_code(enum decision d);
const char *decision_step_up_code(enum decision d);
const char *decision_word(enum decision d);
enum decision decision_parse(struct str text);
/* Seen in 18 minutes: the request to the app; NULL when unknown or too old. */
struct request_slot *request_by_ticket(struct iamsmart *s, struct str ticket);
void request_decide(struct iamsmart *s, struct request_slot *r, enum decision decision);

/* Routes, by file. */
void getqr_answer(struct task *t); /* iamsmart_login.c */
void qr_answer(struct task *t);
void phone_login_show(struct task *t);
void phone_login_decide(struct task *t);
void phone_list_show(struct task *t); /* iamsmart_phone.c */
void phone_request_show(struct task *t);
void phone_request_decide(struct task *t);
void getkey_answer(struct task *t); /* iamsmart_api.c */
void revokekey_answer(struct task *t);
void gettoken_answer(struct task *t);
void profile_answer(struct task *t); /* iamsmart_request.c */
void step_up_answer(struct task *t);
void behave_show(struct task *t);    /* iamsmart_behave.c */
void behave_set(struct task *t);

/* One authenticated server request (iamsmart_api.c). */
struct api_call {
        struct eservice *service;
        const json_t *content; /* decrypted; NULL for getKey and revokeKey */
};
/* Answers with an error itself; false then. */
bool api_call_begin(struct task *t, bool encrypted, struct api_call *ret_call);
void api_refuse(struct task *t, const char *code, const char *parameter);
void api_succeed(struct task *t, const struct eservice *e, const json_t *content);
/* Takes member `name`; refuses the call itself when it is missing (D20001), empty (D20002) or too long (D20003). */
bool api_need(struct task *t, const json_t *content, const char *name, size_t max, struct str *ret_value);

/* Posts what is due; run as a task on the stand-in's worker (iamsmart_request.c). */
void iamsmart_deliver(struct task *t, void *state);
