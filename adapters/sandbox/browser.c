/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* HTTP of the driver over libcurl's easy interface. */
#include "browser.h"

#include "uri.h"

#include <curl/curl.h>

#define HOPS_MAX 25
#define BODY_MAX ((size_t)1024 * 1024)
#define HEADER_MAX ((size_t)64 * 1024)

result browser_init(struct browser *b, struct arena *a, const char *name)
{
        *b = (struct browser){ .arena = a, .name = name, .curl = curl_easy_init() };
        return b->curl ? OK : fail(a, ERR_UNSUPPORTED, "libcurl does not start");
}

void browser_done(struct browser *b)
{
        if (b->curl)
                curl_easy_cleanup(b->curl);
        *b = (struct browser){ 0 };
}

void browser_forget(struct browser *b)
{
        b->cookie_count = 0;
}

static void url_cleanup(CURLU **u)
{
        curl_url_cleanup(*u);
}

struct str browser_resolve(struct arena *a, struct str base, struct str reference)
{
        __attribute__((cleanup(url_cleanup))) CURLU *u = curl_url();
        char *text = NULL;
        if (!u || curl_url_set(u, CURLUPART_URL, arena_cstr(a, base), 0) != CURLUE_OK ||
            (!str_is_empty(reference) && curl_url_set(u, CURLUPART_URL, arena_cstr(a, reference), 0) != CURLUE_OK) ||
            curl_url_get(u, CURLUPART_URL, &text, 0) != CURLUE_OK)
                return STR("");
        struct str url = arena_copy(a, str_from(text));
        curl_free(text);
        return url;
}

struct str browser_url_shown(struct arena *a, struct str url)
{
        struct buf b = buf_in(a, url.len * 4 + 16);
        size_t question = str_find(url, '?');
        buf_add(&b, str_head(url, question));
        struct str query = str_from_index(url, question + 1), piece;
        for (char mark = '?'; question < url.len && str_split(&query, '&', &piece); mark = '&') {
                buf_add_char(&b, mark);
                buf_add(&b, str_head(piece, str_find(piece, '=')));
                buf_add_text(&b, "=…");
        }
        return buf_str(&b);
}

static struct str authority_of(struct str url)
{
        const char *mark = memmem(url.data, url.len, "://", 3);
        struct str rest = mark ? str_from_index(url, (size_t)(mark - url.data) + 3) : url;
        return str_head(rest, str_find(rest, '/'));
}

static struct str path_of(struct str url)
{
        struct str authority = authority_of(url);
        struct str path = str_from_index(url, (size_t)(authority.data - url.data) + authority.len);
        path = str_head(path, str_find(path, '?'));
        return str_is_empty(path) ? STR("/") : path;
}

static void cookie_remove(struct browser *b, const struct browser_cookie *c)
{
        size_t kept = 0;
        for (size_t i = 0; i < b->cookie_count; i++) {
                const struct browser_cookie *k = &b->cookies[i];
                if (!str_eq(k->origin, c->origin) || !str_eq(k->name, c->name) || !str_eq(k->path, c->path))
                        b->cookies[kept++] = *k;
        }
        b->cookie_count = kept;
}

void browser_cookie_set(struct browser *b, struct str url, struct str header)
{
        struct str pair, attribute;
        struct browser_cookie c = { .origin = authority_of(url), .path = STR("/") };
        bool dead = false;
        if (!str_split(&header, ';', &pair) || str_find(pair, '=') == pair.len)
                return;
        while (str_split(&header, ';', &attribute)) {
                attribute = str_trim(attribute);
                if (str_eq_nocase(str_head(attribute, 5), STR("Path=")))
                        c.path = str_from_index(attribute, 5);
                else if (str_eq_nocase(str_head(attribute, 8), STR("Max-Age=")))
                        dead = str_is(str_from_index(attribute, 8), "0") ||
                               str_starts(str_from_index(attribute, 8), STR("-"));
        }
        c.name = arena_copy(b->arena, str_trim(str_head(pair, str_find(pair, '='))));
        c.value = arena_copy(b->arena, str_trim(str_from_index(pair, str_find(pair, '=') + 1)));
        c.origin = arena_copy(b->arena, c.origin);
        c.path = arena_copy(b->arena, c.path);
        cookie_remove(b, &c);
        if (!dead && b->cookie_count < BROWSER_COOKIES_MAX)
                b->cookies[b->cookie_count++] = c;
}

/* RFC 6265, section 5.1.4. */
static bool path_covers(struct str cookie_path, struct str path)
{
        if (!str_starts(path, cookie_path))
                return false;
        return path.len == cookie_path.len || str_ends(cookie_path, STR("/")) || path.data[cookie_path.len] == '/';
}

struct str browser_cookie_header(const struct browser *b, struct str url)
{
        struct buf out = buf_in(b->arena, HEADER_MAX);
        for (size_t i = 0; i < b->cookie_count; i++) {
                const struct browser_cookie *c = &b->cookies[i];
                if (!str_eq(c->origin, authority_of(url)) || !path_covers(c->path, path_of(url)))
                        continue;
                if (out.len)
                        buf_add_text(&out, "; ");
                buf_add(&out, c->name);
                buf_add_char(&out, '=');
                buf_add(&out, c->value);
        }
        return buf_str(&out);
}

