/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Was the token revoked? (IETF draft-ietf-oauth-status-list, section "Referenced Token".) Asked of tokens whose signature
 * is good, so nobody but the issuer says where a list is; and it is looked for at the issuer's own origin only, or at one
 * of the settings. */
#include "guard.h"

#include "uri.h"

static result refuse(struct arena *a, const char *why)
{
        return fail(a, ERR_INVALID_TOKEN, "%s", why);
}

static bool is_where_lists_are(struct arena *a, const struct guard_settings *s, struct str text)
{
        struct uri uri;
        if (!is_ok(uri_parse(a, text, &uri)) || uri.has_fragment)
                return false;
        bool found = false;
        for (size_t i = 0; i < s->status_origin_count; i++)
                found |= str_eq(uri.origin, s->status_origins[i]);
        return found;
}

result guard_status_check(struct task *t, struct guard *g, const struct inquiry *q)
{
        struct arena *a = task_arena(t);
        const json_t *status = json_object_get(q->claims, "status");
        if (!status || !g->statuses)
                return OK;
        const json_t *place = json_object_get(status, "status_list");
        struct str uri = json_str(place, "uri");
        int64_t index = json_int(place, "idx", -1);
        bool revoked = false;
        if (index < 0)
                return refuse(a, "the token's status is not a place in a status list");
        if (!is_where_lists_are(a, &g->settings, uri))
                return refuse(a, "the token's status list is elsewhere");
        TRY(status_store_check(t, g->statuses, uri, index, &revoked));
        if (!revoked)
                return OK;
        atomic_fetch_add(&g->counters.revoked, 1);
        return refuse(a, "the token was revoked");
}
