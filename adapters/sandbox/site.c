/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Dispatch by table and the common headers of the sandbox's pages. */
#include "site.h"

#define BODY_MAX ((size_t)64 * 1024)

static const struct site_route style_sheet_route;

static bool path_matches(const char *pattern, struct str path)
{
        size_t len = strlen(pattern);
        if (len && pattern[len - 1] == '*')
                return str_starts(path, str_slice(pattern, len - 1));
        return str_is(path, pattern);
}

static const struct site_route *route_find(const struct site *site, enum method method, struct str path,
                                           bool *ret_path_known)
{
        *ret_path_known = false;
        if (str_is(path, "/style.css") && method == METHOD_GET)
                return &style_sheet_route;
        for (const struct site_route *r = site->routes; r->path; r++) {
                if (!path_matches(r->path, path))
                        continue;
                *ret_path_known = true;
                if (r->method == method)
                        return r;
        }
        return NULL;
}

static void style_sheet_answer(struct task *t)
{
        reply_header(t, "Cache-Control", STR("max-age=300"));
        reply_body(t, 200, "text/css; charset=utf-8", html_style_sheet());
}

static const struct site_route style_sheet_route = { METHOD_GET, "/style.css", style_sheet_answer };

void site_handle(struct task *t)
{
        bool path_known;
        const struct site_route *route = route_find(task_program(t), request_method(t), request_path(t), &path_known);
        if (route)
                route->handle(t);
        else if (path_known)
                site_message(t, 405, "Method not allowed", STR("This address takes another method."));
        else
                site_message(t, 404, "Not found", STR("There is nothing at this address."));
}

size_t site_body_cap(void *program, enum method method, struct str path)
{
        (void)program;
        (void)method;
        (void)path;
        return BODY_MAX;
}

const char *site_route_name(void *program, enum method method, struct str path)
{
        bool path_known;
        const struct site_route *route = route_find(program, method, path, &path_known);
        return route ? route->path : "unknown";
}

void *site_state(const struct task *t)
{
        return ((const struct site *)task_program(t))->state;
}

static void page_headers(struct task *t)
{
        reply_header(t, "Cache-Control", STR("no-store"));
        reply_header(t, "Referrer-Policy", STR("same-origin"));
        reply_header(t, "X-Content-Type-Options", STR("nosniff"));
        reply_header(t, "Content-Security-Policy",
                     STR("default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; "
                         "frame-ancestors 'none'"));
}

void site_page(struct task *t, int status, struct html *h)
{
        page_headers(t);
        reply_body(t, status, "text/html; charset=utf-8", html_end(h));
}

void site_message(struct task *t, int status, const char *title, struct str text)
{
        const struct site *site = task_program(t);
        struct html h = html_in(task_arena(t));
        html_begin(&h, str_from(title), str_from(site->name), STR(""));
        HTML(&h, "<p id=\"message\">{}</p>", text);
        site_page(t, status, &h);
}

result site_params(struct task *t, struct params *ret_params)
{
        struct params params;
        struct str text = request_method(t) == METHOD_POST ? request_body(t) : request_query(t);
        TRY(params_parse(task_arena(t), text, &params));
        if (!str_is_empty(params_first_repeated(&params)))
                return fail(task_arena(t), ERR_INVALID_REQUEST, "a parameter is repeated");
        *ret_params = params;
        return OK;
}

void site_redirect(struct task *t, struct str location)
{
        reply_header(t, "Cache-Control", STR("no-store"));
        reply_header(t, "Referrer-Policy", STR("same-origin"));
        reply_redirect(t, location);
}

bool site_is_own_origin(struct task *t)
{
        struct str origin = request_header(t, "Origin");
        if (str_is_empty(origin))
                return true;
        return str_eq(origin, ARENA_JOIN(task_arena(t), STR("http://"), request_header(t, "Host")));
}
