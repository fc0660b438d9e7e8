/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The tables of settings: what there may be, what it must look like, what it is when it is not given, and what it
 * means. They are the manual: docs/settings.md is printed from them. What one member demands of another is checked
 * in config_load.c, config_clients.c, config_sources.c and config_redis.c. */
#include "config_load.h"

#define MINUTE 60
#define HOUR 3600
#define DAY 86400
#define ALGS "ES256 RS256 PS256 EdDSA SGD_SM3_SM2"

static const struct schema_field listen_fields[] = {
        { .name = "host", .kind = SCHEMA_STRING, .fallback = "127.0.0.1", .min = 1, .max = 255,
          .doc = "Address to listen on." },
        { .name = "port", .kind = SCHEMA_INT, .fallback = "8080", .min = 0, .max = 65535,
          .doc = "TCP port; 0 lets the system choose." },
        { .name = "certificate_file", .kind = SCHEMA_FILE,
          .doc = "Certificate chain (PEM) for TLS here; without it plain HTTP, behind a proxy that ends TLS." },
        { .name = "key_file", .kind = SCHEMA_FILE, .doc = "The certificate's private key (PEM)." },
        { .kind = SCHEMA_END },
};

static const struct schema_field admin_fields[] = {
        { .name = "host", .kind = SCHEMA_STRING, .fallback = "127.0.0.1", .min = 1, .max = 255,
          .doc = "Address of the listener for /metrics, /healthz and /readyz; keep it private." },
        { .name = "port", .kind = SCHEMA_INT, .fallback = "8081", .min = 0, .max = 65535, .doc = "Its TCP port." },
        { .kind = SCHEMA_END },
};

static const struct schema_field state_fields[] = {
        { .name = "dir", .kind = SCHEMA_FILE, .fallback = "state",
          .doc = "Folder for the master key and the embedded Redis; `--state-dir` on the command line overrides it." },
        { .name = "master_key_file", .kind = SCHEMA_FILE,
          .doc = "The key that wraps signing keys and seals the state; default: `master.key` in `state.dir`, made at "
                 "first start." },
        { .name = "fsync", .kind = SCHEMA_ENUM, .words = "everysec always", .fallback = "everysec",
          .doc = "How soon the embedded Redis writes to disk." },
        { .name = "durability", .kind = SCHEMA_ENUM, .words = "required none", .fallback = "required",
          .doc = "`none` accepts a Redis without persistence: bindings, consents and keys may be lost." },
        { .kind = SCHEMA_END },
};

static const struct schema_field redis_fields[] = {
        { .name = "url", .kind = SCHEMA_STRING, .required = true, .secret = true, .max = 1024,
          .doc = "`redis://user:password@host:6379/0`, `rediss://…` for TLS, or `unix:///path/of/socket?db=0`." },
        { .name = "password_file", .kind = SCHEMA_FILE, .doc = "File with the password, instead of one in the URL." },
        { .name = "timeout_ms", .kind = SCHEMA_INT, .fallback = "2000", .min = 10, .max = 60000,
          .doc = "Longest wait for one command, in milliseconds." },
        { .kind = SCHEMA_END },
};

static const struct schema_field lifetimes_fields[] = {
        { .name = "interaction", .kind = SCHEMA_DURATION, .fallback = "20m", .min = MINUTE, .max = HOUR,
          .doc = "A login in progress, from the first page to the code." },
        { .name = "authorization_code", .kind = SCHEMA_DURATION, .fallback = "60s", .min = 5, .max = 60,
          .doc = "Authorization code." },
        { .name = "access_token", .kind = SCHEMA_DURATION, .fallback = "10m", .min = 30, .max = HOUR,
          .doc = "Access token." },
        { .name = "id_token", .kind = SCHEMA_DURATION, .fallback = "10m", .min = 30, .max = HOUR,
          .doc = "ID token." },
        { .name = "session", .kind = SCHEMA_DURATION, .fallback = "8h", .min = MINUTE, .max = DAY,
          .doc = "Session at the gateway." },
        { .name = "consent", .kind = SCHEMA_DURATION, .fallback = "180d", .min = 0, .max = 3650 * (int64_t)DAY,
          .doc = "How long a consent is remembered; `0s`: it is always asked for." },
        { .name = "refresh_token", .kind = SCHEMA_DURATION, .fallback = "24h", .min = MINUTE, .max = 365 * (int64_t)DAY,
          .doc = "How long a refresh token may lie unused. It ends with the session all the same, or with "
                 "`offline_grant`." },
        { .name = "offline_grant", .kind = SCHEMA_DURATION, .fallback = "30d", .min = HOUR, .max = 365 * (int64_t)DAY,
          .doc = "How long `offline_access` lasts at most; it ends with the consent all the same." },
        { .name = "refresh_grace", .kind = SCHEMA_DURATION, .fallback = "10s", .min = 0, .max = MINUTE,
          .doc = "A client that lost the answer may send the same refresh token again for so long and gets the same "
                 "successor; after that it counts as stolen." },
        { .name = "fresh_login", .kind = SCHEMA_DURATION, .fallback = "5m", .min = 30, .max = HOUR,
          .doc = "How old a login may be when a person withdraws or ends something on the account page; after that they sign "
                 "in again first." },
        { .kind = SCHEMA_END },
};

