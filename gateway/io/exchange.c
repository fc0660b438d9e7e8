/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The request and the reply as the program sees them (RFC 9110): views and a reply that is only noted here.
 *
 * Headers and cookies are looked up when they are asked for, never copied in advance. */
#include "exchange.h"

#include "json.h"

enum method request_method(const struct task *t)
{
        return t->start.exchange ? t->start.exchange->method : METHOD_OTHER;
}

struct str request_method_name(const struct task *t)
{
        return t->start.exchange ? str_from(t->start.exchange->method_name) : STR("");
}

struct str request_path(const struct task *t)
{
        return t->start.exchange ? t->start.exchange->path : STR("");
}

struct str request_query(const struct task *t)
{
        return t->start.exchange ? t->start.exchange->query : STR("");
}

struct str request_body(const struct task *t)
{
        return t->start.exchange ? buf_str(&t->start.exchange->body) : STR("");
}

struct str request_header(const struct task *t, const char *name)
{
        return t->start.exchange ? exchange_header(t->start.exchange, name, NULL) : STR("");
}

bool request_header_is_repeated(const struct task *t, const char *name)
{
        size_t count = 0;
        if (t->start.exchange)
                (void)exchange_header(t->start.exchange, name, &count);
        return count > 1;
}

/* RFC 6265, section 5.4: one header, pairs separated by semicolons. */
struct str request_cookie(const struct task *t, struct str name)
{
        struct str rest = request_header(t, "Cookie");
        struct str pair;
        while (str_split(&rest, ';', &pair)) {
                pair = str_trim(pair);
                size_t equals = str_find(pair, '=');
                if (equals < pair.len && str_eq(str_head(pair, equals), name))
                        return str_from_index(pair, equals + 1);
        }
        return STR("");
}

static bool is_header_value(struct str value)
{
        unsigned control = 0; /* no early return: so the compiler looks at many bytes at once */
        for (size_t i = 0; i < value.len; i++) {
                unsigned char c = (unsigned char)value.data[i];
                control |= (c < 0x20 && c != '\t') || c == 0x7f;
        }
        return !control;
}

/* A value that could break out of its line, or one header too many, is a mistake of ours: the reply becomes 500. */
void exchange_reply_header(struct exchange *x, const char *name, struct str value)
{
        if (x->header_count == REPLY_HEADERS_MAX || !is_header_value(value)) {
                exchange_refuse(x, &ERR_SERVER_ERROR, "a reply header has control characters, or there are too many");
                return;
        }
        x->headers[x->header_count].name = name;
        x->headers[x->header_count].value = arena_cstr(x->arena, value);
        x->header_count++;
}

void exchange_reply(struct exchange *x, int status, const char *content_type, struct str body)
{
        x->status = status;
        x->content_type = content_type;
        x->reply = body;
}

void exchange_refuse(struct exchange *x, const struct error *error, const char *reason)
{
        /* Public sentences and codes in errors.def are plain ASCII without quotes, so they need no escaping. */
        exchange_reply(x, error->status, "application/json",
                       arena_printf(x->arena, "{\"error\":\"%s\",\"error_description\":\"%s\"}", error->code,
                                    error->description));
        if (arena_reason(x->arena).len == 0)
                arena_set_reason(x->arena, str_from(reason));
}

void reply_header(struct task *t, const char *name, struct str value)
{
        if (t->start.exchange)
                exchange_reply_header(t->start.exchange, name, value);
}

void reply_body(struct task *t, int status, const char *content_type, struct str body)
{
        if (t->start.exchange)
                exchange_reply(t->start.exchange, status, content_type, body);
}

void reply_json(struct task *t, int status, const json_t *json)
{
        reply_body(t, status, "application/json", json_write(task_arena(t), json));
}

void reply_redirect(struct task *t, struct str location)
{
        reply_header(t, "Location", location);
        /* RFC 9700, section 4.12: never 307, which would make the browser repeat a POST. */
        reply_body(t, request_method(t) == METHOD_POST ? 303 : 302, NULL, STR(""));
}

int reply_status(const struct task *t)
{
        return t->start.exchange ? t->start.exchange->status : 0;
}
