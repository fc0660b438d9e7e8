/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Loading settings: what the structs hold, each cross check with the line of its mistake, the sample files. */
#include "unit.h"

#include <fcntl.h>

#include "config.h"
#include "digest.h"

static const struct schema_field source_fields[] = {
        { .name = "api_base", .kind = SCHEMA_URL, .required = true, .doc = "Base." },
        { .name = "retries", .kind = SCHEMA_INT, .fallback = "3", .min = 0, .max = 9, .doc = "Retries." },
        { .kind = SCHEMA_END },
};
static const struct schema_field open_fields[] = {
        { .name = "api_base", .kind = SCHEMA_URL, .required = true, .doc = "Base." },
        { .name = "web_base", .kind = SCHEMA_URL, .doc = "Base." },
        { .name = "client_id", .kind = SCHEMA_STRING, .doc = "Id." },
        { .name = "client_secret", .kind = SCHEMA_STRING, .doc = "Secret." },
        { .name = "client_secret_file", .kind = SCHEMA_FILE, .doc = "Secret." },
        { .name = "kek_file", .kind = SCHEMA_FILE, .doc = "Key." },
        { .name = "app_link", .kind = SCHEMA_STRING, .doc = "Link." },
        { .name = "scope", .kind = SCHEMA_STRING, .doc = "Scopes." },
        { .kind = SCHEMA_END },
};
static const struct config_source_type types[] = { { "test", source_fields }, { NULL, NULL } };
static const struct config_source_type open_types[] = { { "iamsmart", open_fields }, { "guangdong", open_fields },
                                                        { NULL, NULL } };
static const struct schema_field assurance_fields[] = {
        { .name = "version", .kind = SCHEMA_STRING, .required = true, .doc = "Version." },
        { .kind = SCHEMA_END },
};

/* Lines 1 to 10; a client follows from line 11 on. */
#define HEAD(issuer)                                                                                          \
        "issuer: " issuer "\n"                                                                                \
        "sources:\n"                                                                                          \
        "  - id: hk\n    type: test\n    jurisdiction: HK\n    titles: {en: A, zh-Hant: 甲, zh-Hans: 乙}\n"    \
        "    settings: {api_base: https://hk.example}\n"                                                      \
        "  - {id: cn, type: test, jurisdiction: CN, titles: {en: A, zh-Hant: 甲, zh-Hans: 乙},\n"              \
        "     settings: {api_base: https://cn.example, retries: 5}}\n"                                        \
        "clients:\n"
/* Lines 11 to 13. */
#define CLIENT(id)                                                                                            \
        "  - client_id: " id "\n    titles: {en: A, zh-Hant: 甲, zh-Hans: 乙}\n    jurisdiction: CN\n"
#define SECRET "    client_secret_sha256: 2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b\n"
#define URI "    redirect_uris: [https://a.example/cb]\n"
#define LOCAL HEAD("http://localhost:8080")
#define PUBLIC HEAD("https://id.example")

struct loading {
        char folder[64];
        struct arena *arena;
        struct mistakes mistakes;
        struct config *config;
};

static void put_file(const struct loading *l, const char *name, const char *content)
{
        char path[512];
        snprintf(path, sizeof(path), "%s/%s", l->folder, name);
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        fputs(content, f);
        fclose(f);
}

static result load_with(struct loading *l, const struct config_source_type *with, const struct schema_field *assurance,
                        const char *yaml)
{
        config_free(l->config);
        l->config = NULL;
        l->mistakes = (struct mistakes){ .arena = l->arena };
        put_file(l, "baygate.yaml", yaml);
        struct str file = arena_printf(l->arena, "%s/baygate.yaml", l->folder);
        return config_load(file, with, assurance, &l->mistakes, &l->config);
}

static const struct config *good(struct loading *l, const char *yaml)
{
        result r = load_with(l, types, NULL, yaml);
        for (size_t i = 0; i < l->mistakes.count; i++)
                print_error("%.*s\n", STR_FMT(l->mistakes.items[i]));
        assert_ok(r);
        return l->config;
}

