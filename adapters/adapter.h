/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What an identity source is to the gateway: one table of functions.
 *
 * `start` turns a login into a URL and a memo; `finish` turns the browser's return into an assertion, or into
 * "pending" when the answer comes later; `notify` reads what the source posts to us; `resume` looks whether a pending
 * login can be finished. An adapter does not store, does not log in, does not choose clients, and reaches no host
 * outside its own settings. What it must keep between two steps goes into the memo, which the gateway seals and
 * stores; what all workers and nodes must share goes through `struct adapter_host`. */
#pragma once

#include "schema.h"
#include "form.h"
#include "json.h"
#include "fetch.h"

enum {
        ADAPTER_STATE_IN_PATH = 1 << 0, /* the source echoes no state: it travels in the callback's path */
        ADAPTER_STEP_UP = 1 << 1,       /* can be asked for a stronger authentication: login->step_up */
        ADAPTER_LOGOUT = 1 << 2,
        ADAPTER_NOTIFIES = 1 << 3,      /* posts to /notify/{source} */
};

struct source;

/* What a source said about a person, this time. All views in the task's arena. */
struct attributes {
        struct str name_native;      /* Chinese name as the source writes it */
        struct str name_latin;       /* romanised, "SURNAME, Given Names" */
        struct str birth_date;       /* "YYYY-MM-DD" */
        struct str gender;           /* "male", "female" or empty */
        struct str document_type;    /* "hkid", "travel_permit", "residence_permit", "resident_id", "passport" */
        struct str document_number;  /* in clear as the adapter gives it; the gateway puts a keyed hash in its place at once */
        struct str phone_number;     /* E.164 or empty */
        struct str email;
};

struct assertion {
        struct str source;           /* id of the source in the settings */
        struct str jurisdiction;
        struct str subject;          /* stable at the source, byte for byte */
        struct str native_level;     /* as the source says it: "sign", "L2" */
        struct str method;           /* RFC 8176 values, space-separated, for amr */
        int64_t auth_time;           /* seconds */
        struct attributes attributes;
        struct str transaction;      /* the source's id of this login, for audit */
        struct str evidence_sha256;  /* of the raw answer, base64url */
        int64_t profile_changed_at;  /* seconds; 0 when the source does not say */
};

/* The login that an adapter is asked to carry out. */
struct login {
        struct str state;            /* 22…36 of A-Za-z0-9_-; unguessable; unique to the flow */
        struct str callback_url;     /* where the browser returns; with ADAPTER_STATE_IN_PATH it ends in "/{state}" */
        struct str notify_url;
        struct str correlation;      /* a fresh UUID (36 characters): the name under which a notice of this login comes */
        const json_t *memo;          /* what `start`, or a pending outcome, left; NULL in `start` */
        struct str language;         /* "zh-Hant", "zh-Hans", "en" */
        struct str user_agent;
        bool step_up;                /* ask for a fresh, stronger authentication; subject and level are enough then: the
                                      * rest is known from the login before */
        bool attributes_needed;      /* false: subject and level are enough */
};

struct adapter_outcome {
        enum { OUTCOME_DONE = 1, OUTCOME_PENDING } kind;
        struct assertion assertion;  /* OUTCOME_DONE */
        json_t *memo;                /* OUTCOME_PENDING: replaces the memo */
        struct str open_url;         /* OUTCOME_PENDING: link that opens the source's app here; empty: other device */
};

struct adapter_notice {
        struct str correlation;      /* the login's */
        struct str state;            /* must equal the login's state (compared in constant time by the gateway) */
        json_t *content;             /* given to `resume`; sealed and stored by the gateway meanwhile */
};

/* What the gateway does for adapters. */
struct adapter_host {
        /* A value shared by all workers and nodes, sealed in the store; ttl_s > 0. */
        result (*keep)(struct task *t, const struct source *source, struct str name, struct str value, int64_t ttl_s);
        /* The same, only if there is none: *ret_created tells. One of many who ask at once gets true. */
        result (*keep_new)(struct task *t, const struct source *source, struct str name, int64_t ttl_s,
                           bool *ret_created);
        result (*recall)(struct task *t, const struct source *source, struct str name, struct str *ret_value,
                         bool *ret_found);
};

struct source {
        struct str id;               /* in the settings and in /callback/{id} */
        struct str jurisdiction;
        const struct adapter *adapter;
        const struct adapter_host *host;
        struct peer *peer;           /* bulkhead and breaker of this source; made by the adapter's configure, owned by its arena */
        void *settings;              /* the adapter's own, made by configure */
        const json_t *titles;        /* {"en":…,"zh-Hant":…,"zh-Hans":…} */
};

struct adapter {
        const char *name;            /* as in the settings: "type" */
        unsigned traits;
        const struct schema_field *schema; /* of the source's own settings; see config/schema.h */
        /* `settings` is valid by the schema. Sets source->settings and source->peer. Errors: ERR_CONFIG. */
        result (*configure)(struct arena *a, const json_t *settings, struct source *source);
        result (*start)(struct task *t, const struct source *source, const struct login *login, struct str *ret_url,
                        json_t **ret_memo);
        result (*finish)(struct task *t, const struct source *source, const struct login *login,
                         const struct params *callback, struct adapter_outcome *ret_outcome);
        /* Errors are all answered alike. */
        result (*notify)(struct task *t, const struct source *source, struct str body,
                         struct adapter_notice *ret_notice);
        result (*resume)(struct task *t, const struct source *source, const struct login *login,
                         const json_t *content, struct adapter_outcome *ret_outcome);
        /* The native level that another login of somebody who had `native` is expected to give: a plain one, or one with
         * login->step_up. Empty: the source does not do that. May be NULL without ADAPTER_STEP_UP: then a plain login
         * gives `native` again. */
        struct str (*next_level)(struct arena *a, const struct source *source, struct str native, bool step_up);
        /* URL that ends the source's own session; empty when it has none. May be NULL. */
        struct str (*logout_url)(struct arena *a, const struct source *source, struct str return_to);
        /* Origins that a page's form may lead to (Content-Security-Policy form-action), space-separated. */
        struct str (*browser_origins)(const struct source *source);
};

/* registry.c: all rows, NULL-terminated. */
extern const struct adapter *const adapter_registry[];
const struct adapter *adapter_find(struct str name);
