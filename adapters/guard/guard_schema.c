/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The table of the guard's settings: what there may be, its default, and what it means. What one setting demands of
 * another is checked in guard_settings.c. */
#include "guard_settings.h"

#define MINUTE 60
#define HOUR 3600
#define DAY 86400
#define ALGS "ES256 RS256 PS256 EdDSA SGD_SM3_SM2"

static const struct schema_field listen_fields[] = {
        { .name = "host", .kind = SCHEMA_STRING, .fallback = "127.0.0.1", .min = 1, .max = 255,
          .doc = "Address to listen on. Only the proxy should reach it." },
        { .name = "port", .kind = SCHEMA_INT, .fallback = "8085", .min = 0, .max = 65535,
          .doc = "TCP port; 0 lets the system choose." },
        { .kind = SCHEMA_END },
};

static const struct schema_field keys_fields[] = {
        { .name = "refresh", .kind = SCHEMA_DURATION, .fallback = "5m", .min = 1, .max = DAY,
          .doc = "The issuer's keys are fetched anew after this. Keep it at or below the issuer's JWKS max-age." },
        { .name = "min_refresh", .kind = SCHEMA_DURATION, .fallback = "30s", .min = 1, .max = HOUR,
          .doc = "Between two fetches there is at least this, however many tokens name unknown keys." },
        { .name = "max_stale", .kind = SCHEMA_DURATION, .fallback = "1h", .min = 1, .max = 7 * DAY,
          .doc = "How long keys are used when the issuer can't be reached; then every request is answered 503." },
        { .name = "timeout", .kind = SCHEMA_DURATION, .fallback = "5s", .min = 1, .max = MINUTE,
          .doc = "Longest time of one fetch." },
        { .kind = SCHEMA_END },
};

static const struct schema_field status_list_fields[] = {
        { .name = "check", .kind = SCHEMA_ENUM, .words = "required off", .fallback = "required",
          .doc = "`required`: a token that names a place in a status list is taken only if the list says that it was not "
                 "revoked; `off`: it is taken until its `exp`." },
        { .name = "origins", .kind = SCHEMA_URLS, .max = 16,
          .doc = "Where lists may be besides the issuer's own origin, such as `https://status.example.org`. A token whose list "
                 "is elsewhere is refused; nothing is fetched from there." },
        { .name = "max_stale", .kind = SCHEMA_DURATION, .fallback = "60s", .min = 0, .max = DAY,
          .doc = "How long after its `ttl` a list is used when it can't be fetched anew; then tokens that name it are answered "
                 "503." },
        { .name = "lists", .kind = SCHEMA_INT, .fallback = "64", .min = 1, .max = 1024,
          .doc = "How many lists are kept, 8 KiB each for the gateway's. Each is for 65,536 grants: as many as the gateway "
                 "gives while its longest grant lives, or lists push each other out." },
        { .kind = SCHEMA_END },
};

static const struct schema_field target_fields[] = {
        { .name = "from", .kind = SCHEMA_ENUM, .words = "headers path", .fallback = "headers",
          .doc = "Where the request that is asked about is said: in two headers that the proxy sets (nginx, Traefik, Caddy, "
                 "HAProxy, Apache), or in the path behind `/auth` and the method (Envoy's ext_authz)." },
        { .name = "uri_header", .kind = SCHEMA_STRING, .fallback = "X-Original-URI", .min = 1, .max = 64,
          .doc = "Header with the path and query; for Traefik and Caddy `X-Forwarded-Uri`." },
        { .name = "method_header", .kind = SCHEMA_STRING, .fallback = "X-Original-Method", .min = 1, .max = 64,
          .doc = "Header with the method; for Traefik and Caddy `X-Forwarded-Method`." },
        { .kind = SCHEMA_END },
};

static const struct schema_field dpop_fields[] = {
        { .name = "origins", .kind = SCHEMA_URLS, .required = true, .min = 1, .max = 16,
          .doc = "The service's own addresses as its clients write them, such as `https://api.example.org`: what `htu` of a "
                 "proof must begin with." },
        { .name = "window", .kind = SCHEMA_DURATION, .fallback = "60s", .min = 5, .max = 10 * MINUTE,
          .doc = "How old a proof may be, and how far from the future." },
        { .name = "proofs", .kind = SCHEMA_INT, .fallback = "131072", .min = 1024, .max = 16777216,
          .doc = "How many proofs are remembered, so that each counts once; when they are all in their window, more are "
                 "answered 503." },
        { .kind = SCHEMA_END },
};

static const struct schema_field certificate_fields[] = {
        { .name = "header", .kind = SCHEMA_STRING, .fallback = "Client-Cert", .min = 1, .max = 64,
          .doc = "Header in which the proxy passes the client's certificate on. The proxy must overwrite or remove what the "
                 "client sent under this name." },
        { .name = "format", .kind = SCHEMA_ENUM, .words = "rfc9440 pem", .fallback = "rfc9440",
          .doc = "`rfc9440`: base64 of DER between colons; `pem`: percent-encoded PEM, as nginx's "
                 "`$ssl_client_escaped_cert`." },
        { .kind = SCHEMA_END },
};