static bool has_mistake(const struct loading *l, const char *start)
{
        size_t skip = strlen(l->folder) + strlen("/baygate.yaml:");
        for (size_t i = 0; i < l->mistakes.count; i++)
                if (str_starts(str_from_index(l->mistakes.items[i], skip), str_from(start)))
                        return true;
        return false;
}

/* Exactly one mistake, and it begins with `start`. */
static void bad(struct loading *l, const char *yaml, const char *start)
{
        assert_error(load_with(l, types, NULL, yaml), ERR_CONFIG);
        assert_null(l->config);
        if (l->mistakes.count == 1 && has_mistake(l, start))
                return;
        for (size_t i = 0; i < l->mistakes.count; i++)
                print_error("%.*s\n", STR_FMT(l->mistakes.items[i]));
        fail_msg("not exactly the mistake \"%s\"", start);
}

static int setup(void **state)
{
        struct loading *l = calloc(1, sizeof(*l));
        l->arena = arena_new(16 << 20);
        snprintf(l->folder, sizeof(l->folder), "/tmp/baygate-config-XXXXXX");
        *state = l;
        return mkdtemp(l->folder) ? 0 : -1;
}

static int teardown(void **state)
{
        static const char *const names[] = { "baygate.yaml", "secret", "keys.json", "assurance.yaml", "other.yaml",
                                             "cert.pem" };
        struct loading *l = *state;
        char path[512];
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
                snprintf(path, sizeof(path), "%s/%s", l->folder, names[i]);
                unlink(path);
        }
        rmdir(l->folder);
        config_free(l->config);
        arena_free(l->arena);
        free(l);
        return 0;
}

static void test_defaults(void **state)
{
        struct loading *l = *state;
        const struct config *c = good(l, PUBLIC CLIENT("portal") SECRET URI);
        assert_str_eq(c->issuer, "https://id.example");
        assert_true(c->issuer_is_https);
        assert_str_eq(c->listen.host, "127.0.0.1");
        assert_int_equal(c->listen.port, 8080);
        assert_int_equal(c->admin.port, 8081);
        assert_true(c->redis.embedded);
        assert_int_equal(c->redis.timeout_ms, 2000);
        assert_int_equal(c->lifetimes.interaction, 1200);
        assert_int_equal(c->lifetimes.authorization_code, 60);
        assert_int_equal(c->lifetimes.access_token, 600);
        assert_int_equal(c->lifetimes.id_token, 600);
        assert_int_equal(c->lifetimes.session, 8 * 3600);
        assert_int_equal(c->lifetimes.consent, 180 * 86400);
        assert_true(c->limits.workers >= 1);
        assert_int_equal(c->limits.tasks, 4096);
        assert_int_equal(c->limits.connections, 4096);
        assert_int_equal(c->limits.request_deadline_ms, 30000);
        assert_int_equal(c->limits.idle_timeout_s, 15);
        assert_int_equal(c->limits.header_bytes, 16384);
        assert_int_equal(c->limits.body_bytes, 65536);
        assert_int_equal(c->log_level, 1);
        assert_int_equal(c->binding_grade_minimum, 2);
        assert_int_equal(c->signing_alg_count, 5);
        assert_int_equal(c->keys_rotation, 0);
        assert_int_equal(c->fsync, FSYNC_EVERYSEC);
        assert_int_equal(c->durability, DURABILITY_REQUIRED);
        assert_same_str(c->state_dir, arena_printf(l->arena, "%s/state", l->folder));
        assert_same_str(c->master_key_file, arena_printf(l->arena, "%s/state/master.key", l->folder));
}

