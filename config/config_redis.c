/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The address of a shared Redis:
 * redis://[user][:password]@host[:port][/database], rediss:// for TLS, unix:///path[?db=database].
 * It may hold a password: no mistake quotes it. */
#include "config_load.h"
#include "uri.h"

#define PASSWORD_MAX 1024

/* What stands before `separator` in *rest, which then begins after it; all of it when there is none. */
static struct str cut(struct str *rest, char separator)
{
        size_t at = str_find(*rest, separator);
        struct str head = str_head(*rest, at);
        *rest = str_from_index(*rest, at + 1);
        return head;
}

static bool read_database(struct str text, struct redis_config *redis)
{
        int64_t number = 0;
        if (!str_is_empty(text) && (!str_to_int(text, &number) || number > 65535))
                return false;
        redis->database = (int)number;
        return true;
}

static bool read_unix(struct config_loading *l, struct str rest, struct redis_config *redis)
{
        struct str path = cut(&rest, '?');
        if (!str_starts(path, STR("/")) || !is_ok(uri_decode(l->arena, path, &redis->unix_path)))
                return false;
        if (str_is_empty(rest))
                return true;
        return str_starts(rest, STR("db=")) && read_database(str_from_index(rest, 3), redis);
}

/* "user:password", ":password" or "user", each percent-encoded. */
static bool read_userinfo(struct config_loading *l, struct str userinfo, struct redis_config *redis)
{
        struct str user = cut(&userinfo, ':');
        return is_ok(uri_decode(l->arena, user, &redis->user)) &&
               is_ok(uri_decode(l->arena, userinfo, &redis->password));
}

/* "host", "host:port", "[::1]:port" */
static bool read_host(struct str authority, struct redis_config *redis)
{
        int64_t port = 6379;
        if (str_starts(authority, STR("["))) {
                size_t end = str_find(authority, ']');
                if (end == authority.len)
                        return false;
                redis->host = str_slice(authority.data + 1, end - 1);
                authority = str_from_index(authority, end + 1);
                if (!str_is_empty(authority) && !str_starts(authority, STR(":")))
                        return false;
                cut(&authority, ':');
        } else {
                redis->host = cut(&authority, ':');
        }
        if (!str_is_empty(authority) && (!str_to_int(authority, &port) || port < 1 || port > 65535))
                return false;
        redis->port = (int)port;
        return !str_is_empty(redis->host) && str_find(redis->host, ' ') == redis->host.len;
}

static bool read_tcp(struct config_loading *l, struct str rest, struct redis_config *redis)
{
        struct str authority = cut(&rest, '/');
        size_t at = authority.len;
        while (at > 0 && authority.data[at - 1] != '@')
                at--;
        if (at > 0 && !read_userinfo(l, str_head(authority, at - 1), redis))
                return false;
        return read_host(str_from_index(authority, at), redis) && read_database(rest, redis);
}

static bool read_url(struct config_loading *l, struct str url, struct redis_config *redis)
{
        if (str_starts(url, STR("unix://")))
                return read_unix(l, str_from_index(url, 7), redis);
        redis->tls = str_starts(url, STR("rediss://"));
        if (redis->tls)
                return read_tcp(l, str_from_index(url, 9), redis);
        return str_starts(url, STR("redis://")) && read_tcp(l, str_from_index(url, 8), redis);
}

static bool has_tls(void)
{
#ifdef HAVE_HIREDIS_SSL
        return true;
#else
        return false;
#endif
}

static void read_password_file(struct config_loading *l, const json_t *settings, struct redis_config *redis)
{
        struct str password;
        if (!json_object_get(settings, "password_file"))
                return;
        if (!str_is_empty(redis->password))
                mistake_at(l->mistakes, settings, "password_file", "the password is given twice: in \"url\" too");
        if (is_ok(config_read_file(l, settings, "password_file", PASSWORD_MAX, &password)))
                redis->password = str_trim(password);
}

void config_load_redis(struct config_loading *l, const json_t *settings)
{
        struct redis_config *redis = &l->config->redis;
        redis->embedded = !settings;
        struct str url = config_str(l->arena, settings, "url");
        redis->timeout_ms = (int)json_int(settings, "timeout_ms", 2000);
        if (str_is_empty(url))
                return;
        if (!read_url(l, url, redis))
                mistake_at(l->mistakes, settings, "url",
                           "\"url\" must be redis://…, rediss://… or unix:///path, as the reference shows");
        if (redis->tls && !has_tls())
                mistake_at(l->mistakes, settings, "url",
                           "Redis over TLS is not built in: this hiredis has no TLS (use a local stunnel or unix://)");
        read_password_file(l, settings, redis);
}
