/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See token_view.h. */
#include "token_view.h"

#include "base64url.h"
#include "clock.h"
#include "jwt.h"
#include "receipt.h"
#include "status_list.h"

#define PLAIN_MAX 200
#define TEXT_MAX ((size_t)64 * 1024)

static const struct token_kind kinds[] = {
        { "at+jwt", "an access token (RFC 9068)", true },
        { "logout+jwt", "a logout token (OpenID Connect Back-Channel Logout)", true },
        { STATUS_LIST_TYPE, "a status list: which tokens were revoked", true },
        { RECEIPT_CONSENT_TYPE, "a receipt of a consent", false },
        { RECEIPT_BINDING_TYPE, "a receipt of a binding of two accounts", false },
        { "token-introspection+jwt", "an answer to an introspection (RFC 9701)", false },
        { "dpop+jwt", "a DPoP proof (RFC 9449)", false },
        { "oauth-authz-req+jwt", "a request object (RFC 9101)", true },
};
static const struct token_kind id_token = { "JWT", "an ID token (OpenID Connect)", true };
static const struct token_kind client_assertion = { "JWT", "a client assertion (RFC 7523)", true };
static const struct token_kind some_jwt = { "", "a JWT of a kind that a Baygate does not make", true };
static const struct token_kind encrypted = { "", "an encrypted token (JWE): only who has the key can read it", true };
static const struct token_kind refresh_handle = { "", "a refresh token of a Baygate, which only the gateway understands", true };
static const struct token_kind access_handle = { "", "an opaque access token of a Baygate, which only the gateway understands",
                                                 true };
static const struct token_kind nothing = { "", "nothing that a Baygate makes", true };

/* ---- words ---- */

struct str token_plain(struct arena *a, struct str s)
{
        struct buf b = buf_in(a, PLAIN_MAX * 4 + 4);
        for (size_t i = 0; i < s.len && i < PLAIN_MAX; i++) {
                unsigned char c = (unsigned char)s.data[i];
                if (c >= 0x20 && c < 0x7f)
                        buf_add(&b, str_slice(s.data + i, 1));
                else
                        buf_printf(&b, "\\x%02x", c);
        }
        buf_add_text(&b, s.len > PLAIN_MAX ? "..." : "");
        return buf_str(&b);
}

static struct str span_words(struct arena *a, int64_t seconds)
{
        static const struct {
                int64_t at_most, unit;
                const char *name;
        } units[] = { { 120, 1, "s" }, { 7200, 60, "min" }, { 172800, 3600, "h" }, { INT64_MAX, 86400, "days" } };
        size_t i = 0;
        while (seconds >= units[i].at_most)
                i++;
        return arena_printf(a, "%lld %s", (long long)(seconds / units[i].unit), units[i].name);
}

struct str token_time_words(struct arena *a, int64_t time, int64_t now)
{
        struct str span = span_words(a, time > now ? time - now : now - time);
        struct str text = clock_text(a, time);
        return time > now ? arena_printf(a, "%.*s (in %.*s)", STR_FMT(text), STR_FMT(span))
                          : arena_printf(a, "%.*s (%.*s ago)", STR_FMT(text), STR_FMT(span));
}

/* ---- reading ---- */

static const struct token_kind *kind_of_handle(struct str text)
{
        if (str_starts(text, STR("bgr.")))
                return &refresh_handle;
        return str_starts(text, STR("bga.")) ? &access_handle : NULL;
}

/* A media type: without case, and "application/" may be left out (RFC 7515, section 4.1.9). */
static const struct token_kind *kind_of_jwt(const json_t *header, const json_t *claims)
{
        const struct str prefix = STR("application/");
        struct str type = json_str(header, "typ");
        if (str_eq_nocase(str_head(type, prefix.len), prefix))
                type = str_from_index(type, prefix.len);
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
                if (str_eq_nocase(type, str_from(kinds[i].type)))
                        return &kinds[i];
        if (!str_eq_nocase(type, STR("JWT")))
                return &some_jwt;
        struct str issuer = json_str(claims, "iss");
        return issuer.len > 0 && str_eq(issuer, json_str(claims, "sub")) ? &client_assertion : &id_token;
}

static size_t parts_of(struct str text, struct str parts[static 5])
{
        size_t count = 1;
        size_t begin = 0;
        for (size_t i = 0; i < text.len && count < 6; i++) {
                if (text.data[i] != '.')
                        continue;
                if (count <= 5)
                        parts[count - 1] = str_slice(text.data + begin, i - begin);
                begin = i + 1;
                count++;
        }
        if (count <= 5)
                parts[count - 1] = str_slice(text.data + begin, text.len - begin);
        return count;
}