static const struct schema_field status_list_fields[] = {
        { .name = "enabled", .kind = SCHEMA_BOOL, .fallback = "true",
          .doc = "Access tokens that are JWTs name their place in a status list." },
        { .name = "ttl", .kind = SCHEMA_DURATION, .fallback = "5s", .min = 1, .max = HOUR,
          .doc = "How long a service may keep its copy of a list: after that, and a second, a revocation is known." },
        { .kind = SCHEMA_END },
};

static const struct schema_field limits_fields[] = {
        { .name = "workers", .kind = SCHEMA_INT, .fallback = "0", .min = 0, .max = 256,
          .doc = "Worker threads; 0: one for each core." },
        { .name = "tasks", .kind = SCHEMA_INT, .fallback = "4096", .min = 1, .max = 65536,
          .doc = "Requests at work at once, per worker; more are answered 503." },
        { .name = "connections", .kind = SCHEMA_INT, .fallback = "4096", .min = 1, .max = 65536,
          .doc = "Open connections, per worker." },
        { .name = "request_deadline", .kind = SCHEMA_DURATION, .fallback = "30s", .min = 1, .max = 5 * MINUTE,
          .doc = "Longest time that one request may take, waiting included." },
        { .name = "idle_timeout", .kind = SCHEMA_DURATION, .fallback = "15s", .min = 1, .max = 5 * MINUTE,
          .doc = "Slow and idle connections are closed after this." },
        { .name = "header_bytes", .kind = SCHEMA_INT, .fallback = "16384", .min = 4096, .max = 131072,
          .doc = "Largest request header." },
        { .name = "body_bytes", .kind = SCHEMA_INT, .fallback = "65536", .min = 4096, .max = 1048576,
          .doc = "Largest request body." },
        { .kind = SCHEMA_END },
};

static const struct schema_field audit_fields[] = {
        { .name = "directory", .kind = SCHEMA_FILE,
          .doc = "Folder of the audit's files; default: `audit` in `state.dir`, made at first start." },
        { .name = "node", .kind = SCHEMA_ID,
          .doc = "This node's name in the audit; default: the host's. Nodes that share a folder need different ones." },
        { .name = "retention", .kind = SCHEMA_DURATION, .fallback = "200d", .min = DAY, .max = 36500 * (int64_t)DAY,
          .doc = "Files whose records are all older are removed, which the audit notes; less than six months (`183d`) only "
                 "where the law lets you." },
        { .name = "checkpoint_every", .kind = SCHEMA_INT, .fallback = "1000", .min = 1, .max = 1000000,
          .doc = "A signature of the gateway after so many records." },
        { .name = "checkpoint_interval", .kind = SCHEMA_DURATION, .fallback = "10m", .min = 1, .max = DAY,
          .doc = "And with the next record after so long." },
        { .name = "file_bytes", .kind = SCHEMA_INT, .fallback = "67108864", .min = 4096, .max = 1073741824,
          .doc = "A new file after so many bytes, and each day (UTC)." },
        { .kind = SCHEMA_END },
};

static const struct schema_field source_fields[] = {
        { .name = "id", .kind = SCHEMA_ID, .required = true,
          .doc = "Name in `/callback/{id}`, in clients' `sources` and in the log. Never change it: bindings name it." },
        { .name = "type", .kind = SCHEMA_STRING, .required = true, .max = 64,
          .doc = "The protocol that the source speaks; each has its own section below." },
        { .name = "jurisdiction", .kind = SCHEMA_STRING, .required = true, .max = 2,
          .doc = "`HK`, `CN`, `MO`, … (ISO 3166-1)." },
        { .name = "titles", .kind = SCHEMA_TITLES, .required = true, .doc = "Name shown to people." },
        { .name = "trust_framework", .kind = SCHEMA_ID,
          .doc = "Rules under which the source verifies people, for `verified_claims` (OpenID Connect for Identity "
                 "Assurance), such as `hk_iamsmart`; without it nothing that the source says is told as verified." },
        { .name = "settings", .kind = SCHEMA_ANY, .required = true, .doc = "As the source's type asks." },
        { .kind = SCHEMA_END },
};

