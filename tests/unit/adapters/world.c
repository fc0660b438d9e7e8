/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See world.h. */
#include "openssl_raw.h"

#include "world.h"

#include "base64url.h"
#include "clock.h"
#include "iamsmart.h"

#define KEPT_MAX 8
#define KEK_FILE "/tmp/baygate-world-kek.%d.pem"

static const char key_bytes[] = "0123456789abcdef0123456789ABCDEF",
                  other_key_bytes[] = "fedcba9876543210FEDCBA9876543210";

/* ---- the store ---- */

static struct {
        char name[64];
        char value[512];
        int64_t life_s;
        bool there;
        unsigned times;
} kept[KEPT_MAX];

static size_t slot_of(struct str name)
{
        size_t i = 0;

        while (i < KEPT_MAX - 1 && kept[i].name[0] && !str_is(name, kept[i].name))
                i++;
        snprintf(kept[i].name, sizeof(kept[i].name), "%.*s", STR_FMT(name));
        return i;
}

static result keep(struct task *t, const struct source *source, struct str name, struct str value, int64_t ttl_s)
{
        size_t i = slot_of(name);

        (void)t;
        (void)source;
        snprintf(kept[i].value, sizeof(kept[i].value), "%.*s", STR_FMT(value));
        kept[i].life_s = ttl_s;
        kept[i].there = true;
        kept[i].times++;
        return OK;
}

static result recall(struct task *t, const struct source *source, struct str name, struct str *ret_value,
                     bool *ret_found)
{
        size_t i = slot_of(name);

        (void)source;
        *ret_found = kept[i].there;
        *ret_value = arena_copy(task_arena(t), str_from(kept[i].there ? kept[i].value : ""));
        return OK;
}

static result keep_new(struct task *t, const struct source *source, struct str name, int64_t ttl_s, bool *ret_created)
{
        size_t i = slot_of(name);

        *ret_created = !kept[i].there;
        return *ret_created ? keep(t, source, name, STR("1"), ttl_s) : OK;
}

static const struct adapter_host host = { .keep = keep, .keep_new = keep_new, .recall = recall };

const char *world_kept(const char *name, int64_t *life_s)
{
        size_t i = slot_of(str_from(name));

        if (life_s)
                *life_s = kept[i].life_s;
        return kept[i].there ? kept[i].value : NULL;
}

void world_keep(const char *name, const char *value)
{
        size_t i = slot_of(str_from(name));

        snprintf(kept[i].value, sizeof(kept[i].value), "%s", value);
        kept[i].there = true;
}

unsigned world_times_kept(const char *name)
{
        return kept[slot_of(str_from(name))].times;
}

/* ---- the calls ---- */

#define COPY(to, from) snprintf((to), sizeof(to), "%.*s", STR_FMT(from))

static void copy_assertion(struct seen *seen, const struct assertion *from)
{
        COPY(seen->assertion.source, from->source);
        COPY(seen->assertion.jurisdiction, from->jurisdiction);
        COPY(seen->assertion.subject, from->subject);
        COPY(seen->assertion.level, from->native_level);
        COPY(seen->assertion.method, from->method);
        COPY(seen->assertion.transaction, from->transaction);
        COPY(seen->assertion.evidence, from->evidence_sha256);
        COPY(seen->assertion.name_native, from->attributes.name_native);
        COPY(seen->assertion.name_latin, from->attributes.name_latin);
        COPY(seen->assertion.birth_date, from->attributes.birth_date);
        COPY(seen->assertion.gender, from->attributes.gender);
        COPY(seen->assertion.document_type, from->attributes.document_type);
        COPY(seen->assertion.document, from->attributes.document_number);
        seen->assertion.auth_time = from->auth_time;
        seen->assertion.changed_at = from->profile_changed_at;
}

static void copy_outcome(struct arena *a, struct seen *seen, const struct adapter_outcome *from)
{
        seen->kind = (int)from->kind;
        if (from->kind == OUTCOME_DONE)
                copy_assertion(seen, &from->assertion);
        if (from->kind == OUTCOME_PENDING && from->memo)
                COPY(seen->memo, json_write(a, from->memo));
        COPY(seen->open_url, from->open_url);
}