static void test_a_client_with_everything(void **state)
{
        struct loading *l = *state;
        const struct config *c = good(
                l, PUBLIC CLIENT("portal") SECRET
                "    redirect_uris: [https://A.example/cb, https://a.example/other]\n"
                "    post_logout_redirect_uris: [https://b.example/bye]\n    scopes: [openid, profile]\n"
                "    auth: client_secret_post\n    audience: https://api.example\n    require_pkce: false\n"
                "    id_token_alg: SGD_SM3_SM2\n    sources: [hk]\n    binding_source: cn\n    purpose: tax\n"
                "    purpose_titles: {en: Tax, zh-Hant: 稅, zh-Hans: 税}\n    tos_uri: https://a.example/tos\n");
        const struct client *p = config_client(c, STR("portal"));
        assert_non_null(p);
        assert_int_equal(p->line, 11);
        assert_int_equal(p->auth, CLIENT_AUTH_SECRET_POST);
        assert_str_eq(p->secret_sha256, "K7gNU3sdo-OL0wNhqoVWhr3g6s1xYv72ol_pe_Unols");
        assert_str_eq(p->sector, "a.example");
        assert_int_equal(p->redirect_uri_count, 2);
        assert_str_eq(p->redirect_uris[1], "https://a.example/other");
        assert_str_eq(p->post_logout_redirect_uris[0], "https://b.example/bye");
        assert_str_eq(p->scopes, "openid profile");
        assert_str_eq(p->audience, "https://api.example");
        assert_false(p->require_pkce);
        assert_int_equal(p->id_token_alg, ALG_SM2);
        assert_int_equal(p->access_token_alg, ALG_ES256);
        assert_str_eq(p->sources[0], "hk");
        assert_str_eq(p->binding_source, "cn");
        assert_str_eq(p->purpose, "tax");
        assert_str_eq(json_str(p->purposes, "zh-Hans"), "税");
        assert_str_eq(p->tos_uri, "https://a.example/tos");
        assert_int_equal(json_int(config_source(c, STR("hk"))->settings, "retries", 0), 3);
        assert_int_equal(json_int(config_source(c, STR("cn"))->settings, "retries", 0), 5);
        assert_null(config_source(c, STR("mo")));
}

static void test_lookup_by_hash(void **state)
{
        struct loading *l = *state;
        struct buf b = buf_in(l->arena, 1 << 20);
        buf_add_text(&b, PUBLIC);
        for (int i = 0; i < 300; i++)
                buf_printf(&b, "  - {client_id: client-%d, titles: {en: A, zh-Hant: B, zh-Hans: C}, jurisdiction: CN, "
                               "auth: none, redirect_uris: [\"https://c%d.example/\"]}\n", i, i);
        const struct config *c = good(l, buf_str(&b).data);
        for (int i = 0; i < 300; i++) {
                const struct client *client = config_client(c, arena_printf(l->arena, "client-%d", i));
                assert_non_null(client);
                assert_same_str(client->sector, arena_printf(l->arena, "c%d.example", i));
        }
        assert_null(config_client(c, STR("client-300")));
        assert_null(config_client(c, STR("")));
        assert_null(config_client(good(l, "issuer: https://id.example\nclients: []\nsources:\n  - {id: hk, type: test, "
                                          "jurisdiction: HK, titles: {en: A, zh-Hant: B, zh-Hans: C}, settings: "
                                          "{api_base: https://hk.example}}\n"), STR("client-1")));
}

static void test_secrets(void **state)
{
        struct loading *l = *state;
        struct str want = sha256_base64url(l->arena, STR("a secret of the right length"));
        put_file(l, "secret", "a secret of the right length\n");
        const struct config *c = good(l, PUBLIC CLIENT("p") "    client_secret_file: secret\n" URI);
        assert_same_str(c->clients[0].secret_sha256, want);
        c = good(l, LOCAL CLIENT("p") "    client_secret: a secret of the right length\n" URI);
        assert_same_str(c->clients[0].secret_sha256, want);

        bad(l, PUBLIC CLIENT("p") "    client_secret: a secret of the right length\n" URI,
            "14: \"client_secret\" in clear");
        assert_null(memmem(l->mistakes.items[0].data, l->mistakes.items[0].len, "right length", 12));
        bad(l, PUBLIC CLIENT("p") "    client_secret_file: absent\n" URI, "14: \"client_secret_file\": ");
        put_file(l, "secret", "short\n");
        bad(l, PUBLIC CLIENT("p") "    client_secret_file: secret\n" URI, "14: the secret must have");
        bad(l, PUBLIC CLIENT("p") "    client_secret_sha256: abc\n" URI, "14: \"client_secret_sha256\" must be");
        bad(l, PUBLIC CLIENT("p") URI, "11: one of \"client_secret_sha256\"");
        bad(l, PUBLIC CLIENT("p") SECRET "    client_secret_file: baygate.yaml\n" URI, "11: one of");
        bad(l, PUBLIC CLIENT("p") SECRET "    auth: none\n" URI, "15: a client with auth \"none\" has no secret");
}