static const struct schema_field client_fields[] = {
        { .name = "client_id", .kind = SCHEMA_STRING, .required = true, .max = 255, .doc = "OAuth client_id." },
        { .name = "titles", .kind = SCHEMA_TITLES, .required = true, .doc = "Name shown to people." },
        { .name = "jurisdiction", .kind = SCHEMA_STRING, .required = true, .max = 2,
          .doc = "Where the service is: `CN`, `HK`, `MO`, …" },
        { .name = "sector", .kind = SCHEMA_STRING, .max = 255,
          .doc = "Clients of one sector see the same subject for a person; default: the host of the redirect URIs." },
        { .name = "auth", .kind = SCHEMA_ENUM, .words = "none client_secret_basic client_secret_post private_key_jwt",
          .fallback = "client_secret_basic",
          .doc = "How the client proves who it is at the token endpoint; `none`: a public client." },
        { .name = "client_secret_sha256", .kind = SCHEMA_STRING, .secret = true, .max = 64,
          .doc = "SHA-256 of the secret, in hexadecimal or base64url: the settings then hold no usable secret." },
        { .name = "client_secret_file", .kind = SCHEMA_FILE, .doc = "File with the secret." },
        { .name = "client_secret", .kind = SCHEMA_STRING, .secret = true, .min = 16, .max = 255,
          .doc = "The secret in clear; only with an issuer on loopback." },
        { .name = "jwks_file", .kind = SCHEMA_FILE, .doc = "Public keys (JWKS) for `private_key_jwt`." },
        { .name = "redirect_uris", .kind = SCHEMA_STRINGS, .max = 64,
          .doc = "Compared byte for byte; https, or http on loopback, or a private-use scheme for public clients. Only a "
                 "resource server (`serves`) can do without." },
        { .name = "post_logout_redirect_uris", .kind = SCHEMA_STRINGS, .max = 64,
          .doc = "Where a browser may go after signing out." },
        { .name = "scopes", .kind = SCHEMA_STRINGS, .fallback = "[openid]", .min = 1, .max = 64,
          .doc = "What it may ask for." },
        { .name = "audience", .kind = SCHEMA_STRING, .min = 1, .max = 1024,
          .doc = "`aud` of its access tokens: the service that takes them; default: the issuer." },
        { .name = "require_pkce", .kind = SCHEMA_BOOL, .fallback = "true",
          .doc = "Only confidential clients may do without." },
        { .name = "id_token_alg", .kind = SCHEMA_ENUM, .words = ALGS, .fallback = "ES256",
          .doc = "Signature of its ID tokens." },
        { .name = "access_token_alg", .kind = SCHEMA_ENUM, .words = ALGS, .fallback = "ES256",
          .doc = "Signature of its access tokens." },
        { .name = "access_token_format", .kind = SCHEMA_ENUM, .words = "jwt opaque", .fallback = "jwt",
          .doc = "`jwt`: a service can verify it by itself (RFC 9068); `opaque`: it says nothing, and the service asks by "
                 "introspection. An item of the catalogue may say otherwise." },
        { .name = "refresh_tokens", .kind = SCHEMA_ENUM, .words = "none session offline", .fallback = "none",
          .doc = "`session`: it gets refresh tokens that end with the person's session; `offline`: it gets them where the "
                 "person agreed to the scope `offline_access`, and they outlive the session." },
        { .name = "serves", .kind = SCHEMA_STRINGS, .max = 64,
          .doc = "It is a resource server: audiences (`audience` of clients, `resource` of items) of the access tokens that "
                 "it may ask about by introspection." },
        { .name = "acr_minimum", .kind = SCHEMA_STRING, .min = 1, .max = 255,
          .doc = "Least level of assurance, an `acr` of the assurance map." },
        { .name = "binding_source", .kind = SCHEMA_ID,
          .doc = "A source in the client's jurisdiction: logins from elsewhere must be bound to an account there." },
        { .name = "sources", .kind = SCHEMA_STRINGS, .max = 64, .doc = "Sources offered; default: all." },
        { .name = "purpose", .kind = SCHEMA_ID, .doc = "Purpose of the processing, as policies name it." },
        { .name = "purpose_titles", .kind = SCHEMA_TITLES, .doc = "The purpose as the consent page says it." },
        { .name = "policy_uri", .kind = SCHEMA_URL, .doc = "Privacy policy, linked from the consent page." },
        { .name = "tos_uri", .kind = SCHEMA_URL, .doc = "Terms of service, linked from the consent page." },
        { .kind = SCHEMA_END },
};

