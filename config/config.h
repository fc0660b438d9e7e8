/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The settings of a gateway: an immutable snapshot, shared by all workers.
 *
 * `config_load` reads one YAML file (config/sample/baygate.yaml is a commented example), reports every mistake at
 * once with file and line, and fills these structs. Everything lives in the snapshot's own arena. */
#pragma once

#include "alg.h"
#include "catalogue.h"
#include "jwk.h"
#include "policy.h"
#include "schema.h"

/* How a client proves who it is (OpenID Connect Core 1.0, section 9; names as in RFC 7591 metadata). */
enum client_auth {
        CLIENT_AUTH_NONE = 1,            /* "none": public client */
        CLIENT_AUTH_SECRET_BASIC,        /* "client_secret_basic" */
        CLIENT_AUTH_SECRET_POST,         /* "client_secret_post" */
        CLIENT_AUTH_PRIVATE_KEY_JWT,     /* "private_key_jwt" */
};

/* Which refresh tokens a client gets (OpenID Connect Core 1.0, section 11, for the last). */
enum refresh_rule {
        REFRESH_NONE = 0,
        REFRESH_SESSION,                 /* they end with the session */
        REFRESH_OFFLINE,                 /* where the person agreed to offline_access; they outlive the session */
};

enum token_format {
        TOKEN_FORMAT_UNSET = 0,
        TOKEN_FORMAT_JWT,                /* RFC 9068 */
        TOKEN_FORMAT_OPAQUE,             /* says nothing; the service asks by introspection */
};

struct client {
        struct str client_id;
        size_t line;                     /* in the settings, for mistakes found later */
        const json_t *titles;            /* {"en":…,"zh-Hant":…,"zh-Hans":…} */
        struct str jurisdiction;         /* "CN", "HK", "MO" */
        struct str sector;               /* sector identifier for pairwise subjects (OIDC Core 8.1); default: host of
                                          * the first redirect URI */
        enum client_auth auth;
        struct str secret_sha256;        /* base64url of SHA-256 of the secret; empty for other methods */
        struct jwks jwks;                /* public keys for private_key_jwt */
        const struct str *redirect_uris;
        size_t redirect_uri_count;
        const struct str *post_logout_redirect_uris;
        size_t post_logout_redirect_uri_count;
        struct str scopes;               /* space-separated: what it may ask for */
        struct str audience;             /* "aud" of its access tokens (RFC 9068); default: the issuer */
        bool require_pkce;               /* default true; false only for confidential clients */
        enum alg id_token_alg;           /* default ES256 */
        enum alg access_token_alg;
        struct str acr_minimum;          /* least acr for this client; may be empty */
        struct str binding_source;       /* id of the source in the client's jurisdiction to which a foreign login must
                                          * be bound; empty: no binding needed */
        const struct str *sources;       /* ids of the sources offered; none: all */
        size_t source_count;
        struct str purpose;              /* id of the purpose, as policies name it; may be empty: no policy applies */
        const json_t *purposes;          /* how the consent page says it, {"en":…,…}; may be NULL */
        struct str policy_uri;           /* shown on the consent page; may be empty */
        struct str tos_uri;
        enum refresh_rule refresh;
        enum token_format access_token_format;
        const struct str *serves;        /* it is a resource server: audiences of the access tokens that it may ask about */
        size_t serves_count;
        bool account_page;               /* the gateway's own page /account, not a service: it gets no code */
};

/* The client_id under which a person signs in to the account page. */
#define ACCOUNT_CLIENT_ID STR("baygate:account")

/* One configured identity source; the adapter makes its struct source from it. */
struct source_config {
        struct str id;
        struct str type;                 /* name of the adapter */
        struct str jurisdiction;
        const json_t *titles;
        struct str trust_framework;      /* OpenID Connect for Identity Assurance; empty: what it says is not verified */
        const json_t *settings;          /* checked against the adapter's schema */
};

struct listen_config {
        struct str host;
        int port;
        struct str certificate_file;     /* TLS; empty: plain HTTP behind a proxy or on loopback */
        struct str key_file;
};

struct redis_config {
        bool embedded;                   /* no "redis" in the settings: a private redis-server is started */
        struct str host, unix_path, user, password;
        int port, database;
        bool tls;
        int timeout_ms;
};