#define JWK "\"kty\":\"EC\",\"crv\":\"P-256\",\"alg\":\"ES256\",\"kid\":\"a\"," \
            "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\"," \
            "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\""

static void test_keys_of_clients(void **state)
{
        struct loading *l = *state;
        const char *yaml = PUBLIC CLIENT("p") "    auth: private_key_jwt\n    jwks_file: keys.json\n" URI;
        put_file(l, "keys.json", "{\"keys\":[{" JWK "}]}");
        assert_int_equal(good(l, yaml)->clients[0].jwks.count, 1);

        put_file(l, "keys.json", "{\"keys\":[]}");
        bad(l, yaml, "15: \"jwks_file\" must be a JWKS");
        put_file(l, "keys.json", "not JSON");
        bad(l, yaml, "15: \"jwks_file\" must be a JWKS");
        put_file(l, "keys.json", "{\"keys\":[{" JWK ",\"d\":\"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI\"}]}");
        bad(l, yaml, "15: \"jwks_file\" holds a private key");
        bad(l, PUBLIC CLIENT("p") "    auth: private_key_jwt\n" URI, "14: \"jwks_file\" goes with");
        put_file(l, "keys.json", "{\"keys\":[{" JWK "}]}");
        bad(l, PUBLIC CLIENT("p") SECRET "    jwks_file: keys.json\n" URI, "11: \"jwks_file\" goes with");
}

static void test_redirect_uris(void **state)
{
        struct loading *l = *state;
        good(l, PUBLIC CLIENT("p") SECRET "    redirect_uris: [http://127.0.0.1:9/cb]\n");
        const struct config *c = good(l, PUBLIC CLIENT("p") "    auth: none\n    sector: app.example\n"
                                         "    redirect_uris: [com.example.app:/cb]\n");
        assert_str_eq(c->clients[0].sector, "app.example");
        bad(l, PUBLIC CLIENT("p") "    auth: none\n    redirect_uris: [com.example.app:/cb]\n", "15: \"sector\" is needed");
        bad(l, PUBLIC CLIENT("p") SECRET "    sector: s\n    redirect_uris: [com.example.app:/cb]\n",
            "16: \"redirect_uris\": \"com.example.app:/cb\" has a private-use scheme");
        bad(l, PUBLIC CLIENT("p") SECRET "    redirect_uris:\n      - https://a.example/\n      - http://a.example/\n"
            "    sector: a.example\n", "17: \"redirect_uris\": \"http://a.example/\" must begin with https");
        const char *const uris[] = { "https://a.example/#x", "https://u@a.example/", "/cb", "a.example", "javascript:x",
                                     "https:///cb", "\"https://a.example/ b\"", "https://ä.example/" };
        for (size_t i = 0; i < sizeof(uris) / sizeof(uris[0]); i++)
                bad(l, arena_printf(l->arena, PUBLIC CLIENT("p") SECRET "    sector: s\n    redirect_uris:\n      - %s\n",
                                    uris[i]).data, "17: \"redirect_uris\": ");
        bad(l, PUBLIC CLIENT("p") SECRET URI "    post_logout_redirect_uris: [http://a.example/]\n",
            "16: \"post_logout_redirect_uris\": ");
        bad(l, PUBLIC CLIENT("p") SECRET "    redirect_uris: [https://a.example/, https://b.example/]\n",
            "15: \"sector\" is needed");
}

