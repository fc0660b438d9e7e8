/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The schema of the sandbox's settings, and the stand-ins made from them. */
#include "settings.h"

#include "secret.h"
#include "uri.h"

#define FILE_SIZE_MAX ((size_t)1024 * 1024)
#define URIS_MAX 32

static const struct schema_field eservice_fields[] = {
        { "client_id", SCHEMA_STRING, .required = true, .doc = "clientID of the e-service." },
        { "client_secret", SCHEMA_STRING, .secret = true, .doc = "Its secret; or:" },
        { "client_secret_file", SCHEMA_STRING, .doc = "A file that holds the secret." },
        { "kek_public_key", SCHEMA_STRING, .required = true, .doc = "PEM file of its RSA public key (KEK)." },
        { "redirect_uris", SCHEMA_URLS, .required = true, .doc = "All its callback addresses, GET and POST." },
        { "scopes", SCHEMA_STRING, .fallback = "eidapi_auth eidapi_profiles", .doc = "Scopes that it may ask for." },
        { 0 },
};

static const struct schema_field iamsmart_fields[] = {
        { "port", SCHEMA_INT, .fallback = "8092", .min = 1, .max = 65535, .doc = "Port to listen on." },
        { "public_url", SCHEMA_URL, .fallback = "http://localhost:8092", .doc = "How a browser reaches it." },
        { "content_key_life", SCHEMA_DURATION, .fallback = "24h", .min = 10, .max = 2592000,
          .doc = "Life of a content key." },
        { "timestamp_slack_ms", SCHEMA_INT, .fallback = "0", .min = 0, .max = 60000,
          .doc = "By how much a request's timestamp may be earlier than that of the one before." },
        { "clock_skew", SCHEMA_DURATION, .fallback = "5m", .min = 1, .max = 86400,
          .doc = "Accepted difference of clocks." },
        { "services", SCHEMA_OBJECTS, .required = true, .fields = eservice_fields, .unique = "client_id",
          .doc = "Registered e-services." },
        { 0 },
};

static const struct schema_field guangdong_client_fields[] = {
        { "client_id", SCHEMA_STRING, .required = true, .doc = "client_id of the service." },
        { "client_secret", SCHEMA_STRING, .secret = true, .doc = "Its secret; or:" },
        { "client_secret_file", SCHEMA_STRING, .doc = "A file that holds the secret." },
        { "redirect_uris", SCHEMA_URLS, .required = true,
          .doc = "Its return addresses; one that ends in / admits one more path segment." },
        { 0 },
};

static const struct schema_field guangdong_fields[] = {
        { "port", SCHEMA_INT, .fallback = "8093", .min = 1, .max = 65535, .doc = "Port to listen on." },
        { "clients", SCHEMA_OBJECTS, .required = true, .fields = guangdong_client_fields, .unique = "client_id",
          .doc = "Registered services." },
        { 0 },
};

static const struct schema_field portal_fields[] = {
        { "port", SCHEMA_INT, .fallback = "8090", .min = 1, .max = 65535, .doc = "Port to listen on." },
        { "public_url", SCHEMA_URL, .fallback = "http://localhost:8090", .doc = "How a browser reaches it." },
        { "issuer", SCHEMA_URL, .required = true, .doc = "The OpenID provider." },
        { "client_id", SCHEMA_STRING, .required = true, .doc = "The portal's client_id there." },
        { "client_secret", SCHEMA_STRING, .secret = true, .doc = "Its secret; or:" },
        { "client_secret_file", SCHEMA_STRING, .doc = "A file that holds the secret." },
        { "scope", SCHEMA_STRING, .fallback = "openid profile", .doc = "Scope to ask for." },
        { "acr_values", SCHEMA_STRING, .doc = "Level of assurance to ask for." },
        { "source", SCHEMA_STRING, .fallback = "iamsmart", .doc = "Source of the first button, sent as login_hint." },
        { "service_url", SCHEMA_URL, .fallback = "http://localhost:8091/api/me", .doc = "What its button calls." },
        { 0 },
};

static const struct schema_field service_fields[] = {
        { "port", SCHEMA_INT, .fallback = "8091", .min = 1, .max = 65535, .doc = "Port to listen on." },
        { "issuer", SCHEMA_URL, .required = true, .doc = "The issuer of the access tokens." },
        { "audience", SCHEMA_STRING, .required = true, .doc = "What must be in the tokens' aud." },
        { "scope", SCHEMA_STRING, .doc = "A scope that the tokens must have." },
        { 0 },
};

