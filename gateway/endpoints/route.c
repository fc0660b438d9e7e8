/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See route.h. The one edge where results become answers. */
#include "route.h"

#include "answer.h"
#include "signing_ring.h"
#include "uri.h"

#define SEGMENT_MAX 256
#define DECIMAL_OF(number) #number
#define DECIMAL(number) DECIMAL_OF(number)

static bool segment_matches(struct str pattern, struct str segment, struct str **value)
{
        if (!str_starts(pattern, STR("{")))
                return str_eq(pattern, segment);
        if (segment.len == 0 || segment.len > SEGMENT_MAX)
                return false;
        *(*value)++ = segment;
        return true;
}

/* What stands before the first name decides about most rows, and is all of many. */
static bool path_matches(struct str pattern, struct str path, struct str *values)
{
        size_t literal = str_find(pattern, '{');
        struct str want, have;

        if (!str_starts(path, str_head(pattern, literal)))
                return false;
        if (literal == pattern.len)
                return path.len == pattern.len;
        while (str_split(&pattern, '/', &want))
                if (!str_split(&path, '/', &have) || !segment_matches(want, have, &values))
                        return false;
        return !str_split(&path, '/', &have);
}

const struct route *route_find(const struct route *table, struct str path, struct str ret_values[ROUTE_VALUES_MAX])
{
        for (const struct route *r = table; r->path; r++) {
                struct str values[ROUTE_VALUES_MAX] = { 0 };

                if (!path_matches(str_from(r->path), path, values))
                        continue;
                for (size_t i = 0; ret_values && i < ROUTE_VALUES_MAX; i++)
                        ret_values[i] = values[i];
                return r;
        }
        return NULL;
}

static struct str allowed_methods(struct arena *a, const struct route *r)
{
        struct buf b = buf_in(a, 64);

        if (r->methods & METHOD_BIT(METHOD_GET))
                buf_add_text(&b, "GET, HEAD");
        if (r->methods & METHOD_BIT(METHOD_POST))
                buf_add_text(&b, b.len > 0 ? ", POST" : "POST");
        return buf_str(&b);
}

static bool is_form(struct str content_type)
{
        struct str type;

        return str_split(&content_type, ';', &type) &&
               str_eq_nocase(str_trim(type), STR("application/x-www-form-urlencoded"));
}

static result read_params(struct task *t, struct call *call)
{
        struct arena *a = task_arena(t);

        TRY(params_parse(a, request_query(t), &call->query));
        call->params = call->query;
        if (call->method != METHOD_POST || call->route->body != BODY_FORM)
                return OK;
        if (request_body(t).len > 0 && !is_form(request_header(t, "Content-Type")))
                return fail(a, ERR_UNSUPPORTED_MEDIA_TYPE, "the body is not a form");
        return params_parse(a, request_body(t), &call->params);
}

static bool method_is_allowed(const struct route *r, enum method method)
{
        if (method == METHOD_HEAD)
                method = METHOD_GET;
        return r->methods & METHOD_BIT(method);
}

/* Fetch standard, CORS protocol; RFC 6749 endpoints that scripts of single-page clients call. */
static void add_cors(struct task *t, const struct route *r)
{
        reply_header(t, "Access-Control-Allow-Origin", STR("*"));
        if (request_method(t) != METHOD_OPTIONS)
                return;
        reply_header(t, "Access-Control-Allow-Methods", allowed_methods(task_arena(t), r));
        reply_header(t, "Access-Control-Allow-Headers", STR("Authorization, Content-Type"));
        reply_header(t, "Access-Control-Max-Age", STR("3600"));
}

static void add_cache(struct task *t, enum route_cache cache)
{
        static const char *const rules[] = {
                [CACHE_NO_STORE] = "no-store",
                [CACHE_MINUTES] = ("public, max-age=" DECIMAL(JWKS_MAX_AGE_S)),
                [CACHE_FOREVER] = "public, max-age=31536000, immutable",
        };

        if (cache != CACHE_OWN) /* the handler has said it */
                reply_header(t, "Cache-Control", str_from(rules[cache]));
}

static result run(struct task *t, struct call *call)
{
        const struct route *r = call->route;
        struct arena *a = task_arena(t);

        if (r->cors)
                add_cors(t, r);
        if (r->cors && call->method == METHOD_OPTIONS) {
                reply_body(t, 204, NULL, (struct str){ 0 });
                return OK;
        }
        if (!method_is_allowed(r, call->method)) {
                reply_header(t, "Allow", allowed_methods(a, r));
                return fail(a, ERR_METHOD_NOT_ALLOWED, "method not allowed");
        }
        for (size_t i = 0; i < ROUTE_VALUES_MAX; i++)
                TRY(uri_decode(a, call->values[i], &call->values[i]));
        TRY(read_params(t, call));
        TRY(r->handle(t, call));
        if (arena_is_over(a))
                return fail(a, ERR_TOO_LARGE, "the request took too much memory");
        add_cache(t, r->cache);
        return OK;
}

static void add_security(struct task *t)
{
        reply_header(t, "X-Content-Type-Options", STR("nosniff"));
        if (gateway_of(t)->config->issuer_is_https) /* RFC 6797 */
                reply_header(t, "Strict-Transport-Security", STR("max-age=31536000"));
}

void route_dispatch(struct task *t, const struct route *table)
{
        struct call call = { .method = request_method(t) };
        bool page;
        result r;

        add_security(t);
        call.route = route_find(table, request_path(t), call.values);
        r = call.route ? run(t, &call) : fail(task_arena(t), ERR_NOT_FOUND, "no such address");
        if (is_ok(r))
                return;
        add_cache(t, CACHE_NO_STORE);
        page = call.route ? call.route->face == FACE_PAGE : answer_prefers_page(t);
        if (page)
                answer_error_page(t, &(struct answer_failure){ .error = r.error });
        else
                answer_error_json(t, r.error);
}
