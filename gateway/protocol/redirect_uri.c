/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See redirect_uri.h. */
#include "redirect_uri.h"

#include "uri.h"

/* Loopback IP literals only: "localhost" may resolve elsewhere (RFC 8252, section 8.3). */
static bool is_loopback_ip(const struct uri *u)
{
        return str_is(u->scheme, "http") && (str_is(u->host, "127.0.0.1") || str_is(u->host, "::1"));
}

static bool differs_only_in_port(struct arena *a, struct str registered, struct str uri)
{
        struct uri r, u;
        bool told = arena_reason(a).len > 0;
        bool parsed = is_ok(uri_parse(a, registered, &r)) && is_loopback_ip(&r) && is_ok(uri_parse(a, uri, &u));

        if (!parsed && !told) /* a comparison is no failure that the log should tell of */
                arena_clear_reason(a);
        if (!parsed)
                return false;
        return !u.has_userinfo && !u.has_fragment && str_eq(r.scheme, u.scheme) && str_eq(r.host, u.host) &&
               str_eq(r.path, u.path) && r.has_query == u.has_query && str_eq(r.query, u.query);
}

bool redirect_uri_is_registered(struct arena *a, const struct client *client, struct str uri)
{
        for (size_t i = 0; i < client->redirect_uri_count && uri.len > 0; i++) {
                if (str_eq(client->redirect_uris[i], uri))
                        return true;
                if (client->auth == CLIENT_AUTH_NONE && differs_only_in_port(a, client->redirect_uris[i], uri))
                        return true;
        }
        return false;
}