static const struct schema_field fields[] = {
        { "host", SCHEMA_STRING, .fallback = "127.0.0.1", .doc = "Address to listen on." },
        { "iamsmart", SCHEMA_OBJECT, .fields = iamsmart_fields, .doc = "The iAM Smart stand-in." },
        { "guangdong", SCHEMA_OBJECT, .fields = guangdong_fields, .doc = "The Guangdong stand-in." },
        { "portal", SCHEMA_OBJECT, .fields = portal_fields, .doc = "The portal." },
        { "service", SCHEMA_OBJECT, .fields = service_fields, .doc = "The service behind the portal." },
        { 0 },
};

/* What reading carries along. */
struct loading {
        struct arena *arena;
        struct str file;
        struct str keys;
        struct mistakes *mistakes;
};

static void mistake_note(struct loading *l, const json_t *object, const char *what)
{
        mistake_add(l->mistakes, l->file, (size_t)json_int(object, "$line", 0), "%s", what);
}

static struct str keys_path(struct loading *l, struct str name)
{
        return str_starts(name, STR("/")) ? name : ARENA_JOIN(l->arena, l->keys, STR("/"), name);
}

static struct str secret_take(struct loading *l, const json_t *object)
{
        struct str secret = json_str(object, "client_secret");
        struct str name = json_str(object, "client_secret_file");
        if (str_is_empty(name) == str_is_empty(secret))
                mistake_note(l, object, "one of client_secret and client_secret_file is needed");
        else if (!str_is_empty(name) && !is_ok(file_read(l->arena, keys_path(l, name), 4096, &secret)))
                mistake_note(l, object, "client_secret_file cannot be read");
        return str_trim(secret);
}

static const struct str *strings_take(struct loading *l, const json_t *list, size_t *ret_count)
{
        size_t count = json_array_size(list);
        struct str *strings = arena_new_array(l->arena, struct str, count + 1);
        for (size_t i = 0; i < count; i++)
                strings[i] = arena_copy(l->arena, json_text(json_array_get(list, i)));
        *ret_count = count;
        return strings;
}

static struct peer *peer_make(struct loading *l, const char *name, const struct str *urls, size_t count)
{
        struct str origins[URIS_MAX];
        size_t origin_count = 0;
        for (size_t i = 0; i < count && i < URIS_MAX; i++) {
                struct uri uri;
                if (is_ok(uri_parse(l->arena, urls[i], &uri)))
                        origins[origin_count++] = uri.origin;
        }
        return peer_new(&(struct peer_options){ .name = str_from(name),
                                                .origins = origins,
                                                .origin_count = origin_count,
                                                .timeout_ms = 15000,
                                                .connect_timeout_ms = 2000,
                                                .max_waiting = 256,
                                                .trip_after = 1000000, /* a stand-in never gives up on its service */
                                                .open_ms = 1,
                                                .max_reply = FILE_SIZE_MAX });
}

static void eservice_load(struct loading *l, const json_t *object, struct eservice *e)
{
        struct str pem;
        e->client_id = json_str(object, "client_id");
        e->client_secret = secret_take(l, object);
        e->scopes = json_str(object, "scopes");
        e->redirect_uris = strings_take(l, json_object_get(object, "redirect_uris"), &e->redirect_uri_count);
        if (e->redirect_uri_count > URIS_MAX)
                mistake_note(l, object, "too many redirect_uris");
        if (!is_ok(file_read(l->arena, keys_path(l, json_str(object, "kek_public_key")), 16384, &pem)) ||
            !is_ok(wire_pem_read(l->arena, pem, &e->kek_public)))
                mistake_note(l, object, "kek_public_key is not a readable PEM file");
        e->peer = peer_make(l, "callback", e->redirect_uris, e->redirect_uri_count);
}