static json_t *object_of(struct arena *a, const char *text)
{
        json_t *object = NULL;

        ignore_failure(json_read_object(a, str_from(text ? text : "{}"), 65536, &object), "the tests' own text");
        return object;
}

static struct login login_of(struct arena *a, const struct world_call *call)
{
        const struct source *source = &call->world->source;
        bool in_path = (source->adapter->traits & ADAPTER_STATE_IN_PATH) != 0;
        struct str callback = ARENA_JOIN(a, STR("https://id.example/callback/"), source->id);

        return (struct login){
                .state = STR(WORLD_STATE),
                .callback_url = in_path ? ARENA_JOIN(a, callback, STR("/" WORLD_STATE)) : callback,
                .notify_url = ARENA_JOIN(a, STR("https://id.example/notify/"), source->id),
                .correlation = STR(WORLD_CORRELATION),
                .memo = call->memo ? object_of(a, call->memo) : NULL,
                .language = str_from(call->language ? call->language : "zh-Hant"),
                .user_agent = str_from(call->user_agent),
                .step_up = call->step_up,
                .attributes_needed = !call->subject_is_enough && !call->step_up,
        };
}

static result call_start(struct task *t, struct world_call *call, const struct login *login)
{
        const struct source *source = &call->world->source;
        struct str url;
        json_t *memo;

        TRY(source->adapter->start(t, source, login, &url, &memo));
        COPY(call->seen.url, url);
        COPY(call->seen.memo, json_write(task_arena(t), memo));
        return OK;
}

static result call_finish(struct task *t, struct world_call *call, const struct login *login)
{
        const struct source *source = &call->world->source;
        struct adapter_outcome outcome = { 0 };
        struct params params;

        TRY(params_parse(task_arena(t), str_from(call->query), &params));
        TRY(source->adapter->finish(t, source, login, &params, &outcome));
        copy_outcome(task_arena(t), &call->seen, &outcome);
        return OK;
}

static result call_notify(struct task *t, struct world_call *call)
{
        const struct source *source = &call->world->source;
        struct adapter_notice notice = { 0 };

        TRY(source->adapter->notify(t, source, call->body, &notice));
        COPY(call->seen.correlation, notice.correlation);
        COPY(call->seen.state, notice.state);
        COPY(call->seen.content, json_write(task_arena(t), notice.content));
        return OK;
}

static result call_resume(struct task *t, struct world_call *call, const struct login *login)
{
        const struct source *source = &call->world->source;
        struct arena *a = task_arena(t);
        struct adapter_outcome outcome = { 0 };

        TRY(source->adapter->resume(t, source, login, object_of(a, call->content), &outcome));
        copy_outcome(a, &call->seen, &outcome);
        return OK;
}

static void run(struct task *t, void *argument)
{
        struct world_call *call = argument;
        struct login login = login_of(task_arena(t), call);
        result r = OK;

        if (call->kind == CALL_START)
                r = call_start(t, call, &login);
        else if (call->kind == CALL_FINISH)
                r = call_finish(t, call, &login);
        else if (call->kind == CALL_NOTIFY)
                r = call_notify(t, call);
        else
                r = call_resume(t, call, &login);
        call->seen.error = r.error;
        COPY(call->seen.reason, arena_reason(task_arena(t)));
}

void world_call(struct world_call *call)
{
        memset(&call->seen, 0, sizeof(call->seen));
        server_run_task(call->world->engine.server, run, call);
}

struct seen world_finish(struct world *w, const char *query)
{
        struct world_call call = { .world = w, .kind = CALL_FINISH, .query = query };

        world_call(&call);
        return call.seen;
}

/* ---- the world ---- */

static void handle_nothing(struct task *t)
{
        (void)t;
}

static void write_kek(struct world *w, char *path, size_t size)
{
        snprintf(path, size, KEK_FILE, (int)getpid());
        struct str pem = raw_rsa_pem(w->arena, 2048);
        FILE *f = fopen(path, "w");

        assert_non_null(f);
        fwrite(pem.data, 1, pem.len, f);
        fclose(f);
}

