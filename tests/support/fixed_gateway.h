/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A gateway over fixed_config.h whose two sources, "hk" and "cn", say whatever the test tells them to. */
#pragma once

#include "store_fixture.h"

#include "authorization_request.h"
#include "fixed_config.h"
#include "gateway.h"

#define FIXED_CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#define FIXED_VERIFIER "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define FIXED_REQUEST                                                                                                  \
        "client_id=portal&redirect_uri=https%3A%2F%2Fportal.example%2Fcallback&response_type=code&scope=openid"        \
        "+profile&state=xyz&nonce=n-1&code_challenge=" FIXED_CHALLENGE "&code_challenge_method=S256"
#define FIXED_APP_REQUEST                                                                                              \
        "client_id=app&redirect_uri=com.example.app%3A%2Fcb&response_type=code&scope=openid&state=xyz"                 \
        "&code_challenge=" FIXED_CHALLENGE "&code_challenge_method=S256"

/* What the sources say next. */
static struct {
        struct assertion hk, cn;
        const struct error *failure; /* of finish and resume */
        bool pending;                /* finish waits for a notice */
        bool steps_up;               /* they can be asked for more: "low" becomes "low+" */
} said;

static inline struct assertion said_of(const char *source, const char *jurisdiction, const char *subject)
{
        return (struct assertion){
                .source = str_from(source),
                .jurisdiction = str_from(jurisdiction),
                .subject = str_from(subject),
                .native_level = STR("sign"),
                .method = STR("face"),
                .auth_time = clock_now() - 5,
                .attributes = { .name_latin = STR("CHAN, Tai Man"),
                                .name_native = STR("陳大文"),
                                .birth_date = STR("1980-01-02"),
                                .gender = STR("male") },
                .transaction = STR("tx-1"),
                .evidence_sha256 = STR("evidence"),
        };
}

static inline void said_reset(void)
{
        said.hk = said_of("hk", "HK", "hk-1");
        said.cn = said_of("cn", "CN", "cn-1");
        said.hk.attributes.document_type = STR("hkid");
        said.hk.attributes.document_number = STR("A123456(3)");
        said.failure = NULL;
        said.pending = false;
        said.steps_up = false;
}

static inline result said_start(struct task *t, const struct source *source, const struct login *login,
                                struct str *ret_url, json_t **ret_memo)
{
        (void)source;
        *ret_memo = json_new_object(task_arena(t));
        json_put_str(*ret_memo, "for", login->state);
        *ret_url = ARENA_JOIN(task_arena(t), STR("https://source.example/?state="), login->state);
        return OK;
}

static inline result said_resume(struct task *t, const struct source *source, const struct login *login,
                                 const json_t *content, struct adapter_outcome *ret_outcome)
{
        (void)content;
        if (said.failure)
                return fail_with(task_arena(t), said.failure, "as the test wants");
        if (!str_eq(json_str(login->memo, "for"), login->state))
                return fail(task_arena(t), ERR_SERVER_ERROR, "memo of another leg");
        ret_outcome->kind = OUTCOME_DONE;
        ret_outcome->assertion = str_is(source->id, "hk") ? said.hk : said.cn;
        if (!login->step_up)
                return OK;
        ret_outcome->assertion.native_level =
                ARENA_JOIN(task_arena(t), ret_outcome->assertion.native_level, STR("+"));
        ret_outcome->assertion.attributes = (struct attributes){ 0 };
        return OK;
}

static inline struct str said_next_level(struct arena *a, const struct source *source, struct str native, bool step_up)
{
        struct str plain = str_ends(native, STR("+")) ? str_head(native, native.len - 1) : native;
        (void)source;
        if (!step_up)
                return plain;
        return said.steps_up ? ARENA_JOIN(a, plain, STR("+")) : (struct str){ 0 };
}

static inline result said_finish(struct task *t, const struct source *source, const struct login *login,
                                 const struct params *callback, struct adapter_outcome *ret_outcome)
{
        (void)callback;
        if (!said.pending || said.failure)
                return said_resume(t, source, login, NULL, ret_outcome);
        ret_outcome->kind = OUTCOME_PENDING;
        ret_outcome->memo = json_new_object(task_arena(t));
        json_put_str(ret_outcome->memo, "for", login->state);
        return OK;
}

static const struct adapter said_adapter = {
        .name = "test",
        .traits = ADAPTER_NOTIFIES | ADAPTER_STEP_UP,
        .start = said_start,
        .finish = said_finish,
        .resume = said_resume,
        .next_level = said_next_level,
};

static struct source fixed_sources[] = {
        { .id = { "hk", 2 }, .jurisdiction = { "HK", 2 }, .adapter = &said_adapter },
        { .id = { "cn", 2 }, .jurisdiction = { "CN", 2 }, .adapter = &said_adapter },
};

static const char fixed_assurance[] = "version: \"1\"\n"
                                      "levels:\n"
                                      "  - {type: test, native: sign, ial: 2, aal: 2, fal: 2}\n"
                                      "  - {type: test, native: low, ial: 1, aal: 1, fal: 1}\n"
                                      "  - {type: test, native: low+, ial: 2, aal: 2, fal: 2}\n"
                                      "acr:\n"
                                      "  - {acr: \"0\", ial: 0, aal: 0, fal: 0}\n"
                                      "  - {acr: low, ial: 1, aal: 1, fal: 1}\n"
                                      "  - {acr: high, ial: 2, aal: 2, fal: 2}\n";

static inline struct gateway *fixed_gateway_new(void)
{
        static const struct str jurisdictions[] = { { "HK", 2 }, { "CN", 2 } };
        static const struct str master = { "0123456789abcdef0123456789abcdef", 32 };
        static const enum alg algs[] = { ALG_ES256 };
        struct arena *a = arena_new(4 << 20);
        struct gateway *g = arena_new_of(a, struct gateway);
        struct mistakes mistakes = { .arena = a };
        json_t *tree;
        g->arena = a;
        g->config = fixed_config();
        assert_non_null(g->config);
        g->sources = fixed_sources;
        g->source_count = 2;
        assert_ok(schema_read(STR("map.yaml"), str_from(fixed_assurance), assurance_schema, &mistakes, &tree));
        assert_ok(assurance_map_load(a, tree, &mistakes, &g->assurance));
        g->subjects = subject_keys_new(master, jurisdictions, 2);
        g->state = seal_new(master, STR("state"));
        g->keys = seal_new(master, STR("keyring"));
        assert_ok(keyring_make(a, algs, 1, clock_now(), &g->keyring));
        return g;
}

static inline int fixed_group_setup(void **state)
{
        said_reset();
        *state = store_fixture_new(fixed_gateway_new());
        return 0;
}

static inline int fixed_group_teardown(void **state)
{
        struct store_fixture *f = *state;
        struct gateway *g = f->program;
        store_fixture_free(f);
        config_free((struct config *)(uintptr_t)g->config);
        gateway_free(g);
        return 0;
}

/* The request that this query makes. */
static inline result fixed_request(struct task *t, const char *query, struct authorization_request *ret_request)
{
        struct params params;
        TRY(params_parse(task_arena(t), str_from(query), &params));
        const struct authorization_context c = {
                .arena = task_arena(t),
                .config = gateway_of(t)->config,
                .params = &params,
        };
        return authorization_request_check(&c, ret_request);
}
