/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A source with a scripted upstream on loopback, a task to call its adapter in, and a store in memory.
 *
 * What a call gave is copied out of its task, so that the test may look at it afterwards. */
#pragma once

#include "engine.h"

#include "adapter.h"

#define WORLD_STATE "st4te-0123456789_abcdefghijklmnopq"
#define WORLD_CORRELATION "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
#define WORLD_SECRET "w0rld-s3cret-0123456789"

struct world {
        struct engine engine;
        struct arena *arena;
        struct upstream *upstream;
        struct source source;
        const char *settings; /* members added to the usual ones, JSON */
};

struct seen {
        const struct error *error;
        char reason[512];
        char url[2048];
        int kind;
        struct {
                char source[64], jurisdiction[8], subject[512], level[64], method[64], transaction[256], evidence[64];
                char name_native[128], name_latin[128], birth_date[16], gender[16], document_type[32], document[64];
                int64_t auth_time, changed_at;
        } assertion;
        char memo[4096];
        char open_url[512];
        char correlation[128], state[128];
        char content[8192];
};

struct world_call {
        struct world *world;
        enum { CALL_START, CALL_FINISH, CALL_NOTIFY, CALL_RESUME } kind;
        const char *query; /* of the callback */
        struct str body;   /* of the notice */
        const char *memo;
        const char *content;
        const char *user_agent;
        const char *language;
        bool subject_is_enough;
        bool step_up;
        struct seen seen;
};

/* In a task of its own. */
void world_call(struct world_call *call);
/* The same for the usual things. */
struct seen world_finish(struct world *w, const char *query);

/* `type` with its usual settings and those of `settings`; NULL: none. */
struct world *world_new(const char *type, const char *settings);
void world_free(struct world *w);

/* What the store holds under `name`; NULL: nothing. `life_s` may be NULL. */
const char *world_kept(const char *name, int64_t *life_s);
void world_keep(const char *name, const char *value);
unsigned world_times_kept(const char *name);

/* A whole HTTP reply with this JSON; lives as long as the world. */
const char *world_json_reply(struct world *w, int status, struct str json);

/* ---- iAM Smart ---- */

/* The content key that the platform uses, and another one. */
struct str world_key(void);
struct str world_other_key(void);
/* getKey's reply: `key` under the KEK, for `life_ms` from now. */
const char *world_key_reply(struct world *w, struct str key, int64_t life_ms);
/* {"txID":…,"code":…,"content":…} with the frame of `plain` under `key`; NULL: no content. */
const char *world_frame_reply(struct world *w, const char *code, struct str key, const char *plain);
/* A callback's body; secretKey wraps `key`. */
struct str world_notice(struct world *w, const char *code, struct str key, const char *plain);