static json_t *usual_settings(struct world *w, const char *kek_path)
{
        json_t *settings = json_new_object(w->arena);

        json_put_str(settings, "api_base",
                     arena_printf(w->arena, "http://127.0.0.1:%d/api", upstream_port(w->upstream)));
        json_put_str(settings, "web_base", STR("https://pages.example/web"));
        json_put_str(settings, "client_id", STR("client-1"));
        json_put_str(settings, "client_secret", STR(WORLD_SECRET));
        if (kek_path)
                json_put_str(settings, "kek_file", str_from(kek_path));
        json_put_str(settings, "timeout", STR("1s"));
        json_put_str(settings, "trip_after", STR("1000"));
        return settings;
}

static void configure(struct world *w, const char *settings_text)
{
        bool needs_kek = strcmp(w->source.adapter->name, "iamsmart") == 0;
        struct mistakes mistakes = { .arena = w->arena };
        char kek_path[64];

        if (needs_kek)
                write_kek(w, kek_path, sizeof(kek_path));
        json_t *settings = usual_settings(w, needs_kek ? kek_path : NULL);
        json_object_update(settings, object_of(w->arena, settings_text));
        result r = schema_check(w->arena, settings, w->source.adapter->schema, &mistakes);
        if (!is_ok(r))
                fail_msg("%.*s", STR_FMT(mistakes.items[0]));
        assert_ok(w->source.adapter->configure(w->arena, settings, &w->source));
        if (needs_kek)
                unlink(kek_path);
}

struct world *world_new(const char *type, const char *settings)
{
        struct world *w = calloc(1, sizeof(*w));

        assert_non_null(w);
        memset(kept, 0, sizeof(kept));
        w->arena = arena_new(1 << 20);
        w->upstream = upstream_start();
        w->engine = engine_new(handle_nothing);
        engine_start(&w->engine);
        w->source = (struct source){
                .id = STR("the-source"),
                .jurisdiction = STR("HK"),
                .adapter = adapter_find(str_from(type)),
                .host = &host,
        };
        assert_non_null(w->source.adapter);
        configure(w, settings);
        return w;
}

void world_free(struct world *w)
{
        upstream_release(w->upstream);
        engine_stop(&w->engine);
        upstream_stop(w->upstream);
        arena_free(w->arena);
        free(w);
}

const char *world_json_reply(struct world *w, int status, struct str json)
{
        return arena_printf(w->arena,
                            "HTTP/1.1 %d Status\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%.*s",
                            status, json.len, STR_FMT(json))
                .data;
}

/* ---- iAM Smart ---- */

struct str world_key(void)
{
        return str_slice(key_bytes, 32);
}

struct str world_other_key(void)
{
        return str_slice(other_key_bytes, 32);
}

static struct str wrap(struct world *w, struct str key)
{
        const struct iamsmart *s = w->source.settings;
        struct str wrapped = { 0 };

        assert_ok(rsa_wrap(w->arena, rsa_key_public_der(w->arena, s->keks[0]), s->padding, key, &wrapped));
        return base64_encode(w->arena, wrapped);
}

const char *world_key_reply(struct world *w, struct str key, int64_t life_ms)
{
        struct str wrapped = wrap(w, key);

        return world_json_reply(
                w, 200,
                arena_printf(w->arena,
                             "{\"txID\":\"<T=k>\",\"code\":\"D00000\",\"message\":\"SUCCESS\",\"content\":{"
                             "\"secretKey\":\"%.*s\",\"pubKey\":\"\",\"issueAt\":%lld,\"expiresIn\":%lld}}",
                             STR_FMT(wrapped), (long long)clock_now_ms(), (long long)life_ms));
}

static struct str envelope(struct world *w, const char *code, struct str key, const char *plain, struct str wrapped)
{
        json_t *o = json_new_object(w->arena);

        json_put_str(o, "txID", STR("<T=tx-1>"));
        json_put_str(o, "code", str_from(code));
        json_put_str(o, "message", STR("x"));
        json_put_str(o, "secretKey", wrapped);
        if (plain)
                json_put_str(o, "content", iamsmart_frame_close(w->arena, key, STR("0123456789ab"), str_from(plain)));
        return json_write(w->arena, o);
}

const char *world_frame_reply(struct world *w, const char *code, struct str key, const char *plain)
{
        return world_json_reply(w, 200, envelope(w, code, key, plain, (struct str){ 0 }));
}

struct str world_notice(struct world *w, const char *code, struct str key, const char *plain)
{
        return envelope(w, code, key, plain, wrap(w, key));
}
