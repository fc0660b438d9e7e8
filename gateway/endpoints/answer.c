/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See answer.h. */
#include "answer.h"

#include "page.h"

/* Failures at a source that have a sentence of their own on the error page (source_error.* of pages/text). */
static const struct {
        const struct error *error;
        const char *source_error;
} source_errors[] = {
        { &ERR_SOURCE_REFUSED, "rejected" },     { &ERR_SOURCE_TIMEOUT, "timeout" },
        { &ERR_SOURCE_FAILED, "failed" },        { &ERR_SOURCE_EXPIRED, "expired" },
        { &ERR_SOURCE_ID_CARD, "id_card" },      { &ERR_SOURCE_NOT_ALLOWED, "not_allowed" },
        { &ERR_SOURCE_DOWN, "unavailable" },
};

static const struct gateway *gateway(const struct task *t)
{
        return gateway_of(t);
}

static void add_challenge(struct task *t, const struct error *error)
{
        struct arena *a = task_arena(t);

        if (error == &ERR_INVALID_CLIENT)
                reply_header(t, "WWW-Authenticate", STR("Basic realm=\"baygate\", charset=\"UTF-8\""));
        else if (error == &ERR_INVALID_TOKEN || error == &ERR_INSUFFICIENT_SCOPE)
                reply_header(t, "WWW-Authenticate", arena_printf(a, "Bearer realm=\"baygate\", error=\"%s\"", error->code));
}

static void add_retry_after(struct task *t, const struct error *error)
{
        if (error->status == 503)
                reply_header(t, "Retry-After", STR("1"));
}

void answer_error_json(struct task *t, const struct error *error)
{
        json_t *o = json_new_object(task_arena(t));

        json_put_str(o, "error", str_from(error->code));
        json_put_str(o, "error_description", str_from(error->description));
        add_challenge(t, error);
        add_retry_after(t, error);
        reply_json(t, error->status, o);
}

static struct str source_error(const struct error *error)
{
        for (size_t i = 0; i < sizeof(source_errors) / sizeof(source_errors[0]); i++)
                if (source_errors[i].error == error)
                        return str_from(source_errors[i].source_error);
        return (struct str){ 0 };
}

void answer_error_page(struct task *t, const struct answer_failure *failure)
{
        const struct error *error = failure->error;
        json_t *context = json_new_object(task_arena(t));
        const struct answer_page page = {
                .name = "error",
                .language = failure->language,
                .context = context,
                .status = error->status,
        };

        json_put_str(context, "error", str_from(error->code));
        json_put_str(context, "symbol", str_from(error->symbol));
        if (failure->source_title.len > 0)
                json_put_str(context, "source_error", source_error(error));
        json_put_str(context, "source_title", failure->source_title);
        json_put_str(context, "request_id", task_request_id(t));
        json_put_str(context, "retry_url", failure->retry_url);
        add_retry_after(t, error);
        if (!is_ok(answer_page(t, &page)))
                answer_error_json(t, error);
}

bool answer_prefers_page(const struct task *t)
{
        return str_starts(request_header(t, "Accept"), STR("text/html"));
}

enum language answer_language(struct task *t, struct str chosen, struct str ui_locales)
{
        const struct language_wish wish = {
                .chosen = chosen,
                .ui_locales = ui_locales,
                .accept_language = request_header(t, "Accept-Language"),
        };

        return language_choose(&wish);
}

struct str answer_title(const json_t *titles, struct str language)
{
        char tag[16];
        struct buf b = buf_over(tag, sizeof(tag));
        struct str title;

        buf_add(&b, language);
        title = json_str(titles, buf_str(&b).data);
        return title.len > 0 ? title : json_str(titles, "en");
}

result answer_page(struct task *t, const struct answer_page *page)
{
        struct arena *a = task_arena(t);
        struct page rendered = { .name = str_from(page->name), .context = page->context };
        struct str html;

        if (!language_of_tag(page->language, &rendered.language))
                rendered.language = answer_language(t, (struct str){ 0 }, (struct str){ 0 });
        TRY(page_render(a, gateway(t)->pages, &rendered, &html));
        for (const struct page_header *h = page_headers; h->name; h++)
                reply_header(t, h->name, str_from(h->value));
        reply_header(t, "Content-Security-Policy", page_security_policy(a, page->form_targets));
        reply_body(t, page->status ? page->status : 200, "text/html; charset=utf-8", html);
        return OK;
}

static struct str cookie_name(struct task *t, struct str name)
{
        return gateway(t)->config->issuer_is_https ? ARENA_JOIN(task_arena(t), STR("__Host-"), name) : name;
}

void answer_cookie(struct task *t, const struct answer_cookie *cookie)
{
        struct str name = cookie_name(t, cookie->name);
        const char *secure = gateway(t)->config->issuer_is_https ? "; Secure" : "";
        long long max_age = cookie->value.len > 0 ? (long long)cookie->max_age : 0;

        reply_header(t, "Set-Cookie",
                     arena_printf(task_arena(t), "%.*s=%.*s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s",
                                  STR_FMT(name), STR_FMT(cookie->value), max_age, secure));
}

struct str answer_cookie_read(struct task *t, struct str name)
{
        return request_cookie(t, cookie_name(t, name));
}
