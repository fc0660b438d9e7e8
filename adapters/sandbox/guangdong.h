/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The stand-in for Guangdong's unified identity platform: OAuth 2.0 in its own dialect.
 *
 * The token and user calls are GET with secrets in the query, as the dialect has it; no state comes back. */
#pragma once

#include "persons.h"
#include "site.h"
#include "slots.h"

enum {
        VISIT_SLOTS = 8192,
        VISIT_LIFE_MS = 10 * 60000,
        AUTH_CODE_LIFE_MS = 60000,
        ACCESS_TOKEN_LIFE_MS = 2 * 3600000,
        RETURN_URI_MAX = 512,
};

struct guangdong_client {
        struct str client_id;
        struct str client_secret;
        const struct str *redirect_uris; /* exact, or a prefix when it ends in '/' */
        size_t redirect_uri_count;
};

/* One login, from the page to the token. */
struct visit {
        struct slot_id ticket;
        struct slot_id code;
        struct slot_id access_token;
        const struct guangdong_client *client;
        const struct person *person;
        char redirect_uri[RETURN_URI_MAX];
        int64_t created_ms;
        int64_t code_issued_ms;
        int64_t token_issued_ms;
        bool code_used;
};

struct guangdong_behaviour {
        int64_t slow_ms;
        int64_t down;
        int64_t garbage;
        bool bare_denial;
        bool isreal_boolean;
        bool userobj_string;
};

struct guangdong {
        struct guangdong_client *clients;
        size_t client_count;
        bool loopback_only;
        struct guangdong_behaviour behaviour;
        struct visit *visits;
        size_t visit_next;
};

extern const struct site_route guangdong_routes[];

struct guangdong *guangdong_new(void);
void guangdong_free(struct guangdong *g);

/* The answer to tokeninfo for a person (guangdong_user.c). */
json_t *guangdong_tokeninfo(struct arena *a, const struct person *p, const struct guangdong_behaviour *b,
                            int64_t now_s);
/* The platform's id of a person's account; stable. */
struct str guangdong_user_code(struct arena *a, const struct gd_account *account);

void guangdong_behave_set(struct task *t); /* guangdong_behave.c */