static void test_tokens(void **state)
{
        struct loading *l = *state;
        const struct config *c = good(l, PUBLIC CLIENT("p") SECRET URI);
        assert_int_equal(c->clients[0].refresh, REFRESH_NONE);
        assert_int_equal(c->clients[0].access_token_format, TOKEN_FORMAT_JWT);
        assert_int_equal(c->clients[0].serves_count, 0);
        assert_int_equal(c->lifetimes.refresh_token, 86400);
        assert_int_equal(c->lifetimes.offline_grant, 30 * 86400);
        assert_int_equal(c->lifetimes.refresh_grace, 10);
        assert_true(c->status_list.enabled);
        assert_int_equal(c->status_list.ttl, 5);
        c = good(l, "status_list: {enabled: false, ttl: 1m}\n"
                    "lifetimes: {refresh_token: 7d, offline_grant: 90d, refresh_grace: 0s}\n" PUBLIC CLIENT("p") SECRET URI
                    "    scopes: [openid, offline_access]\n    refresh_tokens: offline\n    access_token_format: opaque\n");
        assert_int_equal(c->clients[0].refresh, REFRESH_OFFLINE);
        assert_int_equal(c->clients[0].access_token_format, TOKEN_FORMAT_OPAQUE);
        assert_int_equal(c->lifetimes.refresh_token, 7 * 86400);
        assert_int_equal(c->lifetimes.offline_grant, 90 * 86400);
        assert_int_equal(c->lifetimes.refresh_grace, 0);
        assert_false(c->status_list.enabled);
        assert_int_equal(c->status_list.ttl, 60);
        c = good(l, PUBLIC CLIENT("p") URI "    auth: none\n    refresh_tokens: session\n");
        assert_int_equal(c->clients[0].refresh, REFRESH_SESSION);
        bad(l, PUBLIC CLIENT("p") SECRET URI "    refresh_tokens: offline\n", "16: \"refresh_tokens\": offline needs");
        bad(l, PUBLIC CLIENT("p") SECRET URI "    refresh_tokens: always\n", "16: \"refresh_tokens\" must be one of");
        bad(l, PUBLIC CLIENT("p") SECRET URI "    access_token_format: jwe\n", "16: \"access_token_format\" must be one of");
        bad(l, "lifetimes:\n  refresh_grace: 61s\n" PUBLIC CLIENT("p") SECRET URI, "2: \"refresh_grace\"");
        bad(l, "status_list:\n  ttl: 0s\n" PUBLIC CLIENT("p") SECRET URI, "2: \"ttl\"");
}

static void test_resource_servers(void **state)
{
        struct loading *l = *state;
        const struct config *c = good(l, PUBLIC CLIENT("p") SECRET "    serves: [https://api.example, https://b.example]\n");
        assert_int_equal(c->clients[0].serves_count, 2);
        assert_str_eq(c->clients[0].serves[1], "https://b.example");
        assert_int_equal(c->clients[0].redirect_uri_count, 0);
        bad(l, PUBLIC CLIENT("p") SECRET, "11: \"redirect_uris\" is needed");
        bad(l, PUBLIC CLIENT("p") SECRET "    sector: a.example\n", "11: \"redirect_uris\" is needed");
        bad(l, PUBLIC CLIENT("p") SECRET "    serves: []\n", "11: \"redirect_uris\" is needed");
        bad(l, PUBLIC CLIENT("p") URI "    auth: none\n    serves: [https://api.example]\n",
            "16: \"serves\" is for clients that can prove who they are");
}

static void test_clients_name_what_exists(void **state)
{
        struct loading *l = *state;
        bad(l, PUBLIC CLIENT("p") SECRET URI "    sources: [hk, mo]\n", "16: \"sources\": there is no source \"mo\"");
        bad(l, PUBLIC CLIENT("p") SECRET URI "    binding_source: mo\n", "16: \"binding_source\": there is no source");
        bad(l, PUBLIC CLIENT("p") SECRET URI "    binding_source: hk\n",
            "16: \"binding_source\": \"hk\" is not in the client's jurisdiction");
        bad(l, PUBLIC CLIENT("p") SECRET URI "    id_token_alg: HS256\n", "16: \"id_token_alg\" must be one of");
        bad(l, "signing_algs: [ES256]\n" PUBLIC CLIENT("p") SECRET URI "    access_token_alg: RS256\n",
            "17: \"access_token_alg\": \"RS256\" is not among");
        bad(l, PUBLIC CLIENT("p") "    auth: none\n" URI "    require_pkce: false\n", "16: a public client");
        bad(l, PUBLIC CLIENT("p") SECRET URI "    scopes: [open id]\n", "16: \"scopes\": not a scope");
        bad(l, PUBLIC CLIENT("p") SECRET URI CLIENT("p") SECRET URI, "16: \"clients\" has \"p\" twice");
        bad(l, PUBLIC "  - client_id: p\n    titles: {en: A, zh-Hant: 甲, zh-Hans: 乙}\n    jurisdiction: cn\n" SECRET URI,
            "13: \"jurisdiction\" must be two capital letters");
}