struct lifetimes {                       /* seconds */
        int64_t interaction;             /* a login in progress; default 20 min (the sources' 18 min and a bit) */
        int64_t authorization_code;      /* default and most: 60 s */
        int64_t access_token;            /* default 10 min */
        int64_t id_token;                /* default 10 min */
        int64_t session;                 /* default 8 h */
        int64_t consent;                 /* how long consent is remembered; default 180 days; 0: always asked */
        int64_t refresh_token;           /* how long one may lie unused; default 24 h */
        int64_t offline_grant;           /* how long offline access lasts at most; default 30 days */
        int64_t refresh_grace;           /* a retry of the same refresh gets the same answer; default 10 s */
        int64_t fresh_login;             /* how old a login may be when something is withdrawn; default 5 min */
};

struct status_list_config {              /* IETF Token Status List */
        bool enabled;
        int64_t ttl;                     /* seconds: how long a service may keep a copy */
};

struct limits {
        unsigned workers;                /* default: number of cores */
        unsigned tasks;                  /* per worker; default 4096 */
        unsigned connections;            /* per worker; default 4096 */
        int request_deadline_ms;         /* default 30000 */
        int idle_timeout_s;              /* default 15 */
        size_t header_bytes;             /* default 16384 */
        size_t body_bytes;               /* default 65536 */
};

struct audit_config {
        struct str directory;            /* empty: "audit" in state_dir */
        struct str node;                 /* empty: the host's name */
        int64_t retention;               /* seconds; default 200 days */
        int64_t checkpoint_every;        /* records; default 1000 */
        int64_t checkpoint_interval;     /* seconds; default 10 min */
        int64_t file_bytes;              /* default 64 MiB */
};

struct config {
        struct str file;
        struct str issuer;               /* https, or http on loopback; no trailing slash, query or fragment */
        bool issuer_is_https;
        struct listen_config listen;
        struct listen_config admin;      /* /metrics, /healthz, /readyz */
        struct str state_dir;            /* master key file, embedded Redis */
        struct str master_key_file;
        enum { FSYNC_EVERYSEC = 0, FSYNC_ALWAYS } fsync;
        enum { DURABILITY_REQUIRED = 0, DURABILITY_NONE } durability;
        struct redis_config redis;
        struct lifetimes lifetimes;
        struct status_list_config status_list;
        struct limits limits;
        struct audit_config audit;
        int log_level;
        const struct client *clients;
        size_t client_count;
        const struct client *account;    /* the account page as a client; not among `clients`, found by config_client */
        const struct source_config *sources;
        size_t source_count;
        struct policy_list policies;
        struct catalogue catalogue;
        const json_t *assurance;         /* tree of the assurance map file, for gateway/identity */
        struct str assurance_file;
        int binding_grade_minimum;       /* weakest match that may be bound: 3 exact, 2 strong, 1 weak */
        const enum alg *signing_algs;    /* algorithms that the key ring holds; default: all */
        size_t signing_alg_count;
        int64_t keys_rotation;           /* seconds that a key signs; 0: no schedule */
};

/* An adapter's part of the schema, by its type name; given by the program, as config/ knows no adapter. */
struct config_source_type {
        const char *type;
        const struct schema_field *schema;
};

/* Loads, checks and fills. On mistakes: ERR_CONFIG, and *mistakes lists all of them (its arena must be set).
 * `types` ends with a NULL type; without `assurance_schema` no assurance map is read. Cross checks too: a client's sources and binding_source exist, ids are unique,
 * redirect URIs are absolute, https or loopback (or a private-use scheme for public clients, RFC 8252), without
 * fragment; public clients have no secret; private_key_jwt has keys; algorithms exist. */
result config_load(struct str file, const struct config_source_type *types, const struct schema_field *assurance_schema,
                   struct mistakes *mistakes, struct config **ret_config);
void config_free(struct config *c);
/* For __attribute__((cleanup)). */
void config_cleanup(struct config **c);
/* Overrides state_dir, and the master key's place when the settings name none. Before the workers start. */
void config_set_state_dir(struct config *c, struct str dir);
/* Its arena, for what is built from it once (adapters' settings). */
struct arena *config_arena(struct config *c);

/* The whole manual of settings in Markdown, made from the tables: docs/settings.md. */
struct str config_reference(struct arena *a, const struct config_source_type *types);

/* Constant-time in the number of clients is not needed: client ids are public. NULL when unknown. Hashed lookup. */
const struct client *config_client(const struct config *c, struct str client_id);
const struct source_config *config_source(const struct config *c, struct str id);
