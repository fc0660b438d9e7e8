/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The stand-in for a portal: an OpenID Connect relying party (OpenID Connect Core 1.0, RFC 7636, RFC 9207) with one
 * page. Sessions are in memory; the cookie names the slot. */
#pragma once

#include "provider.h"
#include "site.h"
#include "slots.h"

enum { SESSION_SLOTS = 2048, ATTEMPTS = 4, TOKEN_TEXT = 44 };

/* One sign-in under way: several tabs may each have one. */
struct attempt {
        char state[TOKEN_TEXT];
        char nonce[TOKEN_TEXT];
        char code_verifier[TOKEN_TEXT];
};

struct portal_session {
        struct slot_id id;
        char csrf[TOKEN_TEXT];
        struct attempt attempts[ATTEMPTS];
        size_t attempt_next;
        struct arena *arena;  /* NULL while nobody is signed in; owns what follows */
        const json_t *claims; /* of the ID token */
        struct str id_token;
        struct str access_token;
        struct arena *answer_arena; /* of the last call to the service */
        int answer_status;
        struct str answer;
};

struct portal {
        struct provider provider;
        struct str client_id;
        struct str client_secret;
        struct str public_url;
        struct str scope;
        struct str acr_values; /* may be empty */
        struct str source;     /* id of the source behind the first button */
        struct str service_url;
        struct peer *service;
        struct portal_session *sessions;
        size_t session_next;
};

extern const struct site_route portal_routes[];

struct portal *portal_new(void);
void portal_free(struct portal *p);

/* The session of the request's cookie; NULL when there is none. Ask again after every wait. */
struct portal_session *portal_session_find(struct task *t);
/* The same, made when absent; sets the cookie. */
struct portal_session *portal_session_need(struct task *t);
/* A new id for the same session, after sign-in (no session fixation); sets the cookie. */
void portal_session_rename(struct task *t, struct portal_session *s);
void portal_session_clear(struct portal_session *s);

void portal_front(struct task *t); /* portal_pages.c */
void portal_problem(struct task *t, int status, const char *what, struct str detail);
void portal_sign_in(struct task *t); /* portal_login.c */
void portal_callback(struct task *t);

/* at_hash of an access token under the ID token's algorithm (OpenID Connect Core 1.0, section 3.1.3.6). */
struct str portal_at_hash(struct arena *a, enum alg alg, struct str access_token);
/* A part of a compact JWT as indented JSON; empty when it cannot be read. 0: header, 1: payload. */
struct str portal_jwt_part(struct arena *a, struct str jwt, unsigned part);