static const struct schema_field keys_fields[] = {
        { .name = "rotation", .kind = SCHEMA_DURATION, .fallback = "0s", .min = 0, .max = 3650 * (int64_t)DAY,
          .doc = "Each signing key is replaced after so long, at least `1h`; the nodes see to it. `0s`: only when an admin "
                 "types `baygate keys rotate` (docs/keys.md)." },
        { .kind = SCHEMA_END },
};

static const struct schema_field binding_fields[] = {
        { .name = "grade_minimum", .kind = SCHEMA_ENUM, .words = "exact strong weak", .fallback = "strong",
          .doc = "Weakest match of two accounts that may be bound." },
        { .kind = SCHEMA_END },
};

const struct schema_field config_schema[] = {
        { .name = "issuer", .kind = SCHEMA_URL, .required = true,
          .doc = "The gateway's own address: `iss` of every token. https; http only on loopback. No trailing slash." },
        { .name = "listen", .kind = SCHEMA_OBJECT, .fields = listen_fields, .fallback = "{}",
          .doc = "Where browsers and clients come in." },
        { .name = "admin", .kind = SCHEMA_OBJECT, .fields = admin_fields, .fallback = "{}",
          .doc = "Where operators look." },
        { .name = "state", .kind = SCHEMA_OBJECT, .fields = state_fields, .fallback = "{}",
          .doc = "What must outlive a restart." },
        { .name = "redis", .kind = SCHEMA_OBJECT, .fields = redis_fields,
          .doc = "The shared Redis; without it the gateway runs a private one of its own." },
        { .name = "lifetimes", .kind = SCHEMA_OBJECT, .fields = lifetimes_fields, .fallback = "{}",
          .doc = "How long things live." },
        { .name = "status_list", .kind = SCHEMA_OBJECT, .fields = status_list_fields, .fallback = "{}",
          .doc = "How services that verify tokens themselves learn of revocations (docs/tokens.md)." },
        { .name = "limits", .kind = SCHEMA_OBJECT, .fields = limits_fields, .fallback = "{}",
          .doc = "How much at once." },
        { .name = "audit", .kind = SCHEMA_OBJECT, .fields = audit_fields, .fallback = "{}",
          .doc = "The tamper-evident record of what happened (docs/audit.md)." },
        { .name = "log_level", .kind = SCHEMA_ENUM, .words = "debug info warning error", .fallback = "info",
          .doc = "Least weight of a log line that is written." },
        { .name = "signing_algs", .kind = SCHEMA_WORDS, .words = ALGS, .min = 1, .max = 5,
          .fallback = "[ES256, RS256, PS256, EdDSA, SGD_SM3_SM2]", .doc = "Algorithms that the key ring has keys for." },
        { .name = "keys", .kind = SCHEMA_OBJECT, .fields = keys_fields, .fallback = "{}",
          .doc = "When signing keys are replaced." },
        { .name = "binding", .kind = SCHEMA_OBJECT, .fields = binding_fields, .fallback = "{}",
          .doc = "Linking accounts of two jurisdictions." },
        { .name = "assurance", .kind = SCHEMA_FILE,
          .doc = "The assurance map; default: `assurance.yaml` beside this file, if it is there." },
        { .name = "policies", .kind = SCHEMA_STRINGS, .max = 256,
          .doc = "Files with release policies, each one policy or a list of them: what may cross from one jurisdiction to "
                 "another. Without a policy nothing crosses but a subject identifier." },
        { .name = "catalogue", .kind = SCHEMA_FILES, .max = 64,
          .doc = "Files of the service catalogue: items that services ask for by their `resource`." },
        { .name = "sources", .kind = SCHEMA_OBJECTS, .fields = source_fields, .unique = "id", .required = true,
          .min = 1, .max = 64, .doc = "Identity sources." },
        { .name = "clients", .kind = SCHEMA_OBJECTS, .fields = client_fields, .unique = "client_id", .required = true,
          .max = 4096, .doc = "Services that people sign in to." },
        { .kind = SCHEMA_END },
};
