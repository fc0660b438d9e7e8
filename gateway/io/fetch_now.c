/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See fetch_now.h. libcurl's easy interface. */
#include <curl/curl.h>

#include "fetch_now.h"

#define TIMEOUT_MS 10000L

static void handle_done(CURL **handle)
{
        curl_easy_cleanup(*handle);
}

static size_t on_data(char *data, size_t size, size_t count, void *closure)
{
        struct buf *body = closure;
        buf_add(body, str_slice(data, size * count));
        return body->over ? 0 : size * count;
}

static result check_address(struct arena *a, struct str url)
{
        struct uri uri;
        if (!is_ok(uri_parse(a, url, &uri)) || uri.has_userinfo || uri.has_fragment)
                return fail(a, ERR_MALFORMED, "not an address that could be asked");
        if (!uri_is_https(&uri) && !(str_eq_nocase(uri.scheme, STR("http")) && uri_is_loopback(&uri)))
                return fail(a, ERR_MALFORMED, "the address must begin with https:// (http:// only on this machine)");
        return OK;
}

result fetch_now(struct arena *a, struct str url, const char *ca_file, size_t max, struct str *ret_body)
{
        TRY(check_address(a, url));
        __attribute__((cleanup(handle_done))) CURL *h = curl_easy_init();
        struct buf body = buf_in(a, max);
        long status = 0;
        if (!h)
                abort();
        curl_easy_setopt(h, CURLOPT_URL, arena_cstr(a, url));
        curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
        curl_easy_setopt(h, CURLOPT_PROXY, "");
        curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
        curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(h, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
        curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, TIMEOUT_MS);
        curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, on_data);
        curl_easy_setopt(h, CURLOPT_WRITEDATA, &body);
        if (ca_file)
                curl_easy_setopt(h, CURLOPT_CAINFO, ca_file);
        CURLcode code = curl_easy_perform(h);
        if (body.over)
                return fail(a, ERR_SOURCE_BAD_ANSWER, "the answer is longer than %zu bytes", max);
        if (code != CURLE_OK)
                return fail(a, ERR_SOURCE_DOWN, "%s", curl_easy_strerror(code));
        curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
        if (status != 200)
                return fail(a, ERR_SOURCE_BAD_ANSWER, "answered with status %ld", status);
        *ret_body = buf_str(&body);
        return OK;
}