static void iamsmart_load(struct loading *l, const json_t *section, struct settings *s)
{
        const json_t *services = json_object_get(section, "services");
        struct iamsmart *i = iamsmart_new();
        s->iamsmart = i;
        s->iamsmart_port = (int)json_int(section, "port", 0);
        i->public_url = json_str(section, "public_url");
        i->cek_life_ms = json_int(section, "content_key_life", 0) * 1000;
        i->timestamp_slack_ms = json_int(section, "timestamp_slack_ms", 0);
        i->clock_skew_ms = json_int(section, "clock_skew", 0) * 1000;
        i->loopback_only = s->loopback_only;
        i->service_count = json_array_size(services);
        i->services = calloc(i->service_count + 1, sizeof *i->services);
        if (!i->services)
                abort();
        for (size_t n = 0; n < i->service_count; n++)
                eservice_load(l, json_array_get(services, n), &i->services[n]);
}

static void guangdong_load(struct loading *l, const json_t *section, struct settings *s)
{
        const json_t *clients = json_object_get(section, "clients");
        struct guangdong *g = guangdong_new();
        s->guangdong = g;
        s->guangdong_port = (int)json_int(section, "port", 0);
        g->loopback_only = s->loopback_only;
        g->client_count = json_array_size(clients);
        g->clients = calloc(g->client_count + 1, sizeof *g->clients);
        if (!g->clients)
                abort();
        for (size_t n = 0; n < g->client_count; n++) {
                const json_t *object = json_array_get(clients, n);
                g->clients[n].client_id = json_str(object, "client_id");
                g->clients[n].client_secret = secret_take(l, object);
                g->clients[n].redirect_uris =
                        strings_take(l, json_object_get(object, "redirect_uris"), &g->clients[n].redirect_uri_count);
        }
}

static void portal_load(struct loading *l, const json_t *section, struct settings *s)
{
        struct portal *p = portal_new();
        s->portal = p;
        s->portal_port = (int)json_int(section, "port", 0);
        p->provider.issuer = json_str(section, "issuer");
        p->provider.peer = peer_make(l, "gateway", &p->provider.issuer, 1);
        p->client_id = json_str(section, "client_id");
        p->client_secret = secret_take(l, section);
        p->public_url = json_str(section, "public_url");
        p->scope = json_str(section, "scope");
        p->acr_values = json_str(section, "acr_values");
        p->source = json_str(section, "source");
        p->service_url = json_str(section, "service_url");
        p->service = peer_make(l, "service", &p->service_url, 1);
}

static void service_load(struct loading *l, const json_t *section, struct settings *s)
{
        struct service *service = arena_new_of(l->arena, struct service);
        s->service = service;
        s->service_port = (int)json_int(section, "port", 0);
        service->provider.issuer = json_str(section, "issuer");
        service->provider.peer = peer_make(l, "gateway", &service->provider.issuer, 1);
        service->audience = json_str(section, "audience");
        service->scope = json_str(section, "scope");
}

static const struct {
        const char *name;
        void (*load)(struct loading *l, const json_t *section, struct settings *s);
} sections[] = {
        { "iamsmart", iamsmart_load },
        { "guangdong", guangdong_load },
        { "portal", portal_load },
        { "service", service_load },
};

static struct str folder_of(struct str path)
{
        for (size_t i = path.len; i > 0; i--)
                if (path.data[i - 1] == '/')
                        return str_head(path, i - 1);
        return STR(".");
}

result settings_load(struct arena *a, struct str file, struct str keys, struct mistakes *mistakes,
                     struct settings *ret_settings)
{
        struct str yaml;
        json_t *tree;
        struct loading loading = { a, file, str_is_empty(keys) ? folder_of(file) : keys, mistakes };
        TRY(file_read(a, file, FILE_SIZE_MAX, &yaml));
        TRY(schema_read(file, yaml, fields, mistakes, &tree));

        struct settings settings = { .arena = a, .host = json_str(tree, "host") };
        settings.loopback_only = str_is(settings.host, "127.0.0.1") || str_is(settings.host, "::1");
        for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
                const json_t *section = json_object_get(tree, sections[i].name);
                if (json_is_object(section))
                        sections[i].load(&loading, section, &settings);
        }
        *ret_settings = settings;
        return mistakes->count ? fail(a, ERR_CONFIG, "the settings have mistakes") : OK;
}

void settings_done(struct settings *s)
{
        iamsmart_free(s->iamsmart);
        guangdong_free(s->guangdong);
        portal_free(s->portal);
        if (s->service)
                provider_done(&s->service->provider);
        *s = (struct settings){ 0 };
}