/* The account page is a client of its own: found by its name, which no service can take. */
static void test_the_account_page(void **state)
{
        struct loading *l = *state;
        const struct config *c = good(l, PUBLIC CLIENT("p") SECRET URI);
        const struct client *account = config_client(c, ACCOUNT_CLIENT_ID);
        assert_non_null(account);
        assert_ptr_equal(account, c->account);
        assert_true(account->account_page && account->secret_sha256.len == 0 && account->auth != CLIENT_AUTH_NONE);
        assert_int_equal(account->redirect_uri_count, 1);
        assert_str_eq(account->redirect_uris[0], "https://id.example/account");
        assert_str_eq(account->sector, "id.example");
        assert_str_eq(account->jurisdiction, "-"); /* which is nobody's: see "two capital letters" above */
        for (size_t i = 0; i < c->client_count; i++)
                assert_false(c->clients[i].account_page);
        bad(l, PUBLIC CLIENT("baygate:account") SECRET URI, "11: \"baygate:account\" is the account page's");
}

#define SOURCE(type, settings)                                                                                  \
        "issuer: https://id.example\nclients: []\nsources:\n  - id: hk\n    type: " type "\n    jurisdiction: HK\n" \
        "    titles: {en: A, zh-Hant: 甲, zh-Hans: 乙}\n    settings:\n      " settings "\n"

static void test_sources(void **state)
{
        struct loading *l = *state;
        good(l, SOURCE("test", "api_base: https://hk.example"));
        bad(l, SOURCE("tets", "api_base: https://hk.example"), "5: unknown type of source \"tets\"; did you mean \"test\"?");
        bad(l, SOURCE("test", "api_base: http://hk.example"), "9: \"api_base\" must begin with https");
        bad(l, SOURCE("test", "retries: 1"), "9: \"api_base\" is missing");
        bad(l, SOURCE("test", "- x"), "8: \"settings\" must be settings");
        bad(l, "issuer: https://id.example\nclients: []\nsources: []\n", "3: \"sources\" must have from 1");
}

static void test_issuer_and_listeners(void **state)
{
        struct loading *l = *state;
        bad(l, HEAD("https://id.example/") CLIENT("p") SECRET URI, "1: \"issuer\" must have no");
        bad(l, HEAD("https://id.example?x") CLIENT("p") SECRET URI, "1: \"issuer\" must have no");
        bad(l, HEAD("http://id.example") CLIENT("p") SECRET URI, "1: \"issuer\" must begin with https");
        bad(l, "listen:\n  key_file: baygate.yaml\n" PUBLIC CLIENT("p") SECRET URI, "2: \"certificate_file\" and");
        bad(l, "listen:\n  key_file: baygate.yaml\n  certificate_file: absent\n" PUBLIC CLIENT("p") SECRET URI,
            "3: \"certificate_file\": ");
        bad(l, "lifetimes:\n  authorization_code: 61s\n" PUBLIC CLIENT("p") SECRET URI,
            "2: \"authorization_code\" must be from 5s to 1m");
        bad(l, "keys:\n  rotation: 59m\n" PUBLIC CLIENT("p") SECRET URI, "2: \"rotation\" must be 0s or at least 1h");
        assert_int_equal(good(l, "keys:\n  rotation: 1h\n" PUBLIC CLIENT("p") SECRET URI)->keys_rotation, 3600);
}