static const struct schema_field rule_fields[] = {
        { .name = "path", .kind = SCHEMA_STRING, .required = true, .max = 1024,
          .doc = "The rule is for this path and what is below it, by whole segments. The longest path that fits decides." },
        { .name = "methods", .kind = SCHEMA_STRINGS, .min = 1, .max = 32,
          .doc = "Only these methods (`GET` does not mean `HEAD`); default: any. Others need a rule of the same path." },
        { .name = "open", .kind = SCHEMA_BOOL, .fallback = "false",
          .doc = "No token is asked for; identity headers are answered empty whatever was sent." },
        { .name = "audience", .kind = SCHEMA_STRING, .min = 1, .max = 1024,
          .doc = "Must be in the token's `aud`; default: `audience` above." },
        { .name = "scopes", .kind = SCHEMA_STRINGS, .max = 32, .doc = "All must be in the token's `scope`." },
        { .name = "acr", .kind = SCHEMA_STRINGS, .min = 1, .max = 32,
          .doc = "The token's `acr` must be one of these." },
        { .name = "acr_minimum", .kind = SCHEMA_STRING, .min = 1, .max = 255,
          .doc = "Instead of `acr`: this one of `acr_order`, or one behind it." },
        { .name = "max_age", .kind = SCHEMA_DURATION, .min = 1, .max = 365 * (int64_t)DAY,
          .doc = "The person must have signed in (`auth_time`) no longer ago." },
        { .name = "algs", .kind = SCHEMA_WORDS, .words = ALGS, .min = 1, .max = 5,
          .doc = "Signature algorithms that are taken; default: `algs` above." },
        { .kind = SCHEMA_END },
};

const struct schema_field guard_schema[] = {
        { .name = "issuer", .kind = SCHEMA_URL, .required = true,
          .doc = "`iss` of the tokens: the gateway's address, exactly." },
        { .name = "jwks_uri", .kind = SCHEMA_URL,
          .doc = "The issuer's keys; default: what its discovery document says, as long as that is at the same origin." },
        { .name = "ca_file", .kind = SCHEMA_FILE, .doc = "Certificates (PEM) to trust for the issuer instead of the system's." },
        { .name = "listen", .kind = SCHEMA_OBJECT, .fields = listen_fields, .fallback = "{}",
          .doc = "Where the proxy asks." },
        { .name = "workers", .kind = SCHEMA_INT, .fallback = "0", .min = 0, .max = 256,
          .doc = "Worker threads; 0: one for each core." },
        { .name = "tasks", .kind = SCHEMA_INT, .fallback = "4096", .min = 1, .max = 65536,
          .doc = "Requests at work at once, per worker; more are answered 503." },
        { .name = "connections", .kind = SCHEMA_INT, .fallback = "4096", .min = 1, .max = 65536,
          .doc = "Open connections, per worker." },
        { .name = "log_level", .kind = SCHEMA_ENUM, .words = "debug info warning error", .fallback = "info",
          .doc = "Least weight of a log line that is written; `warning` leaves out the line of each request." },
        { .name = "realm", .kind = SCHEMA_STRING, .fallback = "service", .min = 1, .max = 255,
          .doc = "`realm` of the challenges." },
        { .name = "audience", .kind = SCHEMA_STRING, .min = 1, .max = 1024,
          .doc = "The service's name in the tokens' `aud`, for rules that name none." },
        { .name = "algs", .kind = SCHEMA_WORDS, .words = ALGS, .min = 1, .max = 5,
          .fallback = "[ES256, RS256, PS256, EdDSA, SGD_SM3_SM2]",
          .doc = "Signature algorithms that are taken, for rules that name none." },
        { .name = "leeway", .kind = SCHEMA_DURATION, .fallback = "10s", .min = 0, .max = MINUTE,
          .doc = "By how much clocks may differ." },
        { .name = "max_token_life", .kind = SCHEMA_DURATION, .fallback = "24h", .min = MINUTE, .max = 30 * DAY,
          .doc = "A token whose `exp` is farther away, or whose `iat` longer ago, is refused." },
        { .name = "second_opinion", .kind = SCHEMA_ENUM, .words = "on off", .fallback = "on",
          .doc = "Whether liboauth2 must verify RS256, PS256 and ES256 signatures too." },
        { .name = "keys", .kind = SCHEMA_OBJECT, .fields = keys_fields, .fallback = "{}", .doc = "The issuer's keys." },
        { .name = "status_list", .kind = SCHEMA_OBJECT, .fields = status_list_fields, .fallback = "{}",
          .doc = "Revoked tokens." },
        { .name = "cached_tokens", .kind = SCHEMA_INT, .fallback = "65536", .min = 16, .max = 16777216,
          .doc = "How many verified tokens are remembered (by their hash, 48 bytes each), never past their `exp`." },
        { .name = "target", .kind = SCHEMA_OBJECT, .fields = target_fields, .fallback = "{}",
          .doc = "How the proxy says which request it asks about." },
        { .name = "dpop", .kind = SCHEMA_OBJECT, .fields = dpop_fields,
          .doc = "Tokens bound to a key (RFC 9449); without it they are refused." },
        { .name = "client_certificate", .kind = SCHEMA_OBJECT, .fields = certificate_fields,
          .doc = "Tokens bound to a client certificate (RFC 8705); without it they are refused." },
        { .name = "acr_order", .kind = SCHEMA_STRINGS, .max = 32,
          .doc = "Levels of assurance, the weakest first, for `acr_minimum`." },
        { .name = "headers", .kind = SCHEMA_MAP,
          .doc = "Claims of the token and the headers in which the service gets them, such as `sub: X-Subject`; at most 16." },
        { .name = "rules", .kind = SCHEMA_OBJECTS, .fields = rule_fields, .required = true, .min = 1, .max = 1024,
          .doc = "What a request must bring. What no rule is for is refused." },
        { .kind = SCHEMA_END },
};