static const json_t *read_part(struct arena *a, struct str part)
{
        struct str text;
        json_t *json = NULL;
        if (!is_ok(base64url_decode(a, part, &text)) || !is_ok(json_read_object(a, text, TEXT_MAX, &json)))
                return NULL;
        return json;
}

struct token_view token_view_of(struct arena *a, struct str text)
{
        struct token_view v = { .text = text, .kind = kind_of_handle(text) };
        struct str parts[5] = { { 0 } };
        size_t count = parts_of(text, parts);
        if (v.kind) {
                v.unreadable = STR("it is a name, and what it stands for is at the gateway");
                return v;
        }
        v.kind = &nothing;
        if (text.len > JWS_MAX) {
                v.unreadable = arena_printf(a, "it is longer than the %d bytes of the longest token", JWS_MAX);
                return v;
        }
        if (count == 5 && read_part(a, parts[0]))
                v.kind = &encrypted;
        v.unreadable = STR("it is not made of three parts with a dot between");
        if (count != 3)
                return v;
        v.header = read_part(a, parts[0]);
        v.claims = read_part(a, parts[1]);
        v.unreadable = (struct str){ 0 };
        if (!v.header || !v.claims) {
                v.unreadable = arena_printf(a, "its %s is not base64url of strict JSON (%.*s)", v.header ? "content" : "header",
                                            STR_FMT(token_plain(a, arena_reason(a))));
                v.header = v.claims = NULL;
                return v;
        }
        v.kind = kind_of_jwt(v.header, v.claims);
        return v;
}

/* ---- telling ---- */

static void tell(struct arena *a, const char *label, struct str value)
{
        if (value.len > 0)
                printf("  %-12s %.*s\n", label, STR_FMT(token_plain(a, value)));
}

static void tell_time(struct arena *a, const char *label, const json_t *claims, const char *name, int64_t now)
{
        int64_t time;
        if (!json_object_get(claims, name))
                return;
        if (is_ok(jwt_time(a, claims, name, &time)))
                printf("  %-12s %.*s\n", label, STR_FMT(token_time_words(a, time, now)));
        else
                printf("  %-12s no time (\"%s\")\n", label, name);
}

static void tell_audience(struct arena *a, const json_t *audience)
{
        const json_t *one;
        size_t i;
        tell(a, "for", json_text(audience));
        json_array_foreach(audience, i, one)
                tell(a, i == 0 ? "for" : "", json_text(one));
}

static void tell_status(struct arena *a, const json_t *claims)
{
        const json_t *place = json_object_get(json_object_get(claims, "status"), "status_list");
        if (place)
                tell(a, "status list", arena_printf(a, "place %lld of %.*s", (long long)json_int(place, "idx", -1),
                                                    STR_FMT(json_str(place, "uri"))));
}

/* What a handle says is not secret: its time is in clear. */
static void tell_handle(struct arena *a, const struct token_view *v, int64_t now)
{
        struct str parts[5] = { { 0 } };
        int64_t time;
        if (parts_of(v->text, parts) == 5 && str_to_int(parts[3], &time) && clock_text(a, time).len > 0)
                printf("  %-12s %.*s\n", v->kind == &refresh_handle ? "made" : "until",
                       STR_FMT(token_time_words(a, time, now)));
}

void token_view_tell(struct arena *a, const struct token_view *v, int64_t now)
{
        printf("%s\n", v->kind->words);
        tell_handle(a, v, now);
        if (!v->claims)
                return;
        tell(a, "made by", json_str(v->claims, "iss"));
        tell_audience(a, json_object_get(v->claims, "aud"));
        tell(a, "client", json_str(v->claims, "client_id"));
        tell(a, "about", json_str(v->claims, "sub"));
        tell(a, "scope", json_str(v->claims, "scope"));
        tell(a, "level", json_str(v->claims, "acr"));
        tell_time(a, "signed in", v->claims, "auth_time", now);
        tell_time(a, "made", v->claims, "iat", now);
        tell_time(a, "from", v->claims, "nbf", now);
        tell_time(a, "until", v->claims, "exp", now);
        tell_status(a, v->claims);
}

static void print_json(struct arena *a, const char *title, const json_t *json)
{
        char *text = json_dumps(json, JSON_INDENT(2) | JSON_ENSURE_ASCII);
        if (!text)
                return;
        arena_own(a, text, free);
        printf("%s %s\n", title, text);
}

void token_view_print(struct arena *a, const struct token_view *v)
{
        if (!v->header)
                return;
        print_json(a, "header", v->header);
        print_json(a, "claims", v->claims);
}