static void test_redis(void **state)
{
        struct loading *l = *state;
#define REDIS(url) "redis: {url: \"" url "\"}\n" PUBLIC CLIENT("p") SECRET URI
        const struct redis_config *r = &good(l, REDIS("redis://me:p%40ss@db.example:7000/3"))->redis;
        assert_false(r->embedded);
        assert_str_eq(r->host, "db.example");
        assert_int_equal(r->port, 7000);
        assert_int_equal(r->database, 3);
        assert_str_eq(r->user, "me");
        assert_str_eq(r->password, "p@ss");
        r = &good(l, REDIS("redis://:pw@[::1]"))->redis;
        assert_str_eq(r->host, "::1");
        assert_int_equal(r->port, 6379);
        assert_str_eq(r->password, "pw");
        assert_str_empty(r->user);
        r = &good(l, REDIS("unix:///run/redis.sock?db=2"))->redis;
        assert_str_eq(r->unix_path, "/run/redis.sock");
        assert_int_equal(r->database, 2);
        put_file(l, "secret", "from-the-file\n");
        r = &good(l, "redis: {url: \"redis://me@h\", password_file: secret}\n" PUBLIC CLIENT("p") SECRET URI)->redis;
        assert_str_eq(r->password, "from-the-file");
        bad(l, "redis: {url: \"redis://:x@h\", password_file: secret}\n" PUBLIC CLIENT("p") SECRET URI,
            "1: the password is given twice");

        const char *const urls[] = { "http://h", "redis://", "redis://h:0", "redis://h:99999", "redis://h/x",
                                     "redis://[::1", "redis://[::1]x", "redis://u:hunter2%zz@h", "unix://run/x",
                                     "unix:///x?database=1" };
        for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
                bad(l, arena_printf(l->arena, "redis:\n  url: \"%s\"\n" PUBLIC CLIENT("p") SECRET URI, urls[i]).data,
                    "2: \"url\" must be redis://");
                assert_null(memmem(l->mistakes.items[0].data, l->mistakes.items[0].len, "hunter2", 7));
        }
}

/* Which of the two depends on the hiredis that it was built with. */
static void test_redis_over_tls_works_or_is_refused(void **state)
{
        struct loading *l = *state;
        if (is_ok(load_with(l, types, NULL, REDIS("rediss://h:1")))) {
                assert_true(l->config->redis.tls);
                return;
        }
        assert_int_equal(l->mistakes.count, 1);
        assert_true(has_mistake(l, "1: Redis over TLS is not built in"));
}

static void test_assurance_map(void **state)
{
        struct loading *l = *state;
        const char *yaml = PUBLIC CLIENT("p") SECRET URI;
        const char *named = "assurance: other.yaml\n" PUBLIC CLIENT("p") SECRET URI;
        assert_ok(load_with(l, types, assurance_fields, yaml));
        assert_null(l->config->assurance);
        assert_error(load_with(l, types, assurance_fields, named), ERR_CONFIG);
        assert_true(has_mistake(l, "1: \"assurance\": "));

        put_file(l, "assurance.yaml", "version: beside\n");
        put_file(l, "other.yaml", "version: other\n");
        assert_ok(load_with(l, types, assurance_fields, yaml));
        assert_str_eq(json_str(l->config->assurance, "version"), "beside");
        assert_ok(load_with(l, types, assurance_fields, named));
        assert_str_eq(json_str(l->config->assurance, "version"), "other");
        assert_same_str(l->config->assurance_file, arena_printf(l->arena, "%s/other.yaml", l->folder));

        put_file(l, "other.yaml", "\nversoin: other\n");
        assert_error(load_with(l, types, assurance_fields, named), ERR_CONFIG);
        assert_int_equal(l->mistakes.count, 2);
        assert_true(str_ends(l->mistakes.items[0], STR("other.yaml:2: unknown setting \"versoin\"; did you mean "
                                                       "\"version\"?")));
}

#define POLICY(client)                                                                                                 \
        "id: p\nversion: 1\nfrom: HK\nto: CN\npurpose: public-service\nlegal_basis: [consent]\nretention: 1d\n"           \
        "purpose_titles: {en: A, zh-Hant: 甲, zh-Hans: 乙}\nrecipient: {en: A, zh-Hant: 甲, zh-Hans: 乙}\n"             \
        "fields: [{claim: name, form: value}]\nclients: [" client "]\n"

