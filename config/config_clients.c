/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Clients: what one member of a client demands of another, and of the sources and the issuer.
 * RFC 6749 (2.3, 3.1.2), RFC 7636, RFC 8252 (7.1, 7.3), OpenID Connect Core 1.0 (8.1, 9). */
#include "base64url.h"
#include "config_load.h"
#include "digest.h"
#include "uri.h"

#define SECRET_MAX 1024
#define SECRET_MIN 16
#define JWKS_MAX (256 * 1024)

/* The client being read. */
struct client_reading {
        struct config_loading *loading;
        const json_t *object;
        struct client *client;
};

#define refuse(r, member, ...) mistake_at((r)->loading->mistakes, (r)->object, (member), __VA_ARGS__)

static bool has(const struct client_reading *r, const char *member)
{
        return json_object_get(r->object, member);
}

static struct str text(const struct client_reading *r, const char *member)
{
        return config_str(r->loading->arena, r->object, member);
}

static enum client_auth auth_of(struct str name)
{
        if (str_is(name, "none"))
                return CLIENT_AUTH_NONE;
        if (str_is(name, "client_secret_post"))
                return CLIENT_AUTH_SECRET_POST;
        if (str_is(name, "private_key_jwt"))
                return CLIENT_AUTH_PRIVATE_KEY_JWT;
        return CLIENT_AUTH_SECRET_BASIC;
}

static int hex_value(char c)
{
        if (c >= '0' && c <= '9')
                return c - '0';
        if (c >= 'a' && c <= 'f')
                return c - 'a' + 10;
        if (c >= 'A' && c <= 'F')
                return c - 'A' + 10;
        return -1;
}

/* Hexadecimal, as sha256sum prints it, to base64url; false when it is not. */
static bool digest_from_hex(struct arena *a, struct str hex, struct str *ret_digest)
{
        char bytes[SHA256_SIZE];
        if (hex.len != 2 * SHA256_SIZE)
                return false;
        for (size_t i = 0; i < SHA256_SIZE; i++) {
                int high = hex_value(hex.data[2 * i]), low = hex_value(hex.data[2 * i + 1]);
                if (high < 0 || low < 0)
                        return false;
                bytes[i] = (char)(high * 16 + low);
        }
        *ret_digest = base64url_encode(a, str_slice(bytes, sizeof(bytes)));
        return true;
}

static void read_secret_sha256(struct client_reading *r)
{
        struct arena *a = r->loading->arena;
        struct str digest = text(r, "client_secret_sha256"), bytes;
        if (str_is_empty(digest) || digest_from_hex(a, digest, &r->client->secret_sha256))
                return;
        if (is_ok(base64url_decode(a, digest, &bytes)) && bytes.len == SHA256_SIZE)
                r->client->secret_sha256 = digest;
        else
                refuse(r, "client_secret_sha256", "\"client_secret_sha256\" must be a SHA-256: 64 hexadecimal digits "
                                                  "or 43 characters of base64url");
}

static void read_secret_file(struct client_reading *r)
{
        struct str secret;
        if (!has(r, "client_secret_file") ||
            !is_ok(config_read_file(r->loading, r->object, "client_secret_file", SECRET_MAX, &secret)))
                return;
        secret = str_trim(secret);
        if (secret.len < SECRET_MIN)
                refuse(r, "client_secret_file", "the secret must have at least %d characters", SECRET_MIN);
        r->client->secret_sha256 = sha256_base64url(r->loading->arena, secret);
}

static void read_secret_in_clear(struct client_reading *r)
{
        struct str secret = text(r, "client_secret");
        if (str_is_empty(secret))
                return;
        if (r->loading->config->issuer_is_https)
                refuse(r, "client_secret", "\"client_secret\" in clear is only for an issuer on loopback; use "
                                           "\"client_secret_sha256\" or \"client_secret_file\"");
        r->client->secret_sha256 = sha256_base64url(r->loading->arena, secret);
}

static void read_secret(struct client_reading *r)
{
        bool wanted = r->client->auth == CLIENT_AUTH_SECRET_BASIC || r->client->auth == CLIENT_AUTH_SECRET_POST;
        int given = has(r, "client_secret_sha256") + has(r, "client_secret_file") + has(r, "client_secret");
        if (!wanted && given)
                refuse(r, "auth", "a client with auth \"%s\" has no secret", json_string_value(json_object_get(
                       r->object, "auth")));
        if (wanted && given != 1)
                refuse(r, "auth", "one of \"client_secret_sha256\" and \"client_secret_file\" is needed");
        read_secret_sha256(r);
        read_secret_file(r);
        read_secret_in_clear(r);
}

static void parse_jwks(struct client_reading *r, struct str content)
{
        struct jwks jwks = { 0 };
        result parsed = jwks_parse(r->loading->arena, content, &jwks);
        if (!is_ok(parsed) || jwks.count == 0)
                refuse(r, "jwks_file", "\"jwks_file\" must be a JWKS with at least one key that can be used");
        for (size_t i = 0; is_ok(parsed) && i < jwks.count; i++)
                if (key_is_private(jwks.keys[i]))
                        refuse(r, "jwks_file", "\"jwks_file\" holds a private key: the client must keep it to itself");
        r->client->jwks = jwks;
}