/* One request and its answer. */
struct hop {
        struct browser *browser;
        struct str url;
        struct buf body;
        struct str location;
        struct str refresh;
};

static size_t body_take(char *data, size_t size, size_t count, void *user)
{
        struct hop *hop = user;
        buf_add(&hop->body, str_slice(data, size * count));
        return hop->body.over ? 0 : size * count;
}

static bool header_is(struct str line, const char *name, struct str *ret_value)
{
        size_t colon = str_find(line, ':');
        if (!str_eq_nocase(str_head(line, colon), str_from(name)))
                return false;
        *ret_value = str_trim(str_from_index(line, colon + 1));
        return true;
}

static size_t header_take(char *data, size_t size, size_t count, void *user)
{
        struct hop *hop = user;
        struct str value;
        struct str line = str_slice(data, size * count);
        if (header_is(line, "Set-Cookie", &value))
                browser_cookie_set(hop->browser, hop->url, value);
        else if (header_is(line, "Location", &value))
                hop->location = arena_copy(hop->browser->arena, value);
        else if (header_is(line, "Refresh", &value))
                hop->refresh = scan_refresh_value(arena_copy(hop->browser->arena, value));
        return size * count;
}

static void headers_free(struct curl_slist **list)
{
        curl_slist_free_all(*list);
}

/* `body` NULL: GET. */
static result hop_do(struct browser *b, struct hop *hop, const struct str *body, int *ret_status)
{
        CURL *curl = b->curl;
        struct arena *a = b->arena;
        struct str cookies = browser_cookie_header(b, hop->url);
        __attribute__((cleanup(headers_free))) struct curl_slist *headers =
                curl_slist_append(NULL, "Accept-Language: en");
        if (!str_is_empty(cookies))
                headers = curl_slist_append(headers, arena_cstr(a, ARENA_JOIN(a, STR("Cookie: "), cookies)));
        hop->body = buf_in(a, BODY_MAX);
        curl_easy_reset(curl);
        curl_easy_setopt(curl, CURLOPT_URL, arena_cstr(a, hop->url));
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(curl, CURLOPT_USERAGENT, "Mozilla/5.0 (X11; Linux x86_64) baygate-sandbox");
        curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 20000L);
        curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, body_take);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, hop);
        curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, header_take);
        curl_easy_setopt(curl, CURLOPT_HEADERDATA, hop);
        if (body) {
                curl_easy_setopt(curl, CURLOPT_POST, 1L);
                curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)body->len);
                curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, arena_cstr(a, *body));
        }
        CURLcode code = curl_easy_perform(curl);
        if (code != CURLE_OK)
                return fail(a, ERR_SOURCE_DOWN, "%.*s: %s", STR_FMT(browser_url_shown(a, hop->url)),
                            curl_easy_strerror(code));
        long status = 0;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        printf("%-8s %-4s %3ld  %.*s\n", b->name, body ? "POST" : "GET", status,
               STR_FMT(browser_url_shown(a, hop->url)));
        *ret_status = (int)status;
        return OK;
}

static bool is_redirect(int status)
{
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static result follow(struct browser *b, struct str url, const struct str *body, struct browser_page *ret_page)
{
        for (int i = 0; i < HOPS_MAX; i++) {
                struct hop hop = { .browser = b, .url = url };
                int status;
                TRY(hop_do(b, &hop, body, &status));
                struct str refresh =
                        str_is_empty(hop.refresh) ? scan_refresh(b->arena, buf_str(&hop.body)) : hop.refresh;
                if (!is_redirect(status)) {
                        *ret_page = (struct browser_page){ .url = url, .body = buf_str(&hop.body), .status = status };
                        if (!str_is_empty(refresh))
                                ret_page->refresh = browser_resolve(b->arena, url, refresh);
                        return OK;
                }
                url = browser_resolve(b->arena, url, hop.location);
                if (status != 307 && status != 308)
                        body = NULL;
        }
        return fail(b->arena, ERR_SOURCE_BAD_ANSWER, "more than %d redirects", HOPS_MAX);
}

result browser_open(struct browser *b, struct str url, struct browser_page *ret_page)
{
        return follow(b, url, NULL, ret_page);
}

result browser_submit(struct browser *b, const struct browser_page *from, const struct scan_form *form,
                      struct browser_page *ret_page)
{
        struct buf fields = buf_in(b->arena, HEADER_MAX);
        for (size_t i = 0; i < form->field_count; i++)
                form_add(&fields, arena_cstr(b->arena, form->fields[i].name), form->fields[i].value);
        struct str url = browser_resolve(b->arena, from->url, form->action);
        struct str body = buf_str(&fields);
        if (form->post)
                return follow(b, url, &body, ret_page);
        url = str_head(url, str_find(url, '?'));
        return follow(b, ARENA_JOIN(b->arena, url, STR("?"), body), NULL, ret_page);
}
