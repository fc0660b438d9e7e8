/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Inside the iAM Smart adapter only: its settings and the calls between its parts. The protocol is described in
 * docs/sources/iamsmart.md. */
#pragma once

#include "adapter.h"
#include "cipher.h"
#include "iamsmart_wire.h"
#include "source_settings.h"

#define IAMSMART_KEKS_MAX 4

struct iamsmart {
        struct source_access access;
        struct rsa_key *keks[IAMSMART_KEKS_MAX];
        size_t kek_count;
        enum rsa_padding padding;
        struct str key_body;          /* of getKey: "" or "{}" */
        struct str scope;
        const json_t *profile_fields;
        struct str app_link;          /* opens the app; ticketID is added */
        struct str path_qr, path_token, path_key, path_profile;
        bool re_authentication;       /* may be asked for it; the rest is for that */
        struct str re_authentication_scope, re_authentication_link, path_re_authentication;
        int64_t key_margin_ms;        /* the content key is renewed so long before it ends */
        bool confirm_callback_key;
        bool encode_notify_url;
        _Atomic int64_t last_timestamp; /* the platform wants them not to fall */
};

struct iamsmart_message {
        struct str path;
        struct str body;
};

struct iamsmart_reply {
        struct str transaction;
        json_t *content;              /* decrypted */
        struct str evidence;          /* SHA-256 of the raw reply, base64url */
};

static inline struct iamsmart *iamsmart_of(const struct source *source)
{
        return source->settings;
}

/* iamsmart_call.c: a signed POST with an encrypted body; content keys are renewed and the call repeated once on D30001
 * to D30004. A code other than success becomes an error by iamsmart_code_error. */
result iamsmart_call(struct task *t, const struct source *source, struct str path, const json_t *body,
                     struct iamsmart_reply *ret_reply);
/* A signed POST of these bytes. *ret_raw is the reply's body, of which the envelope holds views. */
result iamsmart_post(struct task *t, const struct source *source, const struct iamsmart_message *message,
                     struct iamsmart_envelope *ret_envelope, struct str *ret_raw);

/* iamsmart_key.c: the content key (32 bytes), from the store or by getKey. */
result iamsmart_content_key(struct task *t, const struct source *source, struct str *ret_key);
/* By getKey, whatever the store has. */
result iamsmart_content_key_renew(struct task *t, const struct source *source, struct str *ret_key);
/* Unwraps a key of 32 bytes, or of 44 characters of base64 of 32 bytes, with the KEK that has this public key, or, when
 * none is named that is ours, with any. Never fails: what can't be unwrapped gives random bytes, and whoever has to
 * answer a stranger goes on with them, so that the stranger learns nothing (RFC 8017, section 7.2.2). *ret_genuine is
 * for a reply that the platform gave us. */
struct str iamsmart_unwrap(struct arena *a, const struct iamsmart *s, struct str wrapped, struct str public_key,
                           bool *ret_genuine);

/* Is this login to be confirmed by a re-authentication? */
bool iamsmart_steps_up(const struct source *source, const struct login *login);

/* iamsmart_profile.c */
struct iamsmart_person {              /* from getToken; kept in the memo while the profile is awaited */
        struct str open_id;           /* byte for byte, never decoded */
        struct str user_type;
        int64_t changed_at;           /* seconds */
        int64_t auth_time;
        struct str transaction;
        struct str evidence;
        struct str access_token;      /* for the profile request; not kept */
};
/* Asks for the profile or, when the login steps up, for a re-authentication; the outcome is pending. */
result iamsmart_initiate_request(struct task *t, const struct source *source, const struct login *login,
                                 const struct iamsmart_person *person, struct adapter_outcome *ret_outcome);
result iamsmart_notify(struct task *t, const struct source *source, struct str body, struct adapter_notice *ret_notice);
result iamsmart_resume(struct task *t, const struct source *source, const struct login *login, const json_t *content,
                       struct adapter_outcome *ret_outcome);
/* Reads the verified fields. Errors: ERR_SOURCE_BAD_ANSWER. */
result iamsmart_attributes(struct arena *a, const json_t *fields, struct attributes *ret_attributes);
struct assertion iamsmart_assertion(const struct source *source, const struct iamsmart_person *person);

/* iamsmart_codes.c: the error for a response code; NULL for success. Unknown codes are ERR_SOURCE_BAD_ANSWER. */
const struct error *iamsmart_code_error(struct str code);
/* iamsmart_agent.c: getQR's `source` for a User-Agent: "PC_Browser", "iOS_Safari", … */
struct str iamsmart_agent(struct str user_agent);