static void read_jwks(struct client_reading *r)
{
        bool wanted = r->client->auth == CLIENT_AUTH_PRIVATE_KEY_JWT;
        struct str content;
        if (wanted != has(r, "jwks_file"))
                refuse(r, "auth", "\"jwks_file\" goes with auth \"private_key_jwt\", and only with it");
        if (has(r, "jwks_file") && is_ok(config_read_file(r->loading, r->object, "jwks_file", JWKS_MAX, &content)))
                parse_jwks(r, content);
}

/* RFC 8252, section 7.1: a reversed domain name, so there is a dot: "com.example.app:/callback". */
static bool is_private_use(struct str uri)
{
        struct str scheme = str_head(uri, str_find(uri, ':'));
        bool good = scheme.len < uri.len && str_find(scheme, '.') < scheme.len;
        for (size_t i = 0; i < scheme.len; i++) {
                char c = scheme.data[i];
                bool letter = c >= 'a' && c <= 'z';
                good = good && (letter || (i > 0 && ((c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+')));
        }
        return good;
}

/* NULL when it may be registered; otherwise why not. *ret_host is empty for a private-use scheme. */
static const char *redirect_uri_fault(struct client_reading *r, struct str text, struct str *ret_host)
{
        struct uri uri;
        *ret_host = STR("");
        if (!str_is_printable_ascii(text) || str_find(text, ' ') < text.len || str_find(text, '#') < text.len)
                return "must be printable, without blanks and without \"#\"";
        if (is_private_use(text))
                return r->client->auth == CLIENT_AUTH_NONE ? NULL : "has a private-use scheme: only for public clients";
        if (!is_ok(uri_parse(r->loading->arena, text, &uri)) || uri.has_userinfo)
                return "must be an absolute address such as https://example.org/callback";
        if (!uri_is_https(&uri) && !(str_is(uri.scheme, "http") && uri_is_loopback(&uri)))
                return "must begin with https:// (http:// only on loopback)";
        *ret_host = uri.host;
        return NULL;
}

/* Checks the URIs of `member`; *ret_host is the host they share, empty when they do not. */
static void check_uris(struct client_reading *r, const char *member, const struct str *uris, size_t count,
                       struct str *ret_host)
{
        struct str host, shared = { 0 };
        for (size_t i = 0; i < count; i++) {
                const char *fault = redirect_uri_fault(r, uris[i], &host);
                if (fault)
                        mistake_at_item(r->loading->mistakes, r->object, member, i,
                                        arena_printf(r->loading->arena, "\"%.*s\" %s", STR_FMT(uris[i]), fault));
                shared = i == 0 || str_eq_nocase(host, shared) ? host : STR("");
        }
        *ret_host = shared;
}

/* Hosts are equal without case; the sector, from which subjects are made, must then be so too. */
static struct str lower_case(struct arena *a, struct str host)
{
        char *text = arena_cstr(a, host);
        for (size_t i = 0; i < host.len; i++)
                if (text[i] >= 'A' && text[i] <= 'Z')
                        text[i] = (char)(text[i] - 'A' + 'a');
        return str_slice(text, host.len);
}

static void read_uris(struct client_reading *r)
{
        struct client *c = r->client;
        struct arena *a = r->loading->arena;
        struct str host, other;
        c->redirect_uris = config_strings(a, r->object, "redirect_uris", &c->redirect_uri_count);
        c->post_logout_redirect_uris =
                config_strings(a, r->object, "post_logout_redirect_uris", &c->post_logout_redirect_uri_count);
        check_uris(r, "redirect_uris", c->redirect_uris, c->redirect_uri_count, &host);
        check_uris(r, "post_logout_redirect_uris", c->post_logout_redirect_uris, c->post_logout_redirect_uri_count,
                   &other);
        c->sector = text(r, "sector");
        if (!str_is_empty(c->sector))
                return;
        c->sector = lower_case(a, host);
        if (str_is_empty(host) && c->redirect_uri_count > 0)
                refuse(r, "redirect_uris", "\"sector\" is needed: the redirect URIs do not share one host");
}

/* RFC 6749, section 3.3. */
static bool is_scope_token(struct str s)
{
        bool good = s.len > 0 && str_is_printable_ascii(s);
        for (size_t i = 0; i < s.len; i++)
                good = good && s.data[i] != ' ' && s.data[i] != '"' && s.data[i] != '\\';
        return good;
}

static void read_scopes(struct client_reading *r)
{
        struct buf scopes = buf_in(r->loading->arena, 64 * 1024);
        size_t count;
        const struct str *items = config_strings(r->loading->arena, r->object, "scopes", &count);
        for (size_t i = 0; i < count; i++) {
                if (!is_scope_token(items[i]))
                        mistake_at_item(r->loading->mistakes, r->object, "scopes", i, STR("not a scope"));
                if (scopes.len)
                        buf_add_char(&scopes, ' ');
                buf_add(&scopes, items[i]);
        }
        r->client->scopes = buf_str(&scopes);
}

static enum alg read_alg(struct client_reading *r, const char *member)
{
        const struct config *c = r->loading->config;
        enum alg alg = alg_find(json_str(r->object, member));
        for (size_t i = 0; i < c->signing_alg_count; i++)
                if (c->signing_algs[i] == alg)
                        return alg;
        if (alg != ALG_NONE)
                refuse(r, member, "\"%s\": \"%s\" is not among \"signing_algs\"", member, alg_name(alg));
        return alg;
}

static void check_source(struct client_reading *r, const char *member, size_t index, struct str id)
{
        if (!config_source(r->loading->config, id))
                mistake_at_item(r->loading->mistakes, r->object, member, index,
                                arena_printf(r->loading->arena, "there is no source \"%.*s\"", STR_FMT(id)));
}

static void read_sources(struct client_reading *r)
{
        struct client *c = r->client;
        c->sources = config_strings(r->loading->arena, r->object, "sources", &c->source_count);
        for (size_t i = 0; i < c->source_count; i++)
                check_source(r, "sources", i, c->sources[i]);
        c->binding_source = text(r, "binding_source");
        if (str_is_empty(c->binding_source))
                return;
        check_source(r, "binding_source", 0, c->binding_source);
        const struct source_config *source = config_source(r->loading->config, c->binding_source);
        if (source && !str_eq(source->jurisdiction, c->jurisdiction))
                refuse(r, "binding_source", "\"binding_source\": \"%.*s\" is not in the client's jurisdiction",
                       STR_FMT(source->id));
}

static void read_words(struct client_reading *r)
{
        struct client *c = r->client;
        c->client_id = text(r, "client_id");
        c->line = (size_t)json_int(r->object, "$line", 0);
        if (!str_is_printable_ascii(c->client_id))
                refuse(r, "client_id", "\"client_id\" must be printable ASCII");
        if (str_eq(c->client_id, ACCOUNT_CLIENT_ID))
                refuse(r, "client_id", "\"%.*s\" is the account page's", STR_FMT(c->client_id));
        c->titles = json_object_get(r->object, "titles");
        c->jurisdiction = config_jurisdiction(r->loading, r->object);
        c->auth = auth_of(text(r, "auth"));
        c->audience = text(r, "audience");
        if (str_is_empty(c->audience))
                c->audience = r->loading->config->issuer;
        c->acr_minimum = text(r, "acr_minimum");
        c->purpose = text(r, "purpose");
        c->purposes = json_object_get(r->object, "purpose_titles");
        c->policy_uri = text(r, "policy_uri");
        c->tos_uri = text(r, "tos_uri");
}

static void read_client(struct client_reading *r)
{
        struct client *c = r->client;
        read_words(r);
        read_secret(r);
        read_jwks(r);
        read_uris(r);
        read_scopes(r);
        read_sources(r);
        c->id_token_alg = read_alg(r, "id_token_alg");
        c->access_token_alg = read_alg(r, "access_token_alg");
        c->require_pkce = json_bool(r->object, "require_pkce", true);
        if (!c->require_pkce && c->auth == CLIENT_AUTH_NONE)
                refuse(r, "require_pkce", "a public client can't do without PKCE");
}

/* What the person reads as "the service" while they sign in to see their own account. */
static struct client account_client(struct config_loading *l)
{
        struct arena *a = l->arena;
        struct str *uri = arena_new_of(a, struct str);
        struct uri issuer;
        json_t *titles = json_new_object(a);

        json_put_str(titles, "en", STR("Your account page"));
        json_put_str(titles, "zh-Hant", STR("你的帳戶頁面"));
        json_put_str(titles, "zh-Hans", STR("您的账号页面"));
        *uri = ARENA_JOIN(a, l->config->issuer, STR("/account"));
        return (struct client){
                .client_id = ACCOUNT_CLIENT_ID,
                .titles = titles,
                .jurisdiction = STR("-"), /* none: nothing crosses to it */
                .sector = is_ok(uri_parse(a, l->config->issuer, &issuer)) ? issuer.host : (struct str){ 0 },
                .auth = CLIENT_AUTH_SECRET_BASIC, /* with a secret that does not exist: no token can be had */
                .redirect_uris = uri,
                .redirect_uri_count = 1,
                .scopes = STR("openid"),
                .audience = l->config->issuer,
                .account_page = true,
        };
}

void config_load_clients(struct config_loading *l, const json_t *tree)
{
        const json_t *list = json_object_get(tree, "clients");
        size_t count = json_array_size(list);
        struct client *clients = arena_new_array(l->arena, struct client, count + 1);
        for (size_t i = 0; i < count; i++)
                read_client(&(struct client_reading){ l, json_array_get(list, i), &clients[i] });
        clients[count] = account_client(l);
        l->config->account = &clients[count];
        l->config->clients = clients;
        l->config->client_count = count;
}