/* Clients and policies have to know each other. */
static void test_policies(void **state)
{
        struct loading *l = *state;
        put_file(l, "other.yaml", POLICY("p"));
        const struct config *c = good(l, PUBLIC CLIENT("p") SECRET URI "    purpose: public-service\npolicies: [other.yaml]\n");
        assert_int_equal(c->policies.count, 1);
        assert_str_eq(c->policies.items[0].id, "p");
        bad(l, PUBLIC CLIENT("p") SECRET URI "    purpose: public-sevrice\npolicies: [other.yaml]\n",
            "16: no policy has the purpose \"public-sevrice\"; did you mean \"public-service\"?");
        bad(l, PUBLIC CLIENT("p") SECRET URI "policies:\n  - other.yaml\n  - absent.yaml\n", "18: \"policies\": ");
        good(l, PUBLIC CLIENT("p") SECRET URI "    purpose: anything\n"); /* no policies: nothing to compare with */
        put_file(l, "other.yaml", POLICY("p, stranger"));
        assert_error(load_with(l, types, NULL, PUBLIC CLIENT("p") SECRET URI "policies: [other.yaml]\n"), ERR_CONFIG);
        assert_int_equal(l->mistakes.count, 1);
        assert_true(str_ends(l->mistakes.items[0],
                             STR("other.yaml:11: \"clients\": there is no client \"stranger\"")));
}

static void test_mistakes_of_every_part_at_once(void **state)
{
        struct loading *l = *state;
        assert_error(load_with(l, types, NULL,
                               "log_level: loud\nredis: {url: nowhere}\n" HEAD("http://id.example")
                               CLIENT("p") URI "    sources: [mo]\n    colour: red\n"), ERR_CONFIG);
        assert_int_equal(l->mistakes.count, 6);
        assert_true(has_mistake(l, "1: \"log_level\""));
        assert_true(has_mistake(l, "2: \"url\""));
        assert_true(has_mistake(l, "3: \"issuer\""));
        assert_true(has_mistake(l, "13: one of"));
        assert_true(has_mistake(l, "17: \"sources\""));
        assert_true(has_mistake(l, "18: unknown setting \"colour\""));
        assert_error(config_load(STR("/nonexistent.yaml"), types, NULL, &l->mistakes, &l->config), ERR_CONFIG);
        assert_str_eq(l->mistakes.items[6], "/nonexistent.yaml:1: can't be read: No such file or directory");
}

static void test_state_dir_from_the_command_line(void **state)
{
        struct loading *l = *state;
        good(l, PUBLIC CLIENT("p") SECRET URI);
        config_set_state_dir(l->config, STR("/srv/state/"));
        assert_str_eq(l->config->state_dir, "/srv/state");
        assert_str_eq(l->config->master_key_file, "/srv/state/master.key");
        good(l, "state: {dir: /a, master_key_file: /keys/m}\n" PUBLIC CLIENT("p") SECRET URI);
        config_set_state_dir(l->config, STR("/srv/state"));
        assert_str_eq(l->config->master_key_file, "/keys/m");
}

static void test_the_files_that_we_ship(void **state)
{
        (void)state;
        static const char *const files[] = { "sample", "demo" };
        for (size_t i = 0; i < 2; i++) {
                auto_arena a = arena_new(1 << 20);
                struct mistakes m = { .arena = a };
                struct config *c = NULL;
                struct str file = arena_printf(a, "%s/config/%s/baygate.yaml", getenv("BAYGATE_SOURCE"), files[i]);
                ignore_failure(config_load(file, open_types, NULL, &m, &c), "the sample's secrets are not shipped");
                for (size_t k = 0; k < m.count; k++)
                        if (!memmem(m.items[k].data, m.items[k].len, "secrets/", 8))
                                fail_msg("%.*s", STR_FMT(m.items[k]));
                config_free(c);
        }
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
        const struct CMUnitTest tests[] = {
                TEST(test_defaults),
                TEST(test_a_client_with_everything),
                TEST(test_lookup_by_hash),
                TEST(test_secrets),
                TEST(test_keys_of_clients),
                TEST(test_redirect_uris),
                TEST(test_tokens),
                TEST(test_resource_servers),
                TEST(test_clients_name_what_exists),
                TEST(test_the_account_page),
                TEST(test_sources),
                TEST(test_issuer_and_listeners),
                TEST(test_redis),
                TEST(test_redis_over_tls_works_or_is_refused),
                TEST(test_assurance_map),
                TEST(test_policies),
                TEST(test_mistakes_of_every_part_at_once),
                TEST(test_state_dir_from_the_command_line),
                cmocka_unit_test(test_the_files_that_we_ship),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
