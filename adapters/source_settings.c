/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See source_settings.h. */
#include "source_settings.h"

#include "uri.h"

#define FILE_MAX (64 * 1024)
#define REPLY_MAX (256 * 1024)
#define CONNECT_TIMEOUT_MS 3000

static struct str base_of(const json_t *settings, const char *name)
{
        struct str base = json_str(settings, name);

        while (str_ends(base, STR("/")))
                base.len--;
        return base;
}

static void end_peer(void *peer)
{
        peer_free(peer);
}

static result make_peer(struct arena *a, const struct source *source, const json_t *settings, struct str api_base,
                   struct peer **ret_peer)
{
        struct uri uri;
        struct peer_options options = {
                .name = source->id,
                .origins = &uri.origin,
                .origin_count = 1,
                .timeout_ms = (int)json_int(settings, "timeout", 0) * 1000,
                .connect_timeout_ms = CONNECT_TIMEOUT_MS,
                .max_waiting = (unsigned)json_int(settings, "max_waiting", 0),
                .trip_after = (unsigned)json_int(settings, "trip_after", 0),
                .open_ms = (int)json_int(settings, "open_for", 0) * 1000,
                .max_reply = REPLY_MAX,
                .ca_file = json_str(settings, "ca_file"),
        };

        if (!is_ok(uri_parse(a, api_base, &uri)) || uri.has_query || uri.has_userinfo)
                return fail(a, ERR_CONFIG, "api_base is not an address to which paths can be added");
        *ret_peer = peer_new(&options);
        arena_own(a, *ret_peer, end_peer);
        return OK;
}

static void close_file(FILE **f)
{
        if (*f)
                fclose(*f);
}

result source_file(struct arena *a, struct str path, struct str *ret_content)
{
        const char *name = arena_cstr(a, path);
        char *content = arena_alloc(a, FILE_MAX);
        __attribute__((cleanup(close_file))) FILE *f = fopen(name, "re");
        size_t len;

        if (!f)
                return fail(a, ERR_CONFIG, "%.*s: %m", STR_FMT(path));
        len = fread(content, 1, FILE_MAX, f);
        if (len == 0 || len == FILE_MAX || ferror(f))
                return fail(a, ERR_CONFIG, "%.*s is empty, too large or not readable", STR_FMT(path));
        *ret_content = str_slice(content, len);
        return OK;
}

static result read_secret(struct arena *a, const json_t *settings, const struct secret **ret_secret)
{
        struct str text = json_str(settings, "client_secret"), file = json_str(settings, "client_secret_file");

        if ((text.len > 0) == (file.len > 0))
                return fail(a, ERR_CONFIG, "needs either client_secret_file or client_secret");
        if (file.len > 0)
                TRY(source_file(a, file, &text));
        text = str_trim(text);
        if (text.len == 0)
                return fail(a, ERR_CONFIG, "client_secret is blank");
        *ret_secret = secret_in(a, text);
        return OK;
}

result source_access_read(struct arena *a, const json_t *settings, struct source *source, struct source_access *ret_access)
{
        struct source_access access = {
                .api_base = base_of(settings, "api_base"),
                .web_base = base_of(settings, "web_base"),
                .client_id = json_str(settings, "client_id"),
        };
        struct uri web;

        if (str_is_empty(access.web_base))
                access.web_base = access.api_base;
        if (!is_ok(uri_parse(a, access.web_base, &web)))
                return fail(a, ERR_CONFIG, "web_base is not an address");
        access.web_origin = web.origin;
        TRY(read_secret(a, settings, &access.client_secret));
        TRY(make_peer(a, source, settings, access.api_base, &source->peer));
        *ret_access = access;
        return OK;
}
