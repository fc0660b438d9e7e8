/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* THE table of endpoints. Discovery, body caps, methods, CORS and the log's route names are read from it. */
#include "routes.h"

#include "handlers.h"

#define GET METHOD_BIT(METHOD_GET)
#define POST METHOD_BIT(METHOD_POST)
#define KB 1024

const struct route public_routes[] = {
        { .path = "/.well-known/openid-configuration", .methods = GET, .handle = discovery_endpoint, .face = FACE_JSON,
          .cache = CACHE_MINUTES, .cors = true, .clause = "OpenID Connect Discovery 1.0, 4" },
        { .path = "/.well-known/oauth-authorization-server", .methods = GET, .handle = discovery_endpoint,
          .face = FACE_JSON, .cache = CACHE_MINUTES, .cors = true, .clause = "RFC 8414, 3" },
        { .path = "/jwks", .methods = GET, .handle = jwks_endpoint, .face = FACE_JSON, .cache = CACHE_MINUTES,
          .cors = true, .metadata = "jwks_uri", .clause = "RFC 7517, 5" },
        { .path = "/authorize", .methods = GET | POST, .handle = authorize_endpoint, .body = BODY_FORM,
          .body_max = 32 * KB, .face = FACE_PAGE, .metadata = "authorization_endpoint",
          .clause = "RFC 6749, 3.1; OpenID Connect Core 1.0, 3.1.2" },
        { .path = "/interaction/{flow}", .methods = GET | POST, .handle = interaction_endpoint, .body = BODY_FORM,
          .body_max = 4 * KB, .face = FACE_PAGE, .clause = "the login's pages" },
        { .path = "/callback/{source}", .methods = GET, .handle = callback_endpoint, .face = FACE_PAGE,
          .clause = "RFC 6749, 4.1.2, as the source speaks it" },
        { .path = "/callback/{source}/{state}", .methods = GET, .handle = callback_endpoint, .face = FACE_PAGE,
          .clause = "the same, for sources that echo no state" },
        { .path = "/notify/{source}", .methods = POST, .handle = notify_endpoint, .body = BODY_RAW,
          .body_max = 64 * KB, .face = FACE_JSON, .clause = "answers that a source posts" },
        { .path = "/token", .methods = POST, .handle = token_endpoint, .body = BODY_FORM, .body_max = 32 * KB,
          .face = FACE_JSON, .client_authentication = true, .cors = true, .metadata = "token_endpoint",
          .clause = "RFC 6749, 3.2" },
        { .path = "/introspect", .methods = POST, .handle = introspect_endpoint, .body = BODY_FORM, .body_max = 32 * KB,
          .face = FACE_JSON, .client_authentication = true, .metadata = "introspection_endpoint",
          .clause = "RFC 7662, 2; RFC 9701" },
        { .path = "/revoke", .methods = POST, .handle = revoke_endpoint, .body = BODY_FORM, .body_max = 32 * KB,
          .face = FACE_JSON, .client_authentication = true, .cors = true, .metadata = "revocation_endpoint",
          .clause = "RFC 7009, 2" },
        { .path = "/status_lists/{list}", .methods = GET, .handle = status_lists_endpoint, .face = FACE_JSON,
          .cache = CACHE_OWN, .cors = true, .clause = "IETF Token Status List" },
        { .path = "/userinfo", .methods = GET | POST, .handle = userinfo_endpoint, .body = BODY_FORM,
          .body_max = 32 * KB, .face = FACE_JSON, .cors = true, .metadata = "userinfo_endpoint",
          .clause = "OpenID Connect Core 1.0, 5.3" },
        { .path = "/end_session", .methods = GET | POST, .handle = end_session_endpoint, .body = BODY_FORM,
          .body_max = 32 * KB, .face = FACE_PAGE, .metadata = "end_session_endpoint",
          .clause = "OpenID Connect RP-Initiated Logout 1.0, 2" },
        { .path = "/account", .methods = GET, .handle = account_endpoint, .face = FACE_PAGE,
          .clause = "what stands in the person's name" },
        { .path = "/account/{act}/{id}", .methods = GET | POST, .handle = account_act_endpoint, .body = BODY_FORM,
          .body_max = 4 * KB, .face = FACE_PAGE, .clause = "receipts; withdrawing a consent, a binding, a session" },
        { .path = "/assets/{file}", .methods = GET, .handle = assets_endpoint, .face = FACE_JSON,
          .cache = CACHE_FOREVER, .clause = "the pages' style sheet" },
        { .path = "/healthz", .methods = GET, .handle = healthz_endpoint, .face = FACE_JSON, .clause = "liveness" },
        { .path = "/readyz", .methods = GET, .handle = readyz_endpoint, .face = FACE_JSON, .clause = "readiness" },
        { .path = NULL },
};

const struct route admin_routes[] = {
        { .path = "/healthz", .methods = GET, .handle = healthz_endpoint, .face = FACE_JSON, .clause = "liveness" },
        { .path = "/readyz", .methods = GET, .handle = readyz_endpoint, .face = FACE_JSON, .clause = "readiness" },
        { .path = "/metrics", .methods = GET, .handle = metrics_endpoint, .face = FACE_JSON,
          .clause = "Prometheus text format 0.0.4" },
        { .path = NULL },
};

const struct discovery_endpoint *routes_metadata(struct arena *a)
{
        size_t rows = sizeof(public_routes) / sizeof(public_routes[0]), count = 0;
        struct discovery_endpoint *list = arena_new_array(a, struct discovery_endpoint, rows);

        for (const struct route *r = public_routes; r->path; r++)
                if (r->metadata)
                        list[count++] = (struct discovery_endpoint){ r->metadata, r->path };
        return list;
}
