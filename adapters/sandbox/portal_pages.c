/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The portal's one page: the sign-in buttons, or who is signed in, with what. */
#include "portal.h"

#include "base64url.h"

static void free_text(void *text)
{
        free(text);
}

static struct str json_indented(struct arena *a, const json_t *json)
{
        char *text = json_dumps(json, JSON_INDENT(2));
        if (!text)
                return STR("");
        arena_own(a, text, free_text);
        return str_from(text);
}

struct str portal_jwt_part(struct arena *a, struct str jwt, unsigned part)
{
        struct str piece = STR("");
        for (unsigned i = 0; i <= part; i++)
                if (!str_split(&jwt, '.', &piece))
                        return STR("");
        struct str text;
        json_t *json;
        if (!is_ok(base64url_decode(a, piece, &text)) || !is_ok(json_read_object(a, text, 65536, &json)))
                return STR("");
        return json_indented(a, json);
}

static void form_button(struct html *h, const struct portal_session *s, const char *action, const char *fields,
                        const char *button)
{
        HTML(h, "<form method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"csrf\" value=\"{}\">",
             str_from(action), str_from(s->csrf));
        html_markup(h, fields);
        html_markup(h, button);
        html_markup(h, "</form>\n");
}

static void page_signed_out(struct html *h, const struct portal_session *s)
{
        html_markup(h, "<p>Public services on both sides, with the identity that you already have.<br>"
                       "以你已有的電子身份，辦理兩地政務服務。</p>");
        form_button(h, s, "/sign-in", "<input type=\"hidden\" name=\"source\" value=\"first\">",
                    "<button id=\"sign-in\">Sign in with iAM Smart · 以「智方便」登入</button>");
        form_button(h, s, "/sign-in", "<input type=\"hidden\" name=\"source\" value=\"any\">",
                    "<button class=\"plain\" id=\"sign-in-any\">Other ways to sign in · 其他登入方式</button>");
}

static void claims_table(struct html *h, const json_t *claims)
{
        const char *name;
        json_t *value;
        html_markup(h, "<h2>Who you are to this portal · 入口網站所知的你</h2><table id=\"claims\">");
        json_object_foreach((json_t *)claims, name, value)
        {
                struct str text = json_text(value);
                if (json_is_integer(value))
                        text = arena_printf(h->arena, "%lld", (long long)json_integer_value(value));
                else if (!json_is_string(value))
                        text = json_is_boolean(value) ? json_is_true(value) ? STR("true") : STR("false")
                                                      : json_indented(h->arena, value);
                HTML(h, "<tr><th scope=\"row\">{}</th><td>{}</td></tr>", str_from(name), text);
        }
        html_markup(h, "</table>\n");
}

static void token_details(struct html *h, const char *title, const char *id, struct str token)
{
        HTML(h, "<details><summary>{}</summary><h3>Header</h3><pre id=\"{}-header\">{}</pre>", str_from(title),
             str_from(id), portal_jwt_part(h->arena, token, 0));
        HTML(h, "<h3>Claims</h3><pre id=\"{}-claims\">{}</pre>", str_from(id), portal_jwt_part(h->arena, token, 1));
        HTML(h, "<h3>As sent</h3><pre id=\"{}\">{}</pre></details>\n", str_from(id), token);
}

static void page_signed_in(struct html *h, const struct portal_session *s)
{
        html_markup(h, "<p class=\"good\" id=\"signed-in\">You are signed in. 你已登入。</p>");
        form_button(h, s, "/call", "", "<button id=\"call-service\">Call the service · 使用服務</button>");
        if (s->answer_status) {
                HTML(h,
                     "<h2>The service's answer · 服務的回應</h2><p class=\"{}\">HTTP <span id=\"service-status\">{}"
                     "</span></p><pre id=\"service-answer\">{}</pre>",
                     s->answer_status == 200 ? STR("good") : STR("bad"), arena_printf(h->arena, "%d", s->answer_status),
                     s->answer);
        }
        claims_table(h, s->claims);
        token_details(h, "ID token", "id-token", s->id_token);
        token_details(h, "Access token", "access-token", s->access_token);
        form_button(h, s, "/sign-out", "", "<button class=\"plain\" id=\"sign-out\">Sign out · 登出</button>");
}

void portal_front(struct task *t)
{
        const struct portal_session *s = portal_session_need(t);
        struct html h = html_in(task_arena(t));
        html_begin(&h, STR("Cross-boundary services · 跨境通辦"), STR("portal"), STR(""));
        if (s->arena)
                page_signed_in(&h, s);
        else
                page_signed_out(&h, s);
        site_page(t, 200, &h);
}

void portal_problem(struct task *t, int status, const char *what, struct str detail)
{
        struct html h = html_in(task_arena(t));
        html_begin(&h, str_from(what), STR("portal"), STR(""));
        HTML(&h, "<p class=\"bad\" id=\"error\">{}</p><p><a href=\"/\">Front page · 首頁</a></p>", detail);
        site_page(t, status, &h);
}
